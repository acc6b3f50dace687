"""Failing in the head of the answer: cut, slow, endless, or no HTTP at all."""

from typing import Dict, Tuple

from apirun.testing.failing import OK, Peer, Step, drip_head, endless_head, raw, whole
from tests.failing.way import Moment, Verdict, Way

__all__ = ["WAYS"]

MEBIBYTE = 1024 * 1024
MADE = b'{"id": "thing-1"}'


def _head_line(line: bytes) -> bytes:
    """Return an answer whose head has one more line."""
    return OK + line + b"\r\nContent-Length: %d\r\n\r\n" % len(MADE) + MADE


# What it does, and the steps after the request was carried out.
LOST: Dict[str, Tuple[str, Tuple[Step, ...]]] = {
    "a close in the status line": (
        "closes in the middle of the status line",
        (b"HTTP/1.1 2",),
    ),
    "a reset in the status line": (
        "resets in the middle of the status line",
        (b"HTTP/1.1 2", Peer.reset),
    ),
    "a close in the headers": (
        "closes in the middle of a header",
        (OK + b"Content-Ty",),
    ),
    "a close after a header": (
        "closes after a header, without the blank line",
        (OK + b"Content-Type: text/plain\r\n",),
    ),
    "a reset in the headers": (
        "resets in the middle of a header",
        (OK + b"Content-Ty", Peer.reset),
    ),
    "a stall in the status line": (
        "falls silent in the middle of the status line",
        (b"HTTP/1.1 2", Peer.wait),
    ),
    "a stall in the headers": (
        "falls silent in the middle of a header",
        (OK + b"Content-Ty", Peer.wait),
    ),
    "another protocol": ("greets in SSH", (b"SSH-2.0-OpenSSH_9.6\r\n",)),
    "random bytes": ("answers with every byte there is", (bytes(range(256)) * 4,)),
    "zeros": ("answers with zeros", (b"\0" * 4096,)),
    "a blank line": ("answers with a line break", (b"\n",)),
    "HTTP/0.9": ("answers with a body and no head", (b"<html>hello</html>\r\n",)),
    "a version from the future": (
        "answers in HTTP/9.9",
        (b"HTTP/9.9 200 OK\r\n\r\n",),
    ),
    "HTTP/2": (
        "answers with frames of HTTP/2",
        (b"\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x80",),
    ),
    "no status code": ("leaves the status code out", (b"HTTP/1.1 OK\r\n\r\n",)),
    "a status code of four digits": (
        "answers 2000",
        (b"HTTP/1.1 2000 OK\r\n\r\n",),
    ),
    "a status code of words": (
        "answers two-hundred",
        (b"HTTP/1.1 two-hundred OK\r\n\r\n",),
    ),
    "endless interim answers": (
        "sends 103 again and again",
        (lambda peer: peer.flood(b"HTTP/1.1 103 Early Hints\r\n\r\n"),),
    ),
    "a negative status code": ("answers -200", (b"HTTP/1.1 -200 OK\r\n\r\n",)),
    "a status line of 1 MiB": (
        "sends a status line of 1 MiB",
        (b"HTTP/1.1 200 " + b"O" * MEBIBYTE,),
    ),
    "a header of 1 MiB": (
        "sends a header line of 1 MiB",
        (_head_line(b"X-Long: " + b"x" * MEBIBYTE),),
    ),
    "too many headers": (
        "sends 5000 headers",
        (_head_line(b"\r\n".join([b"X: y"] * 5000)),),
    ),
    "early hints only": (
        "sends a 103 and closes",
        (b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n",),
    ),
    "a 100 that goes on for ever": (
        "sends 100 and then nothing",
        (b"HTTP/1.1 100 Continue\r\n\r\n", Peer.wait),
    ),
}

# Odd, and understood all the same.
DONE: Dict[str, Tuple[str, Tuple[Step, ...]]] = {
    "early hints before the answer": (
        "sends 103 twice before the answer",
        (b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 2 + whole(200, MADE),),
    ),
    "a 102 before the answer": (
        "says that it is at it, and answers",
        (b"HTTP/1.1 102 Processing\r\n\r\n" + whole(200, MADE),),
    ),
    "a 100 that nobody asked for": (
        "sends 100 before the answer",
        (b"HTTP/1.1 100 Continue\r\n\r\n" + whole(200, MADE),),
    ),
    "three times 100": (
        "sends 100 three times before the answer",
        (b"HTTP/1.1 100 Continue\r\n\r\n" * 3 + whole(200, MADE),),
    ),
    "headers that are no UTF-8": (
        "sends a header in invalid UTF-8",
        (_head_line(b"X-Odd: \xff\xfe\xc3"),),
    ),
    "a header that comes twice": (
        "sends a header twice",
        (_head_line(b"X: 1\r\nX: 2"),),
    ),
    "a header with NUL": ("sends a header with NULs", (_head_line(b"X-Odd: a\0b"),)),
    "a cookie of nonsense": (
        "sets a cookie of nonsense",
        (_head_line(b"Set-Cookie: ;;=\x01;"),),
    ),
    "no reason": (
        "leaves the reason out",
        (b"HTTP/1.1 200\r\nContent-Length: %d\r\n\r\n" % len(MADE) + MADE,),
    ),
    "line feeds alone": (
        "ends its lines with line feeds alone",
        (b"HTTP/1.1 200 Made\nContent-Length: %d\n\n" % len(MADE) + MADE,),
    ),
}

WAYS = (
    *(
        Way(
            name=name,
            does=does,
            moment=Moment.HEAD,
            script=raw(*steps),
            verdict=Verdict.LOST,
            says="was sent, and its answer was lost",
            stalls=steps[-1] is Peer.wait or name == "endless interim answers",
        )
        for name, (does, steps) in LOST.items()
    ),
    Way(
        name="a head that drips",
        does="sends headers one byte at a time",
        moment=Moment.HEAD,
        script=drip_head,
        verdict=Verdict.LOST,
        stalls=True,
        says="no whole answer within",
    ),
    Way(
        name="endless headers",
        does="sends headers without end",
        moment=Moment.HEAD,
        script=endless_head,
        verdict=Verdict.LOST,
        says="was sent, and its answer was lost",
    ),
    Way(
        name="a switch of protocols",
        does="answers 101 to a request that asked for no other protocol",
        moment=Moment.HEAD,
        script=raw(b"HTTP/1.1 101 Go\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"),
        verdict=Verdict.LOST,
        says="answered with an interim 101 only",
    ),
    *(
        Way(
            name=name,
            does=does,
            moment=Moment.HEAD,
            script=raw(*steps),
            verdict=Verdict.DONE,
        )
        for name, (does, steps) in DONE.items()
    ),
)
