"""What is written to the terminal, a pipe or a file, and how."""

import os
import re
import shutil
import sys
import textwrap
from typing import List, Optional, Sequence, TextIO
from unicodedata import category, east_asian_width

import click

__all__ = [
    "can_show",
    "echo",
    "echo_error",
    "is_live",
    "make_streams_safe",
    "open_missing_streams",
    "printable",
    "screen_width",
    "shows_colors",
    "table",
]

_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)
_STYLE = re.compile(r"\x1b\[[0-9;]*m")
_NARROWEST = 24
_UNSEEN = ("Mn", "Me", "Cf")


def open_missing_streams() -> None:
    """
    Let streams that the caller closed lead nowhere.

    Else a file or a socket that is opened later would get the number of
    stdout, and with it all that is written there.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            nowhere = open(os.devnull, mode, encoding="utf-8")  # noqa: SIM115
            setattr(sys, name, nowhere)


def make_streams_safe() -> None:
    """Let characters that the terminal can't show become escapes, not errors."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def echo(text: str = "", *, err: bool = False) -> None:
    """
    Write *text* and a line's end; colours go out only where they are shown.

    Args:
        text: What to write.
        err: Whether to stderr.
    """
    click.echo(text, err=err, color=_color())


def echo_error(message: str) -> None:
    """Write ``Error:`` and *message* to stderr, after all that stdout holds."""
    sys.stdout.flush()
    echo(f"{click.style('Error:', fg='red', bold=True)} {printable(message)}", err=True)


def is_live(stream: object) -> bool:
    """Return whether *stream* is a terminal that can redraw lines."""
    isatty = getattr(stream, "isatty", None)
    return bool(isatty and isatty()) and os.environ.get("TERM") != "dumb"


def printable(text: str) -> str:
    r"""
    Return *text* with control characters as escapes, so that they only show.

    An answer of an API must not move the cursor or change a window's title.

    Example:
        >>> printable("a\x1b[2Jb\n")
        'a\\x1b[2Jb\n'
    """
    return _CONTROL.sub(lambda match: ascii(match.group())[1:-1], text)


def table(rows: Sequence[Sequence[str]], *, indent: str = "", err: bool = False) -> str:
    """
    Return *rows* in columns; on a narrow terminal the last one is wrapped.

    Args:
        rows: As many cells in each; they may be styled, and the last one may
            have several lines.
        indent: Put before every line.
        err: Whether it is for stderr.

    Example:
        >>> print(table([["name", "state"], ["network", "up to date"]]))
        name     state
        network  up to date
    """
    if not rows:
        return ""
    widths = [max(_width(row[at]) for row in rows) for at in range(len(rows[0]) - 1)]
    start = len(indent) + sum(width + 2 for width in widths)
    left = screen_width(sys.stderr if err else sys.stdout) - start
    lines: List[str] = []
    for row in rows:
        cells = [
            cell + " " * (width - _width(cell)) for cell, width in zip(row, widths)
        ]
        first, *rest = _wrap(row[-1], left)
        lines.append((indent + "  ".join([*cells, first])).rstrip())
        lines.extend(" " * start + line for line in rest)
    return "\n".join(lines)


def _wrap(text: str, width: int) -> List[str]:
    """Break each line of *text* between words; too narrow a screen breaks by itself."""
    lines: List[str] = []
    for line in text.split("\n"):
        if width < _NARROWEST or _width(line) <= width:
            lines.append(line)
        else:
            lines += textwrap.wrap(
                line, width, break_on_hyphens=False, break_long_words=False
            )
    return lines


def _width(text: str) -> int:
    """Return the cells that *text* takes; ideographs and emoji take two."""
    plain = _STYLE.sub("", text)
    if plain.isascii():
        return len(plain)
    return sum(
        0 if category(char) in _UNSEEN else 1 + (east_asian_width(char) in "WF")
        for char in plain
    )


def screen_width(stream: TextIO) -> int:
    """Columns of the terminal; what is piped or written to a file is not wrapped."""
    return shutil.get_terminal_size().columns if stream.isatty() else sys.maxsize


def can_show(text: str, stream: TextIO) -> bool:
    """Return whether the encoding of *stream* has every character of *text*."""
    try:
        text.encode(stream.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def shows_colors() -> bool:
    """Return whether the user left colours on; where they go out is another matter."""
    return _color() is not False


def _color() -> Optional[bool]:
    context = click.get_current_context(silent=True)
    if context is not None and context.color is not None:
        return context.color
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return False if plain else None
