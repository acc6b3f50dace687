"""
GJSON's modifiers: ``@reverse``, ``@keys`` and the like, as functions of values.

All of them read only. Each takes what stands left of it, which may be
`MISSING`, and returns a value or `MISSING`.

Source: https://github.com/tidwall/gjson, SYNTAX.md, "Modifiers".
"""

from __future__ import annotations

import re
from typing import Callable, Dict, Final, Iterator, List

from apirun.capture.document import parse_document
from apirun.capture.errors import DocumentError
from apirun.capture.values import MISSING, to_json

Modifier = Callable[[object], object]


def _same(value: object) -> object:
    return value


def _reverse(value: object) -> object:
    if isinstance(value, list):
        return value[::-1]
    if isinstance(value, dict):
        return dict(reversed(list(value.items())))
    return value


def _keys(value: object) -> object:
    if value is MISSING:
        return []
    if isinstance(value, dict):
        return list(value)
    return [None] * (len(value) if isinstance(value, list) else 1)


def _values(value: object) -> object:
    if value is MISSING:
        return []
    if isinstance(value, list):
        return value
    return list(value.values()) if isinstance(value, dict) else [value]


def _flatten(value: object) -> object:
    if not isinstance(value, list):
        return value
    flat: List[object] = []
    for item in value:
        if isinstance(item, list):
            flat.extend(item)
        else:
            flat.append(item)
    return flat


def flatten_deep(value: object) -> object:
    """Take all lists inside a list apart, whatever their depth."""
    if not isinstance(value, list):
        return value
    flat: List[object] = []
    open_lists: List[Iterator[object]] = [iter(value)]
    while open_lists:
        for item in open_lists[-1]:
            if isinstance(item, list):
                open_lists.append(iter(item))
                break
            flat.append(item)
        else:
            open_lists.pop()
    return flat


def _join(value: object) -> object:
    if not isinstance(value, list):
        return value
    joined: Dict[str, object] = {}
    for item in value:
        if isinstance(item, dict):
            joined.update(item)
    return joined


def _to_string(value: object) -> object:
    if value is MISSING:
        return ""
    try:
        return to_json(value)
    except (TypeError, ValueError):
        return MISSING


def _from_string(value: object) -> object:
    if value is None:
        return MISSING
    if not isinstance(value, str):
        return value
    try:
        return parse_document(value)
    except DocumentError:
        return MISSING


def _group(value: object) -> object:
    if not isinstance(value, dict):
        return MISSING
    rows: List[Dict[str, object]] = []
    for key, column in value.items():
        if isinstance(column, list):
            rows.extend({} for _ in range(len(column) - len(rows)))
            for row, item in zip(rows, column):
                row[key] = item
    return rows


# `ugly` and `pretty` change the text of a document, not its value.
MODIFIERS: Final[Dict[str, Modifier]] = {
    "flatten": _flatten,
    "fromstr": _from_string,
    "group": _group,
    "join": _join,
    "keys": _keys,
    "pretty": _same,
    "reverse": _reverse,
    "this": _same,
    "tostr": _to_string,
    "ugly": _same,
    "valid": _same,
    "values": _values,
}

# GJSON has this one, too; it is refused because one value of a document can
# stand in its result as often as the document is deep.
REFUSED: Final[Dict[str, str]] = {
    "dig": "'@dig' is not supported: write it as JSONPath, like '$..name'",
}

_NAME: Final = re.compile(r"@([^.|:]*)")


def name_of_modifier(expression: str, start: int, end: int) -> str:
    """Return the name at *start*, or nothing where there is no ``@``."""
    match = _NAME.match(expression, start, end)
    return match.group(1) if match else ""


def is_modifier(expression: str, start: int, end: int) -> bool:
    """Tell whether a modifier stands at an offset; any other ``@name`` is a key."""
    name = name_of_modifier(expression, start, end)
    return name in MODIFIERS or name in REFUSED
