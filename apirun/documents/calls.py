"""Callables in the data of a migration: checked, and read back from a record."""

import functools
import inspect
from typing import Any, Dict, Iterator, Mapping

from attrs import evolve

from apirun.call import Call, Gone
from apirun.documents.faults import Fault
from apirun.migration import Migration

__all__ = ["CALL", "check_calls", "take_calls", "with_calls"]

CALL = "call"
"""Stands where a request would; only recorded copies have it."""

_STAND_IN = {"method": "GET", "url": "call"}


def check_calls(migration: Migration) -> Iterator[Fault]:
    """Return a fault for each callable that can't be called with a context."""
    for key, action in (("up", migration.up), ("down", migration.down)):
        if not isinstance(action, Call):
            continue
        unrun = _unrun(action.function)
        if unrun:
            yield Fault(f"{action.name} is {unrun}", key)
        try:
            inspect.signature(action.function).bind(None)
        except TypeError:
            yield Fault(
                f"{action.name} must take one argument, the context, and nothing that "
                "has no default beside it",
                key,
            )
        except ValueError:
            continue  # what is built in does not tell what it takes


def _unrun(function: Any) -> str:  # noqa: ANN401 - any callable
    """Return what is wrong with a function that does nothing when it is called."""
    while isinstance(function, functools.partial):
        function = function.func
    if not inspect.isroutine(function):
        function = type(function).__call__
    if inspect.iscoroutinefunction(function):
        return "a coroutine function: write 'def'"
    if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
        return "a generator function, which nothing runs: write it without 'yield'"
    return ""


def take_calls(data: object) -> Dict[str, Call]:
    """
    Take the recorded callables out of a migration's *data*.

    Args:
        data: As `as_data` gives it; requests stand in for the callables.

    Returns:
        Each by its direction. They can't be called, only told.
    """
    calls: Dict[str, Call] = {}
    for direction in ("up", "down"):
        block = data.get(direction) if isinstance(data, dict) else None
        told = block.pop(CALL, None) if isinstance(block, dict) else None
        if isinstance(block, dict) and isinstance(told, Mapping):
            block["request"] = dict(_STAND_IN)
            calls[direction] = Call(Gone(str(told.get("name", "")), _plain(told)))
    return calls


def with_calls(migration: Migration, calls: Mapping[str, Call]) -> Migration:
    """Return *migration* with the callables that requests stand in for."""
    up, down = calls.get("up", migration.up), calls.get("down", migration.down)
    return evolve(migration, up=up, down=down)


def _plain(told: Mapping[str, object]) -> Dict[str, object]:
    """Return what was recorded the way it is recorded again."""
    plain = {key: str(value) for key, value in told.items() if key != "idempotent"}
    return {**plain, "idempotent": True} if "idempotent" in told else {**plain}
