"""Classes that installed distributions publish as entry points."""

import difflib
from typing import Mapping

from apirun._compat import EntryPoint, entry_points
from apirun.exceptions import UsageError

__all__ = ["load_plugin"]


def load_plugin(
    group: str, name: str, *, noun: str, later: Mapping[str, str] = {}
) -> type:
    """
    Return the class that is published as *name*; only this one is imported.

    Args:
        group: The entry-point group, such as ``apirun.stores``.
        name: The name in it.
        noun: What it is called in messages, such as ``store``.
        later: What to use instead of names that are announced and not there.

    Raises:
        UsageError: If the name is unknown, several distributions claim it, or
            it can't be imported or is no class.

    Source: the specification "Entry points" of the Python Packaging User Guide.
    """
    shown = f"the {noun} '{name}'"
    if name in later:
        raise UsageError(f"{shown} is not supported by this version yet{later[name]}")
    found = [point for point in entry_points(group=group) if point.name == name]
    claims = sorted({_claim(point) for point in found})
    if len(claims) > 1:
        raise UsageError(
            f"{shown} is claimed more than once, by {' and by '.join(claims)}: "
            "uninstall all but one of them"
        )
    if not found:
        raise UsageError(_unknown(group, name, noun))
    return _load(found[0], f"{shown} ({found[0].value})")


def _claim(point: EntryPoint) -> str:
    """Return the distribution, and what in it is meant."""
    name = point.dist.name if point.dist else "a distribution without a name"
    return f"{name} ({point.value})"


def _load(point: EntryPoint, shown: str) -> type:
    try:
        loaded = point.load()
    except Exception as error:  # a foreign module may raise anything
        raise UsageError(f"{shown} can't be imported: {error}") from error
    if not isinstance(loaded, type):
        raise UsageError(f"{shown} is no class")
    return loaded


def _unknown(group: str, name: str, noun: str) -> str:
    known = sorted({point.name for point in entry_points(group=group)})
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean '{near[0]}'?" if near else f"known: {', '.join(known)}"
    return f"there is no {noun} '{name}'; {hint}"
