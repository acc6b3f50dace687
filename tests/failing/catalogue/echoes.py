"""Saying back what was sent, secrets and all, wherever there is room for it."""

import base64
import json
from typing import Callable, Dict, Tuple
from urllib.parse import quote

from apirun.testing.failing import OK, Peer, Script, Sent, head, whole
from tests.failing.way import Moment, Verdict, Way

__all__ = ["WAYS"]

Echo = Callable[[bytes], bytes]


def _all_of(sent: Sent) -> bytes:
    """Return a request on one line, with the text of its JSON as it is."""
    headers = " ".join(f"{name}: {value}" for name, value in sent.headers.items())
    login = sent.headers.get("authorization", "").partition(" ")[2]
    phrase = json.loads(sent.body)["phrase"] if sent.body else ""
    text = f"{sent.line} {headers} {phrase} ".encode()
    return text + sent.body + b" " + base64.b64decode(login)


def _echoes(tell: Echo, *, acts: bool) -> Script:
    def script(peer: Peer) -> None:
        sent = peer.read()
        if acts:
            peer.act(sent)
        peer.send(tell(_all_of(sent)))

    return script


NOS: Dict[str, Tuple[str, Echo]] = {
    "as it came": ("in the body of a 400", lambda told: whole(400, told)),
    "as JSON": (
        "as JSON in the body of a 422",
        lambda told: whole(422, json.dumps({"sent": told.decode()}).encode()),
    ),
    "percent-encoded": (
        "percent-encoded in the body of a 500",
        lambda told: whole(500, quote(told).encode()),
    ),
    "in base64": (
        "in base64 in the body of a 403",
        lambda told: whole(403, base64.b64encode(told)),
    ),
    "in the reason": (
        "in the reason of a 409",
        lambda told: b"HTTP/1.1 409 " + told + b"\r\nContent-Length: 0\r\n\r\n",
    ),
    "in a header": (
        "in a header of a 400",
        lambda told: whole(400, X_Echo=told.decode("latin-1")),
    ),
    "in another charset": (
        "in a 400 that claims another charset",
        lambda told: whole(400, told, Content_Type="text/plain; charset=latin-1"),
    ),
    "in UTF-16": (
        "in UTF-16 in the body of a 400",
        lambda told: whole(
            400,
            told.decode().encode("utf-16"),
            Content_Type="text/plain; charset=utf-16",
        ),
    ),
    "in UTF-16 that is not named": (
        "in UTF-16 in a 400 that does not say so",
        lambda told: whole(400, told.decode().encode("utf-16-le")),
    ),
    "with terminal escapes": (
        "between terminal escapes in a 403",
        lambda told: whole(403, b"\x1b[2J" + told + b"\x1b]0;title\x07"),
    ),
    "at the end of a long body": (
        "after 1900 other characters in a 400",
        lambda told: whole(400, b"n" * 1900 + told * 3),
    ),
}
LOST: Dict[str, Tuple[str, Echo]] = {
    "instead of HTTP": ("instead of a status line", lambda told: told + b"\r\n\r\n"),
    "as the version": (
        "in the place of the HTTP version",
        lambda told: b"HTTP/" + told.replace(b" ", b"_") + b" 200 OK\r\n\r\n",
    ),
    "as the status code": (
        "in the place of the status code",
        lambda told: b"HTTP/1.1 " + told.replace(b" ", b"_") + b" OK\r\n\r\n",
    ),
    "as a chunk's length": (
        "in the place of a chunk's length",
        lambda told: head(200, Transfer_Encoding="chunked") + told + b"\r\n{}\r\n",
    ),
    "as the length": (
        "in the place of the length",
        lambda told: head(200, Content_Length=told.decode("latin-1")) + b"{",
    ),
    "as two lengths": (
        "in the place of a second length",
        lambda told: (
            OK + b"Content-Length: 2\r\nContent-Length: " + told + b"\r\n\r\n{}"
        ),
    ),
    "as the coding": (
        "in the place of the coding",
        lambda told: whole(200, Content_Encoding=told.decode("latin-1")),
    ),
    "as a redirect": (
        "in the place that it redirects to",
        lambda told: whole(303, Location="ftp://" + told.decode("latin-1")),
    ),
    "as a redirect to a path": (
        "in the path that it redirects to",
        lambda told: whole(303, Location="/elsewhere?" + told.decode("latin-1")),
    ),
    "as a yes without the value": (
        "in an answer that lacks the value",
        lambda told: whole(200, json.dumps({"sent": told.decode()}).encode()),
    ),
    "as a gateway": ("in the page of a gateway", lambda told: whole(502, told)),
}

WAYS = tuple(
    Way(
        name=f"an echo {name}",
        does=f"says back what was sent {does}",
        moment=Moment.AFTER,
        script=_echoes(tell, acts=verdict is Verdict.LOST),
        verdict=verdict,
    )
    for verdict, ways in ((Verdict.REFUSED, NOS), (Verdict.LOST, LOST))
    for name, (does, tell) in ways.items()
)
