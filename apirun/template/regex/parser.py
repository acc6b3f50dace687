"""
Reads regular expressions in RE2's syntax.

What backtracking engines have beyond it is refused: references to groups,
lookaround, atomic groups, conditions.

Source: https://github.com/google/re2/wiki/Syntax and Go, ``regexp/syntax``.
"""

import re
from typing import Dict, FrozenSet, List, NamedTuple, Optional, Tuple

from apirun.template.regex.classes import (
    PERL,
    POSIX,
    any_of,
    exact,
    ignoring_case,
    in_ranges,
    property_,
)
from apirun.template.regex.tree import (
    Assertion,
    Choice,
    Expression,
    Group,
    One,
    RegexError,
    Repeat,
    Sequence,
    Test,
)

__all__ = ["Parsed", "parse_regex"]

_NESTING = 50
_LARGEST_COUNT = 1000
_COUNT = re.compile(r"\{([0-9]+)(?:(,)([0-9]*))?\}")
_GROUP = re.compile(r"\?(?:P?<([A-Za-z0-9_]+)>|([imsU]*(?:-[imsU]+)?)([:)]))")
_ESCAPES = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_CODE = re.compile(
    r"x\{([0-9A-Fa-f]{1,8})\}|x([0-9A-Fa-f]{2})|([1-7][0-7]{2}|0[0-7]{0,2})"
)
_PROPERTY = re.compile(r"([pP])(?:\{(\^?[A-Za-z_]+)\}|([A-Z]))")


class Parsed(NamedTuple):
    """A regular expression, its groups counted and named."""

    expression: Expression
    groups: int
    names: Dict[str, int]


def parse_regex(pattern: str) -> Parsed:
    """
    Return what *pattern* means.

    Raises:
        RegexError: If it is no regular expression in RE2's syntax.
    """
    parser = _Parser(pattern)
    expression = parser.choice(0)
    if parser.pos < len(pattern):
        raise RegexError("unexpected )", pattern)
    return Parsed(expression, parser.groups, parser.names)


class _Parser:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.pos = 0
        self.groups = 0
        self.names: Dict[str, int] = {}
        self._flags: FrozenSet[str] = frozenset()

    def choice(self, depth: int) -> Expression:
        if depth > _NESTING:
            raise RegexError("expression nests too deeply", self.pattern)
        options = [self._sequence(depth)]
        while self._take("|"):
            options.append(self._sequence(depth))
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _take(self, text: str) -> bool:
        if self.pattern.startswith(text, self.pos):
            self.pos += len(text)
            return True
        return False

    def _sequence(self, depth: int) -> Expression:
        parts: List[Expression] = []
        while self.pos < len(self.pattern) and self.pattern[self.pos] not in "|)":
            start = self.pos
            if self._take("\\Q"):
                parts.extend(self._verbatim())
                if parts:
                    parts.append(self._repeated(parts.pop(), start))
                continue
            atom = self._atom(depth)
            if atom is not None:
                parts.append(self._repeated(atom, start))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def _verbatim(self) -> List[Expression]:
        end = self.pattern.find("\\E", self.pos)
        stop = len(self.pattern) if end < 0 else end
        text = self.pattern[self.pos : stop]
        self.pos = stop if end < 0 else end + 2
        return [self._one(exact(char)) for char in text]

    def _repeated(self, atom: Expression, start: int) -> Expression:
        bounds = self._quantifier()
        if bounds is None:
            return atom
        least, most = bounds
        if max(least, most or 0) > _LARGEST_COUNT or (
            most is not None and most < least
        ):
            raise RegexError("invalid repeat count", self.pattern[start : self.pos])
        greedy = not self._take("?")
        if "U" in self._flags:
            greedy = not greedy
        before = self.pos
        if self._quantifier() is not None:
            part = self.pattern[before - 1 : self.pos]
            raise RegexError("invalid nested repetition operator", part)
        return Repeat(atom, least, most, greedy)

    def _quantifier(self) -> Optional[Tuple[int, Optional[int]]]:
        for sign, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self._take(sign):
                return bounds
        match = _COUNT.match(self.pattern, self.pos)
        if match is None or max(len(match[1]), len(match[3] or "")) > 9:
            return None
        self.pos = match.end()
        least = int(match[1])
        if match[2] is None:
            return least, least
        return least, int(match[3]) if match[3] else None

    def _one(self, test: Test) -> One:
        return One(ignoring_case(test) if "i" in self._flags else test)

    def _atom(self, depth: int) -> Optional[Expression]:
        char = self.pattern[self.pos]
        if char == "(":
            return self._group(depth)
        if char == "[":
            return self._one(self._class())
        if char == "\\":
            return self._escape()
        if char in "*+?":
            raise RegexError("missing argument to repetition operator", char)
        self.pos += 1
        if char == ".":
            return One((lambda _: True) if "s" in self._flags else _no_line_end)
        if char in "^$":
            whole = "A" if char == "^" else "z"
            return Assertion(char if "m" in self._flags else whole)
        return self._one(exact(char))

    def _group(self, depth: int) -> Optional[Expression]:
        start = self.pos
        self.pos += 1
        number: Optional[int] = None
        flags = self._flags
        if self.pattern.startswith("?", self.pos):
            match = _GROUP.match(self.pattern, self.pos)
            if match is None:
                part = self.pattern[start : start + 4]
                raise RegexError("invalid or unsupported Perl syntax", part)
            self.pos = match.end()
            if match[1] is None:
                self._flags = _with_flags(flags, match[2])
                if match[3] == ")":
                    return None
            else:
                number = self._number(match[1])
        else:
            number = self._number()
        body = self.choice(depth + 1)
        if not self._take(")"):
            raise RegexError("missing closing )", self.pattern)
        self._flags = flags
        return body if number is None else Group(body, number)

    def _number(self, name: str = "") -> int:
        if name in self.names:
            raise RegexError("duplicate capture group name", name)
        self.groups += 1
        if name:
            self.names[name] = self.groups
        return self.groups

    def _escape(self) -> Expression:
        start = self.pos
        self.pos += 1
        char = self.pattern[self.pos : self.pos + 1]
        if char in ("A", "z", "b", "B"):
            self.pos += 1
            return Assertion(char)
        test = self._class_escape(start)
        return self._one(exact(self._character(start)) if test is None else test)

    def _class_escape(self, start: int) -> Optional[Test]:
        """Read an escape that stands for many characters, if there is one."""
        char = self.pattern[self.pos : self.pos + 1]
        if char in PERL:
            self.pos += 1
            return PERL[char]
        match = _PROPERTY.match(self.pattern, self.pos)
        if match is None:
            return None
        self.pos = match.end()
        part = self.pattern[start : self.pos]
        return property_(match[2] or match[3], part, negated=match[1] == "P")

    def _character(self, start: int) -> str:
        """Read an escape that stands for one character."""
        char = self.pattern[self.pos : self.pos + 1]
        if not char:
            raise RegexError("trailing backslash at end of expression", "")
        match = _CODE.match(self.pattern, self.pos)
        if match is not None:
            self.pos = match.end()
            digits = match[1] or match[2]
            code = int(digits, 16) if digits else int(match[3], 8)
            if code <= 0x10FFFF:
                return chr(code)
        else:
            self.pos += 1
            if char in _ESCAPES:
                return _ESCAPES[char]
            if char.isascii() and not char.isalnum():
                return char
        part = self.pattern[start : self.pos]
        raise RegexError("invalid escape sequence", part)

    def _class(self) -> Test:
        start = self.pos
        self.pos += 1
        negated = self._take("^")
        tests: List[Test] = []
        first = True
        while first or not self.pattern.startswith("]", self.pos):
            if self.pos >= len(self.pattern):
                raise RegexError("missing closing ]", self.pattern[start:])
            first = False
            tests.append(self._class_item())
        self.pos += 1
        if "i" in self._flags:
            tests = [ignoring_case(test) for test in tests]
        return any_of(tests, negated=negated)

    def _class_item(self) -> Test:
        start = self.pos
        if self.pattern.startswith("[:", start):
            end = self.pattern.find(":]", start + 2)
            if end > 0:
                self.pos = end + 2
                return self._posix(self.pattern[start + 2 : end])
        if self._take("\\"):
            test = self._class_escape(start)
            if test is not None:
                return test
            self.pos = start
        low = self._class_character()
        follows = self.pattern[self.pos : self.pos + 2]
        if len(follows) < 2 or follows[0] != "-" or follows[1] == "]":
            return exact(low)
        self.pos += 1
        high = self._class_character()
        if high < low:
            part = self.pattern[start : self.pos]
            raise RegexError("invalid character class range", part)
        return in_ranges([(low, high)])

    def _class_character(self) -> str:
        start = self.pos
        if self._take("\\"):
            return self._character(start)
        self.pos += 1
        return self.pattern[start]

    def _posix(self, name: str) -> Test:
        bare = name.lstrip("^")
        if bare not in POSIX or len(name) - len(bare) > 1:
            raise RegexError("invalid character class range", f"[:{name}:]")
        return any_of([POSIX[bare]], negated=bare != name)


def _no_line_end(char: str) -> bool:
    return char != "\n"


def _with_flags(flags: FrozenSet[str], change: str) -> FrozenSet[str]:
    added, _, removed = change.partition("-")
    return (flags | frozenset(added)) - frozenset(removed)
