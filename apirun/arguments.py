"""
What a program hands to an orchestrator or a migrator, checked before anything else.

What is wrong becomes a `UsageError` with the line of the call, like what is wrong
in a composed value. A call that Python itself refuses, with an unknown argument
for example, stays a `TypeError`.
"""

import os
import sys
from concurrent.futures import Executor
from typing import (
    Callable,
    Iterable,
    Mapping,
    Optional,
    Sequence,
    Tuple,
    Type,
    TypeVar,
    Union,
)

from apirun.composing import OWN, call_site, told_at
from apirun.converters import listing, names
from apirun.durations import DurationLike, to_seconds
from apirun.env import EnvEntry, EnvLike, scalar_text, to_entries
from apirun.exceptions import DocumentError, UsageError
from apirun.state import Direction

__all__ = [
    "given",
    "given_count",
    "given_direction",
    "given_env",
    "given_executor",
    "given_flag",
    "given_functions",
    "given_items",
    "given_name",
    "given_names",
    "given_pairs",
    "given_providers",
    "given_seconds",
    "given_variables",
    "given_version",
    "misused",
    "not_a_path",
]

A = TypeVar("A")
P = TypeVar("P")
T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., object])


def given(key: str, value: object, kind: Type[T], what: str) -> T:
    """
    Return *value* if it is of the class *kind*.

    Args:
        key: Name of the argument.
        value: What the program handed over.
        kind: Its class; a truth value is no number.
        what: What it must be, such as ``a whole number``.

    Raises:
        UsageError: If it is of another one.
    """
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is int):
        # Not its repr, which may show a secret.
        shown = repr(value)[:80] if isinstance(value, (str, int, float)) else _of(value)
        raise misused(key, f"this must be {what}, not {shown}")
    return value


def given_items(key: str, value: Iterable[T], kind: Type[T]) -> Tuple[T, ...]:
    """Return values of *kind* as a tuple; anything else is refused likewise."""
    return _taken(key, listing(kind), value)


def not_a_path(key: str, value: object, reader: str) -> None:
    """
    Refuse the path of a file where what stands in it is meant.

    Args:
        key: Name of the argument.
        value: What the program handed over.
        reader: The method that reads a file.
    """
    if isinstance(value, (str, os.PathLike)):
        raise misused(key, f"this is no place for a path: {reader}(...) reads a file")


def given_flag(key: str, value: bool) -> bool:  # noqa: FBT001 - it is what is checked
    """Return *value* if it is True or False."""
    return given(key, value, bool, "True or False")


def given_count(key: str, value: int) -> int:
    """Return *value* if it is a whole number that is not negative."""
    if given(key, value, int, "a whole number") < 0:
        raise misused(key, f"this must not be negative, and it is {value}")
    return value


def given_version(key: str, value: Optional[int]) -> Optional[int]:
    """Return *value* if it can be a version, or is None."""
    return None if value is None else given_count(key, value)


def given_name(key: str, value: Optional[str]) -> Optional[str]:
    """Return *value* if it is text or None."""
    return None if value is None else given(key, value, str, "the name of a stage")


def given_direction(key: str, value: Union[str, Direction]) -> Direction:
    """Return a direction."""
    if value not in [each.value for each in Direction]:
        raise misused(
            key, f"this must be Direction.UP or Direction.DOWN, not {value!r:.80}"
        )
    return Direction(value)


def given_executor(value: Optional[Executor]) -> Optional[Executor]:
    """Return *value* if it can carry work, or is None."""
    if value is None or callable(getattr(value, "submit", None)):
        return value
    shown = _of(value)
    raise misused(
        "executor", f"this must be a concurrent.futures.Executor, not {shown}"
    )


def given_providers(value: Mapping[str, Type[P]]) -> Mapping[str, Type[P]]:
    """Return *value* if it is a mapping of types of tokens to classes."""
    key = "auth_providers"
    given(key, value, Mapping, "a mapping of types to classes")  # type: ignore[type-abstract]  # only asked
    for name, found in value.items():
        if not callable(getattr(found, "from_config", None)):
            shown = _of(found)
            raise misused(
                key, f"{name!r:.80} must be a class with 'from_config', not {shown}"
            )
    return value


def given_env(value: EnvLike) -> Tuple[EnvEntry, ...]:
    """Return the entries of an ``env``."""
    return _taken("env", to_entries, value)


def given_pairs(
    key: str, value: Iterable[Tuple[str, int]]
) -> Tuple[Tuple[str, int], ...]:
    """Return pairs of a stage's name and a version."""
    what = "a RunResult, or its 'applied': pairs of stage and version"
    if not isinstance(value, Iterable) or isinstance(value, (str, Mapping)):
        raise misused(key, f"this must be {what}, not {_of(value)}")
    found = tuple(value)
    for pair in found:
        sound = isinstance(pair, (tuple, list)) and len(pair) == 2
        if not sound or not isinstance(pair[0], str) or type(pair[1]) is not int:
            raise misused(key, f"this must be {what}, and {pair!r:.80} is in it")
    return tuple((name, version) for name, version in found)


def given_functions(key: str, value: Sequence[F]) -> Tuple[F, ...]:
    """Return functions as a tuple; one alone is refused."""
    if callable(value):
        name = getattr(value, "__name__", "…")
        raise misused(key, f"this must be a list of functions: write [{name}]")
    if not isinstance(value, Iterable):
        raise misused(key, f"this must be a list of functions, not {_of(value)}")
    found = tuple(value)
    for each in found:
        if not callable(each):
            raise misused(key, f"this must be a list of functions, not {_of(each)}")
    return found


def given_names(key: str, value: Iterable[str]) -> Tuple[str, ...]:
    """Return names as a tuple; one alone is refused."""
    return _taken(key, names, value)


def given_seconds(key: str, value: DurationLike) -> float:
    """Return a duration in seconds."""
    return _taken(key, to_seconds, value)


def given_variables(value: Optional[Mapping[str, object]]) -> Mapping[str, str]:
    """Return variables as text."""
    key = "variables"
    if value is None:
        return {}
    given(key, value, Mapping, "a mapping of names to values")  # type: ignore[type-abstract]  # only asked
    return _taken(key, _texts, value)


def _texts(value: Mapping[str, object]) -> Mapping[str, str]:
    for name in value:
        if not isinstance(name, str):
            raise TypeError(f"the name {name!r:.80} is no text")
    return {
        name: scalar_text(f"the variable {name}", text) for name, text in value.items()
    }


def _taken(key: str, convert: Callable[[A], T], value: A) -> T:
    """Return *value* converted; what the converter refuses becomes a `UsageError`."""
    try:
        return convert(value)
    except (TypeError, ValueError) as error:
        raise misused(key, str(error)) from error
    except DocumentError as error:
        raise misused(key, error.problems[0].message) from error


def _of(value: object) -> str:
    return "None" if value is None else type(value).__name__


def misused(key: str, message: str) -> UsageError:
    """
    Return the error for an argument of the method that the program called.

    Args:
        key: Name of the argument.
        message: What is wrong.
    """
    site = call_site()
    frame, noun = sys._getframe(1), ""  # noqa: SLF001 - only where something is wrong
    while frame is not None and frame.f_code.co_filename.startswith(OWN):
        if frame.f_code.co_filename.startswith(OWN[0]):
            noun = frame.f_code.co_name
            if noun == "__init__":
                noun = type(frame.f_locals["self"]).__name__
        frame = frame.f_back  # type: ignore[assignment]  # None ends it
    told = f"{noun}, {key}: {message}"
    return UsageError(str(told_at(site, noun, key, told)) if site else told)
