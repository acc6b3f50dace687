"""Providers by their names, from the entry points of installed distributions."""

from apirun.plugins import load_plugin

__all__ = ["find_provider"]


def find_provider(type_name: str) -> type:
    """
    Return the provider class of that name; only this one is imported.

    Args:
        type_name: ``api_key``, ``basic``, ``oauth2``, ``pocketbase``, or a name
            that an installed distribution registers under ``apirun.auth``.

    Raises:
        UsageError: If the name is unknown, several distributions claim it, or
            it can't be imported.
    """
    return load_plugin("apirun.auth", type_name, noun="auth type")
