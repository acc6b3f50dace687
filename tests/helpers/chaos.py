"""
A server on a raw socket that fails in every way a server can.

Each connection is played by a script; the last one stays::

    with chaos(reset_after_request, answer(201)) as api:
        ...                            # api.url is its address
        assert ["POST /things"] * 2 == api.lines

A script is any function of a `Peer`.
"""

import gzip
import itertools
import socket
import struct
import threading
from contextlib import contextmanager, suppress
from typing import Callable, Dict, Iterator, List, Tuple

from attrs import frozen

__all__ = [
    "Chaos",
    "Peer",
    "Script",
    "Sent",
    "answer",
    "broken_chunks",
    "broken_gzip",
    "chaos",
    "close_after_request",
    "drip_and_close",
    "drip_body",
    "drip_head",
    "endless_body",
    "endless_chunk_line",
    "endless_head",
    "garbage",
    "gzip_bomb",
    "half_status_line",
    "interim_only",
    "refused_url",
    "reset_after_request",
    "reset_at_once",
    "reset_in_request",
    "reset_midway",
    "short_body",
    "stall",
    "truncated_chunks",
]

PATIENCE_S = 60.0


@frozen
class Sent:
    """
    One request as it arrived.

    Attributes:
        line: ``METHOD /target``.
        headers: Names in lower case.
        body: The bytes that were sent.
    """

    line: str
    headers: Dict[str, str]
    body: bytes


class Peer:
    """The client's end of one connection, as scripts see it."""

    def __init__(self, connection: socket.socket, server: "Chaos") -> None:
        self._connection = connection
        self._server = server
        self._reader = connection.makefile("rb")

    def read(self) -> Sent:
        """Read one request and remember it."""
        first = self._reader.readline().decode("latin-1")
        if not first:
            raise ConnectionError("the client is gone")
        headers: Dict[str, str] = {}
        for line in iter(self._reader.readline, b"\r\n"):
            if not line:
                raise ConnectionError("the client is gone")
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        body = self._reader.read(int(headers.get("content-length", 0)))
        sent = Sent(first.rpartition(" ")[0], headers, body)
        self._server.requests.append(sent)
        return sent

    def read_byte(self) -> bytes:
        """Read one byte, and leave the rest of the request unread."""
        return self._connection.recv(1)

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self._connection.sendall(data)

    def drip(self, data: bytes, every_s: float = 0.02) -> None:
        """Send byte by byte for as long as the client listens."""
        for byte in data:
            self.send(bytes([byte]))
            if self._server.closing.wait(every_s):
                return

    def flood(self, data: bytes) -> None:
        """Send *data* again and again for as long as the client listens."""
        while not self._server.closing.is_set():
            self.send(data)

    def reset(self) -> None:
        """Break the connection off with a reset."""
        linger = struct.pack("ii", 1, 0)
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.close()

    def wait(self) -> None:
        """Say nothing until the client has gone."""
        self._connection.settimeout(PATIENCE_S)
        with suppress(OSError):
            while self._reader.read(1):
                pass
        self._server.left.set()

    def close(self) -> None:
        """Close the connection."""
        self._reader.close()
        self._connection.close()


Script = Callable[[Peer], None]


class Chaos:
    """
    A server that plays scripts; made by `chaos`.

    Attributes:
        address: Host and port.
        requests: Every request that was read whole, in the order of arrival.
        connections: How many connections were accepted.
        busy: Set once a connection was accepted.
        left: Set once a client broke off a connection that said nothing.
        closing: Set when the server ends.
    """

    def __init__(self, scripts: Tuple[Script, ...], host: str = "127.0.0.1") -> None:
        self._scripts = list(scripts)
        self._listener = socket.socket()
        self._listener.bind((host, 0))
        self._listener.listen(64)
        self._open: List[socket.socket] = []
        self.requests: List[Sent] = []
        self.connections = 0
        self.busy = threading.Event()
        self.left = threading.Event()
        self.closing = threading.Event()
        self.address = f"{host}:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{self.address}"

    @property
    def lines(self) -> List[str]:
        """All requests as ``METHOD /target``, in the order of arrival."""
        return [each.line for each in self.requests]

    def refuse(self) -> None:
        """Refuse connections from now on."""
        self.closing.set()
        # Closing alone does not wake a thread that accepts.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._thread.join(PATIENCE_S)

    def close(self) -> None:
        """End the server and all its connections."""
        self.refuse()
        self._listener.close()
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    def _serve(self) -> None:
        while not self.closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(connection)
            self.connections += 1
            self.busy.set()
            several = len(self._scripts) > 1
            script = self._scripts.pop(0) if several else self._scripts[0]
            threading.Thread(
                target=self._play, args=(connection, script), daemon=True
            ).start()

    def _play(self, connection: socket.socket, script: Script) -> None:
        peer = Peer(connection, self)
        with suppress(OSError, ValueError):
            script(peer)
        with suppress(OSError):
            peer.close()


@contextmanager
def chaos(*scripts: Script, host: str = "127.0.0.1") -> Iterator[Chaos]:
    """
    Serve *scripts*, one per connection, until the block ends.

    Args:
        scripts: The last one stays.
        host: Address to listen on, such as ``127.0.0.2``.
    """
    server = Chaos(scripts, host)
    try:
        yield server
    finally:
        server.close()


@contextmanager
def refused_url() -> Iterator[str]:
    """Give an address that is taken and refuses every connection."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


def head(status: int, **headers: object) -> bytes:
    """Return the head of an answer; ``_`` in a name stands for ``-``."""
    lines = [f"HTTP/1.1 {status} Told"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def answer(status: int, body: bytes = b"{}", **headers: object) -> Script:
    """Answer like this, and keep the connection unless it says ``close``."""
    keep = headers.get("Connection") != "close"

    def script(peer: Peer) -> None:
        for turn in itertools.count():
            if turn and not keep:
                return
            method = peer.read().line.partition(" ")[0]
            data = b"" if method == "HEAD" else body
            peer.send(head(status, Content_Length=len(body), **headers) + data)

    return script


def raw(data: bytes) -> Script:
    """Read one request, send *data* and close."""

    def script(peer: Peer) -> None:
        peer.read()
        peer.send(data)

    return script


def reset_at_once(peer: Peer) -> None:
    """Reset the connection before anything is read."""
    peer.reset()


def reset_in_request(peer: Peer) -> None:
    """Reset the connection when the first byte has come."""
    peer.read_byte()
    peer.reset()


def reset_after_request(peer: Peer) -> None:
    """Read the whole request, then reset the connection."""
    peer.read()
    peer.reset()


def close_after_request(peer: Peer) -> None:
    """Read the whole request, then close without a word."""
    peer.read()


def reset_midway(peer: Peer) -> None:
    """Reset the connection in the middle of the body."""
    peer.read()
    peer.send(head(200, Content_Length=1000) + b"x" * 10)
    peer.reset()


def stall(peer: Peer) -> None:
    """Read the request and never answer."""
    peer.read()
    peer.wait()


def drip_head(peer: Peer) -> None:
    """Answer with one byte at a time, and never come to the body."""
    peer.read()
    peer.drip(b"HTTP/1.1 200 OK\r\n" + b"X-Drop: 1\r\n" * 100_000)


def drip_body(peer: Peer) -> None:
    """Send a body that never ends, one byte at a time."""
    peer.read()
    peer.send(head(200, Content_Length=10**6))
    peer.drip(b"x" * 10**6)


def drip_and_close(peer: Peer) -> None:
    """Drip a body on a connection that ends with it."""
    peer.read()
    peer.send(head(200, Connection="close"))
    peer.drip(b"x" * 10**6)


def endless_body(peer: Peer) -> None:
    """Send a body that never ends, as quickly as it is taken."""
    peer.read()
    peer.send(head(200))
    peer.flood(b"x" * 65536)


def endless_head(peer: Peer) -> None:
    """Send headers that never end."""
    peer.read()
    peer.send(b"HTTP/1.1 200 OK\r\n")
    peer.flood(b"X-More: " + b"x" * 1000 + b"\r\n")


def endless_chunk_line(peer: Peer) -> None:
    """Send a chunk whose length has endlessly many digits."""
    peer.read()
    peer.send(head(200, Transfer_Encoding="chunked"))
    peer.flood(b"0" * 65536)


def gzip_bomb(layers: int = 1, size: int = 50_000_000) -> Script:
    """Answer with a small body that is huge once it is decompressed."""
    body = b"\0" * size
    for _ in range(layers):
        body = gzip.compress(body)
    coding = ", ".join(["gzip"] * layers)
    return answer(200, body, Content_Encoding=coding)


def interim_only(peer: Peer) -> None:
    """Send interim answers only."""
    peer.read()
    peer.send(head(103, Link="</style.css>"))


half_status_line = raw(b"HTTP/1.1 2")
garbage = raw(b"\x00\xff\x13 this is no HTTP at all\r\n\r\n")
short_body = raw(head(200, Content_Length=100) + b"too short")
broken_chunks = raw(
    head(200, Transfer_Encoding="chunked") + b"5\r\nhello\r\nZZ\r\nnonsense\r\n"
)
truncated_chunks = raw(head(200, Transfer_Encoding="chunked") + b"5\r\nhello\r\n")
broken_gzip = raw(
    head(200, Content_Length=40, Content_Encoding="gzip") + b"\x1f\x8b" + b"\x07" * 38
)
