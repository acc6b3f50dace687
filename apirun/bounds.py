"""What a number or a word may be, refused in the words of this library."""

from typing import Any, Callable, Sequence

__all__ = ["above", "at_least", "at_most", "one_of"]

Validator = Callable[[object, object, Any], None]
"""What attrs calls with an instance, its attribute and the value."""


def at_least(least: float) -> Validator:
    """Return a validator that refuses what is less than *least*."""
    return _bounded(lambda value: value >= least, f"at least {least}")


def at_most(most: float) -> Validator:
    """Return a validator that refuses what is more than *most*."""
    return _bounded(lambda value: value <= most, f"at most {most}")


def above(bound: float) -> Validator:
    """Return a validator that refuses what is not more than *bound*."""
    return _bounded(lambda value: value > bound, f"more than {bound}")


def one_of(words: Sequence[str]) -> Validator:
    """Return a validator that refuses all but *words*; an empty one is not told."""

    def check(_: object, __: object, value: str) -> None:
        if value not in words:
            allowed = ", ".join(word for word in words if word)
            raise ValueError(f"{value!r:.80} is not known here; allowed: {allowed}")

    return check


def _bounded(holds: Callable[[float], bool], what: str) -> Validator:
    def check(_: object, __: object, value: float) -> None:
        if not holds(value):
            raise ValueError(f"this must be {what}, not {value}")

    return check
