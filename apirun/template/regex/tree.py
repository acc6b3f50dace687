"""What a regular expression consists of."""

from typing import Callable, NamedTuple, Optional, Tuple, Union

__all__ = [
    "Assertion",
    "Choice",
    "Expression",
    "Group",
    "One",
    "RegexError",
    "Repeat",
    "Sequence",
    "Test",
]

Test = Callable[[str], bool]


class RegexError(Exception):
    """The pattern is no regular expression in RE2's syntax."""

    def __init__(self, reason: str, part: str) -> None:
        super().__init__(f"error parsing regexp: {reason}: `{part}`")


class One(NamedTuple):
    """One character for which *test* holds."""

    test: Test


class Assertion(NamedTuple):
    """
    A place in the text.

    Attributes:
        kind: ``A z`` start and end of the text, ``^ $`` of a line, ``b B``
            a word's boundary or none.
    """

    kind: str


class Sequence(NamedTuple):
    """One after the other."""

    parts: Tuple["Expression", ...]


class Choice(NamedTuple):
    """The first that leads to a match."""

    options: Tuple["Expression", ...]


class Repeat(NamedTuple):
    """Something several times; *most* is None where there is no bound."""

    body: "Expression"
    least: int
    most: Optional[int]
    greedy: bool


class Group(NamedTuple):
    """A group that captures what it matched."""

    body: "Expression"
    number: int


Expression = Union[One, Assertion, Sequence, Choice, Repeat, Group]
