"""A path into a JSON document, in either of two dialects."""

from __future__ import annotations

from functools import lru_cache
from typing import Callable, Final, Tuple

from apirun.capture.errors import PathError
from apirun.capture.gjson import compile_gjson
from apirun.capture.jsonpath import JsonPath

MAX_LENGTH: Final = 4096


class Path:
    """
    A path into a JSON document, compiled once and used any number of times.

    A path that begins with ``$`` is JSONPath, as jsonpath-ng has it. Every
    other is a GJSON path, as the Go tool has it: ``vpc.id``, ``users.0.id``,
    ``users.#(role=="admin").name``. Paths are immutable, compare by their
    text, and may be used by several threads.

    Args:
        expression: The path, at most 4,096 characters.

    Raises:
        PathError: If *expression* is no path.

    Example:
        >>> Path("users.#.name").get({"users": [{"name": "Ada"}, {"id": 2}]})
        ['Ada']
        >>> Path("users.0.id").get({"users": []})
        MISSING

    Source: https://github.com/tidwall/gjson, SYNTAX.md;
    https://github.com/h2non/jsonpath-ng.
    """

    __slots__ = ("_run", "expression")

    def __init__(self, expression: str) -> None:
        if len(expression) > MAX_LENGTH:
            reason = f"it is longer than {MAX_LENGTH} characters"
            raise PathError(expression, MAX_LENGTH, reason)
        self.expression = expression
        if expression.startswith("$"):
            self._run = JsonPath(expression).run
        else:
            self._run = compile_gjson(expression).run

    def get(self, document: object) -> object:
        """
        Return what the path finds in a document; never raises.

        Args:
            document: What `parse_document` returned, or any JSON value.

        Returns:
            The value, which may be a part of the document itself and is not
            to be changed, or `MISSING`.
        """
        return self._run(document)

    def __repr__(self) -> str:
        return f"Path({self.expression!r})"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Path):
            return NotImplemented
        return self.expression == other.expression

    def __hash__(self) -> int:
        return hash(self.expression)

    def __reduce__(self) -> Tuple[Callable[[str], Path], Tuple[str]]:
        return (Path, (self.expression,))


@lru_cache(maxsize=4096)
def compile_path(expression: str) -> Path:
    """
    Compile a path, or return the one compiled before.

    Args:
        expression: The path.

    Raises:
        PathError: If *expression* is no path.

    Example:
        >>> ids = compile_path("users.#.id")
        >>> [ids.get(page) for page in ({"users": [{"id": 1}]}, {"users": []})]
        [[1], []]
    """
    return Path(expression)
