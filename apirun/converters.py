"""What a program may write for the parts of a request, in one form."""

from typing import Mapping, Optional, Tuple

from apirun.durations import DurationLike, to_seconds

__all__ = ["codes", "optional_seconds", "pairs", "upper"]


def upper(method: str) -> str:
    """Return an HTTP method in upper case."""
    if not isinstance(method, str):
        raise TypeError(f"this must be an HTTP method such as 'POST', not {method!r}")
    return method.upper()


def pairs(value: object) -> Tuple[Tuple[str, str], ...]:
    """Return a mapping, or pairs, as pairs of texts."""
    pairs = value.items() if isinstance(value, Mapping) else value
    try:
        return tuple((str(name), str(text)) for name, text in pairs)  # type: ignore[attr-defined]  # a non-iterable is told
    except (TypeError, ValueError) as error:
        raise TypeError(
            f"this must be a mapping of names to texts, or pairs, not {value!r:.80}"
        ) from error


def codes(value: object) -> Tuple[str, ...]:
    """Return one status code, or several, as texts."""
    codes = (value,) if isinstance(value, (str, int)) else value
    try:
        return tuple(str(code) for code in codes)  # type: ignore[attr-defined]  # a non-iterable is told
    except TypeError as error:
        raise TypeError(
            f"this must be a status code or a list of them, not {value!r:.80}"
        ) from error


def optional_seconds(value: Optional[DurationLike]) -> Optional[float]:
    """Return a duration in seconds; None stays None."""
    return None if value is None else to_seconds(value)
