"""Durations as people type them, in seconds, and moments as they are recorded."""

from datetime import datetime, timedelta, timezone
from typing import Union

import durationpy

__all__ = ["DurationLike", "format_duration", "to_seconds", "utc_now"]

DurationLike = Union[int, float, str, timedelta]


def to_seconds(value: DurationLike) -> float:
    """
    Return *value* in seconds.

    Args:
        value: Seconds as a number, a `datetime.timedelta`, or a Go duration
            such as ``300ms``, ``1m30s`` or ``1.5h``.

    Returns:
        Seconds, never negative.

    Raises:
        ValueError: If the text is no Go duration, or the duration is negative
            or not finite.

    Example:
        >>> to_seconds("1m30s")
        90.0

    Source: the Go standard library, ``time.ParseDuration``.
    """
    if isinstance(value, timedelta):
        seconds = value.total_seconds()
    elif isinstance(value, str):
        seconds = _parse(value)
    else:
        seconds = float(value)
    if not 0 <= seconds < float("inf"):
        raise ValueError(
            f"a duration of {value} is not possible: it is negative or has no end"
        )
    return seconds


def format_duration(seconds: float) -> str:
    """
    Return *seconds* as a person reads them.

    Args:
        seconds: A duration in seconds.

    Example:
        >>> format_duration(0.0314), format_duration(2.5), format_duration(3725)
        ('31ms', '2.5s', '1h02m05s')
    """
    if seconds < 1:
        return f"{seconds * 1000:.0f}ms"
    if seconds < 60:
        return f"{seconds:.1f}s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}h{minutes:02d}m{rest:02d}s" if hours else f"{minutes}m{rest:02d}s"


def utc_now() -> str:
    """Return the present moment as ISO 8601 in UTC, in milliseconds."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds")


def _parse(text: str) -> float:
    if text.strip() == "0":
        return 0.0
    try:
        return float(durationpy.from_str(text).total_seconds())
    except (durationpy.DurationError, OverflowError) as error:
        raise ValueError(
            f"'{text}' is not a duration: write it as in Go, "
            "for example 300ms, 1m30s or 1.5h"
        ) from error
