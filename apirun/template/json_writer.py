"""
Writes values as JSON the way Go does, up to a limit.

Keys are sorted, but ``<``, ``>`` and ``&`` stay as they are: nothing is escaped
for HTML here.

Source: Go, ``encoding/json``.
"""

import json
import math
from collections.abc import Mapping as AbstractMapping
from typing import List, Mapping, Optional, Sequence

from apirun.template.errors import CallError, LimitError, UnknowableError
from apirun.template.floats import format_float
from apirun.template.printing import MOST_PARTS
from apirun.template.text import sound
from apirun.template.unknown import Unknown
from apirun.template.values import sorted_items

__all__ = ["write_json"]

_quote = json.JSONEncoder(ensure_ascii=False).encode


def write_json(value: object, limit: int, indent: Optional[str] = None) -> str:
    """
    Return *value* as JSON.

    Args:
        value: Any value.
        limit: Characters that the text may have at most.
        indent: Put before every line, once per level; None for one line.

    Raises:
        LimitError: If the text is longer.
        CallError: If there is no JSON for it.
        UnknowableError: If a part of it is not known yet.
    """
    writer = _Writer(limit, indent)
    writer.write(value, 0)
    return "".join(writer.parts)


class _Writer:
    def __init__(self, limit: int, indent: Optional[str]) -> None:
        self.parts: List[str] = []
        self._limit = limit
        self._parts_left = MOST_PARTS
        self._left = limit
        self._indent = indent

    def _put(self, text: str) -> None:
        self._left -= len(text)
        if self._left < 0:
            raise LimitError(f"the text is longer than {self._limit} characters")
        self.parts.append(text)

    def _line(self, depth: int) -> None:
        if self._indent is not None:
            self._put("\n" + self._indent * depth)

    def write(self, value: object, depth: int) -> None:
        self._parts_left -= 1
        if self._parts_left < 0:
            raise LimitError(f"the value has more than {MOST_PARTS} parts")
        if isinstance(value, str):
            self._put(_string(value))
        elif isinstance(value, AbstractMapping):
            self._map(value, depth)
        elif isinstance(value, (list, tuple)):
            self._list(value, depth)
        else:
            self._put(_scalar(value))

    def _map(self, value: Mapping[str, object], depth: int) -> None:
        if not value:
            self._put("{}")
            return
        self._put("{")
        for index, (key, item) in enumerate(sorted_items(value)):
            if index:
                self._put(",")
            self._line(depth + 1)
            self._put(_string(str(key)))
            self._put(":" if self._indent is None else ": ")
            self.write(item, depth + 1)
        self._line(depth)
        self._put("}")

    def _list(self, value: Sequence[object], depth: int) -> None:
        if not value:
            self._put("[]")
            return
        self._put("[")
        for index, item in enumerate(value):
            if index:
                self._put(",")
            self._line(depth + 1)
            self.write(item, depth + 1)
        self._line(depth)
        self._put("]")


def _string(text: str) -> str:
    quoted = _quote(sound(text))
    if "\u2028" in quoted or "\u2029" in quoted:
        quoted = quoted.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return quoted


def _scalar(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, Unknown):
        raise UnknowableError(value.label)
    return _string(str(value))


def _number(value: float) -> str:
    if not math.isfinite(value):
        raise CallError(f"json: unsupported value: {format_float(value, 'g')}")
    if value == 0 or 1e-6 <= abs(value) < 1e21:
        return format_float(value, "f")
    # Go writes e-09 as e-9.
    return format_float(value, "e").replace("e-0", "e-")
