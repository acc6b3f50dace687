"""
Turns pipelines, commands and operands into functions that evaluate them.

Source: Go, ``text/template/exec.go``. Which node an error shows is the one that
Go looked at last, so every evaluator notes its node first.
"""

from typing import Mapping, Optional, Sequence, Tuple

from apirun.template.arguments import Eval, box_of
from apirun.template.calls import MISSING, Call, PipedEval, compile_call
from apirun.template.fields import read_fields, refuse_arguments
from apirun.template.nodes import (
    Bool,
    Chain,
    Command,
    Dot,
    Field,
    Identifier,
    Nil,
    Node,
    Number,
    Pipe,
    String,
    Variable,
)
from apirun.template.signature import Function
from apirun.template.state import Binding, State

__all__ = ["ExpressionCompiler"]


class ExpressionCompiler:
    """
    Compiles what stands inside actions.

    Args:
        functions: What may be called, by name.
        root_is_fixed: Whether ``$`` is never declared anew.
    """

    def __init__(
        self, functions: Mapping[str, Function], *, root_is_fixed: bool
    ) -> None:
        self.functions = functions
        self.root_is_fixed = root_is_fixed

    def pipe(self, pipe: Pipe) -> Eval:
        """Return what evaluates *pipe* and binds the variables it declares."""
        value = self._commands(pipe)
        if not pipe.declared:
            return value
        names = tuple(variable.name for variable in pipe.declared)
        assigns = pipe.assigns

        def bind(state: State, dot: object) -> object:
            result = value(state, dot)
            for name in names:
                if assigns:
                    state.assign(name, result, boxed=False)
                else:
                    state.variables.append(Binding(name, result, boxed=False))
            return result

        return bind

    def _commands(self, pipe: Pipe) -> Eval:
        first = self._first(pipe.commands[0], pipe)
        if len(pipe.commands) == 1:
            return first
        rest = tuple(self._command(each, piped=True) for each in pipe.commands[1:])

        def run(state: State, dot: object) -> object:
            value = first(state, dot)
            for command in rest:
                value = command(state, dot, value)
            return value

        return run

    def _first(self, command: Command, pipe: Pipe) -> Eval:
        operand = command.operands[0]
        if len(command.operands) == 1 and not isinstance(operand, (Identifier, Nil)):
            return self.operand(operand)
        evaluate = self._command(command, piped=False)

        def run(state: State, dot: object) -> object:
            state.node = pipe
            return evaluate(state, dot, MISSING)

        return run

    def _command(self, command: Command, *, piped: bool) -> PipedEval:
        """Return what evaluates a command that has arguments, or is a call."""
        operand = command.operands[0]
        if isinstance(operand, Identifier):
            return self._call(operand, command, command.operands[1:], piped=piped)
        if isinstance(operand, (Field, Chain)) or (
            isinstance(operand, Variable) and operand.path
        ):
            return self._fields_with_arguments(operand, operand.path)
        if isinstance(operand, Variable):
            return self._no_function(operand, self.operand(operand))
        if isinstance(operand, Nil) and len(command.operands) == 1 and not piped:
            return _fail_at(operand, "nil is not a command")
        if isinstance(operand, Pipe):
            return self._no_function(operand, None)
        return _fail_at(operand, _not_a_function(operand))

    def _call(
        self,
        name: Identifier,
        command: Node,
        arguments: Sequence[Node],
        *,
        piped: bool,
    ) -> PipedEval:
        evaluators = [self.operand(argument) for argument in arguments]
        call = Call(name, command, arguments, evaluators, piped)
        return compile_call(call, self.functions)

    def _no_function(self, node: Node, evaluate: Optional[Eval]) -> PipedEval:
        message = _not_a_function(node)

        def run(state: State, dot: object, _: object) -> object:
            if evaluate is not None:
                evaluate(state, dot)
            state.fail(message)

        return run

    def _fields_with_arguments(self, node: Node, path: Tuple[str, ...]) -> PipedEval:
        start, box = self._start(node), box_of(_start_node(node))

        def run(state: State, dot: object, _: object) -> object:
            state.node = node
            receiver = start(state, dot)
            return refuse_arguments(state, receiver, path, boxed=box(state))

        return run

    def _start(self, node: Node) -> Eval:
        """Return what evaluates the receiver of a chain of fields."""
        if isinstance(node, Chain):
            return self.operand(node.term)
        if isinstance(node, Variable):
            return self._variable(node.name)
        return lambda _, dot: dot

    def operand(self, node: Node) -> Eval:
        """Return what evaluates *node* without arguments and regard to types."""
        if isinstance(node, Field):
            return self._field(node)
        if isinstance(node, Variable) and not node.path:
            return self._bare_variable(node)
        if isinstance(node, (Variable, Chain)):
            return self._chain(node, node.path)
        if isinstance(node, Pipe):
            return self.pipe(node)
        if isinstance(node, Identifier):
            run = self._call(node, node, (), piped=False)
        elif isinstance(node, Number) and node.value is None:
            run = _fail_at(node, f"{node} overflows int")
        else:
            return _literal(node)
        return lambda state, dot: run(state, dot, MISSING)

    def _field(self, node: Field) -> Eval:
        path = node.path
        only = path[0] if len(path) == 1 else ""

        def read(state: State, dot: object) -> object:
            state.node = node
            try:
                if only:
                    return dot[only]  # type: ignore[index]  # refused below
                value = dot
                for name in path:
                    value = value[name]  # type: ignore[index]  # refused below
            except (KeyError, TypeError):
                return read_fields(state, dot, path, boxed=state.boxed)
            return value

        return read

    def _chain(self, node: Node, path: Tuple[str, ...]) -> Eval:
        start, box = self._start(node), box_of(_start_node(node))

        def read(state: State, dot: object) -> object:
            state.node = node
            receiver = start(state, dot)
            return read_fields(state, receiver, path, boxed=box(state))

        return read

    def _bare_variable(self, node: Variable) -> Eval:
        lookup = self._variable(node.name)

        def read(state: State, dot: object) -> object:
            state.node = node
            return lookup(state, dot)

        return read

    def _variable(self, name: str) -> Eval:
        if name == "$" and self.root_is_fixed:
            return lambda state, _: state.variables[0].value
        return lambda state, _: state.find(name).value


def _start_node(node: Node) -> Node:
    """Return the node whose box tells about the receiver of a chain."""
    if isinstance(node, Chain):
        return node.term
    if isinstance(node, Variable):
        return Variable(node.pos, node.name, ())
    return Dot(node.pos)


def _not_a_function(node: Node) -> str:
    return f"can't give argument to non-function {node}"


def _fail_at(node: Node, message: str) -> PipedEval:
    def fail(state: State, _: object, __: object) -> object:
        state.node = node
        state.fail(message)

    return fail


def _literal(node: Node) -> Eval:
    """Return what gives a constant or the dot."""
    if isinstance(node, Dot):

        def give_dot(state: State, dot: object) -> object:
            state.node = node
            return dot

        return give_dot
    value = node.value if isinstance(node, (Bool, Number, String)) else None

    def give(state: State, _: object) -> object:
        state.node = node
        return value

    return give
