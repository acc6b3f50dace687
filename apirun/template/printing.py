"""
Prints values as Go's ``fmt`` does: print, println and printf.

Source: Go, ``fmt/print.go``.
"""

from collections.abc import Mapping as AbstractMapping
from typing import Callable, List, Mapping, Sequence

from apirun.template.directives import DirectiveReader
from apirun.template.errors import LimitError
from apirun.template.floats import format_float
from apirun.template.unknown import Unknown
from apirun.template.values import Uint8, sorted_items, type_name
from apirun.template.verbs import (
    Directive,
    format_character,
    format_floating,
    format_hex_text,
    format_integer,
    format_quoted,
    format_text,
    format_unicode,
)

__all__ = ["MOST_PARTS", "show", "sprint", "sprintf", "sprintln", "text_of"]


MOST_PARTS = 1_000_000
"""How many elements and entries one value may have to be written."""


def show(value: object, limit: int) -> str:
    """
    Return *value* as a template prints it.

    Args:
        value: Any value; None is ``<no value>``.
        limit: Characters that it may take at most.

    Raises:
        LimitError: If it takes more.
    """
    if value is None:
        return "<no value>"
    return text_of(value, limit)


def text_of(value: object, limit: int) -> str:
    """Return *value* as ``%v`` prints it; None is ``<nil>``."""
    kind = type(value)
    if kind is str:
        return str(value)
    if kind is bool:
        return "true" if value else "false"
    if kind is int:
        return str(value)
    if isinstance(value, float):
        return format_float(value, "g")
    printer = _Printer(limit)
    printer.argument(value, "v")
    return printer.text()


def sprint(args: Sequence[object], limit: int) -> str:
    """Return *args* printed; a space parts two that are both no text."""
    parts: List[str] = []
    size = 0
    after_text = True
    for index, arg in enumerate(args):
        is_text = isinstance(arg, str)
        if index and not is_text and not after_text:
            parts.append(" ")
        parts.append(text_of(arg, limit))
        size += len(parts[-1]) + 1
        if size > limit:
            raise LimitError(f"the text is longer than {limit} characters")
        after_text = is_text
    return "".join(parts)


def sprintln(args: Sequence[object], limit: int) -> str:
    """Return *args* printed with spaces between and a line end."""
    parts: List[str] = []
    size = 0
    for arg in args:
        parts.append(text_of(arg, limit))
        size += len(parts[-1]) + 1
        if size > limit:
            raise LimitError(f"the text is longer than {limit} characters")
    return " ".join(parts) + "\n"


def sprintf(layout: str, args: Sequence[object], limit: int) -> str:
    """
    Return *args* printed as *layout* says.

    Args:
        layout: A format of Go's ``fmt.Printf``.
        args: What its verbs print.
        limit: Characters that the result may have at most.

    Raises:
        LimitError: If the result is longer.

    Example:
        >>> sprintf("%05d|%-4s|%q", [42, "a", "b"], 100)
        '00042|a   |"b"'
    """
    printer = _Printer(limit)
    reader = DirectiveReader(layout, args, printer.write)
    for verb, index in reader:
        printer.directive = reader.directive
        printer.argument(args[index], verb)
    rest = reader.unused()
    if rest:
        printer.directive = Directive()
        printer.write("%!(EXTRA ")
        for number, arg in enumerate(rest):
            if number:
                printer.write(", ")
            printer.typed(arg)
        printer.write(")")
    return printer.text()


class _Printer:
    """Collects the text of values, and stops at a limit."""

    def __init__(self, limit: int) -> None:
        self.directive = Directive()
        self._parts: List[str] = []
        self._left = limit
        self._limit = limit
        self._parts_left = MOST_PARTS

    def text(self) -> str:
        return "".join(self._parts)

    def write(self, text: str) -> None:
        self._left -= len(text)
        if self._left < 0:
            raise LimitError(f"the text is longer than {self._limit} characters")
        self._parts.append(text)

    def typed(self, value: object) -> None:
        """Write *value* after its type, as the notes on errors have it."""
        if value is None:
            self.write("<nil>")
            return
        self.write(f"{type_name(value)}=")
        self.value(value, "v")

    def bad_verb(self, value: object, verb: str) -> None:
        self.write(f"%!{verb}(")
        self.typed(value)
        self.write(")")

    def argument(self, value: object, verb: str) -> None:
        if value is None:
            if verb in ("v", "T"):
                self.write(self.directive.pad("<nil>"))
            else:
                self.bad_verb(value, verb)
        elif verb == "T":
            self.write(format_text(self.directive, type_name(value)))
        else:
            self.value(value, verb)

    def value(self, value: object, verb: str) -> None:
        self._parts_left -= 1
        if self._parts_left < 0:
            raise LimitError(f"the value has more than {MOST_PARTS} parts")
        if isinstance(value, str):
            self._string(value, verb)
        elif isinstance(value, bool):
            self._boolean(value, verb)
        elif isinstance(value, int):
            self._integer(value, verb)
        elif isinstance(value, float):
            if verb in "veEfFgGxXb":
                self.write(format_floating(self.directive, value, verb))
            else:
                self.bad_verb(value, verb)
        elif isinstance(value, (list, tuple)):
            self._list(value, verb)
        elif isinstance(value, AbstractMapping):
            self._map(value, verb)
        else:
            self._other(value, verb)

    def _string(self, value: str, verb: str) -> None:
        layout = _TEXT_VERBS.get(verb)
        if layout is None:
            self.bad_verb(value, verb)
        elif verb == "v" and self.directive.go_syntax:
            self.write(format_quoted(self.directive, value))
        else:
            self.write(layout(self.directive, value))

    def _boolean(self, value: object, verb: str) -> None:
        if verb in ("v", "t"):
            self.write(self.directive.pad("true" if value else "false"))
        else:
            self.bad_verb(value, verb)

    def _integer(self, value: int, verb: str) -> None:
        if verb == "v" and self.directive.go_syntax and isinstance(value, Uint8):
            self.write(f"0x{int(value):x}")
        elif verb in "vdboOxX":
            self.write(format_integer(self.directive, value, verb))
        elif verb in "cq":
            self.write(format_character(self.directive, value, verb))
        elif verb == "U":
            self.write(format_unicode(self.directive, value))
        else:
            self.bad_verb(value, verb)

    def _item(self, value: object, verb: str) -> None:
        if value is not None:
            self.value(value, verb)
        elif self.directive.go_syntax:
            self.write("interface {}(nil)")
        else:
            self.write("<nil>")

    def _list(self, value: Sequence[object], verb: str) -> None:
        go_syntax = self.directive.go_syntax
        self.write(f"{type_name(value)}{{" if go_syntax else "[")
        for index, item in enumerate(value):
            if index:
                self.write(", " if go_syntax else " ")
            self._item(item, verb)
        self.write("}" if go_syntax else "]")

    def _map(self, value: Mapping[str, object], verb: str) -> None:
        go_syntax = self.directive.go_syntax
        self.write(f"{type_name(value)}{{" if go_syntax else "map[")
        for index, (key, item) in enumerate(sorted_items(value)):
            if index:
                self.write(", " if go_syntax else " ")
            self._item(key, verb)
            self.write(":")
            self._item(item, verb)
        self.write("}" if go_syntax else "]")

    def _other(self, value: object, verb: str) -> None:
        if isinstance(value, Unknown):
            # A plan shows the label whatever the verb would have made of it.
            self.write(value.label)
        elif verb in _TEXT_VERBS:
            self.write(_TEXT_VERBS[verb](self.directive, str(value)))
        else:
            self.bad_verb(value, verb)


_TEXT_VERBS: Mapping[str, Callable[[Directive, str], str]] = {
    "v": format_text,
    "s": format_text,
    "q": format_quoted,
    "x": lambda directive, text: format_hex_text(directive, text, "x"),
    "X": lambda directive, text: format_hex_text(directive, text, "X"),
}
