"""
A parsed template made executable.

Most templates only put variables into text. These run through `PlainProgram`,
which needs neither variables nor a state; all others through `FullProgram`.
"""

import re
from types import MappingProxyType
from typing import Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from apirun.template.actions import Action, Text
from apirun.template.errors import LimitError
from apirun.template.expressions import ExpressionCompiler
from apirun.template.fields import read_fields
from apirun.template.limits import Limits
from apirun.template.nodes import Field, Node, Variable
from apirun.template.printing import show
from apirun.template.signature import Function
from apirun.template.source import Source
from apirun.template.state import State
from apirun.template.statements import Run, StatementCompiler
from apirun.template.text import sound

__all__ = ["FullProgram", "PlainProgram", "plain_program"]

_DECLARES_ROOT = re.compile(r"\$\s*(?::?=|,)")


class _Read(NamedTuple):
    """A piece of text and the action after it, which reads a field."""

    text: str
    path: Tuple[str, ...]
    action: Action
    operand: Node


class PlainProgram:
    """
    Text with fields of the root in it.

    Args:
        source: The template.
        limits: What rendering may cost.
        reads: What stands in it, in order.
        tail: The text after the last field.
    """

    __slots__ = ("_limits", "_reads", "_source", "_tail")

    def __init__(
        self, source: Source, limits: Limits, reads: Sequence[_Read], tail: str
    ) -> None:
        self._source = source
        self._limits = limits
        self._reads = tuple(reads)
        self._tail = tail

    def run(self, data: Mapping[str, object]) -> str:
        """Return the output for *data*."""
        out: List[str] = []
        size = 0
        for read in self._reads:
            text, path, _, _ = read
            value: object = data
            try:
                for name in path:
                    value = value[name]  # type: ignore[index]  # refused below
            except (KeyError, TypeError):
                value = self._read_slowly(data, read)
            if value.__class__ is not str:
                value = self._show(data, read, value)
            size += len(value)
            out.append(text)
            out.append(value)
        out.append(self._tail)
        if size > self._limits.output:
            state = State(self._source, self._limits, data, self._reads[-1].action)
            state.fail(_too_long(self._limits))
        return "".join(out)

    def _read_slowly(self, data: Mapping[str, object], read: _Read) -> object:
        state = State(self._source, self._limits, data, read.operand)
        return read_fields(state, data, read.path, boxed=False)

    def _show(self, data: Mapping[str, object], read: _Read, value: object) -> str:
        state = State(self._source, self._limits, data, read.action)
        try:
            return show(value, self._limits.output)
        except LimitError as error:
            state.fail(str(error), error)
        except RecursionError as error:
            state.fail("the value is nested too deeply", error)


def plain_program(
    source: Source, limits: Limits, tree: Sequence[Node]
) -> Optional[PlainProgram]:
    """Return the program for *tree* if it is that plain, else None."""
    reads: List[_Read] = []
    text = ""
    for node in tree:
        if isinstance(node, Text):
            text += node.text
            continue
        read = _plain_read(text, node)
        if read is None:
            return None
        reads.append(read)
        text = ""
    return PlainProgram(source, limits, reads, text)


def _plain_read(text: str, node: Node) -> Optional[_Read]:
    if not isinstance(node, Action) or node.pipe.declared:
        return None
    commands = node.pipe.commands
    if len(commands) != 1 or len(commands[0].operands) != 1:
        return None
    operand = commands[0].operands[0]
    if isinstance(operand, Field):
        return _Read(text, operand.path, node, operand)
    if isinstance(operand, Variable) and operand.name == "$" and operand.path:
        return _Read(text, operand.path, node, operand)
    return None


class FullProgram:
    """
    Any template.

    Args:
        source: The template.
        limits: What rendering may cost.
        trees: Its bodies, by name.
        functions: What it may call, by name.
    """

    __slots__ = ("_bodies", "_limits", "_source", "_start")

    def __init__(
        self,
        source: Source,
        limits: Limits,
        trees: Mapping[str, Sequence[Node]],
        functions: Mapping[str, Function],
    ) -> None:
        self._source = source
        self._limits = limits
        self._start = Text(0, source.name)
        self._bodies: Dict[str, Run] = {}
        expressions = ExpressionCompiler(
            functions, root_is_fixed=_DECLARES_ROOT.search(source.text) is None
        )
        statements = StatementCompiler(expressions, MappingProxyType(self._bodies))
        for name, tree in trees.items():
            self._bodies[name] = statements.body(tree)

    def run(self, data: Mapping[str, object]) -> str:
        """Return the output for *data*."""
        state = State(self._source, self._limits, data, self._start)
        try:
            self._bodies[self._source.name](state, data)
        except RecursionError as error:
            state.fail("the template or its data is nested too deeply", error)
        if sum(map(len, state.out)) > self._limits.output:
            state.fail(_too_long(self._limits))
        return sound("".join(state.out))


def _too_long(limits: Limits) -> str:
    return f"the output is longer than {limits.output} characters"
