"""A host that asks to be left alone is left alone, by every client of a run."""

import pickle
import threading
import time
from contextlib import contextmanager
from email.utils import formatdate

import pytest
from attrs import evolve

from apirun.control import Control
from apirun.exceptions import CancelledError, NotSentError, RefusedError
from apirun.http import WireRequest
from apirun.masking import Masker
from apirun.quiet import QuietHosts
from apirun.retry import RetryPolicy
from apirun.testing import Reply, serve_api
from tests.http.test_client import client

ONCE = RetryPolicy(attempts=1)


def busy(seconds, status=429):
    """Return an answer that asks for *seconds* of rest."""
    return Reply(status, headers={"Retry-After": str(seconds)})


def get(url, **parts):
    """Return a GET that is tried once."""
    made = WireRequest(method="GET", url=url, retry=ONCE, repeatable=True)
    return evolve(made, **parts)


@contextmanager
def timed(*replies, host="127.0.0.1"):
    """Serve *replies* at ``/``, and note when answers left and requests came."""
    with serve_api(host=host) as api:
        api.at_s = []

        def noted(reply):
            def answer(received):
                api.at_s.append(time.monotonic())
                return reply

            return answer

        api.reply("GET", "/", *map(noted, replies))
        api.reply("POST", "/", *map(noted, replies))
        yield api


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_client_of_the_run_waits(status, method):
    """What one client is told holds for all, also where the request is not retried."""
    control, held = Control(), []
    with timed(busy(1, status), Reply(200)) as api:
        with client(control) as one:
            one.send(get(api.url, method=method, repeatable=method == "GET"))
        with client(control.within(60), on_hold=lambda *told: held.append(told)) as two:
            two.send(get(api.url, method="POST", repeatable=False))

    assert api.at_s[1] - api.at_s[0] >= 1.0
    ((shown, host, wait_s),) = held
    assert (f"POST {api.url}/".rstrip("/"), api.url[7:]) == (shown.rstrip("/"), host)
    assert 0 < wait_s <= 1.0


def test_a_date_is_as_good_as_seconds():
    """The form with a date holds every client likewise."""
    control = Control()
    ends_at = int(time.time()) + 2
    with timed(busy(formatdate(ends_at, usegmt=True)), Reply(200)) as api, client(
        control
    ) as one, client(control) as two:
        one.send(get(api.url))
        two.send(get(api.url))
        came_at = time.time()

    assert came_at >= ends_at


@pytest.mark.parametrize("status", [200, 404, 500, 502])
def test_other_answers_hold_nobody(status):
    """Only 429 and 503 speak for the whole host."""
    control = Control()
    with timed(busy(60, status), Reply(200)) as api, client(control) as http:
        http.send(get(api.url))
        http.send(get(api.url))

    assert api.at_s[1] - api.at_s[0] < 30


def test_other_hosts_and_other_ports_are_asked_meanwhile():
    """Each address and each port answers for itself."""
    control = Control()
    with timed(busy(60)) as asked, timed(Reply(200)) as other_port, timed(
        Reply(200), host="127.0.0.2"
    ) as other_host, client(control) as http:
        http.send(get(asked.url))
        started_s = time.monotonic()
        http.send(get(other_port.url))
        http.send(get(other_host.url))

    assert time.monotonic() - started_s < 30


def test_other_runs_are_not_held():
    """Nothing is kept for the process: another run asks for itself."""
    with timed(busy(60), Reply(200)) as api:
        with client(Control()) as one:
            one.send(get(api.url))
        started_s = time.monotonic()
        with client(Control()) as two:
            assert 200 == two.send(get(api.url)).status

    assert time.monotonic() - started_s < 30


def test_a_control_that_went_to_another_process_holds_nobody_there():
    """What is shared stays behind, like the signals."""
    control = Control().within(60)
    control.quiet.ask("127.0.0.1:80", 60)

    other = pickle.loads(pickle.dumps(control))

    assert 0 == other.quiet.left_s("127.0.0.1:80")
    assert 59 < control.quiet.left_s("127.0.0.1:80") <= 60


def test_a_redirect_to_a_quiet_host_waits_there():
    """The window holds for whoever is sent there, and costs none of the timeout."""
    control = Control()
    with timed(busy(1), Reply(200)) as quiet, timed(
        Reply(307, headers={"Location": quiet.url})
    ) as door, client(control) as http:
        http.send(get(quiet.url))
        response = http.send(get(door.url, timeout_s=0.8))

    assert 200 == response.status
    assert quiet.at_s[1] - quiet.at_s[0] >= 1.0


def test_a_redirect_that_may_not_wait_is_a_no():
    """The first host told by its 307 that it did nothing, and nothing else was sent."""
    control = Control()
    with timed(busy(60)) as quiet, timed(
        Reply(307, headers={"Location": quiet.url})
    ) as door, client(control) as http, client(control.within(30)) as late:
        http.send(get(quiet.url))
        with pytest.raises(RefusedError, match="asked to be left alone"):
            late.send(get(door.url, method="POST", repeatable=False))

    assert 1 == len(quiet.at_s)


def test_a_stage_with_less_time_does_not_wait_for_nothing():
    """What can't be sent in time is told at once, and was not sent."""
    control = Control()
    with timed(busy(60)) as api, client(control) as one, client(
        control.within(5)
    ) as two:
        one.send(get(api.url))
        started_s = time.monotonic()
        with pytest.raises(NotSentError) as caught:
            two.send(get(api.url, retry=RetryPolicy(attempts=3)))
        with pytest.raises(NotSentError):
            one.send(get(api.url, deadline_s=time.monotonic() + 5))

    assert time.monotonic() - started_s < 4
    assert f"{api.url[7:]} asked to be left alone for another " in str(caught.value)
    assert 1 == len(api.at_s)


def test_stopping_ends_it_and_nothing_was_sent():
    """Ctrl-C breaks the waiting off."""
    control = Control()
    with timed(busy(60)) as api, client(control) as http:
        http.send(get(api.url))
        threading.Timer(0.2, control.stop).start()
        with pytest.raises(CancelledError, match="stopped before it was sent"):
            http.send(get(api.url))

    assert 1 == len(api.at_s)


def test_what_is_asked_is_bounded():
    """A host can't hold a run for longer than ten minutes."""
    control = Control()
    with timed(busy(10**9)) as api, client(control) as http:
        http.send(get(api.url))

        assert 590 < control.quiet.left_s(api.url[7:]) <= 600


def test_a_longer_wish_stands():
    """A later answer that asks for less does not shorten what was asked before."""
    quiet = QuietHosts()
    quiet.ask("a:80", 60)
    quiet.ask("a:80", 1)

    assert 59 < quiet.left_s("a:80") <= 60
    assert 0 == quiet.left_s("a:81") == quiet.left_s("b:80")


def test_messages_of_a_held_request_hide_secrets():
    """The request that waits is shown as any other."""
    control, held = Control(), []
    masker = Masker(["hunter22"])
    with timed(busy(1), Reply(200)) as api, client(
        control, masker, on_hold=lambda *told: held.append(told)
    ) as http:
        http.send(get(api.url))
        http.send(get(f"{api.url}?key=hunter22"))

    assert 1 == len(held)
    assert "hunter22" not in repr(held)
