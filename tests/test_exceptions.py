"""Errors carry data, and survive what carries them."""

import copy
import pickle

import attrs
import pytest

import apirun
from apirun import Location, Problem

ERRORS = [
    apirun.DocumentError((Problem(Location("a.yaml", 2, 3), "wrong", "  key: x"),)),
    apirun.UsageError("no such stage"),
    apirun.PrerequisiteError("dependent stage a has not been executed", "a"),
    apirun.RenderError(
        "no entry", Location("a.yaml", 1, 2), "up.url", "x", ("a",), ("b",)
    ),
    apirun.HistoryError("below", (1, 2)),
    apirun.UnsettledError("decide", 3, "down"),
    apirun.NotSentError("refused", tries=3),
    apirun.AnswerLostError("reset"),
    apirun.RefusedError("no", 409, "body"),
    apirun.CaptureError("missing", 200),
    apirun.CallError("boom", 201, "{}", acted=True, location=Location("a.py", 3)),
    apirun.PollError("not yet", 200, "{}", 5, "fail_if"),
    apirun.RunFailedError(
        apirun.RunResult(direction=apirun.Direction.UP, ok=False, stages={})
    ),
    apirun.AuthError("token"),
    apirun.ReportError("out.xml", "no space left on device"),
    apirun.StoreError("damaged"),
    apirun.StoreLockedError("held", "host", 12, "2026-01-01"),
    apirun.CancelledError(),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_errors_survive_pickle_and_copy(error):
    """Data, text and class are the same on the other side of a process."""
    for other in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(error) is type(other)
        assert str(error) == str(other)
        assert attrs.asdict(error) == attrs.asdict(other)


def test_every_error_is_there():
    """The list above is that of the public tree."""
    public = {
        name
        for name in apirun.__all__
        if isinstance(getattr(apirun, name), type)
        and issubclass(getattr(apirun, name), apirun.ApirunError)
    }

    assert public - {"ApirunError", "ExchangeError"} == {
        type(error).__name__ for error in ERRORS
    }


def test_a_document_error_shows_line_and_caret():
    """The caret stands under the place."""
    assert (
        "a.yaml:2:3: wrong\n"
        "  2 |   key: x\n"
        "    |   ^\n"
        "1 problem found. Nothing was sent, nothing was recorded." == str(ERRORS[0])
    )
