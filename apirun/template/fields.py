"""
Reads chains of fields.

Source: Go, ``text/template/exec.go``, ``evalField``.
"""

from collections.abc import Mapping as AbstractMapping
from typing import Tuple

from apirun.template.state import State
from apirun.template.text import quote
from apirun.template.unknown import Unknown
from apirun.template.values import StringMap, type_name

__all__ = ["read_fields", "refuse_arguments"]


def read_fields(
    state: State, receiver: object, path: Tuple[str, ...], *, boxed: bool
) -> object:
    """
    Return the value at the end of a chain, or raise Go's error.

    Args:
        state: The rendering; its node is the chain.
        receiver: Where the chain starts.
        path: The fields.
        boxed: Whether *receiver* is held in an interface.
    """
    for index, name in enumerate(path):
        if isinstance(receiver, Unknown):
            return receiver
        if not isinstance(receiver, AbstractMapping):
            return _refuse(state, receiver, name, boxed=boxed)
        boxed = not isinstance(receiver, StringMap)
        try:
            receiver = receiver[name]
        except KeyError:
            state.fail_missing(name, path[: index + 1])
    return receiver


def refuse_arguments(
    state: State, receiver: object, path: Tuple[str, ...], *, boxed: bool
) -> object:
    """Raise the error for a chain that is given arguments."""
    receiver = read_fields(state, receiver, path[:-1], boxed=boxed)
    if isinstance(receiver, Unknown):
        return receiver
    if isinstance(receiver, AbstractMapping):
        state.fail(f"{path[-1]} is not a method but has arguments")
    return _refuse(state, receiver, path[-1], boxed=boxed or len(path) > 1)


def _refuse(state: State, receiver: object, name: str, *, boxed: bool) -> object:
    if receiver is None:
        if boxed:
            state.fail(f"nil pointer evaluating interface {{}}.{name}")
        state.fail(f"nil data; no entry for key {quote(name)}")
    kind = "interface {}" if boxed else type_name(receiver)
    state.fail(f"can't evaluate field {name} in type {kind}")
