"""
GJSON paths: from the text to something that runs.

The dialect is that of GJSON 1.19, down to its reading of odd paths, with two
differences: what GJSON would read as something its writer can't have meant is
an error, and ``@dig``, JSON lines and duplicate keys, which values can't
express, are errors, too.

Source: https://github.com/tidwall/gjson, SYNTAX.md.
"""

from __future__ import annotations

import re
from copy import deepcopy
from json import JSONDecoder
from typing import Final, List, NoReturn, Optional, Tuple, Union

from apirun.capture.brackets import inside, stripped
from apirun.capture.document import parse_document
from apirun.capture.errors import PathError
from apirun.capture.glob import Glob
from apirun.capture.modifiers import (
    MODIFIERS,
    REFUSED,
    Modifier,
    flatten_deep,
    is_modifier,
    name_of_modifier,
)
from apirun.capture.multipath import split_multipath
from apirun.capture.query import Comparison, parse_comparison
from apirun.capture.steps import (
    Apply,
    Count,
    Each,
    Keys,
    Multipath,
    Program,
    Query,
    Step,
    Walk,
    Wildcard,
)

_MAX_STEPS: Final = 128
_MAX_COPIES: Final = 1000

_COMPONENT: Final = re.compile(r"(?:\\.|[^\\.|])*", re.DOTALL)
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_WORD: Final = re.compile(r"true|false|null")
_INDEX: Final = re.compile(r"[0-9]{1,18}\Z")
_UNSAFE: Final = re.compile(r"[^0-9A-Za-z_\-\u0080-\U0010ffff]")

_DECODER: Final = JSONDecoder()


def compile_gjson(expression: str) -> Program:
    """
    Compile a GJSON path.

    Raises:
        PathError: If *expression* is no path, or would be too costly.
    """
    if not expression:
        raise PathError(expression, 0, "it is empty; '@this' is the whole document")
    program, _ = _Parser(expression).program(0, len(expression))
    return program


def escape_key(key: str) -> str:
    r"""
    Write a key so that a path takes every character of it for itself.

    Args:
        key: Any key of an object but the empty one.

    Example:
        >>> escape_key("app.kubernetes.io/name")
        'app\\.kubernetes\\.io\\/name'
    """
    return _UNSAFE.sub(r"\\\g<0>", key)


class _Parser:
    """Reads stretches of one expression, each from an offset to an end."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._steps = 0

    def program(self, at: int, end: int, *, inner: bool = False) -> Tuple[Program, int]:
        """Read up to *end*; an *inner* path stops at a pipe, which isn't its own."""
        self._count_step(at)
        program, stopped = self._program(at, end, inner=inner)
        if program.copies > _MAX_COPIES:
            self._fail(at, f"it copies one value more than {_MAX_COPIES} times")
        return program, stopped

    def _program(self, at: int, end: int, *, inner: bool) -> Tuple[Program, int]:
        text = self._text
        if text.startswith("..", at, end):
            self._fail(at, "'..' reads JSON lines, but a response is one document")
        head = text[at] if end - at > 1 else ""
        if head == "@" and is_modifier(text, at, end):
            return self._modifier(at, end, inner=inner)
        if head == "!":
            return self._literal(at, end, inner=inner)
        if head and head in "[{":
            return self._multipath(at, end, inner=inner)
        return self._walk(at, end, inner=inner)

    def _walk(self, at: int, end: int, *, inner: bool) -> Tuple[Program, int]:
        chain: List[Union[List[Tuple[str, int]], Glob]] = []
        last: Optional[Step] = None
        pipe: Optional[Program] = None
        while True:
            self._count_step(at)
            if self._text[at : at + 1] == "#" and at < end:
                last, stop = self._hash(at, end)
                if last is not None:
                    at = stop
                    break
            at = self._component(at, end, chain)
            if at == end or self._text[at] == "|":
                break
            at += 1
            if self._starts_program(at, end):
                pipe, at = self.program(at, end, inner=inner)
                break
        step = last
        for link in reversed(chain):
            step = Wildcard(link, step) if isinstance(link, Glob) else Keys(link, step)
        if step is None:
            raise AssertionError("a walk has at least one component")
        if pipe is None and at < end and not inner:
            pipe, at = self.program(at + 1, end)
        return Walk(step, pipe), at

    def _component(
        self, at: int, end: int, chain: List[Union[List[Tuple[str, int]], Glob]]
    ) -> int:
        """Read a key, an index or a pattern, and add it to the chain."""
        match = _COMPONENT.match(self._text, at, end)
        stop = match.end() if match else at
        if stop < end and self._text[stop] == "\\":
            self._fail(stop, "nothing follows the backslash; for itself write '\\\\'")
        raw = self._text[at:stop]
        bare = _ESCAPED.sub("", raw)
        if "*" in bare or "?" in bare:
            chain.append(Glob(raw))
            return stop
        if not chain or isinstance(chain[-1], Glob):
            chain.append([])
        parts = chain[-1]
        if isinstance(parts, list):
            index = int(raw) if _INDEX.match(raw) else -1
            parts.append((_ESCAPED.sub(r"\1", raw), index))
        return stop

    def _hash(self, at: int, end: int) -> Tuple[Optional[Step], int]:
        """Read what ``#`` begins; nothing if it is only part of a key."""
        follows = self._text[at + 1] if at + 1 < end else ""
        if follows in ("", "|"):
            return Count(), at + 1
        if follows == ".":
            program, stop = self.program(at + 2, end, inner=True)
            return Each(program), stop
        if follows in "([":
            return self._query(at, end)
        return None, at

    def _query(self, at: int, end: int) -> Tuple[Step, int]:
        text = self._text
        sign = close = -1
        for offset, depth in inside(text, at + 1, end):
            if depth == 1 and sign < 0 and text[offset] in "!=<>%":
                sign = offset
            close = offset
        behind = close if sign < 0 else sign
        start, stop = stripped(text, at + 2, behind)
        left: Optional[Program] = None
        if start < stop:
            left, _ = self.program(start, stop)
        elif sign < 0:
            self._fail(at, "the query is empty")
        comparison = Comparison("", "")
        if sign >= 0:
            comparison = parse_comparison(text, sign, close)
        close += 1
        every = text[close : close + 1] == "#" and close < end
        if every:
            close += 1
        inner: Optional[Program] = None
        if close < end and text[close] == ".":
            inner, close = self.program(close + 1, end, inner=True)
        elif close < end and text[close] != "|":
            self._fail(close, "after a query comes '.' or '|'")
        return Query(left, comparison, inner, every=every), close

    def _modifier(self, at: int, end: int, *, inner: bool) -> Tuple[Program, int]:
        name = name_of_modifier(self._text, at, end)
        if name in REFUSED:
            self._fail(at, REFUSED[name])
        change = MODIFIERS[name]
        stop = at + 1 + len(name)
        if stop < end and self._text[stop] == ":":
            start = stop + 1
            stop = self._argument_end(start, end)
            if start < stop:
                change = self._with_argument(name, start, stop)
        pipe, stop = self._behind(stop, end, inner=inner)
        return Apply(change, pipe), stop

    def _argument_end(self, start: int, end: int) -> int:
        if start < end and self._text[start] in "{[":
            *_, (close, _) = inside(self._text, start, end)
            return close + 1
        pipe = self._text.find("|", start, end)
        return end if pipe < 0 else pipe

    def _with_argument(self, name: str, start: int, end: int) -> Modifier:
        option = {"flatten": "deep", "join": "preserve"}.get(name)
        try:
            argument = parse_document(self._text[start:end])
        except ValueError:
            argument = None
        if option is None:
            self._fail(start, f"'@{name}' takes no argument here")
        if argument not in ({}, {option: True}, {option: False}):
            self._fail(start, f"'@{name}' takes only {{\"{option}\":true}}")
        if argument == {"preserve": True}:
            self._fail(start, "an object can't hold a key twice")
        return flatten_deep if argument == {"deep": True} else MODIFIERS[name]

    def _literal(self, at: int, end: int, *, inner: bool) -> Tuple[Program, int]:
        word = _WORD.match(self._text, at + 1, end)
        try:
            if word:
                stop = word.end()
            else:
                _, length = _DECODER.raw_decode(self._text[at + 1 : end])
                stop = at + 1 + length
            value = parse_document(self._text[at + 1 : stop])
        except (ValueError, RecursionError):
            self._fail(at, "after '!' comes a JSON value; as part of a key write '\\!'")
        pipe, stop = self._behind(stop, end, inner=inner)
        # A copy each time: the caller may change what it was given.
        return Apply(lambda _: deepcopy(value), pipe), stop

    def _multipath(self, at: int, end: int, *, inner: bool) -> Tuple[Program, int]:
        selectors, stop = split_multipath(self._text, at, end)
        programs = [self.program(one.start, one.end)[0] for one in selectors]
        names = [one.name for one in selectors] if self._text[at] == "{" else None
        pipe, stop = self._behind(stop, end, inner=inner)
        return Multipath(names, programs, pipe), stop

    def _behind(
        self, at: int, end: int, *, inner: bool
    ) -> Tuple[Optional[Program], int]:
        """Read what follows a modifier, a literal or a multipath."""
        if at == end or (inner and self._text[at] == "|"):
            return None, at
        if self._text[at] not in ".|":
            self._fail(at, "here comes '.' or '|'")
        return self.program(at + 1, end, inner=inner)

    def _starts_program(self, at: int, end: int) -> bool:
        """Tell whether a dot before *at* acts as a pipe."""
        if at >= end:
            return False
        return self._text[at] in "[{" or is_modifier(self._text, at, end)

    def _count_step(self, at: int) -> None:
        self._steps += 1
        if self._steps > _MAX_STEPS:
            self._fail(at, "it has too many parts")

    def _fail(self, at: int, reason: str) -> NoReturn:
        raise PathError(self._text, at, reason)
