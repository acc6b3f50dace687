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

    Example:
        >>> from apirun.template import Template, TemplateError
        >>> def render(text: str) -> str:
        ...     try:
        ...         return Template(text).render({"name": "ada"})
        ...     except TemplateError as error:
        ...         return f"line {error.line}: {type(error).__name__}"
        >>> render("{{.name}}"), render("{{.name"), render("{{.nme}}")
        ('ada', 'line 1: TemplateSyntaxError', 'line 1: MissingKeyError')
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
    """
    The text is no template.

    Example:
        >>> from apirun.template import Template, TemplateSyntaxError
        >>> try:
        ...     Template("{{if .ready}}yes", name="note")
        ... except TemplateSyntaxError as error:
        ...     print(error)
        template: note:1: unexpected EOF
    """


class TemplateExecutionError(TemplateError):
    """
    The template can't be rendered with this data.

    Example:
        >>> from apirun.template import Template, TemplateExecutionError
        >>> try:
        ...     Template("{{index .ids 3}}").render({"ids": [1]})
        ... except TemplateExecutionError as error:
        ...     print(error.line, error.column)
        1 3
    """


class MissingKeyError(TemplateExecutionError):
    """
    A map has no entry for a key.

    Attributes:
        key: The name that is missing.
        path: The fields from the start of the chain up to *key*, such as
            ``("env", "vpc_id")``.

    Example:
        >>> from apirun.template import MissingKeyError, Template
        >>> try:
        ...     Template("{{.env.vpc_id}}").render({"env": {"region": "eu"}})
        ... except MissingKeyError as error:
        ...     print(error.key, error.path)
        vpc_id ('env', 'vpc_id')
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

    Example:
        >>> from apirun.template import Template, Unknown, UnknownValueError
        >>> later = Unknown("(known after 001_boot)")
        >>> try:
        ...     Template("{{if eq .state `up`}}go{{end}}").render({"state": later})
        ... except UnknownValueError as error:
        ...     print(error.label)
        (known after 001_boot)
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
