"""
Text as Go has it: bytes underneath, and its quoting.

A byte that is no valid UTF-8 is kept as the lone surrogate that Python's
``surrogateescape`` gives it, until the output is finished.
"""

import re
from typing import Callable, Tuple

__all__ = [
    "ESCAPES",
    "byte_length",
    "convert",
    "describe_rune",
    "from_bytes",
    "is_printable",
    "quote",
    "quote_rune",
    "rune",
    "sound",
    "to_bytes",
    "unquote",
    "unquote_rune",
]

_PIECE = 1 << 16
MAX_RUNE = 0x10FFFF
REPLACEMENT = "\ufffd"
ESCAPES = {
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
    "\\": "\\",
    "'": "'",
    '"': '"',
}
_SHORT = {value: f"\\{key}" for key, value in ESCAPES.items() if key not in "'\""}
_SURROGATE = re.compile("[\ud800-\udfff]")
_FOREIGN_SURROGATE = re.compile("[\ud800-\udc7f\udd00-\udfff]")
_DIGITS = {"x": 2, "u": 4, "U": 8}


def convert(text: str, change: Callable[[str], str]) -> str:
    """Return *text* with every character changed, in pieces to spare memory."""
    return "".join(
        [
            "".join([change(char) for char in text[start : start + _PIECE]])
            for start in range(0, len(text), _PIECE)
        ]
    )


def to_bytes(text: str) -> bytes:
    """Return the bytes that Go has for *text*."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        clean = _FOREIGN_SURROGATE.sub(REPLACEMENT, text)
        return clean.encode("utf-8", "surrogateescape")


def from_bytes(data: bytes) -> str:
    """Return *data* as text that remembers bytes that are no UTF-8."""
    return data.decode("utf-8", "surrogateescape")


def byte_length(text: str) -> int:
    """Return how many bytes *text* has in Go."""
    return len(text) if text.isascii() else len(to_bytes(text))


def sound(text: str) -> str:
    """Return *text* with what is no valid UTF-8 replaced by U+FFFD."""
    if text.isascii() or _SURROGATE.search(text) is None:
        return text
    return to_bytes(text).decode("utf-8", "replace")


def rune(code: int) -> str:
    """Return the character with this code, U+FFFD if there is none."""
    if 0 <= code <= MAX_RUNE and not 0xD800 <= code <= 0xDFFF:
        return chr(code)
    return REPLACEMENT


def is_printable(char: str) -> bool:
    """Return whether Go's ``strconv.IsPrint`` holds."""
    return char.isprintable()


def describe_rune(char: str) -> str:
    """Return *char* as Go's ``%#U`` prints it: ``U+002D '-'``."""
    code = f"U+{ord(char):04X}"
    return f"{code} '{char}'" if is_printable(char) else code


def quote(text: str, *, ascii_only: bool = False) -> str:
    """Return *text* as Go's ``strconv.Quote`` writes it."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return f'"{convert(text, lambda char: _quoted(char, chr(34), ascii_only))}"'


def quote_rune(char: str, *, ascii_only: bool = False) -> str:
    """Return *char* as Go's ``strconv.QuoteRune`` writes it."""
    return f"'{_quoted(char, chr(39), ascii_only)}'"


def _quoted(char: str, mark: str, ascii_only: bool) -> str:  # noqa: FBT001 - hot and private
    if char == mark or char in _SHORT:
        return _SHORT.get(char, f"\\{char}")
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if 0xD800 <= code <= 0xDFFF:
        return "\\ufffd"
    if char.isprintable() and (code < 0x80 or not ascii_only):
        return char
    if code < 0x20 or code == 0x7F:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def unquote(literal: str) -> str:
    """
    Return the text that a Go string literal stands for.

    Raises:
        ValueError: With Go's ``invalid syntax`` if it is no valid literal.
    """
    body = literal[1:-1]
    if literal[0] == "`":
        return body.replace("\r", "")
    if "\\" not in body:
        return body
    data = bytearray()
    rest = body
    while rest:
        char, is_byte, rest = unquote_rune(rest, '"')
        if is_byte:
            data.append(ord(char))
        else:
            data += to_bytes(char)
    return from_bytes(bytes(data))


def unquote_rune(rest: str, mark: str) -> Tuple[str, bool, str]:
    r"""
    Return the first character of an escaped text and what follows it.

    Args:
        rest: Text after the opening quotation mark.
        mark: The quotation mark.

    Returns:
        The character, whether it is a single byte given as ``\x`` or octal,
        and the text after it.

    Raises:
        ValueError: With Go's ``invalid syntax``.

    Source: Go, ``strconv.UnquoteChar``.
    """
    if not rest or rest[0] == mark:
        raise ValueError("invalid syntax")
    if rest[0] != "\\":
        return rest[0], False, rest[1:]
    kind = rest[1:2]
    if kind in _DIGITS and kind:
        end = 2 + _DIGITS[kind]
        code = _number(rest[2:end], 16, _DIGITS[kind])
        if kind == "x":
            return chr(code), True, rest[end:]
        if code > MAX_RUNE or 0xD800 <= code <= 0xDFFF:
            raise ValueError("invalid syntax")
        return chr(code), False, rest[end:]
    if kind and kind in "01234567":
        code = _number(rest[1:4], 8, 3)
        if code > 255:
            raise ValueError("invalid syntax")
        return chr(code), True, rest[4:]
    if kind in ESCAPES and (kind not in "'\"" or kind == mark):
        return ESCAPES[kind], False, rest[2:]
    raise ValueError("invalid syntax")


def _number(digits: str, base: int, count: int) -> int:
    allowed = "0123456789abcdefABCDEF" if base == 16 else "01234567"
    if len(digits) != count or any(digit not in allowed for digit in digits):
        raise ValueError("invalid syntax")
    return int(digits, base)
