"""Templates and capture paths, refused where they stand if they can't be compiled."""

from typing import Iterator, Mapping, Tuple

from apirun.capture import PathError, parse_source
from apirun.documents.faults import Fault, join
from apirun.template import Template, TemplateError, compile_template

__all__ = ["check_condition", "check_path", "check_template", "leaves"]


def check_template(text: str) -> None:
    """
    Raise if *text* is no Go template.

    Raises:
        Fault: With Go's own message, at the line and column inside *text*.
    """
    if "{{" not in text:
        return
    try:
        compile_template(text)
    except TemplateError as error:
        raise Fault(str(error), line=error.line, column=error.column) from error


def check_condition(text: str) -> None:
    """
    Raise if *text* is no condition of a stage.

    Raises:
        Fault: With Go's own message, at the line and column inside *text*.
    """
    functions = {"success": _unasked, "failed": _unasked, "env": _unasked}
    try:
        Template(text, functions=functions)
    except TemplateError as error:
        raise Fault(str(error), line=error.line, column=error.column) from error


def _unasked(name: str) -> bool:
    """Stand for a function of conditions: compiling asks only for its name."""
    raise NotImplementedError(name)


def check_path(expression: str) -> None:
    """
    Raise if *expression* says of no place in a response.

    Raises:
        Fault: At the character that is wrong.
    """
    if not expression:
        raise Fault("an empty path: say where in the answer the value stands")
    try:
        parse_source(expression)
    except PathError as error:
        column = None if error.position is None else error.position + 1
        raise Fault(str(error), column=column) from error


def leaves(value: object, key: str = "") -> Iterator[Tuple[str, str]]:
    """
    Return the texts in *value* with their keys.

    Args:
        value: A body: text, or a mapping or list of JSON values.
        key: Key of the body itself.
    """
    if isinstance(value, str):
        yield key, value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from leaves(item, join(key, str(name)))
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from leaves(item, join(key, str(index)))
