"""
The values that a document holds: what is missing, and how values print.

JSON's objects, lists, strings, booleans and null are Python's own. A number
is an `int` where that says all, and otherwise a `LiteralNumber`, which
compares as a number and still knows the digits that stood in the document.
"""

from __future__ import annotations

import math
import re
from json.encoder import encode_basestring
from typing import Dict, Final, Iterator, List, Set, Tuple, Type

_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class Missing:
    """
    The type of `MISSING`, which is its only value.

    It is false, so that ``if value:`` reads well, and it stays the same
    object through `copy` and `pickle`, so that ``value is MISSING`` holds
    wherever the value came from.

    Example:
        >>> from apirun.capture import MISSING, Path
        >>> found = Path("vpc.id").get({"vpc": {}})
        >>> found is MISSING, bool(found)
        (True, False)
    """

    __slots__ = ()

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "MISSING"

    def __reduce__(self) -> str:
        return "MISSING"


MISSING: Final = Missing()
"""What a path gives that finds nothing: neither null nor empty text."""


class LiteralNumber(float):
    """
    A number that remembers how it was written.

    Args:
        literal: The number as JSON writes it.

    Example:
        >>> price = LiteralNumber("1.10")
        >>> price == 1.1, price > 1, as_text(price)
        (True, True, '1.10')
    """

    __slots__ = ("literal",)

    literal: str

    def __new__(cls, literal: str) -> LiteralNumber:
        """Read the literal, and keep it."""
        number = super().__new__(cls, literal)
        number.literal = literal
        return number

    def __reduce__(self) -> Tuple[Type[LiteralNumber], Tuple[str]]:
        return (type(self), (self.literal,))

    def __repr__(self) -> str:
        return self.literal


def without_surrogates(text: str) -> str:
    r"""
    Return *text* with U+FFFD for each half of a surrogate pair, as Go reads it.

    No store and no terminal could take one.

    Example:
        >>> without_surrogates("a\ud83db") == "a\ufffdb"
        True
    """
    if text.isascii():
        return text
    return _SURROGATE.sub("\ufffd", text)


def as_text(value: object) -> str:
    """
    Write a captured value as the text that a variable holds.

    Args:
        value: What `Path.get` returned, or any other JSON value.

    Returns:
        A string as it is; ``true`` or ``false``; nothing for null; a number
        with the digits of the document; a list or an object as compact JSON
        with its keys in their order and no character escaped needlessly.

    Raises:
        TypeError: If *value* is no JSON value: `MISSING` is none.
        ValueError: If it holds a float that JSON can't write, or itself.

    Example:
        >>> as_text({"id": 1, "tags": ["a", None]})
        '{"id":1,"tags":["a",null]}'
    """
    if isinstance(value, str):
        # A plain one: members of an enumeration are texts, too.
        return value if type(value) is str else str.__str__(value)
    if value is None:
        return ""
    return to_json(value)


def to_json(value: object) -> str:
    """
    Write a value as compact JSON, whatever its depth.

    Raises:
        TypeError: If *value* is no JSON value.
        ValueError: If it holds a float that JSON can't write, or itself.
    """
    pieces: List[str] = []
    inside: Set[int] = set()
    # Iterators instead of recursion: a document may be deeper than the stack.
    open_items: List[Tuple[Iterator[object], str]] = [(iter((value,)), "")]
    owners: List[Dict[str, object]] = []
    holders: List[int] = []
    while open_items:
        items, closing = open_items[-1]
        for item in items:
            if closing and pieces[-1] not in ("{", "["):
                pieces.append(",")
            child = item
            if closing == "}":
                pieces.append(encode_basestring(_key(item)) + ":")
                child = owners[-1][item]  # type: ignore[index]  # _key() checked it
            if isinstance(child, (dict, list, tuple)):
                if id(child) in inside:
                    raise ValueError(f"a {type(child).__name__} holds itself")
                inside.add(id(child))
                holders.append(id(child))
            if isinstance(child, dict):
                pieces.append("{")
                owners.append(child)
                open_items.append((iter(child), "}"))
                break
            if isinstance(child, (list, tuple)):
                pieces.append("[")
                open_items.append((iter(child), "]"))
                break
            pieces.append(_scalar(child))
        else:
            open_items.pop()
            pieces.append(closing)
            if closing:
                inside.discard(holders.pop())
            if closing == "}":
                owners.pop()
    return "".join(pieces)


def _key(key: object) -> str:
    if isinstance(key, str):
        return key
    raise TypeError(f"an object's key must be a string, not {type(key).__name__}")


def _scalar(value: object) -> str:
    if isinstance(value, str):
        return encode_basestring(value)
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, LiteralNumber):
        return value.literal
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError(f"JSON can't write the number {value!r}")
        return float.__repr__(value)
    raise TypeError(f"{type(value).__name__} is no JSON value")
