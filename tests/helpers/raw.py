"""A server that answers every connection with told bytes, be they HTTP or not."""

import socket
import threading
import time
from contextlib import contextmanager, suppress
from typing import Callable, Iterator, List, Sequence, Union

__all__ = ["RawServer", "serve_raw"]

Step = Union[bytes, float, Callable[[socket.socket], None]]
"""Bytes to send, seconds to wait, or anything to do with the connection."""


class RawServer:
    """
    Answers every connection with the same steps, then closes it.

    Attributes:
        requests: The beginning of what each connection sent.
    """

    def __init__(self, steps: Sequence[Step]) -> None:
        self._steps = steps
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._stopping = threading.Event()
        self.requests: List[bytes] = []

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def serve(self) -> None:
        """Answer until `stop` is called."""
        while not self._stopping.is_set():
            connection, _ = self._listener.accept()
            threading.Thread(
                target=self._answer, args=(connection,), daemon=True
            ).start()

    def stop(self) -> None:
        """End `serve`."""
        self._stopping.set()
        with suppress(OSError):
            socket.create_connection(self._listener.getsockname()).close()

    def close(self) -> None:
        """Give up the port."""
        self._listener.close()

    def _answer(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            received = connection.recv(65536)
            if not received:
                return
            self.requests.append(received)
            for step in self._steps:
                if self._stopping.is_set():
                    return
                if isinstance(step, bytes):
                    connection.sendall(step)
                elif callable(step):
                    step(connection)
                else:
                    time.sleep(step)


@contextmanager
def serve_raw(*steps: Step) -> Iterator[RawServer]:
    """Serve *steps* on a free loopback port until the block ends."""
    server = RawServer(steps)
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join()
        server.close()
