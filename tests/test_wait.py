"""The block ``wait`` of a config.yaml: every key of it has its effect."""

import time

import pytest

from apirun import Outcome, StageStarted, Waiting
from apirun.testing import Reply, serve_api
from tests.helpers.directory import Directory
from tests.http.test_tls import make_certificate, needs_openssl, serve_tls

USE = {"up": {"request": {"method": "PUT", "url": "{{.api_base}}/things/1"}}}


@pytest.fixture
def api():
    with serve_api() as server:
        server.reply("GET", "/health", Reply(503, "starting up"), Reply(200))
        yield server


@pytest.fixture
def up(tmp_path, api):
    """Return what runs a directory with that ``wait`` and gives result and events."""

    def run(wait, **config):
        told = []
        quick = {"url": "{{.api_base}}/health", "interval": "10ms"}
        directory = Directory(
            tmp_path / "work",
            config.pop("api_base", api.url),
            wait={**quick, **wait},
            **config,
        )
        directory.write(1, "use", USE)
        return directory.migrator(listeners=[told.append]).up(), told

    return run


def waited(told):
    """Return what was told of the waiting."""
    return [event for event in told if isinstance(event, Waiting)]


def test_the_first_request_comes_when_the_api_is_healthy(api, up):
    """The URL is rendered; every poll that does not do is told."""
    result, told = up({})

    assert Outcome.APPLIED is result.outcome
    assert ["GET /health", "GET /health", "PUT /things/1"] == api.lines
    (event,) = waited(told)
    assert ("work", f"GET {api.url}/health") == (event.stage, event.request)
    assert ("answered 503", 1, 60.0) == (event.reason, event.tries, event.timeout_s)
    assert isinstance(told[told.index(event) - 1], StageStarted)


def test_the_method(api, up):
    """``method`` is what is sent."""
    api.reply("HEAD", "/health", Reply(200))
    up({"method": "HEAD"})

    assert "HEAD /health" == api.lines[0]


def test_the_status(api, up):
    """``status`` is what ends it, whatever it is; 200 does not, then."""
    api.reply("GET", "/health", Reply(200), Reply(204), Reply(418))
    result, told = up({"status": 418})

    assert result.ok
    assert ["answered 200", "answered 204"] == [each.reason for each in waited(told)]


def test_the_timeout(api, up):
    """``timeout`` fails the stage, with the last answer; nothing was sent."""
    api.reply("GET", "/health", Reply(503, "starting up"))
    started_s = time.monotonic()
    result, _ = up({"timeout": "200ms"})

    assert 0.1 < time.monotonic() - started_s < 5
    assert Outcome.FAILED is result.outcome
    assert (
        f"GET {api.url}/health did not answer 200 within 200ms; the last time it "
        "answered 503: starting up"
    ) == result.failure.message
    assert {"GET /health"} == set(api.lines)


def test_the_interval(api, up):
    """``interval`` lies between two polls."""
    at_s = []

    def answer(received):
        at_s.append(time.monotonic())
        return Reply(200 if len(at_s) == 3 else 503)

    api.reply("GET", "/health", answer)
    up({"interval": "250ms"})
    gaps = [late - early for early, late in zip(at_s, at_s[1:])]

    assert min(gaps) >= 0.25
    # A busy machine may answer any one of them late.
    assert min(gaps) < 1.5


def test_the_headers_with_a_secret_in_them(api, up):
    """``headers`` are rendered and sent, and shown nowhere."""
    told_back = Reply(503, "you said Bearer s3cr3t-of-mine")
    api.reply("GET", "/health", told_back, Reply(200))
    key = {"value": "s3cr3t-of-mine", "secret": True}
    result, told = up({"headers": {"X-Key": "Bearer {{.key}}"}}, env={"key": key})

    assert result.ok
    assert {"Bearer s3cr3t-of-mine"} == {
        each.headers["x-key"] for each in api.requests[:2]
    }
    assert "s3cr3t-of-mine" not in repr((result, told))


def test_a_secret_in_the_last_answer_is_masked(api, up):
    """The message that ends it shows no secret either."""
    api.reply("GET", "/health", Reply(503, "you said s3cr3t-of-mine"))
    key = {"value": "s3cr3t-of-mine", "secret": True}
    result, told = up(
        {"timeout": "1500ms", "url": "{{.api_base}}/health?key={{.key}}"},
        env={"key": key},
    )

    assert "you said ***" in result.failure.message
    assert "s3cr3t-of-mine" not in repr((result, told))


def test_an_url_that_is_none_is_told(up):
    """What the URL renders to is checked before anything is sent to it."""
    for url in ("{{.api_base}}:x/", "/health", "http://[::1", "ftp://127.0.0.1/"):
        result, _ = up({"url": url, "timeout": "50ms"})

        assert Outcome.FAILED is result.outcome
        assert "which is no absolute http or https URL" in result.failure.message


def test_nothing_is_waited_for_by_a_run_with_nothing_to_do(api, up):
    """A stage that is up to date asks nobody."""
    up({})
    api.requests.clear()
    result, _ = up({})

    assert (Outcome.UNCHANGED, []) == (result.outcome, api.lines)


@needs_openssl
def test_the_tls_settings_of_the_stage(tmp_path, up):
    """``client.ca_file`` holds for the waiting too: without it nobody is trusted."""
    pair = make_certificate(tmp_path, "server")
    with serve_tls(pair) as safe:
        safe.reply("GET", "/health", Reply(200))
        wait = {"timeout": "1s", "interval": "5s"}
        unknown, _ = up(wait, api_base=safe.url)
        before = [*safe.lines]
        known, _ = up(wait, api_base=safe.url, client={"ca_file": pair[0]})

    assert "certificate" in unknown.failure.message.lower()
    assert [] == before
    assert known.ok
    assert ["GET /health", "PUT /things/1"] == safe.lines
