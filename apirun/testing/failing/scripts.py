"""Scripts: what a server does with one connection."""

import gzip

from apirun.testing.failing.answers import answer, head, raw
from apirun.testing.failing.server import Peer, Script

OK = b"HTTP/1.1 200 OK\r\n"
"""The first line of an answer that is well."""


def reset_at_once(peer: Peer) -> None:
    """Reset the connection before anything is read."""
    peer.reset()


def reset_in_request(peer: Peer) -> None:
    """Reset the connection when the first byte has come."""
    peer.read_byte()
    peer.reset()


def stall(peer: Peer) -> None:
    """Read the request and never answer."""
    peer.take()
    peer.wait()


def drip_head(peer: Peer) -> None:
    """Answer with one byte at a time, and never come to the body."""
    peer.take()
    peer.drip(OK + b"X-Drop: 1\r\n" * 100_000)


def drip_body(peer: Peer) -> None:
    """Send a body that never ends, one byte at a time."""
    peer.take()
    peer.send(head(200, Content_Length=10**6))
    peer.drip(b"x" * 10**6)


def drip_and_close(peer: Peer) -> None:
    """Drip a body on a connection that ends with it."""
    peer.take()
    peer.send(head(200, Connection="close"))
    peer.drip(b"x" * 10**6)


def endless_body(peer: Peer) -> None:
    """Send a body that never ends, as quickly as it is taken."""
    peer.take()
    peer.send(head(200))
    peer.flood(b"x" * 65536)


def endless_head(peer: Peer) -> None:
    """Send headers that never end."""
    peer.take()
    peer.send(OK)
    peer.flood(b"X-More: " + b"x" * 1000 + b"\r\n")


def endless_chunk_line(peer: Peer) -> None:
    """Send a chunk whose length has endlessly many digits."""
    peer.take()
    peer.send(head(200, Transfer_Encoding="chunked"))
    peer.flood(b"0" * 65536)


def gzip_bomb(layers: int = 1, size: int = 50_000_000) -> Script:
    """Answer with a small body that is huge once it is decompressed."""
    body = b"\0" * size
    for _ in range(layers):
        body = gzip.compress(body)
    return answer(200, body, Content_Encoding=", ".join(["gzip"] * layers))


# Each of them reads the whole request first.

reset_after_request = raw(Peer.reset)
"""Reset the connection instead of answering: was it done, or not?"""

close_after_request = raw()
"""Close the connection in order, without an answer."""

reset_midway = raw(head(200, Content_Length=1000) + b"x" * 10, Peer.reset)
"""Reset the connection in the middle of the body."""

interim_only = raw(head(103, Link="</style.css>"))
"""Answer with an interim answer, and close before the final one."""

half_status_line = raw(b"HTTP/1.1 2")
"""Close in the middle of the status line."""

garbage = raw(b"\x00\xff\x13 this is no HTTP at all\r\n\r\n")
"""Answer with what is not HTTP."""

short_body = raw(head(200, Content_Length=100) + b"too short")
"""Send less of a body than its length says."""

broken_chunks = raw(
    head(200, Transfer_Encoding="chunked") + b"5\r\nhello\r\nZZ\r\nnonsense\r\n"
)
"""Send a chunk whose length is no number."""

truncated_chunks = raw(head(200, Transfer_Encoding="chunked") + b"5\r\nhello\r\n")
"""Close before the last chunk."""

broken_gzip = raw(
    head(200, Content_Length=40, Content_Encoding="gzip") + b"\x1f\x8b" + b"\x07" * 38
)
"""Send a compressed body that can't be decompressed."""
