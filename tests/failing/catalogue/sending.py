"""Failing while the request is on its way."""

from apirun.testing.failing import Peer, raw, reset_at_once, reset_in_request, whole
from tests.failing.way import Moment, Verdict, Way, repeated

__all__ = ["WAYS"]

BIG = 5_000_000
MAYBE_SENT = (Verdict.LOST, Verdict.UNSENT)


def _close_at_once(peer: Peer) -> None:
    """Close without reading."""


def _close_in_the_request(peer: Peer) -> None:
    peer.read_byte()


def _never_read(peer: Peer) -> None:
    peer.rest()


def _answer_early(peer: Peer) -> None:
    peer.read_head()
    peer.send(whole(413, b"too large", Connection="close"))
    peer.finish()
    peer.drain()


def _answer_early_and_close(peer: Peer) -> None:
    peer.read_head()
    peer.send(whole(413, b"too large", Connection="close"))


def _stop_reading_the_body(peer: Peer) -> None:
    peer.read_head()
    peer.rest()


def _reset_in_the_body(peer: Peer) -> None:
    peer.read_head()
    peer.reset()


def _close_idle(peer: Peer) -> None:
    """Close the kept connection at once, before the next request."""


def _reset_idle(peer: Peer) -> None:
    peer.reset()


def _sending(name: str, does: str, script: object, **more: object) -> Way:
    told = {"verdict": Verdict.LOST, "says": "was sent, and its answer was lost"}
    return Way(
        name=name,
        does=does,
        moment=Moment.REQUEST,
        script=script,  # type: ignore[arg-type]
        **{**told, **more},  # type: ignore[arg-type]
    )


WAYS = (
    _sending(
        "a close at once",
        "accepts and closes without reading",
        _close_at_once,
        verdict=MAYBE_SENT,
        says="",
    ),
    _sending(
        "a reset at once",
        "accepts and resets without reading",
        reset_at_once,
        verdict=MAYBE_SENT,
        says="",
    ),
    _sending(
        "a close in the request",
        "closes when the first byte has come",
        _close_in_the_request,
    ),
    _sending(
        "a reset in the request",
        "resets when the first byte has come",
        reset_in_request,
    ),
    _sending(
        "a reset in the body of the request",
        "reads the head of a long request, then resets",
        _reset_in_the_body,
        padding=BIG,
    ),
    _sending(
        "a request that is never read",
        "reads nothing of a long request",
        _never_read,
        stalls=True,
        padding=BIG,
        says="no whole answer within",
    ),
    _sending(
        "a request whose body is never read",
        "reads the head of a long request only",
        _stop_reading_the_body,
        stalls=True,
        padding=BIG,
        says="no whole answer within",
    ),
    _sending(
        "an answer before the end of the request",
        "answers 413 to the head of a long request, and takes no more of it",
        _answer_early,
        padding=BIG,
        verdict=Verdict.REFUSED,
        says="413",
    ),
    _sending(
        "an answer before the end of the request, and a close",
        "answers 413 to the head of a long request and closes",
        _answer_early_and_close,
        padding=BIG,
        verdict=(Verdict.REFUSED, Verdict.LOST),
        says="",
    ),
    _sending(
        "a kept connection that was closed",
        "closes an idle connection just before it is used again",
        _close_idle,
        warm=True,
        verdict=(Verdict.DONE, Verdict.LOST),
        otherwise=repeated(Verdict.DONE),
        says="",
    ),
    _sending(
        "a kept connection that was reset",
        "resets an idle connection just before it is used again",
        _reset_idle,
        warm=True,
        verdict=(Verdict.DONE, Verdict.LOST),
        otherwise=repeated(Verdict.DONE),
        says="",
    ),
    _sending(
        "a kept connection that breaks",
        "takes the second request of a connection and closes",
        raw(),
        warm=True,
        otherwise=repeated(Verdict.DONE),
    ),
)
