"""How long a server asks to wait."""

import time
from datetime import datetime, timedelta, timezone
from email.utils import format_datetime, formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apirun.http.retry_after import retry_after_s


@pytest.mark.parametrize(
    ("text", "expected"), [("0", 0.0), ("120", 120.0), (" 3 ", 3.0)]
)
def test_seconds_are_taken(text, expected):
    """The first form is a number of seconds."""
    assert expected == retry_after_s({"Retry-After": text})


def test_a_date_is_taken():
    """The second form is a date; the wait lasts until then."""
    wait_s = retry_after_s({"Retry-After": formatdate(time.time() + 90, usegmt=True)})

    assert 60 < wait_s <= 90


def test_a_date_in_another_zone_is_the_same_moment():
    """A date says by itself which zone it is in, wherever this process runs."""
    zone = timezone(timedelta(hours=5))
    moment = datetime.now(zone) + timedelta(seconds=90)

    assert 60 < retry_after_s({"Retry-After": format_datetime(moment)}) <= 90


def test_a_date_that_has_passed_asks_for_no_wait():
    """No wait is negative."""
    past = "Wed, 21 Oct 2015 07:28:00 GMT"

    assert 0.0 == retry_after_s({"Retry-After": past})


@pytest.mark.parametrize(
    "text", ["", "soon", "-1", "1.5", "٣", "9" * 400, "Wed, 99 Oct 99999 07:28:00 GMT"]
)
def test_anything_else_counts_as_not_there(text):
    """What is neither is passed over, not an error."""
    assert retry_after_s({"Retry-After": text}) is None


@given(st.text(max_size=40))
def test_any_text_is_judged(text):
    """Whatever a server writes there, it is a wait or none."""
    wait_s = retry_after_s({"Retry-After": text})

    assert wait_s is None or wait_s >= 0
