"""
Makes arguments fit the parameters of functions.

Source: Go, ``text/template/exec.go``, ``evalArg`` and ``validateType``.
"""

from collections.abc import Mapping as AbstractMapping
from typing import Callable, Mapping

from apirun.template.nodes import (
    Bool,
    Chain,
    Dot,
    Field,
    Nil,
    Node,
    Number,
    String,
    Variable,
)
from apirun.template.signature import Kind
from apirun.template.state import State
from apirun.template.unknown import Unknown
from apirun.template.values import StringMap, type_name

__all__ = ["Box", "Eval", "box_of", "typed", "validate"]

Eval = Callable[[State, object], object]
Box = Callable[[State], bool]

_FITS: Mapping[Kind, Callable[[object], bool]] = {
    Kind.ANY: lambda _: True,
    Kind.STRING: lambda value: isinstance(value, str),
    Kind.INT: lambda value: type(value) is int,
    Kind.BOOL: lambda value: isinstance(value, bool),
    Kind.MAP: lambda value: (
        isinstance(value, AbstractMapping) and not isinstance(value, StringMap)
    ),
}


def box_of(node: Node) -> Box:
    """Return what tells whether Go holds the value of *node* in an interface."""
    if isinstance(node, Dot):
        return lambda state: state.boxed
    if isinstance(node, Variable) and not node.path:
        name = node.name
        return lambda state: state.find(name).boxed
    boxed = isinstance(node, (Field, Chain, Variable))
    return lambda _: boxed


def validate(state: State, value: object, kind: Kind, *, boxed: bool) -> object:
    """
    Return *value* if it fits *kind*.

    Args:
        state: The rendering.
        value: The value.
        kind: What the parameter takes.
        boxed: Whether it is held in an interface.

    Raises:
        TemplateExecutionError: If it does not fit.
    """
    if _FITS[kind](value) or isinstance(value, Unknown):
        return value
    if value is None and not boxed:
        if kind is Kind.MAP:
            return {}
        state.fail(f"invalid value; expected {kind.value}")
    got = "interface {}" if value is None else type_name(value)
    return state.fail(f"wrong type for value; expected {kind.value}; got {got}")


def typed(node: Node, kind: Kind, evaluate: Eval) -> Eval:
    """
    Return what evaluates *node* as an argument of type *kind*.

    Args:
        node: The argument.
        kind: What the parameter takes.
        evaluate: Evaluates it without regard to its type.
    """
    if kind is Kind.ANY:
        return evaluate
    if isinstance(node, (Bool, Number, String, Nil)):
        return _literal(node, kind)
    box = box_of(node)
    fits = _FITS[kind]

    def check(state: State, dot: object) -> object:
        value = evaluate(state, dot)
        if fits(value):
            return value
        return validate(state, value, kind, boxed=box(state))

    return check


def _literal(node: Node, kind: Kind) -> Eval:
    """Return what gives a literal, whose type follows from the parameter."""
    value: object = None
    problem = ""
    if isinstance(node, Nil):
        if kind is Kind.MAP:
            value = {}
        else:
            problem = f"cannot assign nil to {kind.value}"
    elif (kind is Kind.STRING and isinstance(node, String)) or (
        kind is Kind.BOOL and isinstance(node, Bool)
    ):
        value = node.value
    elif kind is Kind.INT and isinstance(node, Number) and node.integer is not None:
        value = node.integer
    elif kind is Kind.MAP:
        problem = f"can't handle {node} for arg of type {kind.value}"
    else:
        wanted = "integer" if kind is Kind.INT else kind.value
        problem = f"expected {wanted}; found {node}"

    def give(state: State, _: object) -> object:
        state.node = node
        if problem:
            state.fail(problem)
        return value

    return give
