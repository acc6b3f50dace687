"""
A server on a raw socket that fails in every way a server can.

Each connection is played by a script; the last one stays::

    with chaos(reset_after_request, answer(201)) as api:
        ...                            # api.url is its address
        assert ["POST /things"] * 2 == api.lines

A script is any function of a `Peer`.
"""

from tests.helpers.chaos.answers import Step, answer, head, raw, whole
from tests.helpers.chaos.server import (
    Chaos,
    Peer,
    Script,
    Sent,
    chaos,
    refused_url,
)
from tests.helpers.chaos.ways import (
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

__all__ = [
    "Chaos",
    "Peer",
    "Script",
    "Sent",
    "Step",
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
    "head",
    "interim_only",
    "raw",
    "refused_url",
    "reset_after_request",
    "reset_at_once",
    "reset_in_request",
    "reset_midway",
    "short_body",
    "stall",
    "truncated_chunks",
    "whole",
]
