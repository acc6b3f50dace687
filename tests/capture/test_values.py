"""How values print, and how errors and numbers travel."""

import copy
import json
import pickle

import pytest
from hypothesis import given

from apirun.capture import (
    MISSING,
    DocumentError,
    LiteralNumber,
    PathError,
    as_text,
    parse_document,
)
from tests.capture.strategies import values


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("", ""),
        ("a\nb", "a\nb"),
        (None, ""),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (12345678901234567890, "12345678901234567890"),
        (LiteralNumber("1e5"), "1e5"),
        (1.5, "1.5"),
        ([], "[]"),
        ({}, "{}"),
        (
            [None, True, 'é"\\\n', {"b": [], "a": {}}],
            '[null,true,"é\\"\\\\\\n",{"b":[],"a":{}}]',
        ),
        ((1, 2), "[1,2]"),
    ],
)
def test_as_text(value, expected):
    """A value prints as the contract says."""
    assert expected == as_text(value)


@given(value=values)
def test_round_trip(value):
    """What was read from JSON is written as the same JSON."""
    text = as_text([parse_document(json.dumps(value))])

    assert json.dumps([value], separators=(",", ":"), ensure_ascii=False) == text


def test_any_depth_prints():
    """A value of any depth is written without exhausting the stack."""
    deep = []
    for _ in range(50_000):
        deep = [deep]

    assert as_text(deep) == "[" * 50_001 + "]" * 50_001
    while deep:
        deep = deep.pop()


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (MISSING, TypeError),
        (b"x", TypeError),
        ([object()], TypeError),
        ({1: 2}, TypeError),
        (float("nan"), ValueError),
        ([float("inf")], ValueError),
    ],
)
def test_no_json_value(value, error):
    """What is no JSON value is refused, not guessed at."""
    with pytest.raises(error):
        as_text(value)


def test_literal_number_is_a_number():
    """It compares and calculates as a float, and travels with its digits."""
    number = LiteralNumber("1.10")

    assert number == 1.1
    assert {1.1: "x"}[number] == "x"
    assert as_text(pickle.loads(pickle.dumps(number))) == "1.10"
    assert as_text(copy.deepcopy(number)) == "1.10"
    assert repr(number) == "1.10"


@pytest.mark.parametrize(
    "error",
    [
        PathError("a.b", 1, "no"),
        PathError("a\n" + "b" * 500, None, "no"),
        DocumentError("no", 2, 3),
    ],
)
def test_errors_travel(error):
    """Errors survive `pickle` and `copy` with their attributes and their text."""
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert vars(error) == vars(twin)
        assert str(error) == str(twin)
    assert "\n" not in str(error)


def test_what_stands_twice_is_written_twice():
    """Only what holds itself has no end."""
    twice = {"id": 1}

    assert '[{"id":1},[{"id":1}]]' == as_text([twice, [twice]])
