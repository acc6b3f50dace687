"""
What can be wrong with a path, or with the document it is used on.

::

    ValueError
    |-- PathError       the expression can't be compiled
    `-- DocumentError   the text is not JSON

Both carry their parts as attributes and derive the text from them, so that a
caller can draw a caret under the place, and both survive `pickle` and `copy`.
"""

from __future__ import annotations

from typing import Optional

_SHOWN = 120


class PathError(ValueError):
    """
    A path that can't be compiled, refused before any document is seen.

    Attributes:
        expression: The path as it was written.
        position: Offset of the offending character, counted from 0; None
            where it isn't known.
        reason: What is wrong, and what to write instead.

    Example:
        >>> from apirun.capture import Path, PathError
        >>> try:
        ...     Path("$.users[")
        ... except PathError as error:
        ...     print(error.expression)
        $.users[
    """

    def __init__(self, expression: str, position: Optional[int], reason: str) -> None:
        super().__init__(expression, position, reason)
        self.expression = expression
        self.position = position
        self.reason = reason

    def __str__(self) -> str:
        shown = self.expression[:_SHOWN]
        # Not repr(): it would double the backslashes, and the position be off.
        if not shown.isprintable():
            shown = shown.encode("unicode_escape").decode("ascii")
        if len(self.expression) > _SHOWN:
            shown += "..."
        place = "" if self.position is None else f" at character {self.position + 1}"
        return f"invalid path '{shown}'{place}: {self.reason}"


class DocumentError(ValueError):
    """
    A text that is not a JSON document.

    The text itself is left out of the message because it may hold secrets.

    Attributes:
        reason: What is wrong.
        line: Line of the offending character, counted from 1.
        column: Its column in characters, counted from 1.

    Example:
        >>> from apirun.capture import DocumentError, parse_document
        >>> try:
        ...     parse_document('{"id": 1, "tags": [')
        ... except DocumentError as error:
        ...     print(error.line, error.column)
        1 20
    """

    def __init__(self, reason: str, line: int, column: int) -> None:
        super().__init__(reason, line, column)
        self.reason = reason
        self.line = line
        self.column = column

    def __str__(self) -> str:
        return f"invalid JSON at {self.line}:{self.column}: {self.reason}"
