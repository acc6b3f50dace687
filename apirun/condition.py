"""Templates that decide: rendered, and judged to be true or false."""

import os
import re
from typing import Callable, Iterator, Mapping, Optional

from apirun.exceptions import ApirunError, RenderError
from apirun.rendering import Renderer
from apirun.template import Template, TemplateError, Unknown, compile_template
from apirun.variables import UnusableError

__all__ = ["UndecidedError", "evaluate_condition", "holds"]

COMPARISON = re.compile(
    r"""\s*(?P<left>'[^']*'|"[^"]*"|[^'"\s=!]*)\s*(?P<operator>==|!=)"""
    r"""\s*(?P<right>'[^']*'|"[^"]*"|[^'"\s=!]*)\s*"""
)


class UndecidedError(ApirunError):
    """A plan can't tell: the condition needs something that is not known yet."""


def evaluate_condition(
    text: str,
    render: Renderer,
    *,
    succeeded: Callable[[str], bool],
    failed: Callable[[str], bool],
) -> bool:
    """
    Return whether the condition *text* of a stage holds.

    Args:
        text: As for `holds`.
        render: Over the stage's variables.
        succeeded: What ``success "stage"`` answers.
        failed: What ``failed "stage"`` answers.

    Raises:
        RenderError: If it can't be rendered, or renders to anything else.
        UndecidedError: If it needs something that is not known yet.
    """
    functions = {"success": succeeded, "failed": failed, "env": _lookup(render)}
    return holds(text, render, "condition", functions=functions)


def holds(
    text: str,
    render: Renderer,
    key: str,
    *,
    functions: Optional[Mapping[str, Callable[..., object]]] = None,
) -> bool:
    """
    Return whether *text* renders to something true.

    Args:
        text: Template that renders to ``true`` or ``false``, or to
            ``a == 'b'`` or ``a != 'b'``.
        render: Over the variables that it sees.
        key: Where it stands, such as ``condition``.
        functions: Further functions that it may call.

    Raises:
        RenderError: If it can't be rendered, or renders to anything else.
        UndecidedError: If it needs something that is not known yet.
    """
    try:
        template = Template(text, functions=functions) if functions else None
        rendered = (template or compile_template(text)).render(_Known(render.dot))
    except TemplateError as error:
        cause = _first_of_ours(error)
        if isinstance(cause, UndecidedError):
            raise cause from error
        if isinstance(cause, UnusableError):
            raise render.unusable(cause.why, key) from cause
        if cause is not None:
            raise render.error(str(cause), key) from error
        raise render.refused(error, key) from error
    except UnusableError as error:
        raise render.unusable(error.why, key) from error
    verdict = rendered.strip()
    if verdict in ("true", "false"):
        return verdict == "true"
    comparison = COMPARISON.fullmatch(verdict)
    if comparison is None:
        raise render.error(
            f"the condition renders to {_short(verdict)}: it must render to true or "
            "false, or to a == 'b' or a != 'b'",
            key,
        )
    equal = _bare(comparison["left"]) == _bare(comparison["right"])
    return equal if comparison["operator"] == "==" else not equal


def _first_of_ours(error: BaseException) -> Optional[ApirunError]:
    """Return what a function of ours raised inside the template, if one did."""
    cause = error.__cause__
    while cause is not None and not isinstance(cause, ApirunError):
        cause = cause.__cause__
    return cause


class _Known(Mapping[str, object]):
    """The dot of a condition, in which everything must be known."""

    def __init__(self, dot: Mapping[str, object]) -> None:
        self._dot = dot

    def __getitem__(self, name: str) -> object:
        value = self._dot[name]
        if isinstance(value, Unknown):
            raise UndecidedError(value.label)
        return _Known(value) if isinstance(value, Mapping) else value

    def __contains__(self, name: object) -> bool:
        return name in self._dot

    def __iter__(self) -> Iterator[str]:
        return iter(self._dot)

    def __len__(self) -> int:
        return len(self._dot)


def _lookup(render: Renderer) -> Callable[[str], object]:
    """Return the function ``env``: a variable, or else a process variable."""

    def env(name: str) -> object:
        value = render.variables.get(name)
        if value is not None:
            return _Known({name: value.use()})[name]
        if name in os.environ:
            return os.environ[name]
        raise RenderError(
            f'env "{name}": neither a variable nor a process variable has this name'
        )

    return env


def _bare(side: str) -> str:
    quoted = len(side) > 1 and side[0] in "'\"" and side[-1] == side[0]
    return side[1:-1] if quoted else side


def _short(text: str) -> str:
    return repr(text if len(text) <= 80 else f"{text[:80]}…")
