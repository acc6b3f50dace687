"""Every text is kept without U+0000, and comes back as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apirun.stores.postgres.texts import kept, restored

texts = st.text(
    st.sampled_from("a0\x00\x1a") | st.characters(exclude_categories=["Cs"])
)


@given(text=texts)
def test_what_is_kept_is_restored(text):
    """
    No two texts are kept as the same, and PostgreSQL can hold them all.
    """
    assert "\x00" not in kept(text)
    assert text == restored(kept(text))


@given(text=texts.filter(lambda text: not set("\x00\x1a") & set(text)))
def test_ordinary_text_is_kept_as_it_is(text):
    """
    The Go tool, and whoever looks into the tables, reads what was written.
    """
    assert text == kept(text)


@pytest.mark.parametrize("text", ["\x1a", "a\x1ab", "\x1a\x00"])
def test_what_we_never_wrote_is_left_alone(text):
    """
    A lone sign in a foreign history stands for itself.
    """
    assert text == restored(text)


def test_nothing_is_empty_text():
    """
    A column that is NULL has no text.
    """
    assert "" == restored(None)
