"""
Durations as people type them, in seconds, and moments as they are recorded.

Example:
    >>> from datetime import timedelta
    >>> def patient(timeout: DurationLike) -> float:
    ...     return Stage(name="network", timeout_s=timeout).timeout_s
    >>> patient("5m"), patient(300), patient(timedelta(minutes=5))
    (300.0, 300.0, 300.0)
"""

import time
from datetime import datetime, timedelta, timezone
from typing import Union

import durationpy

__all__ = [
    "DurationLike",
    "Stopwatch",
    "format_duration",
    "format_moment",
    "to_seconds",
    "utc_now",
]

DurationLike = Union[int, float, str, timedelta]
"""Seconds, or text as Go writes it (``1m30s``), or a `datetime.timedelta`."""


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
        TypeError: If it is nothing of these.

    Example:
        >>> to_seconds("1m30s")
        90.0

    Source: the Go standard library, ``time.ParseDuration``.
    """
    if isinstance(value, timedelta):
        seconds = value.total_seconds()
    elif isinstance(value, str):
        seconds = _parse(value)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        seconds = float(value)
    else:
        raise TypeError(
            "a duration is seconds, a timedelta or text such as 1m30s, not "
            f"{value!r:.80}"
        )
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


def format_moment(recorded: str) -> str:
    """
    Shorten ISO 8601 to seconds, as a person needs no more; other text stays.

    Example:
        >>> format_moment("2024-05-06T07:08:09.123456+00:00")
        '2024-05-06 07:08:09Z'
    """
    if len(recorded) < len("2024-01-01T00:00:00"):
        return recorded
    zone = "Z" if recorded.endswith(("+00:00", "Z")) else ""
    return recorded[:19].replace("T", " ") + zone


def utc_now() -> str:
    """Return the present moment as ISO 8601 in UTC, in milliseconds."""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds")


class Stopwatch:
    """
    When something began, and how long ago that is.

    Attributes:
        started_at: The moment, as `utc_now` writes it.
    """

    def __init__(self) -> None:
        self.started_at = utc_now()
        self._started_s = time.monotonic()

    @property
    def elapsed_s(self) -> float:
        """Seconds since then."""
        return time.monotonic() - self._started_s


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
