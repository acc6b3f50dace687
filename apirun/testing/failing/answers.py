"""What scripts are made of: whole answers, and steps after a request."""

import itertools
from typing import Union

from apirun.testing.failing.server import Peer, Script

__all__ = ["Step", "answer", "head", "raw", "whole"]

Step = Union[bytes, Script]
"""Bytes to send, or anything to do with the connection."""


def head(status: int, **headers: object) -> bytes:
    """Return the head of an answer; ``_`` in a name stands for ``-``."""
    lines = [f"HTTP/1.1 {status} Told"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def whole(status: int, body: bytes = b"{}", **headers: object) -> bytes:
    """Return a complete answer."""
    return head(status, Content_Length=len(body), **headers) + body


def answer(status: int, body: bytes = b"{}", **headers: object) -> Script:
    """Answer like this, and keep the connection unless it says ``close``."""
    keep = headers.get("Connection") != "close"

    def script(peer: Peer) -> None:
        for turn in itertools.count():
            if turn and not keep:
                return
            data = b"" if peer.read().method == "HEAD" else body
            peer.send(head(status, Content_Length=len(body), **headers) + data)

    return script


def raw(*steps: Step) -> Script:
    """Do what one request asks, then the *steps*, and close."""

    def script(peer: Peer) -> None:
        peer.take()
        for step in steps:
            if isinstance(step, bytes):
                peer.send(step)
            else:
                step(peer)

    return script
