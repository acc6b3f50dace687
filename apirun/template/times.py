"""
Moments, and the layouts by which Go writes them.

Source: Go, ``time/format.go``: a layout shows how the reference time,
``Mon Jan 2 15:04:05 MST 2006``, would be written.
"""

import re
from datetime import datetime, timedelta, timezone
from typing import Callable, Mapping, Match

__all__ = ["Time", "format_time"]

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_STRING_LAYOUT = "2006-01-02 15:04:05.999999999 -0700 MST"


def _offset(moment: datetime, separator: str, *, zulu: bool) -> str:
    seconds = int((moment.utcoffset() or timedelta()).total_seconds())
    if zulu and seconds == 0:
        return "Z"
    hours, rest = divmod(abs(seconds) // 60, 60)
    return f"{'-' if seconds < 0 else '+'}{hours:02d}{separator}{rest:02d}"


def _zone(moment: datetime) -> str:
    if moment.utcoffset() == timedelta():
        return "UTC"
    return moment.tzname() or _offset(moment, "", zulu=False)


_PARTS: Mapping[str, Callable[[datetime], str]] = {
    "January": lambda m: _MONTHS[m.month - 1],
    "Jan": lambda m: _MONTHS[m.month - 1][:3],
    "Monday": lambda m: _DAYS[m.weekday()],
    "Mon": lambda m: _DAYS[m.weekday()][:3],
    "MST": _zone,
    "2006": lambda m: f"{m.year:04d}",
    "-07:00:00": lambda m: _offset(m, ":", zulu=False) + ":00",
    "-07:00": lambda m: _offset(m, ":", zulu=False),
    "-070000": lambda m: _offset(m, "", zulu=False) + "00",
    "-0700": lambda m: _offset(m, "", zulu=False),
    "-07": lambda m: _offset(m, "", zulu=False)[:3],
    "Z07:00": lambda m: _offset(m, ":", zulu=True),
    "Z0700": lambda m: _offset(m, "", zulu=True),
    "Z07": lambda m: _offset(m, "", zulu=True)[:3],
    "002": lambda m: f"{m.timetuple().tm_yday:03d}",
    "__2": lambda m: f"{m.timetuple().tm_yday:3d}",
    "01": lambda m: f"{m.month:02d}",
    "02": lambda m: f"{m.day:02d}",
    "03": lambda m: f"{m.hour % 12 or 12:02d}",
    "04": lambda m: f"{m.minute:02d}",
    "05": lambda m: f"{m.second:02d}",
    "06": lambda m: f"{m.year % 100:02d}",
    "_2": lambda m: f"{m.day:2d}",
    "15": lambda m: f"{m.hour:02d}",
    "1": lambda m: str(m.month),
    "2": lambda m: str(m.day),
    "3": lambda m: str(m.hour % 12 or 12),
    "4": lambda m: str(m.minute),
    "5": lambda m: str(m.second),
    "PM": lambda m: "PM" if m.hour >= 12 else "AM",
    "pm": lambda m: "pm" if m.hour >= 12 else "am",
}
# "_2006" is a plain underscore and a year; "Jan" inside a longer word is text.
_LAYOUT = re.compile(
    r"January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|2006|(?<=_)2006"
    r"|-07:00:00|-07:00|-070000|-0700|-07|Z07:00|Z0700|Z07"
    r"|002|__2|01|02|03|04|05|06|_2(?!006)|15|[12345]|PM|pm"
    r"|[.,](?:0+|9+)(?![0-9])"
)


class Time:
    """
    A moment, printed as Go prints a ``time.Time``.

    Args:
        moment: Aware, in the zone that it is shown in.
    """

    __slots__ = ("moment",)

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    @classmethod
    def now(cls) -> "Time":
        """Return the present, in the local zone."""
        return cls(datetime.now(timezone.utc).astimezone())

    @classmethod
    def from_unix(cls, seconds: int) -> "Time":
        """
        Return a moment by its seconds since 1970.

        Raises:
            ValueError: If it is outside the years 1 to 9999.
        """
        epoch = datetime(1970, 1, 1, tzinfo=timezone.utc)
        try:
            return cls((epoch + timedelta(seconds=seconds)).astimezone())
        except (OverflowError, OSError, ValueError) as error:
            raise ValueError(f"time out of range: {seconds}") from error

    def __str__(self) -> str:
        return format_time(self.moment, _STRING_LAYOUT)


def format_time(moment: datetime, layout: str) -> str:
    """
    Return *moment* written as *layout* says.

    Args:
        moment: Aware.
        layout: How the reference time would be written.

    Example:
        >>> from datetime import datetime, timezone
        >>> moment = datetime(2024, 2, 9, 7, 5, tzinfo=timezone.utc)
        >>> format_time(moment, "2006-01-02T15:04:05Z07:00, Monday")
        '2024-02-09T07:05:00Z, Friday'
    """

    def write(match: Match[str]) -> str:
        part = match[0]
        if part[0] in ".,":
            return _fraction(moment, part)
        return _PARTS[part](moment)

    return _LAYOUT.sub(write, layout)


def _fraction(moment: datetime, part: str) -> str:
    digits = f"{moment.microsecond:06d}000"[: len(part) - 1].ljust(len(part) - 1, "0")
    if part[1] == "0":
        return part[0] + digits
    digits = digits.rstrip("0")
    return part[0] + digits if digits else ""
