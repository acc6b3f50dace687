"""The comparison in a GJSON query: what stands after ``==``, ``<``, ``%``."""

from __future__ import annotations

import json
import operator
import re
from typing import Any, Callable, Dict, Final, Optional, Union

from apirun.capture.brackets import BLANKS
from apirun.capture.errors import PathError
from apirun.capture.glob import Glob
from apirun.capture.values import MISSING

# The standard library's types ask for operands that can be ordered; that the
# operands are of one kind is checked where they are compared.
_Compare = Callable[[Any, Any], bool]

_ORDER: Final[Dict[str, _Compare]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

KINDS: Final = ("true", "false", "null", "*")

_NUMBER: Final = re.compile(
    r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\Z"
    r"|[+-]?(?:inf|infinity)\Z|nan\Z",
    re.IGNORECASE,
)
_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,300}\Z")

_ONE_COMPARISON: Final = (
    "a query holds one comparison; for two write '#(...)#|#(...)#', and put text "
    "that holds such signs in double quotes"
)

# GJSON takes a raw tab or line break inside quotes.
_DECODER: Final = json.JSONDecoder(strict=False)

_TRUE_WORDS: Final = frozenset({"1", "t", "true"})
_FALSE_WORDS: Final = frozenset({"0", "f", "false"})


class Comparison:
    """
    Decides whether an element fits a query.

    The type of the element decides how it is compared: a string as text, a
    number as a number (a right side that is none counts as 0), true as
    greater than false. Null, lists and objects fit no comparison. Numbers are
    compared exactly, where GJSON rounds both sides to 64-bit floats.

    Args:
        sign: One of ``= != < <= > >= % !%``; empty to ask for existence only.
        text: The right side, without quotes.
        kind: Compare with a kind of value instead (``~true`` and the like).

    Source: https://github.com/tidwall/gjson, SYNTAX.md, "Queries".
    """

    __slots__ = ("_compare", "_glob", "_kind", "_negated", "_number", "_sign", "_text")

    def __init__(self, sign: str, text: str, kind: Optional[str] = None) -> None:
        self._sign = sign
        self._text = "true" if kind else text
        self._kind = kind
        self._compare = _ORDER.get(sign)
        self._glob = Glob(text) if sign in ("%", "!%") and not kind else None
        self._negated = sign == "!%"
        self._number = _number(text)

    def holds(self, value: object) -> bool:
        """Tell whether *value*, which may be `MISSING`, fits."""
        if self._kind is not None:
            value = _is_kind(value, self._kind)
        if value is MISSING:
            return False
        if not self._sign:
            return True
        if isinstance(value, bool):
            return self._holds_bool(value=value)
        if isinstance(value, str) and self._glob is not None:
            return self._glob.matches(value) is not self._negated
        if self._compare is None or not isinstance(value, (str, int, float)):
            return False
        right = self._text if isinstance(value, str) else self._number
        return self._compare(value, right)

    def _holds_bool(self, *, value: bool) -> bool:
        name, other = ("true", "false") if value else ("false", "true")
        if self._sign == "=":
            return self._text == name
        if self._sign == "!=":
            return self._text != name
        if self._sign == (">" if value else "<"):
            return self._text == other
        return self._sign == (">=" if value else "<=")


def _is_kind(value: object, kind: str) -> bool:
    if kind == "*":
        return value is not MISSING
    absent = value is None or value is MISSING
    if kind == "null" or absent:
        return absent and kind != "true"
    if isinstance(value, str):
        return value.lower() in (_TRUE_WORDS if kind == "true" else _FALSE_WORDS)
    if isinstance(value, (bool, int, float)):
        return bool(value) is (kind == "true")
    return False


def _number(text: str) -> Union[int, float]:
    if _INTEGER.match(text):
        return int(text)
    if _NUMBER.match(text):
        return float(text)
    return 0


def parse_comparison(expression: str, start: int, end: int) -> Comparison:
    """
    Read a comparison from its sign on.

    GJSON would take some slips for values, like a second comparison behind
    ``&&``: they are errors here.

    Args:
        expression: The whole path.
        start: Offset of the sign.
        end: Offset behind the right side.

    Raises:
        PathError: If it is no comparison.
    """
    sign = expression[start : start + 2]
    if sign not in ("==", "!=", "<=", ">=", "!%"):
        sign = sign[:1]
    if sign == "!":
        raise PathError(expression, start, "'!' is no comparison: use '!=' or '!%'")
    at = start + len(sign)
    sign = "=" if sign == "==" else sign
    text = expression[at:end]
    at += len(text) - len(text.lstrip(BLANKS))
    text = text.strip(BLANKS)
    if text.startswith('"'):
        value = decode_string(expression, at, at + len(text))
        kind = value[1:] if value.startswith("~") else ""
        return Comparison(sign, value, kind if kind in KINDS else None)
    if text.startswith("~"):
        if text[1:] not in KINDS:
            known = ", ".join(f"~{kind}" for kind in KINDS)
            raise PathError(expression, at, f"{text!r} is no kind of value: {known}")
        return Comparison(sign, text, text[1:])
    if text.startswith("'"):
        raise PathError(expression, at, "text is quoted with double quotes")
    for joint in ("&&", "||"):
        if joint in text:
            raise PathError(expression, at + text.index(joint), _ONE_COMPARISON)
    return Comparison(sign, text)


def decode_string(expression: str, start: int, end: int) -> str:
    """
    Read the quoted string that fills a part of a path.

    Raises:
        PathError: If something follows it, or it is no JSON string.
    """
    try:
        value, length = _DECODER.raw_decode(expression[start:end])
    except json.JSONDecodeError as error:
        reason = f"not a JSON string: {error.msg[:1].lower()}{error.msg[1:]}"
        raise PathError(expression, start + error.pos, reason) from None
    if start + length < end:
        raise PathError(expression, start + length, _ONE_COMPARISON)
    return str(value)
