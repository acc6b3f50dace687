r"""
A server on a raw socket that fails in every way a server can.

Each connection is played by a script; the last one stays. A script is any
function of a `Peer`: those of `apirun.testing.failing.scripts`, what `answer`
and `raw` make, or one of your own.

Example:
    >>> import socket
    >>> from apirun.testing.failing import raw, serve_failing
    >>> with serve_failing(raw(b"HTTP/1.1 2")) as api:
    ...     host, port = api.address.split(":")
    ...     with socket.create_connection((host, int(port))) as client:
    ...         client.sendall(b"GET /users HTTP/1.1\r\n\r\n")
    ...         print(client.recv(100))
    b'HTTP/1.1 2'
    >>> api.lines
    ['GET /users']
"""

from apirun.testing.failing.answers import Step, answer, head, raw, whole
from apirun.testing.failing.scripts import (
    OK,
    broken_chunks,
    broken_gzip,
    close_after_request,
    drip_and_close,
    drip_body,
    drip_head,
    endless_body,
    endless_chunk_line,
    endless_head,
    garbage,
    gzip_bomb,
    half_status_line,
    interim_only,
    reset_after_request,
    reset_at_once,
    reset_in_request,
    reset_midway,
    short_body,
    stall,
    truncated_chunks,
)
from apirun.testing.failing.server import (
    FailingServer,
    Peer,
    Script,
    Sent,
    refused_url,
    serve_failing,
)

__all__ = [
    "OK",
    "FailingServer",
    "Peer",
    "Script",
    "Sent",
    "Step",
    "answer",
    "broken_chunks",
    "broken_gzip",
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
    "head",
    "interim_only",
    "raw",
    "refused_url",
    "reset_after_request",
    "reset_at_once",
    "reset_in_request",
    "reset_midway",
    "serve_failing",
    "short_body",
    "stall",
    "truncated_chunks",
    "whole",
]
