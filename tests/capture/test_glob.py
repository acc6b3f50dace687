"""Patterns with ``*`` and ``?``."""

from hypothesis import example, given
from hypothesis import strategies as st

from apirun.capture.glob import Glob


def naive(pattern, text):
    """Match by the definition, trying everything."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(naive(pattern[1:], text[at:]) for at in range(len(text) + 1))
    if pattern[0] == "\\" and len(pattern) > 1:
        return text[:1] == pattern[1] and naive(pattern[2:], text[1:])
    if not text or (pattern[0] not in ("?", text[0])):
        return False
    return naive(pattern[1:], text[1:])


@given(
    pattern=st.text(alphabet="ab*?\\\n", max_size=7),
    text=st.text(alphabet="ab*\\\n", max_size=7),
)
@example(pattern="a*a", text="a")
@example(pattern="*ab*b", text="aab")
@example(pattern="\\", text="\\")
def test_glob_is_its_definition(pattern, text):
    """The quick matcher and the definition always agree."""
    assert naive(pattern, text) is Glob(pattern).matches(text)


def test_many_stars_are_cheap():
    """A pattern that makes a backtracking matcher explode ends at once."""
    assert not Glob("*a" * 50 + "*b").matches("a" * 100_000)


@given(text=st.text())
def test_escaped_text_matches_only_itself(text):
    """With a backslash before every character a pattern is plain text."""
    pattern = "".join("\\" + char for char in text)

    assert Glob(pattern).matches(text)
    assert not Glob(pattern).matches(text + "x")
