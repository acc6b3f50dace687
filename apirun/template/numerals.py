"""
Numeric literals as Go reads them.

Source: Go, ``strconv`` and ``text/template/parse/node.go``.
"""

import re
from typing import Optional

from apirun.template.nodes import Number
from apirun.template.text import quote, unquote_rune

__all__ = ["INT_MAX", "INT_MIN", "parse_character", "parse_int", "parse_number"]

INT_MIN = -(1 << 63)
INT_MAX = (1 << 63) - 1
_UINT_MAX = (1 << 64) - 1
_UNDERSCORES = re.compile(r"[+-]?(?:0[xXbBoO]_)?[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*")
_FLOAT = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_HEX_FLOAT = re.compile(
    r"[+-]?0[xX](?=\.?[0-9a-fA-F])[0-9a-fA-F]*\.?[0-9a-fA-F]*[pP][+-]?[0-9]+"
)
_BASES = {"x": 16, "o": 8, "b": 2}


def parse_int(text: str) -> Optional[int]:
    """
    Return the integer that *text* stands for, None if it is none.

    The base follows from the prefix, as in ``strconv.ParseInt(text, 0, 64)``;
    the range is not checked.
    """
    body = text[1:] if text[:1] in ("+", "-") else text
    if not body:
        return None
    prefixed = body[0] == "0" and body[1:2].lower() in _BASES and len(body) > 2
    base = _BASES[body[1].lower()] if prefixed else 8 if body[0] == "0" else 10
    digits = body[2:] if prefixed else body
    if "_" in digits:
        if not _underscores_fit(text):
            return None
        digits = digits.replace("_", "")
    if not digits.isascii() or not digits.isalnum() or len(digits) > 100:
        return None
    try:
        value = int(digits, base)
    except ValueError:
        return None
    return -value if text[0] == "-" else value


def parse_number(pos: int, text: str) -> Number:
    """
    Return the node for a number that is no character.

    Raises:
        ValueError: With Go's text if it is no number.
    """
    if text[-1:] == "i":
        raise ValueError(f"complex numbers are not supported: {quote(text)}")
    value = parse_int(text)
    if value is not None and INT_MIN <= value <= INT_MAX:
        looks_float = any(char in text for char in ".eEpP")
        if looks_float and text[:2].lower() != "0x":
            return Number(pos, text, float(value), value)
        return Number(pos, text, value, value)
    if value is not None and text[0] not in "+-" and value <= _UINT_MAX:
        return Number(pos, text, None, None)
    number = _parse_float(text)
    if number is None:
        raise ValueError(f"illegal number syntax: {quote(text)}")
    if not any(char in text for char in ".eEpP"):
        raise ValueError(f"integer overflow: {quote(text)}")
    whole = number.is_integer() and INT_MIN <= number <= INT_MAX
    return Number(pos, text, number, int(number) if whole else None)


def parse_character(pos: int, text: str) -> Number:
    """
    Return the node for a character constant.

    Raises:
        ValueError: With Go's text if it is none.
    """
    char, _, rest = unquote_rune(text[1:], "'")
    if rest != "'":
        raise ValueError(f"malformed character constant: {text}")
    return Number(pos, text, ord(char), ord(char))


def _underscores_fit(text: str) -> bool:
    return all(
        _UNDERSCORES.fullmatch(part.lstrip("+-"))
        for part in re.split(r"[.pP]" if "x" in text[:3].lower() else r"[.eE]", text)
        if part
    )


def _parse_float(text: str) -> Optional[float]:
    if "_" in text:
        if not _underscores_fit(text):
            return None
        text = text.replace("_", "")
    try:
        if _HEX_FLOAT.fullmatch(text):
            return float.fromhex(text)
        number = float(text) if _FLOAT.fullmatch(text) else None
    except OverflowError:
        return None
    # An infinite result is Go's "value out of range".
    return None if number in (float("inf"), float("-inf")) else number
