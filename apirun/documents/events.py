"""Events of a YAML parser: libyaml's where it is installed, else pure Python's."""

from typing import Callable, Iterator, Optional, Protocol

from ruamel.yaml import YAML
from ruamel.yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

try:
    from _ruamel_yaml import CParser
except ImportError:  # PyPy, or a platform without a wheel
    CParser = None

__all__ = [
    "AliasEvent",
    "Event",
    "MappingEndEvent",
    "MappingStartEvent",
    "Mark",
    "ScalarEvent",
    "SequenceEndEvent",
    "StreamEndEvent",
    "c_events",
    "parse_events",
    "python_events",
]


class Mark(Protocol):
    """A place in the text, all counted from 0."""

    line: int
    column: int
    index: int


class Event(Protocol):
    """What both parsers' events have, as far as the kind of event has it."""

    start_mark: Mark
    anchor: Optional[str]
    tag: Optional[str]
    value: str
    style: Optional[str]
    flow_style: Optional[bool]


def c_events(text: str) -> Callable[[], Event]:
    """
    Return what gives the next event of *text* at each call.

    Events are taken instead of nodes: nodes cost three times as much, and
    composing them recurses in C as deep as the document says.
    """
    following: Callable[[], Event] = CParser(text).get_event
    return following


def python_events(text: str) -> Callable[[], Event]:
    """Return the same as `c_events`, from the parser in pure Python."""
    events: Iterator[Event] = YAML(typ="safe", pure=True).parse(text)
    return events.__next__


parse_events = python_events if CParser is None else c_events
