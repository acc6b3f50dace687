"""Ports that nobody listens on."""

import secrets
import socket

__all__ = ["free_port"]

# Below those that systems give to whoever does not ask for one: there, another
# test might be given it before the server that is meant has taken it.
LOWEST, HIGHEST = 21_000, 32_000


def free_port() -> int:
    """Return a loopback port that is free at this moment."""
    while True:
        port = LOWEST + secrets.randbelow(HIGHEST - LOWEST)
        with socket.socket() as listener:
            try:
                listener.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
