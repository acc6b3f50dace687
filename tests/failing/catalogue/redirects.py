"""Redirects: on the same host, to another one, in circles, to nowhere."""

from typing import Mapping, Optional

from apirun.testing.failing import Peer, Script, head, whole
from tests.failing.way import Kind, Moment, Verdict, Way

__all__ = ["WAYS"]

MADE = b'{"id": "thing-1"}'
KEEPING = (307, 308)
STATUSES = (301, 302, 303, 307, 308)


def _redirects(status: int, location: str) -> Script:
    """
    Redirect all but what came to ``/elsewhere`` already.

    What is answered with 301, 302 or 303 was carried out before.
    """

    def script(peer: Peer) -> None:
        sent = peer.read()
        found = sent.path == "/elsewhere"
        if found or status not in KEEPING:
            peer.act(sent)
        target = location.replace("OTHER", peer.other)
        close = "close"
        if found:
            peer.send(whole(200, MADE, Connection=close))
        else:
            peer.send(whole(status, b"", Location=target, Connection=close))

    return script


def _way(
    name: str,
    does: str,
    status: int,
    location: str,
    verdict: Optional[Verdict] = None,
    *,
    otherwise: Optional[Mapping[Kind, Verdict]] = None,
    elsewhere: bool = False,
    says: str = "redirects to",
) -> Way:
    no = Verdict.REFUSED if status in KEEPING else Verdict.LOST
    return Way(
        name=name,
        does=does,
        moment=Moment.AFTER,
        script=_redirects(status, location),
        verdict=verdict or no,
        otherwise=otherwise or {},
        elsewhere=elsewhere,
        says="" if verdict is Verdict.DONE else says,
    )


def _without_a_place(peer: Peer) -> None:
    peer.take()
    peer.send(head(302, Content_Length=0))


# A PUT stays one after 301 and 302, and its body holds a secret.
KEPT = {301: {Kind.PUT: Verdict.LOST}, 302: {Kind.PUT: Verdict.LOST}}

WAYS = (
    *(
        _way(
            f"a {status} on the same host",
            f"answers {status} with another path",
            status,
            "/elsewhere",
            Verdict.DONE,
        )
        for status in STATUSES
    ),
    *(
        _way(
            f"a {status} to another host",
            f"answers {status} with another host",
            status,
            "OTHER/elsewhere",
            Verdict.REFUSED if status in KEEPING else Verdict.DONE,
            otherwise=KEPT.get(status),
            elsewhere=True,
            says="a secret, which is not sent to another host",
        )
        for status in STATUSES
    ),
    *(
        way
        for status in (303, 307)
        for way in (
            _way(
                f"a circle of {status}",
                f"answers {status} with the same path",
                status,
                "/things",
                says="10 redirects are enough",
            ),
            _way(
                f"a {status} without a host",
                f"answers {status} with a URL that names no host",
                status,
                "http:///elsewhere",
                says="no http or https URL",
            ),
            _way(
                f"a {status} to another scheme",
                f"answers {status} with a URL of FTP",
                status,
                "ftp://127.0.0.1/elsewhere",
                says="no http or https URL",
            ),
            _way(
                f"a {status} to a file",
                f"answers {status} with a file of this machine",
                status,
                "file:///etc/passwd",
                says="no http or https URL",
            ),
            _way(
                f"a {status} to no URL",
                f"answers {status} with what is no URL",
                status,
                "http://[::1",
                says="which is no URL",
            ),
        )
    ),
    *(
        _way(
            f"a {status} to a closed port",
            f"answers {status} with a place where nobody listens",
            status,
            "http://127.0.0.3:9/elsewhere",
            Verdict.REFUSED if status in KEEPING else Verdict.LOST,
            says="a secret, which" if status in KEEPING else "can't be reached",
        )
        for status in (303, 307)
    ),
    Way(
        name="a redirect to no place",
        does="answers 302 and does not say where to",
        moment=Moment.AFTER,
        script=_without_a_place,
        verdict=Verdict.LOST,
    ),
)
