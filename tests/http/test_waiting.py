"""Waiting until an API is healthy."""

import pytest

from apirun.control import Control
from apirun.exceptions import CancelledError, NotSentError
from apirun.http.waiting import wait_until_healthy
from apirun.masking import Masker
from apirun.settings import WaitSettings
from apirun.testing import Reply, serve_api
from apirun.testing import failing as ways
from apirun.testing.failing import answer, refused_url, serve_failing
from tests.http.test_client import client


def wait(url, control=None, masker=None, render=lambda text, key: text, **settings):
    """Wait for *url* with a client of its own."""
    control, masker = control or Control(), masker or Masker()
    quick = {"timeout_s": 20.0, "interval_s": 0.01}
    with client(control, masker) as http:
        wait_until_healthy(
            WaitSettings(url=url, **{**quick, **settings}),
            send=http.send,
            render=render,
            control=control,
            masker=masker,
        )


def test_a_healthy_api_is_asked_once():
    """Nothing is waited for that is there."""
    with serve_api() as api:
        api.reply("GET", "/health", Reply(200))
        wait(f"{api.url}/health")

        assert ["GET /health"] == api.lines


def test_it_asks_until_the_status_is_the_right_one():
    """Any other status, and any failure, means not yet."""
    down = [ways.reset_after_request, ways.garbage, answer(503, Connection="close")]
    with serve_failing(*down, answer(200)) as api:
        wait(f"{api.url}/health")

    assert 4 == len(api.requests)


def test_method_status_and_headers_are_those_of_the_settings():
    """What the settings name is asked for, rendered."""
    with serve_api() as api:
        api.reply("HEAD", "/up", Reply(204))
        told = {"URL": f"{api.url}/up", "PROBE": "me"}
        wait(
            "URL",
            render=lambda text, key: told[text],
            method="HEAD",
            status=204,
            headers=(("X-Probe", "PROBE"),),
        )

        assert ["HEAD /up"] == api.lines
        assert "me" == api.last.headers["x-probe"]


def test_an_expected_redirect_is_not_followed():
    """A status that is waited for is an answer, also 302."""
    with serve_api() as api:
        api.reply("GET", "/", Reply(302, None, {"Location": "/login"}))
        wait(f"{api.url}/", status=302)

        assert ["GET /"] == api.lines


def test_an_api_that_never_is_healthy_is_told_with_its_last_answer():
    """The message says what was asked, for how long, and what came."""
    masker = Masker(["hunter2"])
    body = b"x" * 196 + b" hunter2 " + b"y" * 10**4
    with serve_failing(answer(503, body)) as api:
        url = f"{api.url}/health?token=abc"
        with pytest.raises(NotSentError) as caught:
            wait(url, masker=masker, timeout_s=1.0)

    expected = (
        f"GET {api.url}/health?token=*** did not answer 200 within 1.0s; the last "
        f"time it answered 503: {'x' * 196} ***"
    )
    assert expected == str(caught.value)


def test_a_refused_connection_is_told():
    """An API that can't be reached is told as that."""
    with refused_url() as url, pytest.raises(NotSentError, match="can't be reached"):
        wait(url, timeout_s=0.5)


def test_a_try_that_the_time_cuts_off_does_not_hide_the_answer_before():
    """What is told is the last answer, not that there was no time for another."""
    told = answer(503, b"starting", Connection="close")
    with serve_failing(told, ways.stall) as api:
        with pytest.raises(NotSentError, match=r"it answered 503: starting$"):
            wait(api.url, timeout_s=1.0)

        assert 2 == len(api.requests)


@pytest.mark.parametrize("way", [ways.stall, ways.drip_head, ways.drip_and_close])
def test_a_slow_server_does_not_outlive_the_timeout(way):
    """The timeout ends a poll that is under way."""
    with serve_failing(way) as api, pytest.raises(NotSentError, match="within 300ms"):
        wait(api.url, timeout_s=0.3)


def test_the_end_of_the_stage_ends_the_wait():
    """A stage that has less time left waits for no longer."""
    control = Control().within(0.2)
    with serve_failing(answer(503)) as api, pytest.raises(NotSentError):
        wait(api.url, control, timeout_s=100.0)


def test_stopping_ends_the_wait():
    """A run that is stopped waits no more."""
    control = Control()

    def stop(peer):
        peer.read()
        control.stop()

    with serve_failing(stop) as api, pytest.raises(CancelledError):
        wait(api.url, control, interval_s=100.0, timeout_s=1000.0)

    assert 1 == len(api.requests)


def test_aborting_breaks_the_poll_off():
    """A poll that is under way is ended by a second Ctrl-C."""
    control = Control()

    def abort(peer):
        peer.read()
        control.abort()
        peer.wait()

    with serve_failing(abort) as api, pytest.raises(CancelledError):
        wait(api.url, control, timeout_s=1000.0)

    assert 1 == len(api.requests)
