"""What stands inside a pair of brackets of a path, and around it."""

from __future__ import annotations

from typing import Final, Iterator, List, Tuple

from apirun.capture.errors import PathError

_CLOSING: Final = {"(": ")", "[": "]", "{": "}"}
_MAX_NESTING: Final = 32

BLANKS: Final = "".join(map(chr, range(33)))


def inside(expression: str, start: int, end: int) -> Iterator[Tuple[int, int]]:
    """
    Go through what a bracket encloses, leaving out what is quoted or escaped.

    Args:
        expression: The whole path.
        start: Offset of the opening bracket.
        end: Offset at which to give up.

    Yields:
        The offset of each character that may have a meaning, and how many
        brackets are open behind it; the closing bracket comes last, with 0.

    Raises:
        PathError: If the bracket is closed by another one or not at all, or
            more than 32 are open at a time.
    """
    open_brackets: List[Tuple[str, int]] = []
    at = start
    while at < end:
        char = expression[at]
        if char == "\\":
            at += 2
            continue
        if char == '"':
            at = _after_string(expression, at, end)
            continue
        if char in _CLOSING:
            open_brackets.append((_CLOSING[char], at))
            if len(open_brackets) > _MAX_NESTING:
                reason = f"more than {_MAX_NESTING} brackets are open"
                raise PathError(expression, at, reason)
        elif char in ")]}":
            wanted, opened = open_brackets.pop()
            if char != wanted:
                reason = f"'{expression[opened]}' is closed by {char!r}"
                raise PathError(expression, at, reason)
        if at > start:
            yield at, len(open_brackets)
        if not open_brackets:
            return
        at += 1
    opened = open_brackets[-1][1]
    reason = f"{expression[opened]!r} is never closed; as part of a key write "
    raise PathError(expression, opened, f"{reason}'\\{expression[opened]}'")


def _after_string(expression: str, start: int, end: int) -> int:
    at = start + 1
    while at < end:
        if expression[at] == "\\":
            at += 1
        elif expression[at] == '"':
            return at + 1
        at += 1
    raise PathError(expression, start, "the quote is never closed")


def stripped(expression: str, start: int, end: int) -> Tuple[int, int]:
    """Leave out blanks at both ends, but not an escaped one."""
    while start < end and expression[start] in BLANKS:
        start += 1
    while start < end and expression[end - 1] in BLANKS:
        before = expression[start : end - 1]
        if (len(before) - len(before.rstrip("\\"))) % 2:
            break
        end -= 1
    return start, end
