"""
The selectors of a GJSON multipath: ``[a,b.c]`` or ``{a,"name":b.c}``.

Source: https://github.com/tidwall/gjson, SYNTAX.md, "Multipaths".
"""

from __future__ import annotations

import re
from typing import Final, List, NamedTuple, Tuple

from apirun.capture.brackets import inside, stripped
from apirun.capture.errors import PathError
from apirun.capture.modifiers import is_modifier
from apirun.capture.query import decode_string

_SEPARATOR: Final = re.compile(r"(?<!\\)[.|]")
_NOT_SIMPLE: Final = re.compile(r"[\x00-\x1f\[\]{}()#|!]")


class Selector(NamedTuple):
    """
    One path of a multipath.

    Attributes:
        name: The key of its value in an object.
        start: Offset of the path.
        end: Offset behind it.
    """

    name: str
    start: int
    end: int


def split_multipath(
    expression: str, start: int, end: int
) -> Tuple[List[Selector], int]:
    """
    Take a multipath apart.

    Args:
        expression: The whole path.
        start: Offset of the opening bracket.
        end: Offset at which to give up.

    Returns:
        The selectors in order, and the offset behind the closing bracket.

    Raises:
        PathError: If it is not closed, or a selector can't be meant as it is
            written.
    """
    named = expression[start] == "{"
    selectors: List[Selector] = []
    begin = at = start + 1
    colon = -1
    with_modifier = False
    for at, depth in inside(expression, start, end):
        char = expression[at]
        if char == "@" and (expression[at - 1] in ".|" or at == begin):
            with_modifier = with_modifier or is_modifier(expression, at, end)
        elif char == ":" and depth == 1 and colon < 0 and not with_modifier:
            colon = at
        elif (char == "," and depth == 1) or depth == 0:
            selectors.append(_selector(expression, begin, colon, at, named=named))
            begin, colon, with_modifier = at + 1, -1, False
    return selectors, at + 1


def _selector(
    expression: str, begin: int, colon: int, end: int, *, named: bool
) -> Selector:
    start = begin if colon < 0 else colon + 1
    if start == end:
        raise PathError(expression, start, "a path is missing")
    _refuse_blanks(expression, start, end)
    if colon >= 0:
        _refuse_blanks(expression, begin, colon)
    if colon < 0:
        last = _SEPARATOR.split(expression[start:end])[-1]
        return Selector("_" if _NOT_SIMPLE.search(last) else last, start, end)
    if not named:
        reason = "a list has no names; as part of a key write '\\:'"
        raise PathError(expression, colon, reason)
    if begin == colon:
        raise PathError(expression, begin, "a name is missing")
    name = expression[begin:colon]
    if name.startswith('"'):
        name = decode_string(expression, begin, colon)
    return Selector(name, start, end)


def _refuse_blanks(expression: str, start: int, end: int) -> None:
    first, last = stripped(expression, start, end)
    if first > start or last < end:
        at = start if first > start else last
        raise PathError(expression, at, "remove the space; in a key write '\\ '")
