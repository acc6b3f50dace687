"""Where a program composes a value, and what is wrong with it there."""

import ast
import contextlib
import copy
import linecache
import os
import sys
from typing import (
    Optional,
    Sequence,
    Union,
)

import attr
from attrs import frozen

from apirun.origin import Location, Problem, shown_path
from apirun.shown_line import shown_code

__all__ = ["OWN", "CallSite", "call_site", "told_at"]

# Frames of the library, of what it is called through, such as a 'with', and of the
# code that attrs and cattrs have and generate for it.
OWN = (
    os.path.dirname(os.path.abspath(__file__)) + os.sep,
    os.path.dirname(attr.__file__) + os.sep,
    contextlib.__file__,
    copy.__file__,
    "<attrs ",
    "<cattrs ",
)
POSITIONAL = {
    "Call": ("function",),
    "EnvFromStage": ("stage", "vars"),
    "Probe": ("request",),
    "Request": ("method", "url"),
    "Orchestrator": ("stages",),
    "Migrator": ("stage",),
    "Stage": ("config_path",),  # of from_config
    "from_config": ("path",),
    "from_file": ("path",),
    "plan": ("direction",),
    "roll_back": ("applied",),
    "settle": ("version",),
}
RENAMED = {"timeout": "timeout_s", "interval": "interval_s"}
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
    place = Location(shown_path(site.file), line, at)
    return Problem(place, message, shown_code(text))


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
