"""Requests and their answers, side by side as they went over the wire."""

from functools import lru_cache
from http import HTTPStatus
from typing import Iterator, Optional, Sequence, Tuple

from apirun.drawing import Tone
from apirun.durations import format_duration
from apirun.events import Exchanged
from apirun.excerpt import BODY_SHOWN
from apirun.reports.html.bodies import readable
from apirun.reports.html.markup import HOLE, Html, Shape, joined, preformatted, tag
from apirun.reports.html.words import counted, mark

__all__ = ["exchanges", "shown_body", "status"]

Pairs = Tuple[Tuple[str, str], ...]

LINE_SHOWN = 120
"""Characters of an answer that are told beside a closed poll."""

_PARTS = {
    "request": "",
    "find": "Find",
    "poll": "Poll",
    "probe": "Probe",
    "call": "From the callable",
}
_EXCHANGE = Shape(
    tag("div", HOLE, tag("div", HOLE, HOLE, class_="panes"), class_="exchange")
)
_PANE = Shape(
    tag(
        "div",
        tag("p", tag("span", HOLE, class_="label"), HOLE, class_="head"),
        HOLE,
        HOLE,
        class_="pane",
    )
)
_NO_BODY = tag("p", "No body.", class_="note")
_SENT = Shape(joined([tag("b", HOLE), " ", tag("span", HOLE, class_="url")]))
_CAME = Shape(joined([HOLE, " ", tag("span", HOLE, class_="took")]))
_PHRASES = {each.value: each.phrase for each in HTTPStatus}


def exchanges(
    told: Sequence[Exchanged], *, left_out: int = 0, open_last: bool = False
) -> Html:
    """
    Return the requests of one version.

    Polls after the first are closed: most of them say the same.

    Args:
        told: Requests and answers, in order.
        left_out: How many polls behind the first are not among them.
        open_last: Whether the last poll is open: it tells why a version failed.
    """
    return joined(_exchanges(told, left_out, open_last=open_last))


def _exchanges(
    told: Sequence[Exchanged], left_out: int, *, open_last: bool
) -> Iterator[Html]:
    polls = sum(each.part == "poll" for each in told) + left_out
    poll = 0
    for place, event in enumerate(told, 1):
        name = _PARTS.get(event.part, event.part.capitalize())
        if event.part != "poll":
            yield _exchange(event, name)
            continue
        poll += 1
        if poll == 2 and left_out:
            note = f"{counted(left_out, 'poll')} after the first: not kept."
            yield tag("p", note, class_="note")
            poll += left_out
        if poll == 1:
            yield _exchange(event, f"Poll 1 of {polls}" if polls > 1 else name)
            continue
        yield tag(
            "details",
            tag(
                "summary",
                tag("span", f"Poll {poll} of {polls}", class_="name"),
                " ",
                status(event.status),
                " ",
                tag("span", event.answer[:LINE_SHOWN], class_="line"),
                " ",
                tag("span", format_duration(event.elapsed_s), class_="took"),
            ),
            _exchange(event, ""),
            class_="poll",
            open=open_last and place == len(told),
        )


@lru_cache(maxsize=256)
def status(code: int) -> Html:
    """Return a status code with its phrase; 0 says that there was no answer."""
    if not code:
        return mark("no answer", Tone.BAD)
    phrase = _PHRASES.get(code, "")
    return mark(f"{code} {phrase}".rstrip(), Tone.GOOD if code < 400 else Tone.BAD)


def shown_body(body: str) -> Optional[Html]:
    """Return the body of a request or an answer, and say so if it was cut."""
    if not body:
        return None
    cut = len(body) >= BODY_SHOWN
    text = preformatted(readable(body, cut=cut), class_="body")
    if not cut:
        return text
    note = f"Cut: no more than {BODY_SHOWN:,} characters are kept."
    return joined([text, tag("p", note, class_="note")])


def _exchange(event: Exchanged, name: str) -> Html:
    method, _, url = event.request.partition(" ")
    body = shown_body(event.body)
    return _EXCHANGE(
        tag("h5", name) if name else None,
        _PANE("Sent", _SENT(method, url), _headers(event.headers), body or _NO_BODY),
        _answer(event),
    )


def _answer(event: Exchanged) -> Html:
    after = f"after {format_duration(event.elapsed_s)}"
    if event.tries > 1:
        after += f", try {event.tries}"
    body = shown_body(event.answer)
    if event.reason:
        body = joined([tag("p", event.reason, class_="reason"), body])
    head = _CAME(status(event.status), after)
    return _PANE("Answered", head, _headers(event.answer_headers), body or _NO_BODY)


@lru_cache(maxsize=256)
def _headers(pairs: Pairs) -> Optional[Html]:
    lines = "\n".join([f"{name}: {value}" for name, value in pairs])
    return preformatted(lines, class_="headers") if lines else None
