"""Text in lines and columns, where a character takes one cell or two."""

import unicodedata
from typing import Sequence

__all__ = ["WIDTH", "cells", "clipped", "counted", "one_line", "padded", "table"]

WIDTH = 80
"""Cells of the texts that values convert to, whatever the terminal is."""

ELLIPSIS = "…"
_NOTHING = ("Mn", "Me", "Cf")
_WIDE = ("W", "F")


def cells(text: str) -> int:
    """
    Return how many cells of a terminal *text* takes.

    Source: Unicode Standard Annex #11, "East Asian Width".
    """
    return len(text) if text.isascii() else sum(map(_cell, text))


def clipped(text: str, width: int) -> str:
    """Return *text*, cut to *width* cells with an ellipsis where it is longer."""
    if cells(text) <= width:
        return text
    kept, left = [], width - 1
    for char in text:
        left -= _cell(char)
        if left < 0:
            break
        kept.append(char)
    return "".join(kept) + ELLIPSIS


def padded(text: str, width: int) -> str:
    """Return *text* with spaces behind it, up to *width* cells."""
    return text + " " * (width - cells(text))


def one_line(text: str) -> str:
    """Return *text* without control characters and line breaks."""
    return "".join(char if char.isprintable() else " " for char in text)


def counted(count: int, noun: str) -> str:
    """
    Return how many there are of something.

    Example:
        >>> counted(1, "stage"), counted(2, "stage")
        ('1 stage', '2 stages')
    """
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def table(rows: Sequence[Sequence[str]], *, indent: str = "") -> str:
    """
    Return *rows* in columns; a line that is longer than 80 cells is clipped.

    Args:
        rows: As many texts in each.
        indent: Put before every line.

    Example:
        >>> print(table([["name", "state"], ["network", "up to date"]]))
        name     state
        network  up to date
    """
    shown = [[one_line(text) for text in row] for row in rows]
    widths = [max(map(cells, column)) for column in zip(*shown)]
    return "\n".join(
        clipped(indent + "  ".join(map(padded, row, widths)).rstrip(), WIDTH)
        for row in shown
    )


def _cell(char: str) -> int:
    if unicodedata.category(char) in _NOTHING:
        return 0
    return 2 if unicodedata.east_asian_width(char) in _WIDE else 1
