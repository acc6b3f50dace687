"""Names of types that other distributions register under an entry-point group."""

from typing import Tuple

from apirun._compat import entry_points

__all__ = ["registered"]


def registered(group: str) -> Tuple[str, ...]:
    """
    Return the names registered under *group*, without loading any of them.

    Args:
        group: ``apirun.auth`` or ``apirun.stores``.
    """
    return tuple(sorted({point.name for point in entry_points(group=group)}))
