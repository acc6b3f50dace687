"""
A real end to each try: its connection is cut at the deadline.

Socket timeouts begin anew with every byte, so that a server that drips one
byte a second never meets them. The watchdog is one thread for all requests of
a client; arming it costs no system call as long as deadlines come in order.
"""

import contextlib
import socket
import threading
import time
from typing import Callable, List, Optional, TypeVar

__all__ = ["Watchdog"]

Found = TypeVar("Found")

IDLE_S = 60.0


class Watchdog:
    """
    Cuts the connection of the current try at its deadline, or on demand.

    What is cut is a second handle of the socket. It stays valid while TLS
    takes the first one over, and while http.client gives the first one up
    with the body still to be read.

    Attributes:
        cut: Whether the current try was cut.
        sent: Whether some of its request may have gone out.
    """

    def __init__(self) -> None:
        # Its lock is reentrant: a signal may strike while this thread arms.
        self._bell = threading.Condition()
        self._thread: Optional[threading.Thread] = None
        self._wakes_at_s = 0.0
        self._deadline_s: Optional[float] = None
        self._handle: Optional[socket.socket] = None
        self._given_up: List[socket.socket] = []
        self._closed = False
        self.cut = False
        self.sent = False

    def arm(self, deadline_s: float) -> None:
        """Begin a try that ends at *deadline_s* of `time.monotonic`."""
        with self._bell:
            self._deadline_s, self._handle = deadline_s, None
            self.cut = self.sent = False
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._watch, name="apirun-watchdog", daemon=True
                )
                self._wakes_at_s = deadline_s
                self._thread.start()
            elif deadline_s < self._wakes_at_s:
                self._bell.notify_all()

    def disarm(self) -> None:
        """End the current try."""
        with self._bell:
            self._deadline_s, self._handle = None, None
            for handle in self._given_up:
                handle.close()
            self._given_up.clear()

    def strike(self) -> None:
        """Cut the connection of the current try now."""
        with self._bell:
            if self._deadline_s is not None:
                self._cut()

    def close(self) -> None:
        """End the thread."""
        with self._bell:
            self._closed = True
            self._bell.notify_all()

    def hold(self, handle: Optional[socket.socket]) -> None:
        """Tell which socket the current try uses."""
        with self._bell:
            self._handle = handle
            if self.cut:
                _shut(handle)

    def release(self, handle: socket.socket) -> None:
        """Take over a handle whose connection is closed."""
        with self._bell:
            if handle is self._handle:
                # The body may still be read through another owner of the socket.
                self._given_up.append(handle)
            else:
                handle.close()

    def left_s(self) -> float:
        """
        Return the seconds that the current try has left.

        Raises:
            TimeoutError: If there are none.
        """
        deadline_s = self._deadline_s
        left_s = 0.0 if deadline_s is None else deadline_s - time.monotonic()
        if self.cut or left_s <= 0:
            # Its name before Python 3.10, where the two became one.
            raise socket.timeout("timed out")
        return left_s

    def outwait(self, call: Callable[[], Found]) -> Found:
        """
        Return what *call* returns, unless the try ends before.

        For what can't be cut: it goes on in a thread of its own, unheeded.

        Raises:
            TimeoutError: If the try ended before.
            OSError: What *call* raised.
        """
        found: List[Found] = []
        failed: List[Exception] = []

        def run() -> None:
            try:
                found.append(call())
            except (OSError, ValueError) as error:
                failed.append(error)
            with self._bell:
                self._bell.notify_all()

        left_s = self.left_s()
        threading.Thread(target=run, name="apirun-lookup", daemon=True).start()
        with self._bell:
            self._bell.wait_for(lambda: found or failed or self.cut, left_s)
        if failed:
            raise failed[0]
        if not found:
            raise socket.timeout("timed out")
        return found[0]

    def _watch(self) -> None:
        with self._bell:
            while not self._closed:
                now_s = time.monotonic()
                if self._deadline_s is not None and self._deadline_s <= now_s:
                    self._cut()
                ahead_s = IDLE_S
                if self._deadline_s is not None:
                    ahead_s = min(IDLE_S, self._deadline_s - now_s)
                self._wakes_at_s = now_s + ahead_s
                self._bell.wait(ahead_s)

    def _cut(self) -> None:
        self.cut = True
        self._deadline_s = None
        _shut(self._handle)
        self._bell.notify_all()


def _shut(handle: Optional[socket.socket]) -> None:
    if handle is not None:
        with contextlib.suppress(OSError):
            handle.shutdown(socket.SHUT_RDWR)
