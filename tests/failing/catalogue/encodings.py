"""Failing in the coding of the body: gzip and deflate that are none."""

import gzip
import zlib
from typing import Dict, Tuple

from apirun.testing.failing import raw, whole
from tests.failing.way import Moment, Verdict, Way

__all__ = ["WAYS"]

MADE = b'{"id": "thing-1"}'
GZIPPED = gzip.compress(MADE)
DEFLATED = zlib.compress(MADE)
BOMB = gzip.compress(b"\0" * 20_000_000)

# What it does, the coding that it names, and the body that it sends.
LOST: Dict[str, Tuple[str, str, bytes]] = {
    "gzip of garbage": (
        "sends garbage with the mark of gzip",
        "gzip",
        b"\x1f\x8b" + b"\x07" * 38,
    ),
    "gzip that is none": ("sends plain JSON as gzip", "gzip", MADE),
    "gzip that is cut": ("sends half of the gzip", "gzip", GZIPPED[:-9]),
    "gzip with a wrong sum": (
        "sends gzip with a wrong checksum",
        "gzip",
        GZIPPED[:-8] + b"\0" * 8,
    ),
    "a gzip bomb": ("sends 20 kB that become 20 MB", "gzip", BOMB),
    "a gzip bomb in gzip": (
        "sends a bomb within a bomb",
        "gzip, gzip",
        gzip.compress(BOMB),
    ),
    "deflate that is none": ("sends plain JSON as deflate", "deflate", MADE),
    "deflate that is cut": ("sends half of the deflate", "deflate", DEFLATED[:-6]),
    "deflate that is gzip": ("sends gzip as deflate", "deflate", GZIPPED),
    "a coding that nobody asked for": ("sends brotli", "br", b"\x0b\x02\x80{}\x03"),
    "a coding that does not exist": (
        "compresses, and names a coding that does not exist",
        "klingon",
        GZIPPED,
    ),
    "gzip that is not named": ("sends gzip and does not say so", "", GZIPPED),
}

DONE: Dict[str, Tuple[str, str, bytes]] = {
    "a coding that was not applied": ("sends plain JSON as brotli", "br", MADE),
    "deflate without its header": (
        "sends deflate without the header of zlib",
        "deflate",
        zlib.compress(MADE)[2:-4],
    ),
    "gzip with padding": ("adds zeros to the gzip", "gzip", GZIPPED + b"\0\0\0"),
}

WAYS = tuple(
    Way(
        name=name,
        does=does,
        moment=Moment.BODY,
        script=raw(
            whole(200, body, **({"Content_Encoding": coding} if coding else {}))
        ),
        verdict=verdict,
    )
    for verdict, ways in ((Verdict.LOST, LOST), (Verdict.DONE, DONE))
    for name, (does, coding, body) in ways.items()
)
