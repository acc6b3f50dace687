"""From what is known and what is applied to what would be done; pure."""

from typing import Collection, List, Optional, Sequence, Tuple

from apirun.exceptions import UsageError

__all__ = ["out_of_order", "pending", "to_roll_back"]


def pending(
    known: Sequence[int], applied: Collection[int], *, to: Optional[int] = None
) -> Tuple[int, ...]:
    """
    Return the versions to apply, ascending.

    Args:
        known: Versions that there are files for.
        applied: Versions that are applied.
        to: Last version to apply; None applies all.

    Raises:
        UsageError: If there is no version *to*.

    Example:
        >>> pending([1, 2, 3], {1}, to=2)
        (2,)
    """
    _require(to, [*known, *applied])
    done = set(applied)
    return tuple(
        version
        for version in sorted(set(known))
        if version not in done and (to is None or version <= to)
    )


def to_roll_back(
    applied: Collection[int], *, to: Optional[int] = None, known: Sequence[int] = ()
) -> Tuple[int, ...]:
    """
    Return the versions to roll back, newest first.

    Args:
        applied: Versions that are applied.
        to: The versions above this one are rolled back; 0 rolls back all, a
            version 0 included; None rolls back the one newest.
        known: Versions that there are files for, for the check of *to*.

    Raises:
        UsageError: If there is no version *to*.

    Example:
        >>> to_roll_back({1, 2, 3}), to_roll_back({1, 2, 3}, to=1)
        ((3,), (3, 2))
    """
    newest_first: List[int] = sorted(set(applied), reverse=True)
    if to is None:
        return tuple(newest_first[:1])
    if to == 0:
        return tuple(newest_first)
    _require(to, [*known, *applied])
    return tuple(version for version in newest_first if version > to)


def out_of_order(
    known: Sequence[int], applied: Collection[int], to: Optional[int] = None
) -> Tuple[int, ...]:
    """
    Return the pending versions that lie below an applied one, ascending.

    Args:
        known: Versions that there are files for.
        applied: Versions that are applied.
        to: Last version to apply; None applies all.

    Example:
        >>> out_of_order([1, 2, 3], {1, 3})
        (2,)
    """
    newest = max(applied, default=-1)
    return tuple(
        version for version in pending(known, applied, to=to) if version < newest
    )


def _require(to: Optional[int], versions: Sequence[int]) -> None:
    if to is None or to in versions:
        return
    if not versions:
        raise UsageError(f"there is no version {to}: there are no migrations")
    nearest = min(versions, key=lambda version: abs(version - to))
    raise UsageError(f"there is no version {to}; the nearest is {nearest}")
