"""Stores by their names, from the entry points of installed distributions."""

from apirun.plugins import load_plugin

__all__ = ["find_store"]


def find_store(type_name: str) -> type:
    """
    Return the store class of that name; only this one is imported.

    Args:
        type_name: ``sqlite``, ``postgres``, ``memory``, or a name that an installed
            distribution registers under ``apirun.stores``.

    Raises:
        UsageError: If the name is unknown, several distributions claim it, or
            it can't be imported.
    """
    return load_plugin("apirun.stores", type_name, noun="store", later={})
