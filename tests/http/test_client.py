"""The client against every way in which a server can fail."""

import threading
import time
from contextlib import contextmanager

import pytest
from attrs import evolve

from apirun.control import Control
from apirun.exceptions import (
    AnswerLostError,
    CancelledError,
    NotSentError,
    RefusedError,
)
from apirun.http import Accepted, WireRequest
from apirun.http.client import HttpClient
from apirun.masking import Masker
from apirun.retry import RetryPolicy
from apirun.settings import ClientSettings
from apirun.testing import failing as ways
from apirun.testing.failing import answer, refused_url, serve_failing

QUICK = RetryPolicy(attempts=3, wait_initial_s=0.001, wait_max_s=0.001)
LIMIT = 100_000


def until(holds):
    """Wait until *holds* returns something, for ten seconds at most."""
    ends_s = time.monotonic() + 10
    while not holds() and time.monotonic() < ends_s:
        time.sleep(0.005)


@contextmanager
def client(control=None, masker=None, on_retry=None, on_hold=None, **settings):
    """Give a client that takes at most LIMIT bytes."""
    made = HttpClient(
        ClientSettings(**{"max_response_bytes": LIMIT, **settings}),
        control=control or Control(),
        masker=masker or Masker(),
        on_retry=on_retry,
        on_hold=on_hold,
    )
    try:
        yield made
    finally:
        made.close()


def post(url, **parts):
    """Return a POST that must not be repeated."""
    made = WireRequest(method="POST", url=url, body=b"{}", retry=QUICK)
    return evolve(made, **parts)


def put(url, **parts):
    """Return a PUT, which may be repeated."""
    return post(url, **{"method": "PUT", "repeatable": True, **parts})


LOSSES = {
    "reset in the request": ways.reset_in_request,
    "reset after the request": ways.reset_after_request,
    "closed after the request": ways.close_after_request,
    "reset in the body": ways.reset_midway,
    "half a status line": ways.half_status_line,
    "garbage": ways.garbage,
    "too short a body": ways.short_body,
    "chunks of nonsense": ways.broken_chunks,
    "chunks cut short": ways.truncated_chunks,
    "damaged gzip": ways.broken_gzip,
    "interim answers only": ways.interim_only,
    "endless headers": ways.endless_head,
}


@pytest.mark.parametrize("way", LOSSES)
def test_a_lost_post_is_sent_once(way):
    """Whatever breaks after the connection stands, a POST is not sent again."""
    with serve_failing(LOSSES[way]) as api, client() as http, pytest.raises(
        AnswerLostError
    ) as caught:
        http.send(post(f"{api.url}/things"))

    assert 1 == api.connections
    assert 1 == caught.value.tries
    assert str(caught.value).startswith(f"POST {api.url}/things was sent")


@pytest.mark.parametrize("way", LOSSES)
def test_a_lost_put_is_sent_until_it_is_answered(way):
    """What may be repeated is, and the answer tells how often it was sent."""
    with serve_failing(LOSSES[way], LOSSES[way], answer(200)) as api, client() as http:
        response = http.send(put(f"{api.url}/things/1"))

    assert (200, 3) == (response.status, response.tries)
    assert 3 == api.connections


def test_a_connection_reset_at_once_is_survived():
    """Whether anything went out before is a race, and either is told rightly."""
    with serve_failing(ways.reset_at_once) as api, client() as http:
        for _ in range(20):
            before = api.connections
            with pytest.raises((NotSentError, AnswerLostError)) as caught:
                http.send(post(api.url))
            lost = isinstance(caught.value, AnswerLostError)
            assert caught.value.tries == api.connections - before
            assert lost or 3 == caught.value.tries


SLOW = [ways.stall, ways.drip_head, ways.drip_body, ways.drip_and_close]


def test_refused_connections_are_tried_again_for_every_method():
    """What provably was not sent is tried again, also a POST."""
    told = []
    with refused_url() as url, client(
        on_retry=lambda *each: told.append(each)
    ) as http, pytest.raises(NotSentError) as caught:
        http.send(post(url))

    assert 3 == caught.value.tries
    assert [1, 2] == [tries for _, _, tries, _ in told]
    assert "refused" in str(caught.value).lower()


def test_refused_after_a_loss_may_have_acted():
    """A refused connection does not undo that an earlier try went out."""

    def act_and_die(peer):
        peer.read()
        server.refuse()

    server = ways.FailingServer((act_and_die,))
    try:
        with client() as http, pytest.raises(AnswerLostError) as caught:
            http.send(put(server.url))
    finally:
        server.close()

    assert 1 == len(server.requests)
    assert 3 == caught.value.tries


def test_refused_after_a_no_is_a_no():
    """A try that was answered no is not told as one that was never made."""

    def decline_and_die(peer):
        peer.read()
        server.refuse()
        peer.send(ways.whole(429, Connection="close"))

    server = ways.FailingServer((decline_and_die,))
    try:
        with client() as http, pytest.raises(RefusedError, match="answered 429") as no:
            http.send(put(server.url))
    finally:
        server.close()

    assert (429, 3) == (no.value.status, no.value.tries)


def test_only_what_may_have_acted_counts_as_lost():
    """A no is an answer; what a gateway says instead of the API is none."""
    told = [answer(status, Connection="close") for status in (429, 503, 502, 504)]
    patient = evolve(QUICK, attempts=6)
    with serve_failing(
        *told, ways.reset_after_request, answer(200)
    ) as api, client() as http:
        response = http.send(put(api.url, retry=patient))

    assert (200, 6, 3) == (response.status, response.tries, response.lost)


@pytest.mark.parametrize("method", ["POST", "PUT"])
@pytest.mark.parametrize("way", SLOW, ids=lambda way: way.__name__)
def test_no_server_outlives_the_timeout(way, method):
    """A try ends at its timeout however busily the server drips."""
    once = RetryPolicy(attempts=1)
    with serve_failing(way) as api, client() as http:
        request = post(api.url, method=method, timeout_s=0.5, retry=once)
        with pytest.raises(AnswerLostError, match="within"):
            http.send(request)
        # The server may come to read it only now.
        until(lambda: api.requests)

    assert 1 == len(api.requests)


def test_the_stage_ends_before_the_request_does():
    """The smaller of the request's timeout and the stage's deadline counts."""
    control = Control().within(1.0)
    with serve_failing(ways.drip_body) as api, client(control) as http, pytest.raises(
        AnswerLostError
    ):
        http.send(put(api.url, timeout_s=100.0))

    assert 1 == len(api.requests)


def test_nothing_is_sent_after_the_deadline():
    """Without time left no connection is opened."""
    with serve_failing(answer(200)) as api, client(
        Control().within(0.0)
    ) as http, pytest.raises(NotSentError, match="no time is left"):
        http.send(post(api.url))

    assert 0 == api.connections


@pytest.mark.parametrize("way", SLOW, ids=lambda way: way.__name__)
def test_abort_from_another_thread_breaks_a_request_off(way):
    """A second Ctrl-C ends a request that is under way, and it is not repeated."""
    control = Control()
    with serve_failing(way) as api, client(control) as http:

        def abort():
            api.busy.wait(10)
            until(lambda: api.requests)
            control.abort()

        helper = threading.Thread(target=abort)
        helper.start()
        with pytest.raises(AnswerLostError, match="broken off"):
            http.send(put(api.url, timeout_s=100.0))
        helper.join()

    assert 1 == len(api.requests)


def test_nothing_is_sent_after_an_abort():
    """What was not begun when the run is broken off is not begun."""
    control = Control()
    control.abort()
    with serve_failing(answer(200)) as api, client(control) as http, pytest.raises(
        (NotSentError, CancelledError)
    ):
        http.send(post(api.url))

    assert [] == api.lines


def test_stopping_ends_the_wait_before_a_retry():
    """A run that is stopped while it waits to send again was cancelled."""
    control = Control()
    patient = RetryPolicy(attempts=3, wait_initial_s=0.001)
    stop = lambda *_: control.stop()  # noqa: E731 - one call
    with refused_url() as url, client(control, on_retry=stop) as http, pytest.raises(
        CancelledError
    ):
        http.send(post(url, retry=patient))


def test_a_retry_that_does_not_fit_is_not_begun():
    """A Retry-After beyond the stage's deadline gives the answer back at once."""
    control = Control().within(60.0)
    with serve_failing(answer(503, Retry_After="100")) as api, client(control) as http:
        response = http.send(put(api.url))

    assert (503, 1) == (response.status, response.tries)


@pytest.mark.parametrize("status", [408, 429, 502, 503, 504])
def test_a_busy_server_is_asked_again_where_that_is_harmless(status):
    """PUT is sent again after these answers, POST is not."""
    busy = answer(status, Connection="close")
    with serve_failing(busy, busy, answer(201)) as api, client() as http:
        posted = http.send(post(api.url))
        later = http.send(put(api.url))

    assert (status, 1) == (posted.status, posted.tries)
    assert (201, 2) == (later.status, later.tries)


@pytest.mark.parametrize("status", [400, 401, 404, 409, 500, 501])
def test_a_plain_no_is_not_asked_again(status):
    """Only what may pass is tried again, also with PUT."""
    with serve_failing(answer(status)) as api, client() as http:
        assert (status, 1) == (http.send(put(api.url)).status, len(api.requests))


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_honoured(form):
    """The server says how long to wait, in either form."""
    told = []
    value = "0" if form == "seconds" else "Wed, 21 Oct 2015 07:28:00 GMT"
    busy = answer(429, Retry_After=value, Connection="close")
    patient = RetryPolicy(attempts=2, wait_initial_s=50.0, wait_max_s=50.0)
    tell = lambda *each: told.append(each)  # noqa: E731 - one call
    with serve_failing(busy, answer(200)) as api, client(on_retry=tell) as http:
        response = http.send(put(api.url, retry=patient))

    assert (200, 2) == (response.status, response.tries)
    assert [(f"PUT {api.url}", "it answered 429", 1, 0.0)] == told


def test_an_endless_retry_after_is_not_waited_for():
    """A server that asks for a day gives a run no reason to hang."""
    with serve_failing(answer(503, Retry_After="86400")) as api, client() as http:
        response = http.send(put(api.url))

    assert (503, 1) == (response.status, response.tries)


def test_an_accepted_status_is_not_tried_again():
    """What the migration accepts is an answer, also where others would retry."""
    with serve_failing(answer(503)) as api, client() as http:
        response = http.send(put(api.url, accepts=Accepted(("503",))))

    assert (503, 1) == (response.status, response.tries)


OVERLONG = {
    "endless": ways.endless_body,
    "declared": answer(200, b"x" * (LIMIT + 1)),
    "gzip bomb": ways.gzip_bomb(),
    "gzip bomb in a gzip bomb": ways.gzip_bomb(layers=2),
}


@pytest.mark.parametrize("way", OVERLONG)
def test_an_overlong_answer_is_refused(way):
    """No more than the limit is kept, compressed or not, and it is asked once."""
    with serve_failing(OVERLONG[way]) as api, client() as http, pytest.raises(
        AnswerLostError, match="max_response_bytes"
    ) as caught:
        http.send(put(api.url))

    assert 200 == caught.value.status
    assert 1 == len(api.requests)


def test_an_answer_as_long_as_allowed_is_taken():
    """The limit itself is allowed."""
    with serve_failing(answer(200, b"x" * LIMIT)) as api, client() as http:
        assert LIMIT == len(http.send(put(api.url)).body)


def test_a_chunk_length_without_end_is_refused():
    """The line before a chunk is bounded, too."""
    with serve_failing(ways.endless_chunk_line) as api, client() as http, pytest.raises(
        AnswerLostError
    ):
        http.send(post(api.url, timeout_s=20.0))

    assert 1 == len(api.requests)


@pytest.mark.parametrize("status", [100, 102, 103, 199])
def test_interim_answers_are_passed_over(status):
    """Any number of them may come before the one that counts."""
    interim = ways.head(status, Link="</style.css>")
    script = ways.raw(interim * 3 + ways.whole(201, b"[7]"))
    with serve_failing(script) as api, client() as http:
        response = http.send(post(api.url))

    assert (201, b"[7]") == (response.status, response.body)
    assert "Link" not in response.headers


def test_connections_are_kept():
    """Requests of one stage share a connection."""
    with serve_failing(answer(200)) as api, client() as http:
        for _ in range(3):
            http.send(post(api.url))

    assert (1, 3) == (api.connections, len(api.requests))


def test_a_post_does_not_trust_a_connection_that_the_server_closed():
    """A connection closed while idle is no reason to lose a POST."""
    closed = threading.Event()

    def answer_once(peer):
        peer.read()
        peer.send(ways.head(200, Content_Length=0))
        peer.close()
        closed.set()

    with serve_failing(answer_once) as api, client() as http:
        http.send(post(api.url))
        closed.wait(10)
        response = http.send(post(api.url))

    assert (200, 2) == (response.status, len(api.requests))


def test_no_error_shows_a_secret():
    """Neither the URL nor what the server says brings a secret into a message."""
    masker = Masker(["hunter2", "wörd"])
    nonsense = ways.raw("hunter2 wörd hunter2\r\n\r\n".encode())
    with serve_failing(nonsense) as api, client(masker=masker) as http:
        url = f"http://me:pass@{api.address}/hunter2?token=abc123"
        with pytest.raises(AnswerLostError) as caught:
            http.send(post(url))

    text = str(caught.value)
    assert [] == [each for each in ("hunter2", "pass@", "abc123", "Ã") if each in text]
    assert "***" in text
