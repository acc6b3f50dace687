"""JSON text to Python values, with the digits of its numbers."""

from __future__ import annotations

import json
import re
from itertools import accumulate
from typing import Dict, Final, Iterator, List, NoReturn, Tuple, Union

from apirun.capture.errors import DocumentError
from apirun.capture.values import LiteralNumber, without_surrogates

MAX_DEPTH: Final = 256

# Python refuses to convert longer integers to text when its limit is set as
# low as it goes (sys.int_info.str_digits_check_threshold).
_INT_DIGITS: Final = 640

_STRING: Final = re.compile(r'"[^"]*"?')
_NO_BRACKET: Final = re.compile(r"[^\[\]{}]+")
_STEP: Final = {"[": 1, "{": 1, "]": -1, "}": -1}
_SURROGATE_ESCAPE: Final = re.compile(r"\\u[dD][89a-fA-F]")


class _ConstantError(ValueError):
    """A word that Python's JSON reader knows and JSON does not."""


def parse_document(text: Union[str, bytes]) -> object:
    """
    Read one JSON document (RFC 8259).

    Of a key that an object holds twice the first value counts, as in GJSON.
    Half of a surrogate pair is read as U+FFFD, as Go reads it, because no
    store and no terminal could take it.

    Args:
        text: The document; bytes are UTF-8. A byte order mark is ignored.

    Returns:
        Python values; a number is an `int`, or a `LiteralNumber` where an
        `int` would lose what was written.

    Raises:
        DocumentError: If *text* is not JSON, is nested deeper than 256
            levels, or is not UTF-8.

    Example:
        >>> parse_document('{"price": 1.10, "id": 12345678901234567890}')
        {'price': 1.10, 'id': 12345678901234567890}
    """
    if isinstance(text, bytes):
        text = _decode(text)
    # RFC 8259, section 8.1: a parser may ignore it, and some servers send it.
    if text.startswith("\ufeff"):
        text = text[1:]
    _check_depth(text)
    try:
        document = json.loads(
            text,
            parse_int=_integer,
            parse_float=LiteralNumber,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError as error:
        reason = error.msg[:1].lower() + error.msg[1:]
        for tail in (" starting at", " at"):
            reason = reason[: -len(tail)] if reason.endswith(tail) else reason
        if not text.strip(" \t\r\n"):
            reason = "it is empty"
        raise DocumentError(reason, error.lineno, error.colno) from None
    except _ConstantError as error:
        raise _constant_error(text, str(error)) from None
    except RecursionError:
        raise DocumentError("it is nested too deeply", 1, 1) from None
    if _may_hold_surrogate(text):
        return _clean(document)
    return document


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8")
        line, column = _place(before, len(before))
        raise DocumentError("it is not UTF-8", line, column) from None


def _place(text: str, offset: int) -> Tuple[int, int]:
    """Line and column of *offset*, both counted from 1."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def _check_depth(text: str) -> None:
    """Refuse what would exhaust the stack of a reader, here or later on."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return
    # Escapes go first so that a string is simply what stands between quotes:
    # a pattern that follows escapes itself needs memory for each of them.
    bare = _STRING.sub("", text.replace("\\\\", "").replace('\\"', ""))
    brackets = _NO_BRACKET.sub("", bare)
    if max(accumulate(map(_STEP.__getitem__, brackets)), default=0) <= MAX_DEPTH:
        return
    offset = _too_deep_at(text)
    line, column = _place(text, offset)
    reason = f"it is nested deeper than {MAX_DEPTH} levels"
    raise DocumentError(reason, line, column)


def _too_deep_at(text: str) -> int:
    """Where the first bracket beyond the allowed depth stands."""
    depth = 0
    for offset in _outside_strings(text):
        depth += _STEP.get(text[offset], 0)
        if depth > MAX_DEPTH:
            return offset
    return 0


def _outside_strings(text: str) -> Iterator[int]:
    """Go through the offsets that no string covers; slow, for error messages only."""
    quoted = escaped = False
    for offset, char in enumerate(text):
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif char == '"':
            quoted = not quoted
        elif not quoted:
            yield offset


def _integer(literal: str) -> Union[int, LiteralNumber]:
    if len(literal) > _INT_DIGITS or literal == "-0":
        return LiteralNumber(literal)
    return int(literal)


def _object(pairs: List[Tuple[str, object]]) -> Dict[str, object]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    found = {}
    for key, value in pairs:
        found.setdefault(key, value)
    return found


def _refuse_constant(word: str) -> NoReturn:
    raise _ConstantError(word)


def _constant_error(text: str, word: str) -> DocumentError:
    starts = (at for at in _outside_strings(text) if text.startswith(word, at))
    line, column = _place(text, next(starts, 0))
    return DocumentError(f"{word} is no JSON number", line, column)


def _may_hold_surrogate(text: str) -> bool:
    if _SURROGATE_ESCAPE.search(text):
        return True
    return without_surrogates(text) != text


def _clean(value: object) -> object:
    """Copy *value*, which is at most `MAX_DEPTH` levels deep."""
    if isinstance(value, str):
        return without_surrogates(value)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        # Keys that become equal: the first counts, as for any other key.
        return _object(
            [(without_surrogates(key), _clean(item)) for key, item in value.items()]
        )
    return value
