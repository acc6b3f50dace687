"""Names of types that other distributions register under an entry-point group."""

from typing import Tuple

__all__ = ["registered"]


def registered(group: str) -> Tuple[str, ...]:
    """
    Return the names registered under *group*, without loading any of them.

    Args:
        group: ``apirun.auth`` or ``apirun.stores``.
    """
    # Costs as much as ten migrations, and only types that are not ours need it.
    from apirun._compat import entry_points  # noqa: PLC0415 - see above

    return tuple(sorted({point.name for point in entry_points(group=group)}))
