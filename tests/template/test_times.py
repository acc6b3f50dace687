"""Moments written by Go's layouts."""

from datetime import datetime, timedelta, timezone

import pytest

from apirun.template.times import Time, format_time

ZONE = timezone(timedelta(hours=-7, minutes=-30), "PDT")
MOMENT = datetime(2024, 2, 9, 17, 5, 3, 120_000, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("layout", "text"),
    [
        ("2006-01-02T15:04:05Z07:00", "2024-02-09T17:05:03-07:30"),
        ("Mon, 02 Jan 2006 15:04:05 MST", "Fri, 09 Feb 2024 17:05:03 PDT"),
        ("Monday, January 2, 2006 at 3:04PM", "Friday, February 9, 2024 at 5:05PM"),
        ("06/1/_2 03:4:5 pm -0700 -07", "24/2/ 9 05:5:3 pm -0730 -07"),
        ("15:04:05.000 .999999 .000000000", "17:05:03.120 .12 .120000000"),
        ("002 __2 _2006", "040  40 _2024"),
        ("20060102150405", "20240209170503"),
        ("no digits", "no digits"),
    ],
)
def test_layout(layout, text):
    """
    A moment is written as Go writes it.
    """
    assert text == format_time(MOMENT, layout)


def test_utc_is_z():
    """
    Where the layout has a Z, the zone UTC is one letter.
    """
    moment = MOMENT.astimezone(timezone.utc)

    assert "00:35:03Z UTC Z" == format_time(moment, "15:04:05Z07:00 MST Z0700")


def test_prints_like_go():
    """
    A moment prints as Go's String method gives it.
    """
    assert "2024-02-09 17:05:03.12 -0730 PDT" == str(Time(MOMENT))


def test_seconds_out_of_range_are_refused():
    """
    Seconds beyond the calendar are an error.
    """
    with pytest.raises(ValueError, match="time out of range"):
        Time.from_unix(10**18)
