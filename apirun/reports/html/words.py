"""The words, signs and moments that the page is written with."""

from datetime import datetime
from functools import lru_cache
from typing import Dict, NamedTuple

from apirun.drawing import Tone
from apirun.reports.html.markup import Html, joined, tag
from apirun.results import Outcome
from apirun.state import Direction

__all__ = [
    "SIGNS",
    "Told",
    "counted",
    "mark",
    "moment",
    "past",
    "section",
    "sign",
    "told",
]


class Told(NamedTuple):
    """How an outcome is told: the word, and what it means to a person."""

    word: str
    tone: Tone


_TOLD: Dict[Outcome, Told] = {
    Outcome.APPLIED: Told("applied", Tone.GOOD),
    Outcome.ROLLED_BACK: Told("rolled back", Tone.GOOD),
    Outcome.UNCHANGED: Told("nothing to do", Tone.IDLE),
    Outcome.SKIPPED: Told("skipped", Tone.IDLE),
    Outcome.FAILED: Told("failed", Tone.BAD),
    Outcome.UNSETTLED: Told("unsettled", Tone.DOUBT),
    Outcome.INTERRUPTED: Told("interrupted", Tone.DUE),
    Outcome.NOT_STARTED: Told("not started", Tone.DUE),
}

# Each tone has a shape of its own, so that colours are not needed.
_SHAPES: Dict[Tone, Html] = {
    Tone.GOOD: joined(
        [
            tag("circle", class_="shape", cx="8", cy="8", r="7"),
            tag("path", class_="inner", d="M4.6 8.3l2.4 2.4 4.5-5"),
        ]
    ),
    Tone.BAD: joined(
        [
            tag(
                "path",
                class_="shape",
                d="M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1z",
            ),
            tag("path", class_="inner", d="M5.4 5.4l5.2 5.2m0-5.2l-5.2 5.2"),
        ]
    ),
    Tone.DOUBT: joined(
        [
            tag("path", class_="shape", d="M8 .6L15.4 8 8 15.4.6 8z"),
            tag(
                "path",
                class_="inner",
                d="M6.2 6.4q0-1.7 1.8-1.7t1.8 1.6q0 1.1-1.8 1.9v.6m0 1.9v.4",
            ),
        ]
    ),
    Tone.DUE: joined(
        [
            tag("path", class_="shape", d="M8 1l7.4 13.4H.6z"),
            tag("path", class_="inner", d="M8 5.8v4m0 2v.4"),
        ]
    ),
    Tone.IDLE: joined(
        [
            tag("rect", class_="shape", x="1", y="1", width="14", height="14", rx="3"),
            tag("path", class_="inner", d="M4.5 8h7"),
        ]
    ),
}

SIGNS: Html = tag(
    "svg",
    *(
        tag("symbol", shape, id=f"sign-{tone.value}", viewBox="0 0 16 16")
        for tone, shape in _SHAPES.items()
    ),
    class_="signs",
    width="0",
    height="0",
    aria_hidden="true",
)
"""Stands once in a page; `sign` points to it."""

_SIGN: Dict[Tone, Html] = {
    tone: tag(
        "svg",
        tag("use", href=f"#sign-{tone.value}"),
        class_=f"sign {tone.value}",
        aria_hidden="true",
    )
    for tone in Tone
}


def told(outcome: Outcome) -> Told:
    """Return how *outcome* is told."""
    return _TOLD[outcome]


def sign(tone: Tone) -> Html:
    """Return the shape of a tone, which screen readers pass over."""
    return _SIGN[tone]


@lru_cache(maxsize=256)
def mark(word: str, tone: Tone) -> Html:
    """Return *word* in its tone."""
    return tag("span", word, class_=f"mark {tone.value}")


def counted(count: int, noun: str) -> str:
    """
    Return how many there are.

    Example:
        >>> counted(1, "stage"), counted(1200, "version")
        ('1 stage', '1,200 versions')
    """
    if count == 1:
        return f"1 {noun}"
    return f"{count:,} {noun[:-1]}ies" if noun[-1] == "y" else f"{count:,} {noun}s"


def past(direction: Direction) -> str:
    """Return what was done to the versions of a run in *direction*."""
    return "applied" if direction is Direction.UP else "rolled back"


def moment(text: str) -> Html:
    """
    Return a moment of a result as the clock here showed it.

    Args:
        text: ISO 8601 in UTC.
    """
    here = datetime.fromisoformat(text).astimezone()
    if not here.utcoffset():
        shown = f"{here:%Y-%m-%d %H:%M:%S} UTC"
    else:
        shown = f"{here:%Y-%m-%d %H:%M:%S} {here.isoformat()[-6:]}"
    return tag("time", shown, datetime=text, title=f"{text} in UTC")


def section(anchor: str, title: str, *children: Html, class_: str = "") -> Html:
    """Return a part of the page that has a title and is a landmark by it."""
    return tag(
        "section",
        tag("h2", title, id=anchor),
        *children,
        class_=class_ or None,
        aria_labelledby=anchor,
    )
