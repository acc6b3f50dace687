"""
What can go wrong with a template, as one tree.

::

    TemplateError
    ├── TemplateSyntaxError         the text is no template
    └── TemplateExecutionError      it can't be rendered with this data
        ├── MissingKeyError         a map has no entry for a key
        └── UnknownValueError       a decision needs a value not known yet

The text is Go's own. All of them survive `pickle` and `copy`.
"""

from typing import Optional, Tuple

__all__ = [
    "CallError",
    "LimitError",
    "MissingKeyError",
    "TemplateError",
    "TemplateExecutionError",
    "TemplateSyntaxError",
    "UnknowableError",
    "UnknownValueError",
]


class TemplateError(Exception):
    """
    The root of all errors about templates.

    Attributes:
        message: The whole text, in Go's words.
        name: Name of the template.
        line: Line in the text, counted from 1.
        column: Column in characters, counted from 1, for a caret; None when
            only the line is known. The message has Go's own number, which
            counts bytes from 0.
    """

    def __init__(
        self,
        message: str,
        name: str = "gotmpl",
        line: int = 0,
        column: Optional[int] = None,
    ) -> None:
        super().__init__(message, name, line, column)
        self.message = message
        self.name = name
        self.line = line
        self.column = column

    def __str__(self) -> str:
        return self.message


class TemplateSyntaxError(TemplateError):
    """The text is no template."""


class TemplateExecutionError(TemplateError):
    """The template can't be rendered with this data."""


class MissingKeyError(TemplateExecutionError):
    """
    A map has no entry for a key.

    Attributes:
        key: The name that is missing.
        path: The fields from the start of the chain up to *key*, such as
            ``("env", "vpc_id")``.
    """

    def __init__(
        self,
        message: str,
        name: str = "gotmpl",
        line: int = 0,
        column: Optional[int] = None,
        key: str = "",
        path: Tuple[str, ...] = (),
    ) -> None:
        super().__init__(message, name, line, column)
        self.args = (message, name, line, column, key, path)
        self.key = key
        self.path = path


class UnknownValueError(TemplateExecutionError):
    """
    A decision of the template needs a value that is not known yet.

    Attributes:
        label: What stands for the value, see `Unknown`.
    """

    def __init__(
        self,
        message: str,
        name: str = "gotmpl",
        line: int = 0,
        column: Optional[int] = None,
        label: str = "",
    ) -> None:
        super().__init__(message, name, line, column)
        self.args = (message, name, line, column, label)
        self.label = label


class CallError(Exception):
    """A function refuses its arguments; the engine adds where."""


class LimitError(CallError):
    """Something grew beyond its limit; the engine adds where."""


class UnknowableError(Exception):
    """A function met a value that is not known yet, deep in an argument."""

    def __init__(self, label: str) -> None:
        super().__init__(label)
        self.label = label
