"""Regular expressions: RE2's syntax, Perl's choice of match, linear time."""

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apirun.template.regex import Pattern
from apirun.template.regex.tree import RegexError

ATOMS = st.sampled_from(
    ["a", "b", ".", "[ab]", "[^a]", r"\d", r"\w", r"\b", "^", "$", r"\.", "(?i:A)"]
)


def _wrap(inner):
    return st.one_of(
        st.builds("({})".format, inner),
        st.builds("(?:{})".format, inner),
        st.builds("{}{}".format, inner, inner),
        st.builds("(?:{}|{})".format, inner, inner),
        st.builds(
            "(?:{}){}".format,
            inner,
            st.sampled_from(
                ["*", "+", "?", "*?", "+?", "??", "{2}", "{1,2}", "{0,1}?"]
            ),
        ),
    )


PATTERNS = st.recursive(ATOMS, _wrap, max_leaves=5)


def search(pattern, text):
    """Return the spans of the first match."""
    return Pattern(pattern).search(text, 0, lambda _: None)


@given(PATTERNS, st.text(alphabet="abA1. ", max_size=8))
def test_match_is_the_one_that_backtracking_finds(pattern, text):
    """
    Start and end of the match are those of Python's engine.
    """
    expected = re.search(pattern.replace("$", r"\Z"), text, re.ASCII)
    spans = search(pattern, text)

    assert (expected.span() if expected else None) == (spans[:2] if spans else None)


@pytest.mark.parametrize(
    ("pattern", "text", "spans"),
    [
        ("(a+)(b+)", "xaabb", (1, 5, 1, 3, 3, 5)),
        ("(a)|(b)", "b", (0, 1, -1, -1, 0, 1)),
        ("(?P<n>a)(?<m>b)", "ab", (0, 2, 0, 1, 1, 2)),
        ("a|ab", "ab", (0, 1)),
        ("(?U)a+", "aaa", (0, 1)),
        ("(?U)a+?", "aaa", (0, 3)),
        ("(?i)É", "é", (0, 1)),
        ("a(?i)b|c", "aB", (0, 2)),
        ("(?s)a.b", "a\nb", (0, 3)),
        ("a.b", "a\nb", None),
        ("(?m)^b$", "a\nb\nc", (2, 3)),
        ("a$", "a\n", None),
        (r"a\z", "a", (0, 1)),
        (r"\Aa\B", "ab", (0, 1)),
        (r"\Q.*\E+", ".**", (0, 3)),
        (r"[[:alpha:]]+[[:^digit:]]", "ab!", (0, 3)),
        (r"\pL+\p{Lu}\P{L}", "éÉ1", (0, 3)),
        (r"[\d\-x]+", "1-x", (0, 3)),
        (r"[]a-]+", "]a-", (0, 3)),
        (r"[^\s]+", " a", (1, 2)),
        (r"\x41\x{e9}\101\t", "AéA\t", (0, 4)),
        ("a{,2}", "a{,2}", (0, 5)),
        ("a{2,}", "aaa", (0, 3)),
        ("(|a)+", "aa", (0, 0)),
        ("(a*)*", "b", (0, 0)),
        ("", "x", (0, 0)),
    ],
)
def test_syntax(pattern, text, spans):
    """
    The forms of RE2 mean what they mean there.
    """
    found = search(pattern, text)

    assert spans == (found if found is None else found[: len(spans)])


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(a", "missing closing ): `(a`"),
        ("a)", "unexpected ): `a)`"),
        ("[a", "missing closing ]: `[a`"),
        ("*a", "missing argument to repetition operator: `*`"),
        ("a**", "invalid nested repetition operator: `**`"),
        ("a{1001}", "invalid repeat count: `a{1001}`"),
        ("a{2,1}", "invalid repeat count: `a{2,1}`"),
        ("[z-a]", "invalid character class range: `z-a`"),
        (r"\p{Greek}", r"invalid character class range: `\p{Greek}`"),
        ("[[:no:]]", "invalid character class range: `[:no:]`"),
        (r"(a)\1", r"invalid escape sequence: `\1`"),
        (r"\y", r"invalid escape sequence: `\y`"),
        ("a\\", "trailing backslash at end of expression: ``"),
        ("(?=a)", "invalid or unsupported Perl syntax: `(?=a`"),
        ("(?<=a)", "invalid or unsupported Perl syntax: `(?<=`"),
        ("(?>a)", "invalid or unsupported Perl syntax: `(?>a`"),
        ("(?P<a>x)(?P<a>y)", "duplicate capture group name: `a`"),
        (
            "(" * 60 + ")" * 60,
            "expression nests too deeply: `" + "(" * 60 + ")" * 60 + "`",
        ),
        ("(a{1000}){1000}", "expression too large: `(a{1000}){1000}`"),
    ],
)
def test_what_is_no_pattern_is_refused(pattern, reason):
    """
    What RE2 does not have is refused in its words.
    """
    with pytest.raises(RegexError) as caught:
        Pattern(pattern)

    assert f"error parsing regexp: {reason}" == str(caught.value)


@given(st.text(alphabet="ab()[]|*+?{}1,-^$.\\\\pLxQE:<>P=i!"))
def test_any_text_is_a_pattern_or_refused(pattern):
    """
    Whatever the pattern is, it compiles or is refused.
    """
    with suppress(RegexError):
        assert Pattern(pattern).groups >= 0


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a|a)*$", "(a*)*b", "(a|aa)+$", "a*a*a*a*a*b"]
)
def test_steps_grow_with_the_text_and_not_faster(pattern):
    """
    Twice the text takes about twice the steps, whatever the pattern.
    """
    assert _steps(pattern, 400) <= 2.2 * _steps(pattern, 200)


def _steps(pattern, length):
    taken = []
    Pattern(pattern).search("a" * length + "!", 0, taken.append)
    return sum(taken)
