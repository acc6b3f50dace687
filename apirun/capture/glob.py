"""Patterns with ``*`` and ``?``, matched without backtracking."""

from __future__ import annotations

import re
from typing import Final, List, Optional, Pattern, Tuple

_PIECE: Final = re.compile(r"\\(?s:(.))|(\*+)|(\?)|([^\\*?]+)")

# A stretch between two stars, in pieces: text, or None for any one character.
_Stretch = List[Optional[str]]


class Glob:
    r"""
    A pattern in which ``*`` stands for any text and ``?`` for one character.

    A backslash takes the meaning from the character after it. The time to
    match grows at worst with the length of the pattern times the length of
    the text: between two stars the leftmost place that fits is as good as any
    other, so that no choice is ever taken back.

    Args:
        pattern: The pattern; a backslash at its very end stands for itself.

    Example:
        >>> Glob("v*_i?").matches("vpc_id"), Glob(r"\*").matches("x")
        (True, False)

    Source: the pattern matcher of GJSON, https://github.com/tidwall/match.
    """

    __slots__ = ("_head", "_middle", "_shortest", "_tail")

    def __init__(self, pattern: str) -> None:
        stretches = _stretches(pattern)
        self._shortest = sum(_length(stretch) for stretch in stretches)
        self._head = _compiled(stretches[0])
        self._tail: Optional[Tuple[int, Pattern[str]]] = None
        if len(stretches) > 1:
            self._tail = (_length(stretches[-1]), _compiled(stretches[-1]))
        self._middle = [_compiled(stretch) for stretch in stretches[1:-1] if stretch]

    def matches(self, text: str) -> bool:
        """Tell whether the whole of *text* fits the pattern."""
        if len(text) < self._shortest:
            return False
        if self._tail is None:
            return self._head.fullmatch(text) is not None
        start = self._head.match(text)
        length, tail = self._tail
        end = len(text) - length
        if start is None or tail.match(text, end) is None:
            return False
        at = start.end()
        for stretch in self._middle:
            found = stretch.search(text, at, end)
            if found is None:
                return False
            at = found.end()
        return at <= end


def _stretches(pattern: str) -> List[_Stretch]:
    stretches: List[_Stretch] = [[]]
    end = 0
    for match in _PIECE.finditer(pattern):
        escaped, star, mark, text = match.groups()
        end = match.end()
        if star:
            stretches.append([])
        else:
            stretches[-1].append(None if mark else escaped or text)
    if end < len(pattern):
        stretches[-1].append(pattern[end:])
    return stretches


def _length(stretch: _Stretch) -> int:
    return sum(1 if piece is None else len(piece) for piece in stretch)


def _compiled(stretch: _Stretch) -> Pattern[str]:
    """Compile to an expression of fixed length, which has nothing to backtrack over."""
    source = "".join("." if piece is None else re.escape(piece) for piece in stretch)
    return re.compile(source, re.DOTALL)
