"""JSON Schemas of values, made from their classes."""

from enum import Enum
from typing import Mapping, Optional, Sequence, Tuple, Union

import attrs
import jsonschema
import pytest
from attrs import frozen

from apirun import PlainData
from apirun.value_schema import value_schema


class Colour(str, Enum):
    """What it looks like."""

    RED = "red"


@frozen(kw_only=True)
class Wheel(PlainData):
    """
    A wheel.

    Attributes:
        size: In centimetres, which
            are as long as ``1e-2`` m.
        colour: Of the tyre.
    """

    size: float
    colour: Optional[Colour] = None


@frozen(kw_only=True)
class Cart(PlainData):
    """
    A cart.

    Attributes:
        wheels: By their places.
        spare: What else is there.
        pairs: Names and numbers.

    Example:
        >>> Cart(wheels={}).moves
        False
    """

    _told = ("moves",)

    wheels: Mapping[str, Wheel]
    spare: Sequence[Wheel] = ()
    pairs: Tuple[Tuple[str, int], ...] = ()

    @property
    def moves(self) -> bool:
        """Whether it moves."""
        return bool(self.wheels)


CART = Cart(
    wheels={"left": Wheel(size=60.5, colour=Colour.RED), "right": Wheel(size=60)},
    spare=[Wheel(size=1)],
    pairs=(("a", 1),),
)


def errors(shape, document):
    found = value_schema(shape, title="test")
    jsonschema.Draft7Validator.check_schema(found)
    return [
        each.message for each in jsonschema.Draft7Validator(found).iter_errors(document)
    ]


def test_what_a_value_converts_to_is_valid():
    """Every kind of type that values are made of is understood."""
    assert [] == errors(Cart, CART.to_dict())


def without_wheels(told):
    del told["wheels"]


def with_more(told):
    told["horse"] = 1


def with_a_wrong_colour(told):
    told["wheels"]["left"]["colour"] = "blue"


def with_half_a_pair(told):
    told["pairs"][0].pop()


def with_text_for_a_number(told):
    told["spare"][0]["size"] = "1"


@pytest.mark.parametrize(
    "change",
    [
        without_wheels,
        with_more,
        with_a_wrong_colour,
        with_half_a_pair,
        with_text_for_a_number,
    ],
)
def test_any_other_form_is_not(change):
    """Each key is required, none is added, and each has its own type."""
    told = CART.to_dict()
    change(told)

    assert 1 == len(errors(Cart, told))


def test_docstrings_tell_what_keys_mean():
    """Lines that go on are joined, and what follows the section is not read."""
    found = value_schema(Cart, title="cart")
    wheel = found["definitions"]["Wheel"]["properties"]

    assert "A cart." == found["description"]
    assert "Whether it moves." == found["properties"]["moves"]["description"]
    assert "Names and numbers." == found["properties"]["pairs"]["description"]
    assert (
        "In centimetres, which are as long as `1e-2` m."
        == (wheel["size"]["description"])
    )
    assert "What it looks like." == found["definitions"]["Colour"]["description"]


def test_a_class_without_docstring_has_a_schema_too():
    """Under ``python -OO`` the descriptions are missing, and nothing else is."""
    bare = attrs.make_class("Bare", {"a": attrs.field(type=int)}, frozen=True)

    assert [] == errors(bare, {"a": 1})
    assert {"a": {"type": "integer"}} == value_schema(bare, title="x")["properties"]


@pytest.mark.parametrize(
    ("shape", "fine", "wrong"),
    [
        (Tuple[Wheel, ...], [Wheel(size=1).to_dict()], [1]),
        (Mapping[str, int], {"a": 1}, {"a": "1"}),
        (Union[Wheel, Cart], CART.to_dict(), {}),
        (Optional[str], None, 1),
    ],
)
def test_types_made_of_classes_have_schemas(shape, fine, wrong):
    """What methods return in tuples and mappings is described likewise."""
    assert [] == errors(shape, fine)
    assert errors(shape, wrong)


@pytest.mark.parametrize("shape", [Tuple, Mapping, Sequence], ids=str)
def test_a_type_that_does_not_say_what_it_holds_is_refused(shape):
    """There is no schema of anything."""
    with pytest.raises(TypeError, match="does not say what it holds"):
        value_schema(shape, title="anything")


def test_a_type_without_plain_form_is_refused():
    """A class that can't convert is found when its schema is made."""
    with pytest.raises(TypeError, match=r"object.* has no plain form"):
        value_schema(object, title="x")
