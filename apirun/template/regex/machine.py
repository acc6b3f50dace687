"""
Runs regular expressions as a machine that follows all ways at once.

Source: R. Cox, "Regular Expression Matching: the Virtual Machine Approach",
2009; threads stand in order of priority, so that the match is the one that a
backtracking engine would find first.
"""

from functools import lru_cache
from typing import Callable, Dict, List, NamedTuple, Optional, Set, Tuple

from apirun.template.regex.parser import parse_regex
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

__all__ = ["Pattern", "Spans", "compile_pattern"]

_LONGEST_PROGRAM = 10_000
Spans = Tuple[int, ...]
"""Start and end of the match and then of each group, -1 where it took no part."""
_Thread = Tuple[int, Spans]


class _Instruction(NamedTuple):
    """
    One instruction.

    Attributes:
        kind: ``one``, ``split``, ``save``, ``assert`` or ``match``.
        test: For ``one``.
        targets: Where to go on, the preferred way first.
        number: For ``save``.
        place: For ``assert``.
    """

    kind: str
    test: Optional[Test] = None
    targets: Tuple[int, ...] = ()
    number: int = 0
    place: str = ""


class Pattern:
    """
    A compiled regular expression.

    Args:
        pattern: In RE2's syntax.

    Raises:
        RegexError: If it is none.
    """

    def __init__(self, pattern: str) -> None:
        parsed = parse_regex(pattern)
        self.groups = parsed.groups
        self.names: Dict[str, int] = parsed.names
        self._pattern = pattern
        self._code: List[_Instruction] = []
        self._emit(Group(parsed.expression, 0))
        self._add(_Instruction("match"))

    def _add(self, instruction: _Instruction) -> int:
        if len(self._code) >= _LONGEST_PROGRAM:
            raise RegexError("expression too large", self._pattern)
        self._code.append(instruction)
        return len(self._code) - 1

    def _emit(self, node: Expression) -> None:
        if isinstance(node, One):
            self._add(_Instruction("one", test=node.test))
        elif isinstance(node, Assertion):
            self._add(_Instruction("assert", place=node.kind))
        elif isinstance(node, Sequence):
            for part in node.parts:
                self._emit(part)
        elif isinstance(node, Group):
            self._add(_Instruction("save", number=2 * node.number))
            self._emit(node.body)
            self._add(_Instruction("save", number=2 * node.number + 1))
        elif isinstance(node, Choice):
            self._emit_choice(node)
        else:
            self._emit_repeat(node)

    def _jump(self, at: int, *targets: int) -> None:
        self._code[at] = _Instruction("split", targets=targets)

    def _emit_choice(self, node: Choice) -> None:
        exits: List[int] = []
        for option in node.options[:-1]:
            split = self._add(_Instruction("split"))
            self._emit(option)
            exits.append(self._add(_Instruction("split")))
            self._jump(split, split + 1, len(self._code))
        self._emit(node.options[-1])
        for at in exits:
            self._jump(at, len(self._code))

    def _emit_repeat(self, node: Repeat) -> None:
        starts: List[int] = []
        if node.most is None:
            # As in Go, x* is (x+)?: what an empty x leads to depends on it.
            if node.least == 0:
                starts.append(self._add(_Instruction("split")))
            for _ in range(node.least - 1):
                self._emit(node.body)
            again = len(self._code)
            self._emit(node.body)
            at = self._add(_Instruction("split"))
            self._jump(at, *((again, at + 1) if node.greedy else (at + 1, again)))
        else:
            for _ in range(node.least):
                self._emit(node.body)
            for _ in range(node.most - node.least):
                starts.append(self._add(_Instruction("split")))
                self._emit(node.body)
        for start in starts:
            self._fork(start, len(self._code), greedy=node.greedy)

    def _fork(self, start: int, end: int, *, greedy: bool) -> None:
        self._jump(start, *((start + 1, end) if greedy else (end, start + 1)))

    def search(
        self, text: str, start: int, charge: Callable[[int], None]
    ) -> Optional[Spans]:
        """
        Return the leftmost match, None if there is none.

        Args:
            text: What to search.
            start: Where to begin, in characters.
            charge: Called with the steps as they are taken.
        """
        best: Optional[Spans] = None
        nothing = (-1,) * (2 * self.groups + 2)
        threads: List[_Thread] = []
        seen: Set[int] = set()
        for pos in range(start, len(text) + 1):
            if best is None:
                self._follow(threads, seen, (0, nothing), text, pos)
            charge(len(seen) + 1)
            if not threads and best is not None:
                break
            coming: List[_Thread] = []
            seen = set()
            for at, spans in threads:
                instruction = self._code[at]
                if instruction.test is None:
                    best = spans
                    break
                if pos < len(text) and instruction.test(text[pos]):
                    self._follow(coming, seen, (at + 1, spans), text, pos + 1)
            threads = coming
        return best

    def _follow(
        self,
        threads: List[_Thread],
        seen: Set[int],
        thread: _Thread,
        text: str,
        pos: int,
    ) -> None:
        """Add *thread*, led on to where a character decides."""
        stack = [thread]
        while stack:
            at, spans = stack.pop()
            if at in seen:
                continue
            seen.add(at)
            instruction = self._code[at]
            kind = instruction.kind
            if kind == "split":
                stack.extend((to, spans) for to in reversed(instruction.targets))
            elif kind == "save":
                number = instruction.number
                spans = (*spans[:number], pos, *spans[number + 1 :])
                stack.append((at + 1, spans))
            elif kind == "assert":
                if _holds(instruction.place, text, pos):
                    stack.append((at + 1, spans))
            else:
                threads.append((at, spans))


def _holds(place: str, text: str, pos: int) -> bool:
    if place == "A":
        return pos == 0
    if place == "z":
        return pos == len(text)
    if place == "^":
        return pos == 0 or text[pos - 1] == "\n"
    if place == "$":
        return pos == len(text) or text[pos] == "\n"
    before = pos > 0 and _is_word(text[pos - 1])
    after = pos < len(text) and _is_word(text[pos])
    return (before != after) == (place == "b")


def _is_word(char: str) -> bool:
    return char == "_" or (char.isascii() and char.isalnum())


@lru_cache(maxsize=256)
def compile_pattern(pattern: str) -> Pattern:
    """
    Return the machine for *pattern*, the same one when asked again.

    Raises:
        RegexError: If it is no regular expression in RE2's syntax.
    """
    return Pattern(pattern)
