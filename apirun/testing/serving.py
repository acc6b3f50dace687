"""A server that serves beside what tests it."""

import threading
from contextlib import contextmanager
from socketserver import BaseServer
from typing import Iterator

__all__ = ["serving"]

LOOKS_UP_AFTER_S = 0.02


@contextmanager
def serving(server: BaseServer) -> Iterator[None]:
    """Let *server* serve in a thread of its own until the block ends."""
    thread = threading.Thread(
        target=server.serve_forever, args=(LOOKS_UP_AFTER_S,), daemon=True
    )
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
