"""The beginning of a long text, with no part of a secret in it."""

import time
from unittest.mock import patch

from hypothesis import given
from hypothesis import strategies as st

from apirun import Masker
from apirun.excerpt import excerpt

SECRET = "s3cr3t-of-24-characters!"
PIECES = st.sampled_from(["a", "bc ", "\n", SECRET, SECRET[:12], '"', "***"])


@given(pieces=st.lists(PIECES, max_size=400), length=st.integers(0, 300))
def test_an_excerpt_is_the_beginning_of_the_masked_text(pieces, length):
    """However little of the text is read, nothing else is shown."""
    text, masker = "".join(pieces), Masker([SECRET])

    with patch("apirun.excerpt._READ", 500):
        shown = excerpt(masker, text, length)

    assert masker.mask(text)[:length] == shown


def test_half_a_secret_at_the_end_of_what_is_read_is_not_shown():
    """A secret that the limit cuts in two is not taken for ordinary text."""
    shown = excerpt(Masker([SECRET]), "x" * 65530 + SECRET + "y" * 9000, 65560)

    assert SECRET[:6] not in shown


def test_a_long_text_costs_little():
    """Of 50 million characters only the beginning is looked through."""
    text, masker = "abcdefgh" * 6_000_000, Masker([SECRET])

    started_s = time.process_time()
    shown = excerpt(masker, text)

    assert (2000, True) == (len(shown), time.process_time() - started_s < 1)
