"""The body of an answer: bounded, whole, decompressed."""

import zlib
from typing import Any, List

from apirun.exceptions import ApirunError

__all__ = ["BodyTooLongError", "decompress", "read_body"]

CHUNK_BYTES = 65536
GZIP = 16 + zlib.MAX_WBITS
GZIP_MAGIC = b"\x1f\x8b"


class BodyTooLongError(ApirunError):
    """The body is longer than is allowed."""


def read_body(raw: Any, *, limit: int) -> bytes:  # noqa: ANN401 - of urllib3, which knows two kinds
    """
    Read a body to its end and decompress it.

    Args:
        raw: The answer as urllib3 has it.
        limit: Bytes that it may have at most, both before and after it is
            decompressed.

    Raises:
        BodyTooLongError: If it has more; the rest is not read.
        ValueError: If what is compressed is damaged or cut short.
        urllib3.exceptions.HTTPError: If it can't be read to its end.
    """
    chunks: List[bytes] = []
    size = 0
    while True:
        chunk = raw.read(CHUNK_BYTES, decode_content=False)
        if not chunk:
            break
        size += len(chunk)
        if size > limit:
            raise BodyTooLongError
        chunks.append(chunk)
    body = b"".join(chunks)
    encoding = raw.headers.get("Content-Encoding")
    return decompress(body, encoding, limit=limit) if encoding and body else body


def decompress(body: bytes, encoding: str, *, limit: int) -> bytes:
    """
    Undo the content codings of a body.

    Args:
        body: All of it.
        encoding: The header ``Content-Encoding``; what is neither gzip nor
            deflate was not asked for and is left as it is.
        limit: Bytes that may come out at most.

    Raises:
        BodyTooLongError: If more come out.
        ValueError: If the body is damaged or cut short.

    Source: RFC 9110, section 8.4.1.
    """
    for coding in reversed(encoding.lower().split(",")):
        if coding.strip() in ("gzip", "x-gzip"):
            body = _inflate(body, GZIP, limit)
        elif coding.strip() == "deflate":
            # Some servers leave the zlib header out.
            has_header = (
                body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
            )
            wbits = zlib.MAX_WBITS if has_header else -zlib.MAX_WBITS
            body = _inflate(body, wbits, limit)
        if not body:
            break
    return body


def _inflate(body: bytes, wbits: int, limit: int) -> bytes:
    pieces: List[bytes] = []
    size = 0
    # A gzip body may have several members, one after the other.
    while body:
        inflater = zlib.decompressobj(wbits)
        try:
            piece = inflater.decompress(body, limit - size + 1)
        except zlib.error as error:
            raise ValueError(f"the compressed body is damaged: {error}") from error
        size += len(piece)
        if size > limit:
            raise BodyTooLongError
        if not inflater.eof:
            raise ValueError("the compressed body is cut short")
        pieces.append(piece)
        body = inflater.unused_data if wbits == GZIP else b""
        if not body.startswith(GZIP_MAGIC):
            break  # what follows is padding
    return b"".join(pieces)
