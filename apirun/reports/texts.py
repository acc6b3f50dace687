"""Texts of APIs as they may stand in a file: whatever is in them, it only shows."""

import re
from typing import Final

from apirun.durations import format_duration
from apirun.events import RequestRetried
from apirun.results import Failure

__all__ = ["first_line", "retried", "shortened", "told", "visible"]

# What XML 1.0 has no place for, what moves a cursor, and what turns the
# direction of writing round.
_UNSEEN: Final = re.compile(
    "[^\t\n\x20-\x7e\xa0-\u2027\u202f-\u2065\u206a-\ud7ff"
    "\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e]"
)


def visible(text: str) -> str:
    r"""
    Return *text* with every character that does not show as its escape.

    Lines end with a line feed. All that is left has a place in XML 1.0.

    Example:
        >>> visible("a\x1b[2Jb\r\n")
        'a\\x1b[2Jb\n'

    Source: W3C, "Extensible Markup Language (XML) 1.0", production Char.
    """
    if text.isascii() and text.isprintable():
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNSEEN.sub(lambda match: ascii(match.group())[1:-1], text)


def shortened(text: str, length: int) -> str:
    """
    Return the beginning of *text*, which says so if there is more.

    Example:
        >>> shortened("network", 4), shortened("network", 7)
        ('netw…', 'network')
    """
    return text if len(text) <= length else f"{text[:length]}…"


def first_line(text: str) -> str:
    """Return the first line of *text*, whatever ends it."""
    return visible(text).partition("\n")[0]


def told(failure: Failure) -> str:
    """Return a *failure* as the block of lines that a terminal shows."""
    lines = visible(str(failure)).split("\n")
    return "\n".join(line[2:] if line.startswith("  ") else line for line in lines)


def retried(event: RequestRetried) -> str:
    """Return which try failed, why, and when the next one came."""
    # What was not sent or lost its answer is named by the reason itself.
    named = event.reason.startswith(event.request)
    reason = event.reason if named else f"{event.request}: {event.reason}"
    return f"{reason}; try {event.tries + 1} after {format_duration(event.wait_s)}"
