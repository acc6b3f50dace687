"""What a program may write for the parts of a request, in one form."""

from typing import Callable, Iterable, Mapping, Optional, Tuple, Type, TypeVar, Union

from apirun.durations import DurationLike, to_seconds
from apirun.env import scalar_text

__all__ = [
    "CodesLike",
    "PairsLike",
    "codes",
    "listing",
    "names",
    "optional_seconds",
    "pairs",
    "upper",
]

T = TypeVar("T")

PairsLike = Union[Mapping[str, object], Iterable[Tuple[str, object]]]
CodesLike = Union[str, int, Iterable[Union[str, int]]]


def upper(method: str) -> str:
    """Return an HTTP method in upper case."""
    if not isinstance(method, str):
        raise TypeError(f"this must be an HTTP method such as 'POST', not {method!r}")
    return method.upper()


def pairs(value: PairsLike) -> Tuple[Tuple[str, str], ...]:
    """Return a mapping, or pairs, as pairs of texts."""
    given = value.items() if isinstance(value, Mapping) else value
    try:
        listed = [(name, text) for name, text in given]
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"this must be a mapping of names to texts, or pairs, not {value!r:.80}"
        ) from error
    return tuple(
        (scalar_text("a name", name), scalar_text(f"the value of {name}", text))
        for name, text in listed
    )


def codes(value: CodesLike) -> Tuple[str, ...]:
    """Return one status code, or several, as texts."""
    listed = [value] if isinstance(value, (str, int)) else value
    if isinstance(listed, Iterable) and not isinstance(listed, Mapping):
        listed = tuple(listed)
        if all(type(code) is int or isinstance(code, str) for code in listed):
            return tuple(str(code) for code in listed)
    raise TypeError(f"this must be a status code or a list of them, not {value!r:.80}")


def listing(kind: Type[T]) -> Callable[[Iterable[T]], Tuple[T, ...]]:
    """
    Return what makes a tuple of values of *kind*, and refuses anything else.

    Values are told by their class only: their repr may show a secret.
    """
    name = kind.__name__

    def listed(value: Iterable[T]) -> Tuple[T, ...]:
        if isinstance(value, kind):
            raise TypeError(f"this must be a list: write [{name}(...)]")
        if isinstance(value, (str, Mapping)) or not isinstance(value, Iterable):
            shown = type(value).__name__
            raise TypeError(f"this must be a list of {name}(...), not {shown}")
        found = tuple(value)
        for each in found:
            if not isinstance(each, kind):
                shown = type(each).__name__
                raise TypeError(
                    f"this must be a list of {name}(...), and a {shown} is in it"
                )
        return found

    return listed


def names(value: Iterable[str]) -> Tuple[str, ...]:
    """Return names as a tuple; one name alone is refused."""
    if isinstance(value, str):
        raise TypeError(f"this must be a list of names: write [{value!r}]")
    if not isinstance(value, Iterable):
        raise TypeError(f"this must be a list of names, not {type(value).__name__}")
    found = tuple(value)
    for name in found:
        if not isinstance(name, str):
            raise TypeError(f"this must be a list of names, and {name!r:.80} is none")
    return found


def optional_seconds(value: Optional[DurationLike]) -> Optional[float]:
    """Return a duration in seconds; None stays None."""
    return None if value is None else to_seconds(value)
