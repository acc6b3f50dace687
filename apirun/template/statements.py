"""
Turns the bodies of a template into functions that execute them.

Source: Go, ``text/template/exec.go``.
"""

from collections.abc import Mapping as AbstractMapping
from typing import (
    Callable,
    Iterable,
    List,
    Mapping,
    NamedTuple,
    Optional,
    Sequence,
    Tuple,
)

from apirun.template.actions import Action, Branch, Break, Invocation, Text
from apirun.template.errors import LimitError
from apirun.template.expressions import ExpressionCompiler
from apirun.template.nodes import Node, Pipe
from apirun.template.printing import show, text_of
from apirun.template.state import Binding, State
from apirun.template.text import quote
from apirun.template.unknown import Unknown
from apirun.template.values import (
    Int64,
    StringList,
    StringMap,
    Uint8,
    is_true,
    sorted_items,
)

__all__ = ["Run", "StatementCompiler"]

Run = Callable[[State, object], Optional[str]]
"""Executes a node; what comes back is ``break`` or ``continue`` if it left."""


class _Items(NamedTuple):
    """What a loop goes through: pairs of index and element."""

    pairs: Iterable[Tuple[object, object]]
    boxed: bool


class StatementCompiler:
    """
    Compiles bodies.

    Args:
        expressions: Compiles what stands inside actions.
        bodies: What ``template`` may execute, by name; may fill up later.
    """

    def __init__(
        self, expressions: ExpressionCompiler, bodies: Mapping[str, Run]
    ) -> None:
        self._expressions = expressions
        self._bodies = bodies

    def body(self, nodes: Sequence[Node]) -> Run:
        """Return what executes *nodes* in order."""
        steps = tuple(self._statement(node) for node in nodes)
        cost = len(steps) + 1

        def run(state: State, dot: object) -> Optional[str]:
            state.steps -= cost
            for step in steps:
                leaves = step(state, dot)
                if leaves is not None:
                    return leaves
            return None

        return run

    def _statement(self, node: Node) -> Run:
        if isinstance(node, Text):
            text = node.text
            return lambda state, _: state.out.append(text)
        if isinstance(node, Action):
            return self._action(node)
        if isinstance(node, Branch):
            return self._loop(node) if node.word == "range" else self._decision(node)
        if isinstance(node, Invocation):
            return self._invocation(node)
        word = "break" if isinstance(node, Break) else "continue"
        return lambda _, __: word

    def _action(self, node: Action) -> Run:
        evaluate = self._expressions.pipe(node.pipe)
        if node.pipe.declared:

            def bind(state: State, dot: object) -> None:
                evaluate(state, dot)

            return bind

        def write(state: State, dot: object) -> None:
            value = evaluate(state, dot)
            if value.__class__ is str:
                state.out.append(value)
            else:
                state.node = node
                try:
                    text = show(value, state.limits.output)
                    state.out.append(text)
                    state.charge(len(text) >> 3)
                except LimitError as error:
                    state.fail(str(error), error)

        return write

    def _decision(self, node: Branch) -> Run:
        condition = self._expressions.pipe(node.pipe)
        body = self.body(node.body)
        otherwise = None if node.otherwise is None else self.body(node.otherwise)
        moves_dot = node.word == "with"
        word = node.word

        def run(state: State, dot: object) -> Optional[str]:
            mark = len(state.variables)
            value = condition(state, dot)
            if value.__class__ is Unknown:
                state.fail_unknown(value, word)
            leaves: Optional[str] = None
            if is_true(value):
                if moves_dot:
                    boxed, state.boxed = state.boxed, False
                    leaves = body(state, value)
                    state.boxed = boxed
                else:
                    leaves = body(state, dot)
            elif otherwise is not None:
                leaves = otherwise(state, dot)
            del state.variables[mark:]
            return leaves

        return run

    def _loop(self, node: Branch) -> Run:
        evaluate = self._expressions.pipe(node.pipe)
        body = self.body(node.body)
        otherwise = None if node.otherwise is None else self.body(node.otherwise)
        bind = _binder(node.pipe)
        pair = len(node.pipe.declared) > 1

        def run(state: State, dot: object) -> Optional[str]:
            outer, was_boxed = len(state.variables), state.boxed
            items = _items(state, evaluate(state, dot), pair=pair)
            inner = len(state.variables)
            leaves: Optional[str] = None
            if items is None:
                if otherwise is not None:
                    leaves = otherwise(state, dot)
            else:
                for index, element in items.pairs:
                    bind(state, index, element, items.boxed)
                    state.boxed = items.boxed
                    left = body(state, element)
                    del state.variables[inner:]
                    if left == "break":
                        break
                    if state.steps < 0:
                        state.node = node.pipe
                        state.check_steps()
                state.boxed = was_boxed
            del state.variables[outer:]
            return leaves

        return run

    def _invocation(self, node: Invocation) -> Run:
        bodies, name = self._bodies, node.name
        argument = None if node.pipe is None else self._expressions.pipe(node.pipe)

        def run(state: State, dot: object) -> None:
            state.node = node
            body = bodies.get(name)
            if body is None:
                state.fail(f"template {quote(name)} not defined")
            limit = state.limits.template_depth
            if state.depth >= limit:
                state.fail(f"exceeded maximum template depth ({limit})")
            state.check_steps()
            value = None if argument is None else argument(state, dot)
            saved = state.variables, state.name, state.boxed
            state.variables = [Binding("$", value, boxed=False)]
            state.name, state.boxed = name, False
            state.depth += 1
            body(state, value)
            state.depth -= 1
            state.variables, state.name, state.boxed = saved

        return run


_Bind = Callable[[State, object, object, bool], None]


def _binder(pipe: Pipe) -> _Bind:
    """Return what gives the variables of a loop their next values."""
    names = [variable.name for variable in pipe.declared]
    if not names:
        return lambda _, __, ___, ____: None
    if pipe.assigns:

        def assign(state: State, index: object, element: object, boxed: bool) -> None:  # noqa: FBT001 - called by position for speed
            if len(names) > 1:
                state.assign(names[0], index, boxed=False)
            state.assign(names[-1], element, boxed=boxed)

        return assign

    def declare(state: State, index: object, element: object, boxed: bool) -> None:  # noqa: FBT001 - called by position for speed
        state.variables[-1] = Binding(names[-1], element, boxed)
        if len(names) > 1:
            state.variables[-2] = Binding(names[0], index, boxed=False)

    return declare


def _items(state: State, value: object, *, pair: bool) -> Optional[_Items]:
    """Return what a loop over *value* goes through, None if that is nothing."""
    if isinstance(value, (list, tuple)):
        boxed = not isinstance(value, StringList)
        return _Items(enumerate(value), boxed) if value else None
    if isinstance(value, AbstractMapping):
        boxed = not isinstance(value, StringMap)
        state.steps -= len(value) >> 2
        entries: List[Tuple[object, object]] = list(sorted_items(value))
        return _Items(entries, boxed) if entries else None
    if value is None:
        return None
    if isinstance(value, Unknown):
        state.fail_unknown(value, "range")
    if isinstance(value, bool) or not isinstance(value, int):
        state.fail(f"range can't iterate over {text_of(value, state.output)}")
    if pair:
        state.fail(f"can't use {value} to iterate over more than one variable")
    if value <= 0:
        return None
    kind = type(value)
    if kind in (Int64, Uint8):
        return _Items(((None, kind(turn)) for turn in range(value)), boxed=False)
    return _Items(((None, turn) for turn in range(value)), boxed=False)
