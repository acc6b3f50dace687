"""
A real end to each try: the connection is cut at the deadline.

Socket timeouts begin anew with every byte, so that a server that drips one
byte a second never meets them. The watchdog is one thread for all requests of
a client; arming it costs no system call as long as deadlines come in order.
"""

import contextlib
import socket
import threading
import time
from typing import Optional

__all__ = ["Watchdog"]


class Watchdog:
    """
    Cuts the connection of the current try at its deadline, or on demand.

    What is cut is a second handle of the socket, which stays valid while TLS
    takes the first one over.
    """

    def __init__(self) -> None:
        self._bell = threading.Condition()
        self._thread: Optional[threading.Thread] = None
        self._wakes_at_s = 0.0
        self._deadline_s: Optional[float] = None
        self._handle: Optional[socket.socket] = None
        self._closed = False
        self.cut = False
        self.connected = False

    def arm(self, deadline_s: float) -> None:
        """Begin a try that ends at *deadline_s* of `time.monotonic`."""
        with self._bell:
            self._deadline_s, self._handle = deadline_s, None
            self.cut = self.connected = False
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._watch, name="apirun-watchdog", daemon=True
                )
                self._wakes_at_s = deadline_s
                self._thread.start()
            elif deadline_s < self._wakes_at_s:
                self._bell.notify()

    def hold(self, handle: Optional[socket.socket]) -> None:
        """Tell which socket the current try uses."""
        with self._bell:
            self._handle = handle
            if self.cut:
                _shut(handle)

    def disarm(self) -> None:
        """End the current try."""
        with self._bell:
            self._deadline_s, self._handle = None, None

    def strike(self) -> None:
        """Cut the connection of the current try now."""
        with self._bell:
            if self._deadline_s is not None:
                self.cut = True
                _shut(self._handle)

    def close(self) -> None:
        """End the thread."""
        with self._bell:
            self._closed = True
            self._bell.notify()

    def _watch(self) -> None:
        with self._bell:
            while not self._closed:
                now_s = time.monotonic()
                if self._deadline_s is not None and self._deadline_s <= now_s:
                    self.cut = True
                    _shut(self._handle)
                    self._deadline_s = None
                ahead_s = 60.0 if self._deadline_s is None else self._deadline_s - now_s
                self._wakes_at_s = now_s + ahead_s
                self._bell.wait(ahead_s)


def _shut(handle: Optional[socket.socket]) -> None:
    if handle is not None:
        with contextlib.suppress(OSError):
            handle.shutdown(socket.SHUT_RDWR)
