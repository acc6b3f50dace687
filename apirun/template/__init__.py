"""
Go's ``text/template`` for Python.

Example:
    >>> from apirun.template import Template
    >>> Template("{{range .ids}}[{{.}}]{{end}}").render({"ids": [1, 2]})
    '[1][2]'
"""

from apirun.template.errors import (
    MissingKeyError,
    TemplateError,
    TemplateExecutionError,
    TemplateSyntaxError,
    UnknownValueError,
)
from apirun.template.limits import Limits
from apirun.template.template import Template, compile_template
from apirun.template.unknown import Unknown

__all__ = [
    "Limits",
    "MissingKeyError",
    "Template",
    "TemplateError",
    "TemplateExecutionError",
    "TemplateSyntaxError",
    "Unknown",
    "UnknownValueError",
    "compile_template",
]
