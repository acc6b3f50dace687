"""What a function of a template takes, and how it is called."""

import inspect
from collections.abc import Mapping as AbstractMapping
from enum import Enum
from typing import Callable, Iterable, Mapping, NamedTuple, Optional, Protocol, Tuple

from apirun.template.errors import CallError, TemplateError

__all__ = ["Arity", "Budget", "Function", "Kind", "charge_parts", "from_callable"]


class Kind(Enum):
    """The Go type of a parameter."""

    ANY = "interface {}"
    STRING = "string"
    INT = "int"
    BOOL = "bool"
    MAP = "map[string]interface {}"


class Arity(NamedTuple):
    """
    What a function takes.

    Attributes:
        fixed: Its parameters.
        rest: What any further arguments must be, None if there are none.
    """

    fixed: Tuple[Kind, ...]
    rest: Optional[Kind] = None


class Budget(Protocol):
    """What a function may still spend."""

    @property
    def output(self) -> int:
        """Characters that one text may have at most."""

    def charge(self, steps: int) -> None:
        """
        Take *steps* off what the rendering may still do.

        Raises:
            LimitError: If nothing is left.
        """


def charge_parts(budget: Budget, values: Iterable[object], text: str) -> str:
    """
    Return *text*, after charging for the many small parts it was made of.

    Args:
        budget: What is left.
        values: What was written; only lists and maps are charged for.
        text: What came of it.

    Raises:
        LimitError: If nothing is left.
    """
    if any(isinstance(value, (list, tuple, AbstractMapping)) for value in values):
        budget.charge(len(text) >> 3)
    return text


class Function(NamedTuple):
    """
    A function that templates can call.

    Attributes:
        call: Gets the budget, then the arguments; raises `CallError`.
        arity: What it takes.
        prints: Whether a value that is not known is printed by its label,
            rather than making the result not known.
        sees_boxes: Whether it gets, after the budget, which arguments come out
            of an interface.
    """

    call: Callable[..., object]
    arity: Arity
    prints: bool = False
    sees_boxes: bool = False


_ANNOTATIONS: Mapping[object, Kind] = {
    str: Kind.STRING,
    "str": Kind.STRING,
    int: Kind.INT,
    "int": Kind.INT,
    bool: Kind.BOOL,
    "bool": Kind.BOOL,
}


def from_callable(function: Callable[..., object]) -> Function:
    """
    Return *function* as one that templates can call.

    Parameters annotated ``str``, ``int`` or ``bool`` take just that; all
    others take anything.

    Args:
        function: Takes positional arguments only.

    Raises:
        ValueError: If its parameters can't be told.
    """
    fixed = []
    rest: Optional[Kind] = None
    for parameter in inspect.signature(function).parameters.values():
        kind = _ANNOTATIONS.get(parameter.annotation, Kind.ANY)
        if parameter.kind is parameter.VAR_POSITIONAL:
            rest = kind
        elif parameter.kind in (
            parameter.POSITIONAL_ONLY,
            parameter.POSITIONAL_OR_KEYWORD,
        ):
            fixed.append(kind)

    def call(_: Budget, *args: object) -> object:
        try:
            return function(*args)
        except (TemplateError, CallError, RecursionError):
            raise
        except Exception as error:
            # As in Go, whatever a function reports is an error of the template.
            raise CallError(str(error)) from error

    return Function(call, Arity(tuple(fixed), rest))
