"""What the scalars of a document mean, by YAML 1.2 where a type is needed."""

import math
import re
from typing import Dict, List, Mapping, Optional, Tuple, Union

from apirun.documents.faults import Fault, Faults, faults_of

__all__ = ["Json", "Plain", "as_json", "is_null", "kind_of", "to_bool", "to_int"]

Json = Union[None, bool, int, float, str, Mapping[str, "Json"], Tuple["Json", ...]]

NULLS = frozenset({"", "~", "null", "Null", "NULL"})
TRUTHS = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
OLD_TRUTHS = {
    **dict.fromkeys(("yes", "on", "y", "1"), "true"),
    **dict.fromkeys(("no", "off", "n", "0"), "false"),
}
INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
ENDLESS = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
# The bound that Python itself sets to the digits that it converts.
MAX_DIGITS = 4300


class Plain(str):
    """The text of a scalar without quotes, whose type the reader decides."""

    __slots__ = ()


def is_null(value: object) -> bool:
    """Return whether *value* is nothing: no text at all, ``~`` or ``null``."""
    return value is None or (value.__class__ is Plain and value in NULLS)


def to_bool(text: str) -> Optional[bool]:
    """Return the truth value that the plain scalar *text* is, None if it is none."""
    return TRUTHS.get(text)


def to_int(text: str) -> Optional[int]:
    """
    Return the whole number that the plain scalar *text* is, None if it is none.

    Raises:
        Fault: If it has more digits than Python converts.
    """
    if not INTEGER.fullmatch(text):
        return None
    if len(text) > MAX_DIGITS:
        raise Fault(f"a number of {len(text)} digits is too long")
    if text.startswith(("0o", "0x")):
        return int(text, 0)
    return int(text)


def as_json(value: object) -> Json:
    """
    Return *value* as the JSON value that it stands for.

    Plain scalars are typed by the core schema of YAML 1.2, so ``yes`` and
    ``2024-01-01`` are text; a float keeps its value but not its digits
    (``1.10`` is 1.1). Lists become tuples.

    Args:
        value: A value of a document.

    Raises:
        Fault: If a number is one that JSON can't hold.
        Faults: Likewise, for lists and mappings.

    Source: YAML 1.2.2, section 10.3.2.
    """
    if value.__class__ is Plain:
        return _typed(str(value))
    if isinstance(value, dict):
        return _mapping(value)
    if isinstance(value, list):
        return _list(value)
    return value  # type: ignore[return-value]  # only str and None are left


def _typed(text: str) -> Json:
    if text in NULLS:
        return None
    truth = TRUTHS.get(text)
    if truth is not None:
        return truth
    number = to_int(text)
    if number is not None:
        return number
    if FLOAT.fullmatch(text):
        real = float(text)
        if math.isinf(real):
            raise Fault(f"{text} is too large for a number of JSON: put it in quotes")
        return real
    if ENDLESS.fullmatch(text):
        raise Fault(f"JSON has no number {text}: put it in quotes to send it as text")
    return text


def _mapping(value: Mapping[str, object]) -> Json:
    result: Dict[str, Json] = {}
    faults: List[Fault] = []
    for key, item in value.items():
        try:
            result[key] = as_json(item)
        except (Fault, Faults) as error:
            faults += faults_of(error, key)
    if faults:
        raise Faults(faults)
    return result


def _list(value: List[object]) -> Json:
    result: List[Json] = []
    faults: List[Fault] = []
    for index, item in enumerate(value):
        try:
            result.append(as_json(item))
        except (Fault, Faults) as error:
            faults += faults_of(error, str(index))
    if faults:
        raise Faults(faults)
    return tuple(result)


def kind_of(value: object) -> str:
    """Return what *value* is called in a message."""
    if is_null(value):
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    text = str(value)
    shown = text if len(text) <= 60 else f"{text[:60]}…"
    return repr(shown)
