"""A whole answer that is a no, or a not now."""

from apirun.testing.failing import Peer, Script, raw, whole
from tests.failing.way import Moment, Verdict, Way, repeated

__all__ = ["WAYS"]

AT_ONCE = {"Retry_After": "0"}
PASSED = {"Retry_After": "Wed, 21 Oct 2015 07:28:00 GMT"}
ABSURD = {
    "in 3000 years": "99999999999",
    "the year 9999": "Fri, 31 Dec 9999 23:59:59 GMT",
    "of words": "the day before",
    "below zero": "-1",
    "of 400 digits": "9" * 400,
}


def _declines(status: int, **headers: object) -> Script:
    """Answer with *status* and do nothing."""
    told = {"Connection": "close", **headers}
    return _says(whole(status, b'{"error": "no"}', **told))


def _says(data: bytes) -> Script:
    """Answer with *data* and do nothing."""

    def script(peer: Peer) -> None:
        peer.read()
        peer.send(data)

    return script


def _no(status: int, name: str = "", **more: object) -> Way:
    return Way(
        name=name or f"a {status}",
        does=str(more.pop("does", f"answers {status} and does nothing")),
        moment=Moment.AFTER,
        script=_declines(status, **more),
        verdict=Verdict.REFUSED,
        says=f"answered {status}",
    )


WAYS = (
    *(_no(status) for status in (400, 401, 403, 404, 405, 409, 410, 413, 422, 451)),
    *(_no(status) for status in (408, 425, 429, 500, 501, 503, 505, 999)),
    *(
        Way(
            name=f"a {status} of a gateway",
            does=f"carries the request out, and a gateway answers {status}",
            moment=Moment.AFTER,
            script=raw(whole(status, b"<html>gateway</html>", Connection="close")),
            verdict=Verdict.LOST,
            says="a gateway lost the answer",
        )
        for status in (502, 504)
    ),
    *(
        _no(
            status,
            f"a {status} with a wait {form}",
            does=f"answers {status}, and asks to wait {form}",
            **wait,
        )
        for status in (429, 503)
        for form, wait in (("of no seconds", AT_ONCE), ("until 2015", PASSED))
    ),
    *(
        _no(
            429,
            f"a 429 with a wait {form}",
            does=f"answers 429, and asks for a wait {form}",
            Retry_After=text,
        )
        for form, text in ABSURD.items()
    ),
    *(
        Way(
            name=f"a no {name}",
            does=f"answers {status} {does}",
            moment=Moment.AFTER,
            script=_says(data),
            verdict=Verdict.REFUSED,
            says=f"answered {status}",
        )
        for name, status, does, data in (
            ("of binary", 404, "with every byte", whole(404, bytes(range(256)))),
            ("of 100 kB", 409, "at length", whole(409, b"n" * 100_000)),
            (
                "in colour",
                403,
                "with terminal escapes in its reason",
                b"HTTP/1.1 403 \x1b[31mred\r\nContent-Length: 0\r\n\r\n",
            ),
        )
    ),
    Way(
        name="one 429",
        does="answers 429 once and is fine then",
        moment=Moment.AFTER,
        script=_declines(429, **AT_ONCE),
        times=1,
        verdict=Verdict.REFUSED,
        otherwise=repeated(Verdict.DONE),
        says="answered 429",
    ),
    Way(
        name="a storm of 429",
        does="answers 429 five times and is fine then",
        moment=Moment.AFTER,
        script=_declines(429, **AT_ONCE),
        times=5,
        verdict=Verdict.REFUSED,
        says="answered 429",
    ),
)
