"""Plain data and places out of YAML, the same from both parsers."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apirun.documents.builder import Builder
from apirun.documents.events import parse_events, python_events
from apirun.documents.scalars import Plain
from apirun.origin import Origin, Place
from tests.documents.test_golden import GOLDEN

DOCUMENT = """\
a: &x {b: 'one', "c": [1.10, yes, ~, ]}
d: |
  first
    second

e: >-

  folded
  text
f: *x
g: &y "two"
h: *y
i:
"""


def build(text, events=parse_events):
    builder = Builder("a.yaml", text, events)
    return builder, builder.build()


@pytest.mark.parametrize("events", [parse_events, python_events])
def test_scalars_stay_as_they_stand(events):
    """
    Text is never typed before somebody asks for a type.
    """
    _, data = build(DOCUMENT, events)

    assert {
        "a": {"b": "one", "c": ["1.10", "yes", "~"]},
        "d": "first\n  second\n",
        "e": "\nfolded text",
        "f": {"b": "one", "c": ["1.10", "yes", "~"]},
        "g": "two",
        "h": "two",
        "i": None,
    } == data
    assert isinstance(data["a"]["c"][0], Plain)
    assert not isinstance(data["a"]["b"], Plain)


@pytest.mark.parametrize("events", [parse_events, python_events])
def test_places_are_those_of_the_text(events):
    """
    Quotes and anchors are stepped over, and blocks know their indent.

    Aliases point to what they stand for.
    """
    builder, _ = build(DOCUMENT, events)
    places = builder.places

    assert Place(1, 12) == places["a.b"]
    assert Place(1, 24) == places["a.c.0"]
    assert Place(2, 4, 2) == places["d"]
    assert Place(6, 4, 2) == places["e"]
    assert Place(1, 12) == places["f.b"]
    assert Place(11, 8) == places["g"]
    assert Place(11, 8) == places["h"]


def test_a_line_inside_a_block_is_found():
    """
    The place of a template's line is the line of the file.
    """
    builder, _ = build("up:\n  body: |2\n      {{.a}}\n    {{.b}}\n")
    origin = Origin("a.yaml", builder.places)

    assert "a.yaml:4:5" == str(origin.locate("up.body", 2, 1))
    assert "a.yaml:3:7" == str(origin.locate("up.body", 1, 3))


@given(st.text(max_size=40) | st.text("ab:-[]{},&*!|>'\"#% \n\t", max_size=40))
@settings(max_examples=150)
def test_any_text_is_data_or_a_problem(text):
    """
    Whatever the text, either data or a problem comes out, and no error.
    """
    for events in (parse_events, python_events):
        builder, data = build(text, events)

        assert builder.problems or builder.usable
        assert builder.usable or data is None


@pytest.mark.parametrize(
    "path", sorted(GOLDEN.glob("*/*.yaml")), ids=lambda path: path.parent.name
)
def test_both_parsers_agree(path):
    """
    Where neither parser objects, both give the same data at the same places.
    """
    text = path.read_text(encoding="utf-8")
    quick, data = build(text)
    slow, expected = build(text, python_events)

    if quick.usable and slow.usable:
        assert expected == data
        assert slow.places == quick.places
        assert slow.keys == quick.keys


@pytest.mark.parametrize(("times", "usable"), [(90, True), (110, False)])
def test_aliases_stand_for_a_bounded_number_of_values(times, usable):
    """
    Aliases are followed up to 100,000 values in all, then refused.
    """
    builder, _ = build("a: &a [" + "1," * 999 + "1]\nb: [" + "*a," * times + "]\n")

    assert usable == builder.usable
