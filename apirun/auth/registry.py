"""Providers by their names, from the entry points of installed distributions."""

import difflib

from apirun._compat import entry_points
from apirun.exceptions import UsageError

__all__ = ["find_provider"]

GROUP = "apirun.auth"
LATER = ("oauth2", "api_key")


def find_provider(type_name: str) -> type:
    """
    Return the provider class of that name; only this one is imported.

    Args:
        type_name: ``basic``, ``pocketbase``, or a name that an installed
            distribution registers under ``apirun.auth``.

    Raises:
        UsageError: If the name is unknown, two distributions claim it, or it
            can't be imported.
    """
    points = list(entry_points(group=GROUP))
    found = {point.value: point for point in points if point.name == type_name}
    if len(found) > 1:
        raise UsageError(
            f"the auth type '{type_name}' is claimed twice, by "
            f"{' and by '.join(sorted(found))}: uninstall one of the two"
        )
    if not found:
        if type_name in LATER:
            raise UsageError(
                f"the auth type '{type_name}' is not supported by this version yet"
            )
        known = sorted({point.name for point in points})
        near = difflib.get_close_matches(type_name, known, n=1)
        hint = f"did you mean '{near[0]}'?" if near else f"known: {', '.join(known)}"
        raise UsageError(f"there is no auth type '{type_name}'; {hint}")
    (point,) = found.values()
    try:
        provider = point.load()
    except (ImportError, AttributeError) as error:
        raise UsageError(
            f"the auth type '{type_name}' ({point.value}) can't be imported: {error}"
        ) from error
    if not isinstance(provider, type):
        raise UsageError(f"the auth type '{type_name}' ({point.value}) is no class")
    return provider
