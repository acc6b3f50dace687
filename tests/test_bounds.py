"""What a number or a word may be."""

import operator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apirun.bounds import above, at_least, at_most, one_of

NUMBERS = st.integers(-3, 3) | st.floats(-3, 3)


def refusal(validator, value):
    """Return what *validator* says of *value*; nothing if it takes it."""
    try:
        validator(None, None, value)
    except ValueError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("validator", "holds", "words"),
    [
        (at_least, operator.ge, "at least"),
        (at_most, operator.le, "at most"),
        (above, operator.gt, "more than"),
    ],
)
@given(bound=NUMBERS, value=NUMBERS)
def test_a_bound_refuses_exactly_what_lies_beyond(
    validator, holds, words, bound, value
):
    """Both numbers are told."""
    told = "" if holds(value, bound) else f"this must be {words} {bound}, not {value}"

    assert told == refusal(validator(bound), value)


@given(words=st.lists(st.text("abc", max_size=9)), value=st.text("abc", max_size=9))
def test_a_choice_refuses_exactly_the_other_words(words, value):
    """It lists those that it takes, but not the one that stands for none."""
    allowed = ", ".join(filter(None, words))
    told = f"{value!r} is not known here; allowed: {allowed}"

    assert ("" if value in words else told) == refusal(one_of(words), value)
