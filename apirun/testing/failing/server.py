"""The server on a raw socket, and the client's end of its connections."""

import socket
import ssl
import struct
import threading
from contextlib import contextmanager, suppress
from typing import Callable, Dict, Iterator, List, Tuple

from attrs import frozen

__all__ = ["FailingServer", "Peer", "Script", "Sent", "refused_url", "serve_failing"]

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

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self.line.partition(" ")[0]

    @property
    def path(self) -> str:
        """The target without its query."""
        return self.line.partition(" ")[2].partition("?")[0]


class Peer:
    """The client's end of one connection, as scripts see it."""

    def __init__(self, connection: socket.socket, server: "FailingServer") -> None:
        self._connection = connection
        self._server = server
        self._reader = connection.makefile("rb")

    def secure(self, context: ssl.SSLContext) -> None:
        """Speak TLS from now on."""
        self._reader.close()
        self._connection = context.wrap_socket(self._connection, server_side=True)
        self._reader = self._connection.makefile("rb")

    def read_head(self) -> Sent:
        """Read a request up to its body, and keep no record of it."""
        first = self._reader.readline().decode("latin-1")
        if not first:
            raise ConnectionError("the client is gone")
        headers: Dict[str, str] = {}
        for line in iter(self._reader.readline, b"\r\n"):
            if not line:
                raise ConnectionError("the client is gone")
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        return Sent(first.rstrip().rpartition(" ")[0], headers, b"")

    def read(self) -> Sent:
        """Read one request, remember it, and do nothing of what it asks."""
        head = self.read_head()
        length = int(head.headers.get("content-length", 0))
        body = self._reader.read(length)
        if len(body) < length:
            raise ConnectionError("the client is gone")
        sent = Sent(head.line, head.headers, body)
        self._server.requests.append(sent)
        return sent

    def take(self) -> Sent:
        """Read one request and do what it asks, whatever is answered then."""
        sent = self.read()
        self.act(sent)
        return sent

    def act(self, sent: Sent) -> None:
        """Do what a request asks."""
        self._server.act(sent)

    @property
    def other(self) -> str:
        """The URL of another host that the server knows of."""
        return self._server.other

    def read_byte(self) -> bytes:
        """Read one byte, and leave the rest of the request unread."""
        return self._connection.recv(1)

    def drain(self) -> None:
        """Read what still comes, and throw it away."""
        while self._reader.read1(65536):
            pass

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

    def pause(self, seconds: float) -> None:
        """Say nothing for a while."""
        self._server.closing.wait(seconds)

    def rest(self) -> None:
        """Neither read nor say anything until the server ends."""
        self._server.closing.wait(PATIENCE_S)

    def finish(self) -> None:
        """Say that no more is sent, and listen on."""
        self._connection.shutdown(socket.SHUT_WR)

    def cut(self) -> None:
        """Wake whoever reads from or writes to the connection."""
        with suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the connection."""
        self._reader.close()
        self._connection.close()


Script = Callable[[Peer], None]
"""Plays one connection; see `serve_failing`."""


class FailingServer:
    """
    A server that plays scripts; made by `serve_failing`.

    Args:
        scripts: One for each connection; the last one stays.
        host: Address to listen on.
        listening: Whether it listens from the start; connections to one that
            does not are refused until `listen` is called.

    Attributes:
        address: Host and port.
        requests: Every request that was read whole, in the order of arrival.
        connections: How many connections were accepted.
        busy: Set once a connection was accepted.
        left: Set once a client broke off a connection that said nothing.
        closing: Set when the server ends.
        other: URL of another host, for scripts that point there.
    """

    other = ""

    def __init__(
        self,
        scripts: Tuple[Script, ...],
        host: str = "127.0.0.1",
        *,
        listening: bool = True,
    ) -> None:
        self._scripts = list(scripts)
        self._listener = socket.socket()
        self._listener.bind((host, 0))
        self._open: List[Peer] = []
        self.requests: List[Sent] = []
        self.connections = 0
        self.busy = threading.Event()
        self.left = threading.Event()
        self.closing = threading.Event()
        self.address = f"{host}:{self._listener.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        if listening:
            self.listen()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{self.address}"

    @property
    def lines(self) -> List[str]:
        """All requests as ``METHOD /target``, in the order of arrival."""
        return [each.line for each in self.requests]

    def next_script(self) -> Script:
        """Return the script for the connection that was just accepted."""
        several = len(self._scripts) > 1
        return self._scripts.pop(0) if several else self._scripts[0]

    def act(self, sent: Sent) -> None:
        """Do what a request asks; this server has nothing to do it to."""

    def listen(self) -> None:
        """Accept connections from now on."""
        self._listener.listen(64)
        self._thread.start()

    def refuse(self) -> None:
        """Refuse connections from now on."""
        self.closing.set()
        # Closing alone does not wake a thread that accepts.
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        if self._thread.ident is not None:
            self._thread.join(PATIENCE_S)

    def close(self) -> None:
        """End the server and all its connections."""
        self.refuse()
        self._listener.close()
        for peer in self._open:
            peer.cut()

    def _serve(self) -> None:
        while not self.closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            peer = Peer(connection, self)
            self._open.append(peer)
            self.connections += 1
            self.busy.set()
            script = self.next_script()
            threading.Thread(
                target=self._play, args=(peer, script), daemon=True
            ).start()

    def _play(self, peer: Peer, script: Script) -> None:
        with suppress(OSError, ValueError):
            script(peer)
        with suppress(OSError):
            peer.close()


@contextmanager
def serve_failing(
    script: Script, *more: Script, host: str = "127.0.0.1"
) -> Iterator[FailingServer]:
    """
    Play scripts, one per connection, until the block ends.

    Args:
        script: For the first connection.
        more: For the next ones; the last one stays.
        host: Address to listen on, such as ``127.0.0.2``.
    """
    server = FailingServer((script, *more), host)
    try:
        yield server
    finally:
        server.close()


@contextmanager
def refused_url() -> Iterator[str]:
    """Give an address that is taken and refuses every connection."""
    server = FailingServer((), listening=False)
    try:
        yield server.url
    finally:
        server.close()
