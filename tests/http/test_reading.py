"""The body of an answer: bounded, whole, decompressed."""

import gzip
import io
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from urllib3 import HTTPResponse

from apirun.http.reading import BodyTooLongError, decompress, read_body

BODIES = st.binary(max_size=2000)


def _raw_deflate(body):
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(body) + compressor.flush()


CODINGS = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "GZip": gzip.compress,
    "deflate": zlib.compress,
    "identity": bytes,
}


@given(BODIES, st.lists(st.sampled_from(sorted(CODINGS)), min_size=1, max_size=3))
def test_what_was_compressed_comes_back(body, codings):
    """Codings are undone in the reverse of the order in which they are named."""
    sent = body
    for coding in codings:
        sent = CODINGS[coding](sent)

    assert body == decompress(sent, ", ".join(codings), limit=2000)


@given(st.binary(min_size=1, max_size=2000))
def test_deflate_without_its_header_is_understood(body):
    """Some servers leave the zlib header out."""
    assert body == decompress(_raw_deflate(body), "deflate", limit=2000)


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=4))
def test_gzip_members_are_put_together(parts):
    """A body may consist of several, and end in padding."""
    sent = b"".join(map(gzip.compress, parts)) + b"\0\0\0"

    assert b"".join(parts) == decompress(sent, "gzip", limit=2000)


@given(st.binary(min_size=1, max_size=200), st.sampled_from(["gzip", "deflate"]))
def test_one_byte_too_many_is_refused(body, coding):
    """The limit holds for what comes out, to the byte."""
    sent = CODINGS[coding](body)

    assert body == decompress(sent, coding, limit=len(body))
    with pytest.raises(BodyTooLongError):
        decompress(sent, coding, limit=len(body) - 1)


@given(BODIES, st.integers(0, 2000))
def test_a_truncated_body_is_no_shorter_body(body, cut):
    """What is cut short or damaged is an error, never a part of the answer."""
    sent = gzip.compress(body)
    part = sent[1 : max(1, len(sent) - 8)][:cut]
    with pytest.raises(ValueError, match="compressed body"):
        decompress(sent[:1] + part, "gzip", limit=4000)


@given(st.binary(min_size=1, max_size=300), st.sampled_from(["gzip", "deflate", "br"]))
def test_any_bytes_are_judged(body, coding):
    """Whatever a server sends, it is a body, damaged or too long."""
    try:
        assert len(decompress(body, coding, limit=1000)) <= 1000
    except (ValueError, BodyTooLongError):
        assert "br" != coding


def test_an_unasked_coding_is_left_alone():
    """What was not asked for is given as it came."""
    assert b"\x0b\x02\x80" == decompress(b"\x0b\x02\x80", "br", limit=10)


@given(BODIES, st.integers(0, 2000))
def test_a_body_is_read_up_to_the_limit(body, limit):
    """All of it comes back, or none."""
    raw = HTTPResponse(io.BytesIO(body), preload_content=False)
    if len(body) > limit:
        with pytest.raises(BodyTooLongError):
            read_body(raw, limit=limit)
    else:
        assert body == read_body(raw, limit=limit)


def test_a_bomb_is_not_unpacked():
    """Layers that unpack to gigabytes are given up at the limit."""
    sent = b"\0" * 20_000_000
    for _ in range(3):
        sent = gzip.compress(sent)
    with pytest.raises(BodyTooLongError):
        decompress(sent, "gzip, gzip, gzip", limit=1000)
