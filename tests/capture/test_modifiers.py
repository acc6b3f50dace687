"""What the modifiers do."""

import pytest
from hypothesis import given

from apirun.capture import MISSING, Path
from apirun.capture.modifiers import MODIFIERS
from tests.capture.strategies import values


@pytest.mark.parametrize(
    ("path", "document", "expected"),
    [
        ("@reverse", [1, 2], [2, 1]),
        ("@reverse", 1, 1),
        ("@keys", {"b": 1, "a": 2}, ["b", "a"]),
        ("@keys", [1, 2], [None, None]),
        ("@keys", "x", [None]),
        ("@values", {"b": 1, "a": 2}, [1, 2]),
        ("@values", [3], [3]),
        ("@values", "x", ["x"]),
        ("@flatten", [1, [2, [3]], []], [1, 2, [3]]),
        ('@flatten:{"deep":true}', [1, [2, [3, [[]]]]], [1, 2, 3]),
        ('@flatten:{"deep":true}', 1, 1),
        ("@flatten:{}", [[1]], [1]),
        ("@flatten:|0", [[1]], 1),
        ("@flatten", {"a": [1]}, {"a": [1]}),
        ("@join", [{"a": 1, "b": 2}, 3, {"a": 4}], {"a": 4, "b": 2}),
        ('@join:{"preserve":false}', [{"a": 1}], {"a": 1}),
        ("@join", 5, 5),
        ("@group", {"a": [1, 2], "b": [3], "c": 4}, [{"a": 1, "b": 3}, {"a": 2}]),
        ("@group", [1], MISSING),
        ("@tostr", {"a": "é"}, '{"a":"é"}'),
        ("@tostr", "x", '"x"'),
        ("@fromstr.a", '{"a":1}', 1),
        ("@fromstr", "no json", MISSING),
        ("@fromstr", None, MISSING),
        ("@fromstr", 5, 5),
        ("@ugly", [1], [1]),
        ("@pretty", [1], [1]),
        ("@valid", [1], [1]),
    ],
)
def test_modifier(path, document, expected):
    """A modifier gives what GJSON gives."""
    assert expected == Path(path).get(document)


def test_reverse_turns_members_round():
    """A reversed object holds the same members in the opposite order."""
    assert list(Path("@reverse").get({"a": 1, "b": 2})) == ["b", "a"]


@given(value=values)
def test_modifiers_take_anything(value):
    """Every modifier takes every value, and nothing at all."""
    for modifier in MODIFIERS.values():
        modifier(value)
        modifier(MISSING)


@given(value=values)
def test_string_and_back(value):
    """What `@tostr` writes `@fromstr` reads."""
    assert value == Path("@tostr|@fromstr").get(value)


def test_deep_document_does_not_exhaust_the_stack():
    """Flattening takes a list of any depth apart."""
    deep = [1]
    for _ in range(100_000):
        deep = [deep]

    assert Path('@flatten:{"deep":true}').get(deep) == [1]
    while isinstance(deep, list):
        # Taken apart by hand: older Pythons free nested lists recursively.
        deep = deep.pop()
