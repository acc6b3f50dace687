"""
Python values seen as Go values: their types, truth and order.

``str`` is string, ``bool`` bool, ``int`` int, ``float`` float64, ``None`` a nil
interface, a list or tuple ``[]interface {}`` and a mapping
``map[string]interface {}``. The classes here are for the few other types that
functions return.
"""

from collections.abc import Mapping as AbstractMapping
from typing import Dict, List, Mapping, Sequence, Tuple

from apirun.template.times import Time
from apirun.template.unknown import Unknown

__all__ = [
    "Int64",
    "StringList",
    "StringMap",
    "Uint8",
    "is_true",
    "kind_name",
    "sorted_items",
    "type_name",
]


class Int64(int):
    """An int64, which Go tells apart from int."""

    __slots__ = ()


class Uint8(int):
    """A byte of a text."""

    __slots__ = ()


class StringList(List[str]):
    """A ``[]string``."""


class StringMap(Dict[str, str]):
    """A ``map[string]string``."""


_TYPE_NAMES: Mapping[type, str] = {
    str: "string",
    bool: "bool",
    int: "int",
    float: "float64",
    type(None): "<nil>",
    list: "[]interface {}",
    tuple: "[]interface {}",
    dict: "map[string]interface {}",
    Int64: "int64",
    Uint8: "uint8",
    StringList: "[]string",
    StringMap: "map[string]string",
    Time: "time.Time",
    Unknown: "string",
}
_BASES: Sequence[Tuple[type, str]] = (
    (str, "string"),
    (bool, "bool"),
    (int, "int"),
    (float, "float64"),
    (list, "[]interface {}"),
    (tuple, "[]interface {}"),
    (AbstractMapping, "map[string]interface {}"),
)
_KIND_NAMES: Mapping[str, str] = {
    "[]interface {}": "slice",
    "[]string": "slice",
    "map[string]interface {}": "map",
    "map[string]string": "map",
    "time.Time": "struct",
}


def type_name(value: object) -> str:
    """Return the name of the Go type that *value* has."""
    name = _TYPE_NAMES.get(type(value))
    if name is not None:
        return name
    for base, name in _BASES:
        if isinstance(value, base):
            return name
    return type(value).__name__


def kind_name(value: object) -> str:
    """Return the name of the Go kind that *value* has."""
    name = type_name(value)
    return _KIND_NAMES.get(name, name)


def is_true(value: object) -> bool:
    """
    Return whether Go's templates take *value* for true.

    False are false, 0, nil and anything empty.
    """
    if value is None or value is False:
        return False
    if isinstance(value, (str, int, float, list, tuple)):
        return bool(value)
    if isinstance(value, AbstractMapping):
        return len(value) > 0
    return True


def sorted_items(mapping: Mapping[str, object]) -> List[Tuple[str, object]]:
    """Return the entries of *mapping* in the order of their keys."""
    try:
        keys = sorted(mapping)
    except TypeError:
        keys = sorted(mapping, key=str)
    return [(key, mapping[key]) for key in keys]
