"""
Single numbers and texts under the flags of one printf directive.

Source: Go, ``fmt/format.go``.
"""

from typing import Tuple

from apirun.template.floats import format_float
from apirun.template.text import is_printable, quote, quote_rune, rune, to_bytes

__all__ = [
    "Directive",
    "format_character",
    "format_floating",
    "format_hex_text",
    "format_integer",
    "format_quoted",
    "format_text",
    "format_unicode",
]


class Directive:
    """
    The flags, width and precision of one printf directive.

    Attributes:
        width: -1 when there is none.
        precision: -1 when there is none.
        go_syntax: ``%#v``.
        minus, plus, sharp, space, zero: The flags.
    """

    __slots__ = (
        "go_syntax",
        "minus",
        "plus",
        "precision",
        "sharp",
        "space",
        "width",
        "zero",
    )

    def __init__(self) -> None:
        self.width = -1
        self.precision = -1
        self.minus = False
        self.plus = False
        self.sharp = False
        self.space = False
        self.zero = False
        self.go_syntax = False

    def pad(self, text: str, *, zeros: bool = True) -> str:
        """Return *text* filled up to the width."""
        missing = self.width - len(text)
        if missing <= 0:
            return text
        if self.minus:
            return text + " " * missing
        return ("0" if self.zero and zeros else " ") * missing + text


_BASES = {"b": 2, "o": 8, "O": 8, "x": 16, "X": 16}
_FORMATS = {2: "b", 8: "o", 10: "d", 16: "x"}


def format_integer(d: Directive, value: int, verb: str) -> str:
    """Return *value* in the base of *verb*: ``d v b o O x X``."""
    base = _BASES.get(verb, 10)
    sign = "-" if value < 0 else "+" if d.plus else " " if d.space else ""
    precision = 0
    if d.precision >= 0:
        precision = d.precision
        if precision == 0 and value == 0:
            return " " * max(d.width, 0)
    elif d.zero and not d.minus and d.width >= 0:
        precision = d.width - len(sign)
    # str() refuses integers beyond some thousand digits, format() as well, and
    # no value that Go could have is that long.
    digits = format(abs(value), _FORMATS[base]).rjust(precision, "0")
    if verb == "X":
        digits = digits.upper()
    return d.pad(sign + _prefix(d, verb, digits) + digits, zeros=False)


def _prefix(d: Directive, verb: str, digits: str) -> str:
    if verb == "O":
        return "0o"
    if not d.sharp:
        return ""
    if verb == "o":
        return "" if digits[0] == "0" else "0"
    return {"b": "0b", "x": "0x", "X": "0X"}.get(verb, "")


def format_unicode(d: Directive, value: int) -> str:
    """Return *value* as ``U+0078``, with the character under ``#``."""
    code = value if value >= 0 else value + (1 << 64)
    text = "U+" + f"{code:X}".rjust(max(d.precision, 4), "0")
    if d.sharp and code <= 0x10FFFF and is_printable(chr(code)):
        text += f" '{chr(code)}'"
    return d.pad(text, zeros=False)


def format_character(d: Directive, value: int, verb: str) -> str:
    """Return the character with the code *value*, quoted for ``q``."""
    char = rune(value)
    return d.pad(char if verb == "c" else quote_rune(char, ascii_only=d.plus))


def format_floating(d: Directive, value: float, verb: str) -> str:
    """Return *value* by *verb*: ``v e E f F g G x X b``."""
    kind = {"v": "g", "F": "f"}.get(verb, verb)
    default = 6 if kind in "eEf" else -1
    precision = default if d.precision < 0 else d.precision
    number = format_float(value, kind, precision)
    sign, number = _split_sign(number)
    if d.space and sign == "+" and not d.plus:
        sign = " "
    if number[0] in "IN":
        bare = number == "NaN" and not (d.space or d.plus)
        return d.pad(number if bare else sign + number, zeros=False)
    if d.sharp and kind != "b":
        number = _with_point(number, kind, precision)
    if sign == "+" and not d.plus:
        return d.pad(number)
    if d.zero and not d.minus and d.width > len(number) + 1:
        return sign + number.rjust(d.width - 1, "0")
    return d.pad(sign + number)


def _split_sign(number: str) -> Tuple[str, str]:
    return (number[0], number[1:]) if number[0] in "+-" else ("+", number)


def _with_point(number: str, kind: str, precision: int) -> str:
    """Return *number* with a decimal point and the zeros that ``#`` keeps."""
    digits = 0
    if kind in "gGxX":
        digits = 6 if precision < 0 else precision
    marks = "pP" if kind in "xX" else "eE"
    cut = next((i for i, char in enumerate(number) if char in marks), len(number))
    head, tail = number[:cut], number[cut:]
    significant = head.replace(".", "").lstrip("0")
    digits -= len(significant)
    if "." not in head:
        digits -= head == "0"
        head += "."
    return head + "0" * max(digits, 0) + tail


def format_text(d: Directive, text: str) -> str:
    """Return *text*, cut to the precision and filled up to the width."""
    return d.pad(text if d.precision < 0 else text[: d.precision])


def format_quoted(d: Directive, text: str) -> str:
    """Return *text* as a Go string literal."""
    if d.precision >= 0:
        text = text[: d.precision]
    if d.sharp and _can_backquote(text):
        return d.pad(f"`{text}`")
    return d.pad(quote(text, ascii_only=d.plus))


def _can_backquote(text: str) -> bool:
    return not any(
        (char < " " and char != "\t")
        or char in "`\x7f\ufeff"
        or "\ud800" <= char <= "\udfff"
        for char in text
    )


def format_hex_text(d: Directive, text: str, verb: str) -> str:
    """Return the bytes of *text* as hexadecimal digits."""
    data = to_bytes(text)
    if d.precision >= 0:
        data = data[: d.precision]
    if not data:
        return d.pad("")
    prefix = f"0{verb}" if d.sharp else ""
    pairs = [f"{byte:02{verb}}" for byte in data]
    joined = f" {prefix}".join(pairs) if d.space else "".join(pairs)
    return d.pad(prefix + joined)
