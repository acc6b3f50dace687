"""
The forms in which a secret may appear in a text.

A form is a regular expression, given as its first character and the rest, so
that many of them can be told apart at their first character. Which way leads
through one shows in the next few characters: none can be made to backtrack at
length.
"""

import base64
import json
import re
from typing import Final, Iterator, List, Sequence, Tuple
from urllib.parse import quote

_LITERAL: Final = re.compile(r"[0-9A-Za-z_.-]")
_ENCODED: Final = re.compile("%[0-9A-F]{2}")
_SHORTEST_ANYWHERE: Final = 4

# What `requests` leaves alone in a URL (RFC 3986, reserved characters).
_KEPT_IN_URLS: Final = "!#$%&'()*+,/:;=?@[]~"

_JSON_SHORT: Final = {
    '"': '"',
    "'": "'",
    "/": "/",
    "\\": "\\",
    "\b": "b",
    "\f": "f",
    "\n": "n",
    "\r": "r",
    "\t": "t",
}

# The alphabets of base64 differ in two characters; in a URL the standard ones
# are percent-encoded, and a slash may be escaped in JSON.
_BASE64_ODD: Final = {
    "+": [("+", ""), ("-", ""), ("%", "2[bB]")],
    "/": [("/", ""), ("_", ""), ("%", "2[fF]"), ("\\", "/")],
}

# One character of a secret: the ways to write it, each as its first
# character and an expression for the rest.
_Atom = List[Tuple[str, str]]
Form = Tuple[str, str]


def is_telling(secret: str) -> bool:
    """Tell whether there is anything in a secret to hide."""
    return bool(secret.replace("*", "").strip())


def text_forms(secret: str) -> Iterator[Form]:
    """
    Yield the forms as plain text, percent-encoded and escaped as in JSON.

    Whatever set of characters an encoder leaves alone, and whichever case its
    digits have, the forms cover it: each character may be encoded or not.

    Source: RFC 3986, section 2.1; RFC 8259, section 7; the HTML standard,
    ``application/x-www-form-urlencoded`` (plus for space).
    """
    atoms = [[_url_atom(char) for char in secret]]
    if not all(map(_LITERAL.match, secret)):
        atoms.append([_json_atom(char) for char in secret])
    for form in atoms:
        for first, rest in _expanded(form):
            if len(secret) < _SHORTEST_ANYWHERE:
                yield first, rf"(?<!\w{re.escape(first)}){rest}(?!\w)"
            else:
                yield first, rest


def base64_forms(secret: str) -> Iterator[Form]:
    """
    Yield what a secret always looks like inside a base64 text.

    Three bytes become four characters, so there are three forms, by the
    number of bytes before the secret. The characters at the edges, which also
    hold bits of its neighbours, are left out.

    Source: RFC 4648, sections 4 and 5.
    """
    if len(secret) < _SHORTEST_ANYWHERE:
        return
    data = secret.encode("utf-8", "surrogatepass")
    for before in range(3):
        core = _base64_core(data, before)
        yield from _expanded([_BASE64_ODD.get(char, [(char, "")]) for char in core])


def long_text_forms(secret: str) -> List[str]:
    """
    Return the common text forms as they are, to be found by `str.find`.

    Compiling a long secret takes longer than anything else in a run; one that
    is long needs no expression to be told from other text.
    """
    data = secret.encode("utf-8", "surrogatepass")
    in_json = (json.dumps(secret), json.dumps(secret, ensure_ascii=False))
    forms = [secret, *(text[1:-1] for text in in_json)]
    forms += [text[1:-1].replace("/", "\\/") for text in in_json]
    forms += [text[1:-1].replace("&", "\\u0026") for text in in_json]
    for percent in (quote(data, safe=""), quote(data), quote(data, safe=_KEPT_IN_URLS)):
        forms += [percent, _ENCODED.sub(lambda match: match.group().lower(), percent)]
        forms += [form.replace("%20", "+") for form in forms[-2:]]
    return list(dict.fromkeys(forms))


def long_base64_forms(secret: str) -> List[str]:
    """Return the base64 forms as they are, in both alphabets."""
    data = secret.encode("utf-8", "surrogatepass")
    cores = [_base64_core(data, before) for before in range(3)]
    cores += [core.replace("+", "-").replace("/", "_") for core in cores]
    return list(dict.fromkeys(cores))


def _base64_core(data: bytes, before: int) -> str:
    text = base64.b64encode(bytes(before) + data).decode("ascii")
    return text[-(-8 * before // 6) : 8 * (before + len(data)) // 6]


def _expanded(atoms: Sequence[_Atom]) -> Iterator[Form]:
    rest = "".join(map(_expression, atoms[1:]))
    for first, tail in atoms[0]:
        yield first, tail + rest


def _expression(atom: _Atom) -> str:
    ways = [re.escape(first) + tail for first, tail in atom]
    return ways[0] if len(ways) == 1 else f"(?:{'|'.join(ways)})"


def _url_atom(char: str) -> _Atom:
    if _LITERAL.match(char):
        return [(char, "")]
    octets = (_hex(f"{octet:02x}") for octet in char.encode("utf-8", "surrogatepass"))
    atom = [("%", "%".join(octets)), (char, "")]
    if char == " ":
        atom.append(("+", ""))
    return atom


def _json_atom(char: str) -> _Atom:
    if _LITERAL.match(char):
        return [(char, "")]
    data = char.encode("utf-16-be", "surrogatepass").hex()
    units = [_hex(data[at : at + 4]) for at in range(0, len(data), 4)]
    atom = [("\\", "u" + r"\\u".join(units))]
    if char in _JSON_SHORT:
        atom.append(("\\", re.escape(_JSON_SHORT[char])))
    if char not in '"\\':
        atom.append((char, ""))
    return atom


def _hex(digits: str) -> str:
    return "".join(
        f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in digits
    )
