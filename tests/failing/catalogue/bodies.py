"""Failing in the body of the answer: cut, slow, too long, of a wrong length."""

from typing import Dict, Tuple

from apirun.testing.failing import (
    OK,
    Peer,
    Step,
    drip_and_close,
    drip_body,
    endless_body,
    endless_chunk_line,
    head,
    raw,
    whole,
)
from tests.failing.way import Moment, Verdict, Way

__all__ = ["WAYS"]

MADE = b'{"id": "thing-1"}'
LENGTH = b"Content-Length: %d\r\n" % len(MADE)
CHUNKED = b"Transfer-Encoding: chunked\r\n"
CHUNKS = b"%x\r\n%s\r\n0\r\n\r\n" % (len(MADE), MADE)
MEBIBYTE = 1024 * 1024

# What it does, and the steps after the request was carried out.
LOST: Dict[str, Tuple[str, Tuple[Step, ...]]] = {
    "a close in the body": (
        "closes in the middle of the body",
        (OK + LENGTH + b"\r\n" + MADE[:5],),
    ),
    "a reset in the body": (
        "resets in the middle of the body",
        (OK + LENGTH + b"\r\n" + MADE[:5], Peer.reset),
    ),
    "a stall in the body": (
        "falls silent in the middle of the body",
        (OK + LENGTH + b"\r\n" + MADE[:5], Peer.wait),
    ),
    "a length that is too long": (
        "announces more than it sends",
        (head(200, Content_Length=len(MADE) + 9) + MADE,),
    ),
    "a length that is too short": (
        "announces less than it sends",
        (head(200, Content_Length=len(MADE) - 4) + MADE,),
    ),
    "a negative length": (
        "announces a length of -5 and keeps the connection",
        (head(200, Content_Length=-5) + MADE, Peer.wait),
    ),
    "two different lengths": (
        "announces two lengths, and sends the first",
        (OK + LENGTH + b"Content-Length: 99\r\n\r\n" + MADE,),
    ),
    "a length of words": (
        "announces a length of many, and keeps the connection",
        (head(200, Content_Length="many") + MADE, Peer.wait),
    ),
    "an absurd length": (
        "announces 999999999999 bytes and sends some",
        (head(200, Content_Length=999999999999) + b"x" * 9000,),
    ),
    "chunks that stop": (
        "leaves the last chunk out",
        (OK + CHUNKED + b"\r\n" + CHUNKS[:-5],),
    ),
    "chunks that are cut": (
        "closes in the middle of a chunk",
        (OK + CHUNKED + b"\r\n" + CHUNKS[:9],),
    ),
    "chunks that are reset": (
        "resets in the middle of a chunk",
        (OK + CHUNKED + b"\r\n" + CHUNKS[:9], Peer.reset),
    ),
    "chunks that stall": (
        "falls silent in the middle of a chunk",
        (OK + CHUNKED + b"\r\n" + CHUNKS[:9], Peer.wait),
    ),
    "a chunk of no number": (
        "gives a chunk the length zz",
        (OK + CHUNKED + b"\r\nzz\r\n" + MADE,),
    ),
    "a negative chunk": (
        "gives a chunk the length -5",
        (OK + CHUNKED + b"\r\n-5\r\n" + MADE,),
    ),
    "a huge chunk": (
        "gives a chunk the length ffffffffffff",
        (OK + CHUNKED + b"\r\nffffffffffff\r\n" + MADE,),
    ),
    "a length and no chunks": (
        "announces a length and chunks, and sends no chunks",
        (OK + LENGTH + CHUNKED + b"\r\n" + MADE,),
    ),
    "no body at all": ("answers 200 with nothing", (whole(200, b""),)),
    "a 204 with a body": (
        "sends a body with a 204",
        (b"HTTP/1.1 204 No Content\r\n\r\n" + MADE,),
    ),
    "JSON that is none": ("sends no JSON", (whole(200, b"{'id': thing}"),)),
    "JSON that is cut": ("sends half a JSON", (whole(200, b'{"id": "thi'),)),
    "JSON in invalid UTF-8": (
        "sends JSON that is no text",
        (whole(200, b'{"\xff": "\xfe", "id'),),
    ),
    "JSON of 100,000 levels": (
        "sends lists in lists",
        (whole(200, b"[" * 10**5 + b"]" * 10**5),),
    ),
    "JSON of something else": ("sends other JSON", (whole(200, b'{"error": 1}'),)),
    "a page of HTML": (
        "sends the page of a login",
        (whole(200, b"<html>Log in</html>", Content_Type="text/html"),),
    ),
}

DONE: Dict[str, Tuple[str, Tuple[Step, ...]]] = {
    "a length and chunks": (
        "announces both a length and chunks, and sends chunks",
        (OK + b"Content-Length: 3\r\n" + CHUNKED + b"\r\n" + CHUNKS,),
    ),
    "a body without a length": (
        "ends the body with the connection",
        (head(200) + MADE,),
    ),
    "chunks with extensions": (
        "adds extensions and trailers to its chunks",
        (
            OK + CHUNKED + b"\r\n%x;a=b\r\n%s\r\n0\r\n" % (len(MADE), MADE),
            b"X-Trailer: 1\r\n\r\n",
        ),
    ),
    "more after the body": (
        "sends another answer that nobody asked for",
        (whole(200, MADE) + whole(500),),
    ),
    "a number of 400 digits": (
        "sends a number of 400 digits for the value",
        (whole(200, b'{"id": ' + b"9" * 400 + b"}"),),
    ),
    "a byte order mark": (
        "begins the JSON with a mark",
        (whole(200, b"\xef\xbb\xbf" + MADE),),
    ),
}

WAYS = (
    *(
        Way(
            name=name,
            does=does,
            moment=Moment.BODY,
            script=raw(*steps),
            verdict=Verdict.LOST,
            stalls=steps[-1] is Peer.wait,
        )
        for name, (does, steps) in LOST.items()
    ),
    *(
        Way(
            name=name,
            does=does,
            moment=Moment.BODY,
            script=script,
            verdict=Verdict.LOST,
            says=says,
            stalls=script in (drip_body, drip_and_close),
        )
        for name, does, script, says in (
            (
                "a body that drips",
                "sends the body one byte at a time",
                drip_body,
                "no whole answer within",
            ),
            (
                "a body that drips without a length",
                "drips a body that ends with the connection",
                drip_and_close,
                "no whole answer within",
            ),
            (
                "an endless chunk length",
                "sends digits of a chunk's length without end",
                endless_chunk_line,
                "was sent, and its answer was lost",
            ),
            (
                "an endless body",
                "sends a body without end",
                endless_body,
                "max_response_bytes",
            ),
            (
                "a body that is too long",
                "sends 1 MiB where 256 KiB are allowed",
                raw(whole(200, b"x" * MEBIBYTE)),
                "max_response_bytes",
            ),
        )
    ),
    *(
        Way(
            name=name,
            does=does,
            moment=Moment.BODY,
            script=raw(*steps),
            verdict=Verdict.DONE,
        )
        for name, (does, steps) in DONE.items()
    ),
)
