"""JSON text to values."""

import json

import pytest
from hypothesis import given

from apirun.capture import DocumentError, LiteralNumber, as_text, parse_document
from tests.capture.strategies import number_literals, values


@given(value=values)
def test_reads_what_python_writes(value):
    """A document is read as Python's own reader reads it."""
    text = json.dumps(value)

    assert value == parse_document(text) == parse_document(text.encode())


@given(literal=number_literals)
def test_digits_are_kept(literal):
    """A number keeps its digits, alone and inside others."""
    assert literal == as_text(parse_document(literal))
    assert f'{{"a":[{literal}]}}' == as_text(parse_document(f'{{"a": [{literal}]}}'))


@pytest.mark.parametrize("literal", ["1" * 641, "-" + "9" * 5000, "-0", "1e999"])
def test_odd_numbers(literal):
    """A number that Python has no integer for is still one, with its digits."""
    number = parse_document(literal)

    assert isinstance(number, LiteralNumber)
    assert literal == as_text(number)


def test_first_key_counts():
    """Of a key that stands twice the first value counts."""
    assert parse_document('{"a":1,"a":2,"b":3}') == {"a": 1, "b": 3}


def test_half_a_surrogate_pair():
    """Half a pair becomes the replacement character, a whole one its character."""
    document = parse_document(r'{"\ud800": ["\udc00x", "\ud83d\ude00", 1]}')

    assert document == {"\ufffd": ["\ufffdx", "\U0001f600", 1]}
    assert parse_document('"\ud800"') == "\ufffd"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "1:1: it is empty"),
        (b" \n ", "2:2: it is empty"),
        ("{", "1:2: expecting property name enclosed in double quotes"),
        ('{"a":1,\n "b":}', "2:6: expecting value"),
        ("[1] x", "1:5: extra data"),
        ("[01]", "1:3: expecting ',' delimiter"),
        ('"a\tb"', "1:3: invalid control character"),
        ('"abc', "1:1: unterminated string"),
        ('[1,"NaN",\nNaN]', "2:1: NaN is no JSON number"),
        ('["\\"", -Infinity]', "1:8: -Infinity is no JSON number"),
        (b'{"\xc3\xa9":\n"\xff"}', "2:2: it is not UTF-8"),
        ("[" * 100_000, "1:257: it is nested deeper than 256 levels"),
        (
            '{"]":' * 300 + "1" + "}" * 300,
            "1:1281: it is nested deeper than 256 levels",
        ),
        ("<html>", "1:1: expecting value"),
    ],
    ids=lambda value: repr(value[:12]),
)
def test_refused_document(text, message):
    """What is not JSON is refused, with the line and the column."""
    with pytest.raises(DocumentError) as caught:
        parse_document(text)

    assert f"invalid JSON at {message}" == str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "[" * 256 + "]" * 256,
        json.dumps(["[{" * 500, '\\"[[' * 300, "\\"] * 2),
        json.dumps([[]] * 1000),
        json.dumps([{"a": "}]"}] * 1000),
    ],
    ids=["deepest", "brackets in strings", "wide", "objects"],
)
def test_allowed_depth(text):
    """Depth is counted where brackets are open, not where they are many."""
    assert json.loads(text) == parse_document(text)


@pytest.mark.parametrize("text", ["\ufeff[1]", b"\xef\xbb\xbf[1]"])
def test_a_byte_order_mark_is_ignored(text):
    """RFC 8259 allows it, and some servers send one."""
    assert [1] == parse_document(text)
