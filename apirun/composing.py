"""Where a program composes a value, and what is wrong with it there."""

import ast
import linecache
import os
import sys
from typing import Any, Callable, List, Optional, Sequence, Tuple, Type, Union

from attrs import Attribute, frozen

from apirun.exceptions import DocumentError
from apirun.origin import Location, Problem, shown_path

__all__ = ["CallSite", "call_site", "checked", "told_at"]

# Frames of the library, and of the code that attrs and cattrs generate for it.
OWN = (os.path.dirname(os.path.abspath(__file__)) + os.sep, "<attrs ", "<cattrs ")
POSITIONAL = {
    "Call": ("function",),
    "EnvFromStage": ("stage", "vars"),
    "Probe": ("request",),
    "Request": ("method", "url"),
    "Stage": ("config_path",),  # of from_config
}
RENAMED = {"timeout": "timeout_s", "interval": "interval_s"}
KINDS = {str: "text", bool: "True or False", int: "a whole number"}
CONSTRUCTORS = frozenset({"from_config"})


@frozen
class CallSite:
    """
    The line of a program that made a value.

    Attributes:
        file: Path as Python knows it.
        line: Line, counted from 1.
    """

    file: str
    line: int


def call_site() -> Optional[CallSite]:
    """Return the line of the caller outside of the library; None without one."""
    frame = sys._getframe(1)  # noqa: SLF001 - a stack would cost a hundred times more
    while frame is not None:
        file = frame.f_code.co_filename
        if not file.startswith(OWN):
            return CallSite(file, frame.f_lineno)
        frame = frame.f_back  # type: ignore[assignment]  # None ends it
    return None


def told_at(
    site: CallSite,
    noun: str,
    key: str,
    message: str,
    *,
    column: Optional[int] = None,
) -> Problem:
    """
    Return a problem with its line of the program, and its column if that is sure.

    The program's text is read and parsed only here, where something is wrong.

    Args:
        site: The line that made the value.
        noun: Class of the value.
        key: The argument as a path with dots, such as ``headers.X-Id``; empty
            for all of it.
        message: What is wrong.
        column: Column inside of the argument's text, counted from 1.
    """
    lines = linecache.getlines(site.file)
    line, at = site.line, 0
    call = _call_at("".join(lines), site.line, noun)
    if call is not None:
        node = _argument(call, noun, [part for part in key.split(".") if part])
        line = node.lineno
        before = lines[line - 1].encode()[: node.col_offset]
        at = len(before.decode(errors="replace")) + 1
        at += _inside(node, lines[line - 1][at - 1 :], column)
    text = lines[line - 1].rstrip("\n") if 0 < line <= len(lines) else ""
    return Problem(Location(shown_path(site.file), line, at), message, text)


def checked(cls: Type[Any], fields: "List[Attribute[Any]]") -> "List[Attribute[Any]]":
    """
    Make what is wrong with an argument of an attrs class a `DocumentError`.

    It is a ``field_transformer``: the errors of converters and validators get
    the place of the call, and plain texts, numbers and truth values are checked.
    """
    return [_checked(cls.__name__, each) for each in fields]


def _checked(noun: str, attribute: "Attribute[Any]") -> "Attribute[Any]":
    convert: Optional[Callable[[object], object]] = attribute.converter  # type: ignore[assignment]  # none of ours takes more
    validate = attribute.validator
    kinds = _kinds(attribute.type)
    if attribute.name in ("made_at", "origin") or not (convert or validate or kinds):
        return attribute

    def required(value: object) -> object:
        if value.__class__ not in kinds:
            _require(noun, attribute.name, value, kinds)
        return value

    def converted(value: object) -> object:
        assert convert is not None
        try:
            return convert(value)
        except (TypeError, ValueError, AttributeError) as error:
            raise _refused(noun, attribute.name, str(error)) from error

    def validated(made: object, of: "Attribute[Any]", value: object) -> None:
        try:
            validate(made, of, value)  # type: ignore[misc]  # only where there is one
        except (TypeError, ValueError) as error:
            text = str(error.args[0] if error.args else error)
            text = text.replace(f"'{attribute.name}' must", "this must")
            raise _refused(noun, attribute.name, text) from error

    return attribute.evolve(
        converter=converted if convert else required if kinds else None,
        validator=validated if validate else None,
    )


def _kinds(declared: object) -> Tuple[type, ...]:
    """Return the plain types that an attribute takes, none if it takes others."""
    for kind in (str, bool, int):
        if declared is kind:
            return (kind,)
        if declared == Optional[kind]:
            return kind, type(None)
    return ()


def _require(noun: str, key: str, value: object, kinds: Sequence[type]) -> None:
    if not kinds or (
        isinstance(value, tuple(kinds))
        and (not isinstance(value, bool) or bool in kinds)
    ):
        return
    raise _refused(noun, key, f"this must be {KINDS[kinds[0]]}, not {value!r:.80}")


def _refused(noun: str, key: str, message: str) -> DocumentError:
    site = call_site()
    told = f"{noun}, {key}: {message}"
    if site is None:
        return DocumentError((Problem(Location(noun), f"{key}: {message}"),))
    return DocumentError((told_at(site, noun, key, told),))


def _call_at(text: str, line: int, noun: str) -> Optional[ast.Call]:
    """Return the one call of *noun* on a line; None if there is none, or more."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, SystemError):
        # Python 3.11 counts the depth wrongly when another parser runs meanwhile.
        return None
    found = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and _name(node.func) in {noun, *CONSTRUCTORS}
        and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    nearest = [node for node in found if node.lineno == line] or found
    return nearest[0] if len(nearest) == 1 else None


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _argument(
    call: ast.Call, noun: str, parts: Sequence[str]
) -> Union[ast.expr, ast.Call]:
    """Return where an argument, or the part of it, stands; the call if nowhere."""
    if not parts:
        return call
    first = RENAMED.get(parts[0], parts[0])
    given = {word.arg: word.value for word in call.keywords}
    given.update(zip(POSITIONAL.get(noun, ()), call.args))
    found = given.get(first)
    if found is None:
        return call
    for part, following in zip(parts[1:], [*parts[2:], ""]):
        if isinstance(found, ast.Dict) and part.isdigit() and following == "name":
            return found.keys[int(part)] or found
        inner = _item(found, part)
        if inner is None:
            break
        found = inner
    return found


def _item(node: ast.expr, part: str) -> Optional[ast.expr]:
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values):
            if isinstance(key, ast.Constant) and str(key.value) == part:
                return value
        at = int(part) if part.isdigit() else len(node.values)
        return node.values[at] if at < len(node.values) else None
    if isinstance(node, (ast.List, ast.Tuple)) and part.isdigit():
        at = int(part)
        return node.elts[at] if at < len(node.elts) else None
    return None


def _inside(node: ast.expr, text: str, column: Optional[int]) -> int:
    """Return how far behind its beginning a column of plain text stands."""
    if not column or not isinstance(node, ast.Constant):
        return 0
    plain = isinstance(node.value, str) and text[1:].startswith(node.value)
    return column if plain and text[:1] in ("'", '"') else 0
