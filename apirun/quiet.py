"""Hosts that asked to be left alone for a while."""

import threading
import time
from typing import Dict

__all__ = ["QuietHosts"]


class QuietHosts:
    """
    Which hosts asked a run to be left alone, and for how long.

    All stages of the run that run in one process share it, from any thread.

    Example:
        >>> quiet = QuietHosts()
        >>> quiet.ask("api.example:443", 60.0)
        >>> 59 < quiet.left_s("api.example:443") <= 60, quiet.left_s("other:443")
        (True, 0.0)
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until_s: Dict[str, float] = {}

    def ask(self, host: str, wait_s: float) -> None:
        """
        Note that *host* asks for *wait_s* seconds without a request.

        What it asked for before still holds, if that is longer.

        Args:
            host: Name or address, and port.
            wait_s: Seconds from now.
        """
        until_s = time.monotonic() + wait_s
        with self._lock:
            self._until_s[host] = max(until_s, self._until_s.get(host, until_s))

    def left_s(self, host: str) -> float:
        """Return the seconds until *host* may be sent something, 0 if it may now."""
        until_s = self._until_s.get(host)
        return 0.0 if until_s is None else max(0.0, until_s - time.monotonic())
