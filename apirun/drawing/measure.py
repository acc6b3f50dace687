"""How wide text is where every character takes one cell or two."""

import unicodedata

__all__ = ["cells", "clipped", "padded"]

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


def _cell(char: str) -> int:
    if unicodedata.category(char) in _NOTHING:
        return 0
    return 2 if unicodedata.east_asian_width(char) in _WIDE else 1
