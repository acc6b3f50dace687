"""
Classes of characters.

Source: https://github.com/google/re2/wiki/Syntax
"""

import unicodedata
from typing import Iterable, List, Mapping, Tuple

from apirun.template.regex.tree import RegexError, Test

__all__ = [
    "PERL",
    "POSIX",
    "any_of",
    "exact",
    "ignoring_case",
    "in_ranges",
    "property_",
]

Range = Tuple[str, str]

_DIGIT = (("0", "9"),)
_WORD = (("0", "9"), ("A", "Z"), ("_", "_"), ("a", "z"))
_SPACE = (("\t", "\n"), ("\f", "\r"), (" ", " "))
_CATEGORIES = frozenset(
    [
        "C",
        "Cc",
        "Cf",
        "Co",
        "Cs",
        "L",
        "Ll",
        "Lm",
        "Lo",
        "Lt",
        "Lu",
        "M",
        "Mc",
        "Me",
        "Mn",
        "N",
        "Nd",
        "Nl",
        "No",
        "P",
        "Pc",
        "Pd",
        "Pe",
        "Pf",
        "Pi",
        "Po",
        "Ps",
        "S",
        "Sc",
        "Sk",
        "Sm",
        "So",
        "Z",
        "Zl",
        "Zp",
        "Zs",
    ]
)


def in_ranges(ranges: Iterable[Range]) -> Test:
    """Return the test for characters between any two of these."""
    bounds = tuple(ranges)
    return lambda char: any(low <= char <= high for low, high in bounds)


def any_of(tests: List[Test], *, negated: bool) -> Test:
    """Return the test that holds where one, or for *negated* none, of these does."""
    if negated:
        return lambda char: not any(test(char) for test in tests)
    if len(tests) == 1:
        return tests[0]
    return lambda char: any(test(char) for test in tests)


def exact(char: str) -> Test:
    """Return the test for this very character."""
    return char.__eq__


def ignoring_case(test: Test) -> Test:
    """Return *test* made blind to upper and lower case."""
    return lambda char: test(char) or test(char.lower()) or test(char.upper())


PERL: Mapping[str, Test] = {
    "d": in_ranges(_DIGIT),
    "s": in_ranges(_SPACE),
    "w": in_ranges(_WORD),
    "D": any_of([in_ranges(_DIGIT)], negated=True),
    "S": any_of([in_ranges(_SPACE)], negated=True),
    "W": any_of([in_ranges(_WORD)], negated=True),
}
POSIX: Mapping[str, Test] = {
    "alnum": in_ranges((("0", "9"), ("A", "Z"), ("a", "z"))),
    "alpha": in_ranges((("A", "Z"), ("a", "z"))),
    "ascii": in_ranges((("\x00", "\x7f"),)),
    "blank": in_ranges((("\t", "\t"), (" ", " "))),
    "cntrl": in_ranges((("\x00", "\x1f"), ("\x7f", "\x7f"))),
    "digit": in_ranges(_DIGIT),
    "graph": in_ranges((("!", "~"),)),
    "lower": in_ranges((("a", "z"),)),
    "print": in_ranges(((" ", "~"),)),
    "punct": in_ranges((("!", "/"), (":", "@"), ("[", "`"), ("{", "~"))),
    "space": in_ranges((("\t", "\r"), (" ", " "))),
    "upper": in_ranges((("A", "Z"),)),
    "word": in_ranges(_WORD),
    "xdigit": in_ranges((("0", "9"), ("A", "F"), ("a", "f"))),
}


def property_(name: str, part: str, *, negated: bool) -> Test:
    """
    Return the test for a general category of Unicode, such as ``Lu`` or ``L``.

    Args:
        name: The category; a leading ``^`` negates.
        part: As it stands in the pattern, for errors.
        negated: Whether it stands after ``P``.

    Raises:
        RegexError: If there is no such category. Names of scripts are refused.
    """
    if name.startswith("^"):
        name, negated = name[1:], not negated
    if name == "Any":
        return lambda _: not negated
    if name not in _CATEGORIES:
        raise RegexError("invalid character class range", part)
    return lambda char: unicodedata.category(char).startswith(name) is not negated
