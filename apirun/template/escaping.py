"""
Escapes text for HTML, JavaScript and URL queries.

Source: Go, ``text/template/funcs.go`` and ``net/url``.
"""

from typing import Dict

from apirun.template.text import convert, is_printable, sound, to_bytes

__all__ = ["escape_html", "escape_js", "escape_query"]

_HTML: Dict[int, str] = {
    0: "\ufffd",
    ord('"'): "&#34;",
    ord("'"): "&#39;",
    ord("&"): "&amp;",
    ord("<"): "&lt;",
    ord(">"): "&gt;",
}
_JS: Dict[int, str] = {
    **{code: f"\\u{code:04X}" for code in range(32)},
    ord("\\"): "\\\\",
    ord("'"): "\\'",
    ord('"'): '\\"',
    ord("<"): "\\u003C",
    ord(">"): "\\u003E",
    ord("&"): "\\u0026",
    ord("="): "\\u003D",
}
_UNRESERVED = frozenset(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"
)
_QUERY = {
    byte: chr(byte) if byte in _UNRESERVED else f"%{byte:02X}" for byte in range(256)
}
_QUERY[ord(" ")] = "+"


def escape_html(text: str) -> str:
    """Return *text* safe inside HTML."""
    return text.translate(_HTML)


def escape_js(text: str) -> str:
    """Return *text* safe inside a JavaScript string."""
    escaped = text.translate(_JS)
    if escaped.isascii():
        return escaped
    return convert(escaped, _escape_unprintable)


def _escape_unprintable(char: str) -> str:
    if char.isascii() or is_printable(char):
        return char
    return f"\\u{ord(sound(char)):04X}"


def escape_query(text: str) -> str:
    """Return *text* safe inside a URL query; a space is a plus sign."""
    return to_bytes(text).decode("latin-1").translate(_QUERY)
