"""
Calls of functions.

Source: Go, ``text/template/exec.go``, ``evalCall``.
"""

from typing import Callable, List, Mapping, NamedTuple, Sequence

from apirun.template.arguments import Box, Eval, box_of, typed, validate
from apirun.template.errors import CallError, LimitError, UnknowableError
from apirun.template.nodes import Identifier, Node
from apirun.template.signature import Arity, Function, Kind
from apirun.template.state import State
from apirun.template.unknown import Unknown
from apirun.template.values import is_true, type_name

__all__ = ["MISSING", "Call", "PipedEval", "compile_call"]

MISSING = object()
# One step pays for 32 characters that a function reads or writes.
_STEP_BITS = 5
PipedEval = Callable[[State, object, object], object]
"""Evaluates with the value that comes down the pipeline, or `MISSING`."""


class Call(NamedTuple):
    """
    One call as it stands in the template.

    Attributes:
        name: The function's name node.
        command: What errors of the function show.
        arguments: The argument nodes.
        evaluators: What evaluates each of them, without regard to types.
        piped: Whether a value comes down the pipeline as last argument.
    """

    name: Identifier
    command: Node
    arguments: Sequence[Node]
    evaluators: Sequence[Eval]
    piped: bool


def compile_call(call: Call, functions: Mapping[str, Function]) -> PipedEval:
    """Return what performs *call*."""
    name = call.name.name
    function = functions[name]
    problem = _arity_problem(call, function)
    if problem:
        return _failing(call.name, problem)
    if name in ("and", "or"):
        return _short_circuit(call, until=name == "or")
    if name == "call":
        return _compile(call, _call_of(call))
    return _compile(call, function)


def _arity_problem(call: Call, function: Function) -> str:
    fixed, rest = function.arity
    name = call.name.name
    given = len(call.arguments) + call.piped
    if rest is not None:
        if given >= len(fixed):
            return ""
        got = len(call.arguments)
        return f"wrong number of args for {name}: want at least {len(fixed)} got {got}"
    if given == len(fixed):
        return ""
    return f"wrong number of args for {name}: want {len(fixed)} got {given}"


def _failing(node: Node, problem: str) -> PipedEval:
    def fail(state: State, _: object, __: object) -> object:
        state.node = node
        state.fail(problem)

    return fail


def _short_circuit(call: Call, *, until: bool) -> PipedEval:
    """Return ``and`` or ``or``: evaluation ends with the first that is *until*."""
    evaluators = tuple(call.evaluators)
    name = call.name

    def run(state: State, dot: object, final: object) -> object:
        state.node = name
        value: object = None
        for evaluate in evaluators:
            value = evaluate(state, dot)
            if value.__class__ is Unknown or is_true(value) is until:
                return value
        return value if final is MISSING else final

    return run


def _call_of(call: Call) -> Function:
    """Return ``call``, which refuses all: no value is a function."""
    shown = str(call.arguments[0]) if call.arguments else ""

    def refuse(_: object, callee: object, *__: object) -> object:
        if callee is None:
            raise CallError("call of nil")
        name = shown
        if not name:
            kind = type_name(callee)
            name = callee if isinstance(callee, str) else f"<{kind} Value>"
        raise CallError(f"non-function {name} of type {type_name(callee)}")

    return Function(refuse, Arity((Kind.ANY,), Kind.ANY))


def _compile(call: Call, function: Function) -> PipedEval:
    fixed, rest = function.arity
    kinds = [*fixed, *[rest or Kind.ANY] * (len(call.arguments) + 1)]
    evaluators = tuple(
        typed(node, kind, evaluate)
        for node, kind, evaluate in zip(call.arguments, kinds, call.evaluators)
    )
    last_kind = kinds[len(call.arguments)] if call.piped else Kind.ANY
    boxes: List[Box] = [box_of(node) for node in call.arguments]
    name, command = call.name, call.command
    perform, prints, sees_boxes = function.call, function.prints, function.sees_boxes

    def run(state: State, dot: object, final: object) -> object:
        state.node = name
        args = [evaluate(state, dot) for evaluate in evaluators]
        if final is not MISSING:
            args.append(validate(state, final, last_kind, boxed=False))
        for arg in args:
            kind = arg.__class__
            if kind is str:
                state.steps -= len(arg) >> _STEP_BITS  # type: ignore[arg-type]  # a str
            elif kind is Unknown and not prints:
                return arg
        try:
            state.charge(1)
            if sees_boxes:
                result = perform(state, [*(box(state) for box in boxes), False], *args)
            else:
                result = perform(state, *args)
            if result.__class__ is str:
                _check_size(state, result)
        except CallError as error:
            state.node = command
            state.fail(f"error calling {name.name}: {error}", error)
        except UnknowableError as error:
            return Unknown(error.label)
        return result

    return run


def _check_size(state: State, text: str) -> None:
    if len(text) > state.limits.output:
        raise LimitError(f"the text is longer than {state.limits.output} characters")
    state.charge(len(text) >> _STEP_BITS)
