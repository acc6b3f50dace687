"""
JSONPath expressions, by jsonpath-ng.

The library is heavy and only paths that begin with ``$`` need it: importing
this module doesn't load it, compiling the first such path does.
"""

from __future__ import annotations

import re
from typing import Any, Final, List, Optional

from apirun.capture.errors import PathError
from apirun.capture.values import MISSING

_MAX_NODES: Final = 128
_MAX_NESTING: Final = 32

# jsonpath-ng says "1:4" in one message and "line 1, col 4" in the other.
_PLACE: Final = re.compile(r"at (\d+):(\d+)|on line (\d+), col (\d+)")

# The kinds of node that lead from one value to one value.
_DEFINITE: Final = frozenset(
    {"Root", "This", "Parent", "Child", "Fields", "Index", "Len", "Keys"}
    | {"SortedThis", "Sub", "Split", "Str"}
)


class JsonPath:
    """
    A compiled JSONPath.

    A path that can only ever lead to one place, like ``$.users[0].id``, is
    definite and gives the value. Any other, like ``$.users[*].id``, gives a
    list, also of one value. Neither gives anything where nothing matches.

    Args:
        expression: The path, beginning with ``$``.

    Raises:
        PathError: If jsonpath-ng refuses it, or it is too deep.
    """

    __slots__ = ("_compiled", "_definite")

    def __init__(self, expression: str) -> None:
        _check_nesting(expression)
        # Loaded here so that only users of JSONPath wait for it.
        from jsonpath_ng.ext.parser import parse  # noqa: PLC0415

        try:
            self._compiled = parse(expression)
        except Exception as error:  # noqa: BLE001 - whatever it is, the path is bad
            raise _translated(expression, error) from None
        nodes = _nodes(self._compiled)
        if len(nodes) > _MAX_NODES:
            raise PathError(expression, None, "it has too many parts")
        self._definite = all(_is_definite(node) for node in nodes)

    def run(self, value: object) -> object:
        """Return the value or the list of values, or `MISSING`."""
        try:
            found = [match.value for match in self._compiled.find(value)]
        except Exception:  # noqa: BLE001 - its filters stumble over mixed types
            return MISSING
        if not found:
            return MISSING
        return found[0] if self._definite and len(found) == 1 else found


def _check_nesting(expression: str) -> None:
    depth = 0
    for at, char in enumerate(expression):
        depth += (char in "([") - (char in ")]")
        if depth > _MAX_NESTING:
            reason = f"more than {_MAX_NESTING} brackets are open"
            raise PathError(expression, at, reason)


def _translated(expression: str, error: Exception) -> PathError:
    reason = str(error).strip() or type(error).__name__
    return PathError(expression, _position(expression, reason), f"JSONPath: {reason}")


def _position(expression: str, reason: str) -> Optional[int]:
    match = _PLACE.search(reason)
    if match is None:
        return None
    line, column = (int(part) for part in match.groups() if part is not None)
    before = sum(map(len, expression.splitlines(keepends=True)[: line - 1]))
    return min(before + column, len(expression))


def _nodes(root: Any) -> List[Any]:  # noqa: ANN401 - jsonpath-ng has no types
    """All nodes on the way, not those inside a filter."""
    nodes: List[Any] = []
    waiting = [root]
    while waiting and len(nodes) <= _MAX_NODES:
        node = waiting.pop()
        nodes.append(node)
        sides = (getattr(node, side, None) for side in ("left", "right"))
        waiting.extend(child for child in sides if child is not None)
    return nodes


def _is_definite(node: Any) -> bool:  # noqa: ANN401 - jsonpath-ng has no types
    kind = type(node).__name__
    if kind == "Fields":
        return len(node.fields) == 1 and node.fields[0] != "*"
    # Older releases have one index and no `indices`.
    return kind in _DEFINITE and len(getattr(node, "indices", (0,))) == 1
