"""Bodies as a person reads them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apirun.reports.html.bodies import readable

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON, st.booleans())
def test_json_means_the_same_in_lines(value, ascii_only):
    """Only spaces and the spelling of letters change."""
    body = json.dumps(value, ensure_ascii=ascii_only)

    assert value == json.loads(readable(body))


@given(st.text(), st.booleans())
def test_any_text_is_shown(text, cut):
    """What is no JSON stands there as it came."""
    body = f"no {text}"

    assert body == readable(body, cut=cut)


@given(JSON.filter(lambda value: isinstance(value, (list, dict))), st.data())
def test_a_beginning_loses_nothing(value, data):
    """What was cut anywhere still has every character but spaces."""
    body = json.dumps(value, ensure_ascii=False)
    cut = body[: data.draw(st.integers(0, len(body)))]

    assert "".join(cut.split()) == "".join(readable(cut, cut=True).split())


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ('{"a":1.10,"a":1e400}', '{\n  "a": 1.10,\n  "a": 1e400\n}'),
        ('[{"port":1}, {"port": 2}]', '[\n  {"port":1},\n  {"port": 2}\n]'),
        ('{"a":[{"b":[]}]}', '{\n  "a": [\n    {\n      "b": []\n    }\n  ]\n}'),
        ("[]", "[]"),
        ('"text"', '"text"'),
        ('{"name": "gro\\u00df \\u202e"}', '{\n  "name": "gro\\u00df \\u202e"\n}'),
        ('{"name": "gro\\u00df"}', '{\n  "name": "groß"\n}'),
        ('{"password": ***}', '{"password": ***}'),
        ("[error] something {odd}", "[error] something {odd}"),
        ("{" * 5000, "{" * 5000),
        (f"[{'9' * 5000}]", f"[{'9' * 5000}]"),
    ],
)
def test_what_is_shown(body, shown):
    """Numbers keep their digits, double names stay, what is short is in one line."""
    assert shown == readable(body)


def test_a_log_that_begins_like_json_stays_as_it_came():
    """Words that JSON does not have tell the beginning of it from other texts."""
    log = '[error] 12:00 "something" happened'

    assert log == readable(log, cut=True)


def test_a_beginning_is_shown_in_lines():
    """What a long answer begins with can be read as the whole could."""
    cut = '{"rules": [{"port": 1}, {"port": 2}, {"po'

    assert [
        "{",
        '  "rules": [',
        '    {"port": 1},',
        '    {"port": 2},',
        "    {",
        '      "po',
    ] == readable(cut, cut=True).splitlines()


def test_what_is_deep_stays_as_it_came():
    """Spaces would be more than the text is."""
    deep = "[" * 500 + "]" * 500

    assert deep == readable(deep)
