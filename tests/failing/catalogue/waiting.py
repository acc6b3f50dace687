"""Failing when the request was carried out, before a byte of the answer."""

from apirun.testing.failing import Peer, answer, raw, stall, whole
from tests.failing.way import Moment, Verdict, Way, repeated

__all__ = ["WAYS"]

LATE_S = 0.5


def _answer_late(peer: Peer) -> None:
    peer.take()
    peer.pause(LATE_S)
    peer.send(whole(200, b'{"id": "thing-1"}'))


WAYS = (
    Way(
        name="a close instead of an answer",
        does="carries the request out and closes",
        moment=Moment.WAITING,
        script=raw(),
        verdict=Verdict.LOST,
        says="was sent, and its answer was lost",
    ),
    Way(
        name="a reset instead of an answer",
        does="carries the request out and resets",
        moment=Moment.WAITING,
        script=raw(Peer.reset),
        verdict=Verdict.LOST,
        says="the connection was reset",
    ),
    Way(
        name="silence",
        does="carries the request out and says nothing",
        moment=Moment.WAITING,
        script=stall,
        verdict=Verdict.LOST,
        says="no whole answer within",
        stalls=True,
    ),
    Way(
        name="an answer that is late",
        does="answers when nobody listens any more",
        moment=Moment.WAITING,
        script=_answer_late,
        verdict=Verdict.LOST,
        says="no whole answer within",
        stalls=True,
    ),
    Way(
        name="one lost answer",
        does="carries the first request out and closes, and answers the next",
        moment=Moment.WAITING,
        script=raw(),
        verdict=Verdict.LOST,
        otherwise=repeated(Verdict.DONE),
        times=1,
        says="was sent, and its answer was lost",
    ),
    *(
        Way(
            name=f"one lost answer, then {status}",
            does=f"carries the first request out and closes, and answers {status} "
            "from then on",
            moment=Moment.WAITING,
            script=raw(),
            verdict=Verdict.LOST,
            times=1,
            then=answer(status, Connection="close"),
            says="its answer",
        )
        for status in (400, 409, 429, 503)
    ),
)
