"""An interval of nothing."""

from apirun import Poll, Request

poll = Poll(
    request=Request("GET", "http://127.0.0.1:1/a"),
    until='{{eq .status "ready"}}',
    interval_s=0,
)
