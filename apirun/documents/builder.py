"""Plain data out of a YAML text, with the place of every key and value."""

import re
from typing import Callable, Dict, List, NoReturn, Optional, Set, Tuple

from ruamel.yaml.error import MarkedYAMLError, YAMLError

from apirun.documents.events import (
    AliasEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    Mark,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
    parse_events,
)
from apirun.documents.files import split_lines
from apirun.documents.scalars import Plain
from apirun.documents.syntax import IN_QUOTES, explain_syntax
from apirun.origin import Location, Place, Problem

__all__ = ["Builder"]

MAX_DEPTH = 64
MAX_VALUES = 200_000
MAX_EXPANDED = 100_000
PROPERTIES = re.compile(r"(?:[&!][^ \t\r\n]*[ \t]+)+")
# A place that no message asks for, for what is read only to be left out.
NOWHERE = "\0"


class _HaltError(Exception):
    """The document can't be read any further; its problem is recorded."""


class Builder:
    """
    Builds the data of one document from the events of its text.

    Mappings become dicts, lists lists, scalars `Plain` or, in quotes or as a
    block, `str`; nothing at all is None. What is wrong is collected; only
    what makes the rest senseless ends the reading.

    Args:
        file: The path that messages show.
        text: All of the document.
        events: Gives the parser's events.

    Attributes:
        places: Place of each value, by its path with dots.
        keys: Line and column of each key, counted from 1.
        problems: What is wrong.
        usable: Whether the data stands for what the file says, but for the
            problems; else looking for more would find what is not there.
        misread: Whether libyaml stumbled over a colon inside of plain text in
            a flow mapping (``{url: http://x}``), which YAML 1.2 allows.
    """

    def __init__(
        self,
        file: str,
        text: str,
        events: Callable[[str], Callable[[], Event]] = parse_events,
    ) -> None:
        self.places: Dict[str, Place] = {}
        self.keys: Dict[str, Tuple[int, int]] = {}
        self.problems: List[Problem] = []
        self.usable = True
        self.misread = False
        self._file = file
        self._text = text
        self._events = events
        self._lines: List[str] = []
        self._anchors: Dict[str, Tuple[object, str, int]] = {}
        self._open: Set[str] = set()
        self._count = 0
        self._expanded = 0

    def build(self) -> object:
        """Return the data of the document; None where it is not usable."""
        try:
            data = self._document()
        except _HaltError:
            pass
        except MarkedYAMLError as error:
            self.misread = error.problem == "found unexpected ':'"
            if self.usable:
                self._add(*explain_syntax(error, tuple(self._split())))
        except (YAMLError, ValueError) as error:
            self._add(1, 1, f"not valid YAML: {error}")
        else:
            return data if self.usable else None
        self.usable = False
        return None

    def _document(self) -> object:
        self._next = self._events(self._text)
        self._next()
        event = self._next()
        if isinstance(event, StreamEndEvent):
            self.problems.append(Problem(Location(self._file), "this file is empty"))
            raise _HaltError
        data = self._value(self._next(), "", 0)
        self._next()
        event = self._next()
        if not isinstance(event, StreamEndEvent):
            self._fault(event.start_mark, "a second document: write it to its own file")
        return data

    def _value(self, event: Event, path: str, depth: int) -> object:
        self._count += 1
        if self._count > MAX_VALUES:
            self._halt(
                event.start_mark,
                f"more than {MAX_VALUES:,} values: write a long body to a 'body_file'",
            )
        if isinstance(event, AliasEvent):
            return self._alias(event, path)
        anchor = event.anchor
        if event.tag is not None:
            self._fault(
                event.start_mark,
                f"the tag {_short_tag(event.tag)} is not allowed: leave it out",
            )
        if anchor is not None:
            self._open.add(anchor)
        before = self._count
        data: object
        if isinstance(event, ScalarEvent):
            data = self._scalar(event, path)
        elif depth >= MAX_DEPTH:
            self._halt(event.start_mark, f"nested deeper than {MAX_DEPTH} levels")
        else:
            mark = event.start_mark
            self.places[path] = Place(mark.line + 1, mark.column + 1)
            is_mapping = isinstance(event, MappingStartEvent)
            build = self._mapping if is_mapping else self._list
            data = build(path, depth + 1)
        if anchor is not None:
            self._open.discard(anchor)
            self._anchors[anchor] = (data, path, self._count - before + 1)
        return data

    def _scalar(self, event: Event, path: str) -> object:
        value = event.value
        style = event.style
        mark = event.start_mark
        column = mark.column + 1
        if event.anchor is not None or event.tag is not None:
            column += self._properties(mark)
        if not style:
            place = (mark.line + 1, column)
            # Where nothing stands, the parsers disagree on its place.
            self.places[path] = Place(*(place if value else self.keys.get(path, place)))
            return Plain(value) if value else None
        if style in "|>":
            indent = self._indent(mark.line + 1, value)
            self.places[path] = Place(mark.line + 1, column, indent)
        else:
            # The text begins behind the quote.
            self.places[path] = Place(mark.line + 1, column + 1)
        return value

    def _mapping(self, path: str, depth: int) -> Dict[str, object]:
        result: Dict[str, object] = {}
        prefix = f"{path}." if path else ""
        while True:
            event = self._next()
            if isinstance(event, MappingEndEvent):
                return result
            key = self._key(event, depth)
            if key is None:
                self._value(self._next(), NOWHERE, depth)
                continue
            full = prefix + key
            mark = event.start_mark
            if key in result:
                line, column = self.keys[full]
                self._fault(
                    mark,
                    f"the key '{key}' stands here a second time, first at "
                    f"{line}:{column}: keep one of them",
                )
                self._value(self._next(), NOWHERE, depth)
                continue
            self.keys[full] = (mark.line + 1, mark.column + 1)
            result[key] = self._value(self._next(), full, depth)

    def _key(self, event: Event, depth: int) -> Optional[str]:
        """Return the text of a key, None if it is refused."""
        if not isinstance(event, ScalarEvent):
            is_braces = isinstance(event, MappingStartEvent) and event.flow_style
            hint = IN_QUOTES if is_braces else ""
            message = "a key must be text, not a list, a mapping or an alias"
            self._spoil(event.start_mark, f"{message}; {hint}" if hint else message)
            self._value(event, NOWHERE, depth)
            return None
        if event.tag is not None:
            tag = _short_tag(event.tag)
            self._fault(event.start_mark, f"the tag {tag} is not allowed: leave it out")
        if event.value == "<<" and not event.style:
            self._spoil(
                event.start_mark,
                "merge keys (<<) are not supported: write the keys out, or use an "
                "alias for the whole value",
            )
            return None
        return event.value

    def _list(self, path: str, depth: int) -> List[object]:
        result: List[object] = []
        prefix = f"{path}." if path else ""
        while True:
            event = self._next()
            if isinstance(event, SequenceEndEvent):
                return result
            result.append(self._value(event, f"{prefix}{len(result)}", depth))

    def _alias(self, event: Event, path: str) -> object:
        name = event.anchor or ""
        mark = event.start_mark
        if name in self._open:
            self._spoil(mark, f"the alias *{name} stands inside of what it stands for")
            return None
        if name not in self._anchors:
            self._spoil(mark, f"the alias *{name} has no anchor &{name} before it")
            return None
        data, source, size = self._anchors[name]
        self._count += size
        self._expanded += size
        if self._expanded > MAX_EXPANDED:
            self._halt(
                mark, f"the aliases stand for more than {MAX_EXPANDED:,} values in all"
            )
        self._copy_places(data, source, path)
        return data

    def _copy_places(self, data: object, source: str, path: str) -> None:
        """Give what an alias stands for the places of the original."""
        place = self.places.get(source)
        if place is not None:
            self.places[path] = place
        key = self.keys.get(source)
        if key is not None:
            self.keys.setdefault(path, key)
        if isinstance(data, dict):
            for name, item in data.items():
                self._copy_places(item, f"{source}.{name}", f"{path}.{name}")
        elif isinstance(data, list):
            for index, item in enumerate(data):
                self._copy_places(item, f"{source}.{index}", f"{path}.{index}")

    def _properties(self, mark: Mark) -> int:
        """Return how many characters of anchor and tag stand before a scalar."""
        match = PROPERTIES.match(self._text, mark.index)
        return match.end() - match.start() if match else 0

    def _indent(self, line: int, value: str) -> int:
        """Return by how many characters the lines of a block are indented."""
        first = next((text for text in split_lines(value) if text.strip()), "")
        for raw in self._split()[line:]:
            if raw.strip():
                return max(0, _leading(raw) - _leading(first))
        return 0

    def _halt(self, mark: Mark, message: str) -> NoReturn:
        self._fault(mark, message)
        raise _HaltError

    def _spoil(self, mark: Mark, message: str) -> None:
        self._fault(mark, message)
        self.usable = False

    def _fault(self, mark: Mark, message: str) -> None:
        self._add(mark.line + 1, mark.column + 1, message)

    def _add(self, line: int, column: int, message: str) -> None:
        place = Location(self._file, line, column)
        self.problems.append(Problem(place, message, self._line(line)))

    def _line(self, line: int) -> str:
        lines = self._split()
        return lines[line - 1] if line <= len(lines) else ""

    def _split(self) -> List[str]:
        if not self._lines:
            self._lines = split_lines(self._text)
        return self._lines


def _leading(text: str) -> int:
    return len(text) - len(text.lstrip(" "))


def _short_tag(tag: object) -> str:
    text = str(tag)
    standard = "tag:yaml.org,2002:"
    return f"!!{text[len(standard) :]}" if text.startswith(standard) else text
