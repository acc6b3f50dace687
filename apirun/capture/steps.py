"""
A compiled GJSON path: steps that walk down a document, and pipes between them.

A step's `find` tells three kinds of nothing apart, because GJSON does:
`MISSING` when the walk never came to the step's place (the search goes on
elsewhere, a pipe behind it isn't run), `ABSENT` when it came there and found
nothing (the search goes on, the pipe runs), `ENDED` when the search is over
although nothing was found.

Everything that runs also says how many `copies` of one value its result can
hold at most, so that the parser can refuse a path that would multiply a
document.

Source: https://github.com/tidwall/gjson, version 1.19.
"""

from __future__ import annotations

from typing import Callable, Dict, Final, List, Optional, Protocol, Sequence, Tuple

from apirun.capture.glob import Glob
from apirun.capture.query import Comparison
from apirun.capture.values import MISSING

ABSENT: Final = object()
ENDED: Final = object()

_CONTAINERS: Final = (dict, list)


class Step(Protocol):
    """Walks from one value of a document to another."""

    @property
    def copies(self) -> int:
        """How often one value can stand in what is found."""

    def find(self, value: object) -> object:
        """Return what the rest of the walk finds from *value* on."""


class Program(Protocol):
    """A whole path, or what stands between two pipes and all that follows."""

    @property
    def copies(self) -> int:
        """How often one value can stand in the result."""

    def run(self, value: object) -> object:
        """Return the path's value, or `MISSING`; *value* may be `MISSING`."""


class Walk:
    """Follows steps, and hands what they find to the pipe behind them."""

    __slots__ = ("_pipe", "_step", "copies")

    def __init__(self, step: Step, pipe: Optional[Program]) -> None:
        self._step = step
        self._pipe = pipe
        self.copies = step.copies * (pipe.copies if pipe else 1)

    def run(self, value: object) -> object:
        """Follow the steps from *value* on."""
        found = self._step.find(value)
        if found is MISSING:
            return MISSING
        if found is ABSENT or found is ENDED:
            found = MISSING
        return found if self._pipe is None else self._pipe.run(found)


class Apply:
    """Hands the whole value to a modifier, or puts a literal in its place."""

    __slots__ = ("_change", "_pipe", "copies")

    def __init__(
        self, change: Callable[[object], object], pipe: Optional[Program]
    ) -> None:
        self._change = change
        self._pipe = pipe
        self.copies = pipe.copies if pipe else 1

    def run(self, value: object) -> object:
        """Change *value*."""
        changed = self._change(value)
        return changed if self._pipe is None else self._pipe.run(changed)


class Multipath:
    """
    Builds a list or an object from the values of several paths.

    Args:
        names: The keys of the object; None to build a list.
        programs: The paths, in order; one without value is left out.
        pipe: What follows.
    """

    __slots__ = ("_names", "_pipe", "_programs", "copies")

    def __init__(
        self,
        names: Optional[Sequence[str]],
        programs: Sequence[Program],
        pipe: Optional[Program],
    ) -> None:
        self._names = names
        self._programs = programs
        self._pipe = pipe
        own = sum(program.copies for program in programs)
        self.copies = own * (pipe.copies if pipe else 1)

    def run(self, value: object) -> object:
        """Build the list or the object from *value*."""
        found = [program.run(value) for program in self._programs]
        built: object
        if self._names is None:
            built = [item for item in found if item is not MISSING]
        else:
            members: Dict[str, object] = {}
            for name, item in zip(self._names, found):
                if item is not MISSING:
                    members.setdefault(name, item)
            built = members
        return built if self._pipe is None else self._pipe.run(built)


class Keys:
    """
    Walks down a chain of keys and indexes.

    Args:
        parts: Each the key that it is in an object and the index that it is
            in a list, -1 where it is none.
        then: The step after them.
    """

    __slots__ = ("_parts", "_then", "copies")

    def __init__(self, parts: Sequence[Tuple[str, int]], then: Optional[Step]) -> None:
        self._parts = tuple(parts)
        self._then = then
        self.copies = then.copies if then else 1

    def find(self, value: object) -> object:
        """Look up one part after the other."""
        for key, index in self._parts:
            if isinstance(value, dict):
                value = value.get(key, ABSENT)
            elif isinstance(value, list):
                value = value[index] if -1 < index < len(value) else ABSENT
            else:
                return MISSING
        if self._then is None:
            return value
        return self._then.find(value) if isinstance(value, _CONTAINERS) else MISSING


class Wildcard:
    """Walks into the first member, by the object's order, that leads on."""

    __slots__ = ("_glob", "_then", "copies")

    def __init__(self, glob: Glob, then: Optional[Step]) -> None:
        self._glob = glob
        self._then = then
        self.copies = then.copies if then else 1

    def find(self, value: object) -> object:
        """Try every member whose key fits the pattern."""
        if not isinstance(value, _CONTAINERS):
            return MISSING
        nothing = ABSENT if self._then is None else MISSING
        if isinstance(value, list):
            return nothing
        for key, child in value.items():
            if not (isinstance(key, str) and self._glob.matches(key)):
                continue
            if self._then is None:
                return child
            if isinstance(child, _CONTAINERS):
                found = self._then.find(child)
                if found is not MISSING and found is not ABSENT:
                    return found
                if found is ABSENT:
                    nothing = ABSENT
        return nothing


class Count:
    """Counts the elements of a list: ``#`` at the end."""

    __slots__ = ()

    copies = 1

    def find(self, value: object) -> object:
        """Return the length of a list; in an object, ``#`` is a key."""
        if isinstance(value, list):
            return len(value)
        return value.get("#", ABSENT) if isinstance(value, dict) else MISSING


class Each:
    """Runs a path over every element of a list: ``#.path``."""

    __slots__ = ("_inner", "copies")

    def __init__(self, inner: Program) -> None:
        self._inner = inner
        self.copies = inner.copies

    def find(self, value: object) -> object:
        """Collect what the path finds; in an object, ``#`` is a key."""
        if isinstance(value, list):
            found: List[object] = []
            for item in value:
                result = self._inner.run(item)
                if result is not MISSING:
                    found.append(result)
            return found
        if isinstance(value, dict) and isinstance(value.get("#"), _CONTAINERS):
            return self._inner.run(value["#"])
        return MISSING


class Query:
    """
    Picks elements of a list that fit: ``#(left==right)`` or ``#(...)#``.

    Args:
        left: What of an element is compared; None for the element itself.
        comparison: What it is compared with.
        every: Pick all that fit, not only the first.
        inner: The path into what was picked.
    """

    __slots__ = ("_comparison", "_every", "_inner", "_left", "copies")

    def __init__(
        self,
        left: Optional[Program],
        comparison: Comparison,
        inner: Optional[Program],
        *,
        every: bool,
    ) -> None:
        self._left = left
        self._comparison = comparison
        self._inner = inner
        self._every = every
        self.copies = inner.copies if inner else 1

    def find(self, value: object) -> object:
        """Pick from *value*, which has to be a list."""
        if not isinstance(value, list):
            return MISSING
        picked: List[object] = []
        for item in value:
            if not self._fits(item):
                continue
            found = item if self._inner is None else self._inner.run(item)
            if not self._every:
                return ENDED if found is MISSING else found
            if found is not MISSING:
                picked.append(found)
        if self._every:
            return picked
        return ABSENT if self._inner is None else MISSING

    def _fits(self, item: object) -> bool:
        if isinstance(item, dict):
            # An empty left side asks an object for its empty key, as in GJSON.
            left = item.get("", MISSING) if self._left is None else self._left.run(item)
            return self._comparison.holds(left)
        if isinstance(item, list):
            left = MISSING if self._left is None else self._left.run(item)
            return self._comparison.holds(left)
        return self._left is None and self._comparison.holds(item)
