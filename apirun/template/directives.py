"""
Reads the directives of a printf format.

Source: Go, ``fmt/print.go``, ``doPrintf``.
"""

import re
from typing import Callable, Iterator, NamedTuple, Optional, Sequence, Tuple

from apirun.template.verbs import Directive

__all__ = ["DirectiveReader"]

_LARGEST = 1_000_000
_FLAGS = re.compile(r"[#0+\- ]*")
_DIGITS = re.compile(r"[0-9]+")


class _Star(NamedTuple):
    """A width or precision that is given as an argument."""

    value: int
    valid: bool


class DirectiveReader:
    """
    Walks through a format and yields each verb with the number of its argument.

    What is not to be formatted goes to *write* on the way: plain text, and the
    notes on verbs that are wrong.

    Attributes:
        directive: Flags, width and precision of the verb at hand.
    """

    def __init__(
        self, layout: str, args: Sequence[object], write: Callable[[str], None]
    ) -> None:
        self.directive = Directive()
        self._layout = layout
        self._args = args
        self._write = write
        self._pos = 0
        self._next = 0
        self._after_index = False
        self._good_index = True
        self._reordered = False

    def unused(self) -> Sequence[object]:
        """Return the arguments left over, none if they were taken by index."""
        return () if self._reordered else self._args[self._next :]

    def __iter__(self) -> Iterator[Tuple[str, int]]:
        layout = self._layout
        while self._pos < len(layout):
            percent = layout.find("%", self._pos)
            if percent < 0:
                percent = len(layout)
            if percent > self._pos:
                self._write(layout[self._pos : percent])
            if percent == len(layout):
                return
            self._pos = percent + 1
            self._read_directive()
            if self._pos >= len(layout):
                self._write("%!(NOVERB)")
                return
            verb = layout[self._pos]
            self._pos += 1
            if self._is_fit(verb):
                self._next += 1
                yield verb, self._next - 1

    def _is_fit(self, verb: str) -> bool:
        if verb == "%":
            self._write("%")
        elif not self._good_index:
            self._write(f"%!{verb}(BADINDEX)")
        elif self._next >= len(self._args):
            self._write(f"%!{verb}(MISSING)")
        else:
            if verb in "vw":
                self.directive.go_syntax = self.directive.sharp
                self.directive.sharp = False
                self.directive.plus = False
            return True
        return False

    def _read_directive(self) -> None:
        self._good_index = True
        directive = self.directive = Directive()
        match = _FLAGS.match(self._layout, self._pos)
        flags = match[0] if match else ""
        self._pos += len(flags)
        directive.sharp = "#" in flags
        directive.zero = "0" in flags
        directive.plus = "+" in flags
        directive.minus = "-" in flags
        directive.space = " " in flags
        self._read_index()
        self._read_width()
        if self._char() == "." and self._pos + 1 <= len(self._layout):
            self._read_precision()
        if not self._after_index:
            self._read_index()

    def _char(self) -> str:
        return self._layout[self._pos : self._pos + 1]

    def _read_width(self) -> None:
        directive = self.directive
        if self._char() != "*":
            width = self._read_number()
            if width is not None:
                directive.width = width
                if self._after_index:
                    self._good_index = False
            return
        star = self._read_star()
        if not star.valid:
            self._write("%!(BADWIDTH)")
            return
        directive.width = abs(star.value)
        if star.value < 0:
            directive.minus = True
            directive.zero = False

    def _read_precision(self) -> None:
        self._pos += 1
        if self._after_index:
            self._good_index = False
        self._read_index()
        if self._char() != "*":
            self.directive.precision = self._read_number() or 0
            return
        star = self._read_star()
        if star.valid and star.value >= 0:
            self.directive.precision = star.value
        else:
            self._write("%!(BADPREC)")

    def _read_number(self) -> Optional[int]:
        match = _DIGITS.match(self._layout, self._pos)
        if match is None:
            return None
        if len(match[0]) > 20 or int(match[0]) // 10 > _LARGEST:
            # Go gives up on the rest of a format with such a number.
            self._pos = len(self._layout)
            return None
        self._pos = match.end()
        return int(match[0])

    def _read_star(self) -> _Star:
        self._pos += 1
        self._after_index = False
        if self._next >= len(self._args):
            return _Star(0, valid=False)
        value = self._args[self._next]
        self._next += 1
        if not isinstance(value, int) or isinstance(value, bool):
            return _Star(0, valid=False)
        return _Star(value, valid=abs(value) <= _LARGEST)

    def _read_index(self) -> None:
        """Read an explicit argument number such as ``[2]``, if there is one."""
        self._after_index = False
        if self._char() != "[":
            return
        self._reordered = True
        end = self._layout.find("]", self._pos)
        if end < 0 or len(self._layout) - self._pos < 3:
            self._good_index = False
            self._pos += 1
            return
        digits = self._layout[self._pos + 1 : end]
        self._pos = end + 1
        if digits.isascii() and digits.isdigit() and len(digits) < 8:
            self._after_index = True
            if 1 <= int(digits) <= len(self._args):
                self._next = int(digits) - 1
                return
        self._good_index = False
