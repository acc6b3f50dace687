"""Stores by their names, from the entry points of installed distributions."""

import difflib
from typing import List

from apirun._compat import EntryPoint, entry_points
from apirun.exceptions import UsageError

__all__ = ["find_store"]

GROUP = "apirun.stores"


def find_store(type_name: str) -> type:
    """
    Return the store class of that name; only this one is imported.

    Args:
        type_name: ``sqlite``, ``memory``, or a name that an installed
            distribution registers under ``apirun.stores``.

    Raises:
        UsageError: If the name is unknown, two distributions claim it, or it
            can't be imported.
    """
    if type_name in ("postgres", "postgresql"):
        raise UsageError(
            "the store 'postgres' is not supported by this version yet; use 'sqlite'"
        )
    found = [point for point in entry_points(group=GROUP) if point.name == type_name]
    claims = sorted({_claim(point) for point in found})
    if len(claims) > 1:
        raise UsageError(
            f"the store '{type_name}' is claimed more than once, by "
            f"{' and by '.join(claims)}: uninstall all but one of them"
        )
    if not found:
        raise UsageError(_unknown(type_name))
    return _load(found[0])


def _claim(point: EntryPoint) -> str:
    """Return the distribution, and what in it is the store."""
    name = point.dist.name if point.dist else "a distribution without a name"
    return f"{name} ({point.value})"


def _load(point: EntryPoint) -> type:
    try:
        store = point.load()
    except Exception as error:  # a foreign module may raise anything
        raise UsageError(
            f"the store '{point.name}' ({point.value}) can't be imported: {error}"
        ) from error
    if not isinstance(store, type):
        raise UsageError(f"the store '{point.name}' ({point.value}) is no class")
    return store


def _unknown(type_name: str) -> str:
    known: List[str] = sorted({point.name for point in entry_points(group=GROUP)})
    near = difflib.get_close_matches(type_name, known, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"known: {', '.join(known)}"
    return f"there is no store '{type_name}'; {hint}"
