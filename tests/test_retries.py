"""Retries of a request and of a stage, and the key that makes a second try harmless."""

import json
import shutil
import signal
import subprocess
import sys
import threading

import pytest

from apirun import Outcome, RequestRetried
from apirun.testing import Reply
from tests.helpers.command import run_apirun
from tests.helpers.directory import Directory

MIGRATE = ["-m", "apirun_cli", "up", "--config", "config.yaml"]
QUICK = {"backoff": "1ms", "max_backoff": "1ms"}


@pytest.fixture
def directory(tmp_path, api):
    """Return a directory whose stage tries five times, quickly."""
    client = {"retry": {"attempts": 5, **QUICK}}
    return Directory(tmp_path / "work", api.url, client=client)


def put(**parts):
    """Return a migration that puts a thing."""
    url = "{{.api_base}}/things/1"
    return {"up": {"request": {"method": "PUT", "url": url, **parts}}}


def post(**parts):
    """Return a migration that posts a thing under a key."""
    request = {
        "method": "POST",
        "url": "{{.api_base}}/things",
        "body": {"name": "a"},
        "idempotency_key": True,
        **parts,
    }
    made = {"env_from": {"thing_id": "id"}}
    return {"up": {"request": request, "response": made}}


def keys(api):
    """Return the keys that were sent, in order."""
    return [each.headers["idempotency-key"] for each in api.requests]


def test_the_stage_says_how_often_a_request_is_tried(directory, api):
    """``client.retry`` holds for requests that say nothing."""
    api.reply("PUT", "/things/1", Reply(503))
    directory.write(1, "a", put())

    assert Outcome.FAILED is directory.migrator().up().outcome
    assert 5 == len(api.requests)


def test_a_request_says_it_for_itself(directory, api):
    """``retry`` of a request wins over that of its stage, as a whole."""
    api.reply("PUT", "/things/1", Reply(503))
    directory.write(1, "a", put(retry={"attempts": 2, **QUICK}))

    directory.migrator().up()

    assert 2 == len(api.requests)


def test_find_and_probe_are_tried_as_they_say(directory, api):
    """Every request has its own ``retry``, else its stage's."""
    api.reply("GET", "/find", *[Reply(503)] * 2, Reply(200, {"id": "1"}))
    migration = put()
    migration["down"] = {
        "find": {
            "request": {"url": "{{.api_base}}/find", "retry": {"attempts": 2, **QUICK}}
        },
        "method": "DELETE",
        "url": "{{.api_base}}/things/1",
    }
    directory.write(1, "a", migration)
    directory.migrator().up()

    assert Outcome.FAILED is directory.migrator().down().outcome
    assert 2 == api.lines.count("GET /find")
    assert Outcome.ROLLED_BACK is directory.migrator().down().outcome


@pytest.mark.parametrize("at", ["stage", "request"])
def test_backoff_doubles_up_to_its_bound(tmp_path, api, at):
    """No wait is longer than ``backoff`` doubled, and none than ``max_backoff``."""
    api.reply("PUT", "/things/1", Reply(503))
    retry = {"attempts": 40, "backoff": "1ms", "max_backoff": "4ms"}
    settings = {"client": {"retry": retry}} if at == "stage" else {}
    directory = Directory(tmp_path / "work", api.url, **settings)
    directory.write(1, "a", put(**({"retry": retry} if at == "request" else {})))
    told = []

    directory.migrator(listeners=[told.append]).up()
    waits_s = [each.wait_s for each in told if isinstance(each, RequestRetried)]

    assert 39 == len(waits_s)
    assert waits_s[0] <= 0.001
    assert waits_s[1] <= 0.002
    assert max(waits_s) <= 0.004
    # With full jitter 38 waits up to 4ms are all below 1ms once in 4 ** 38.
    assert max(waits_s) > 0.001


def test_the_key_is_the_same_for_every_try(directory, api):
    """Three tries of one execution are one to the API; another execution is not."""
    api.reply("POST", "/things", Reply(503), Reply(200, drop=True), Reply(201))
    directory.write(1, "a", post())
    directory.write(2, "b", post())

    directory.migrator().up()
    first, second, third, other = keys(api)

    assert first == second == third != other
    assert len(first) == 36


def test_a_refused_execution_is_over(directory, api):
    """The API said no and did nothing: the next run is another execution."""
    api.reply("POST", "/things", Reply(422), Reply(201))
    directory.write(1, "a", post())
    directory.migrator().up()
    directory.migrator().up()
    first, second = keys(api)

    assert first != second


def test_the_key_outlives_kill_9_and_goes_to_another_machine(tmp_path, directory, api):
    """It is in the intent: whoever settles that sends it, and creates nothing twice."""
    arrived, go_on = threading.Event(), threading.Event()
    told = api.answer

    def slowly(received):
        reply = told(received)
        arrived.set()
        go_on.wait(timeout=30)
        return reply

    api.answer = slowly
    directory.write(1, "a", post())
    process = subprocess.Popen(
        [sys.executable, *MIGRATE],
        cwd=str(directory.root),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    assert arrived.wait(timeout=30)
    process.send_signal(signal.SIGKILL)
    process.wait()
    go_on.set()
    elsewhere = tmp_path / "elsewhere"
    shutil.copytree(str(directory.root), str(elsewhere))

    there = run_apirun("up", "--json", "--config", "config.yaml", cwd=elsewhere)
    here = run_apirun("up", "--config", "config.yaml", cwd=directory.root)
    first, second, third = keys(api)

    assert (0, 0) == (there.code, here.code), there.err + here.err
    assert first == second == third
    assert {"things": 1} == dict(api.created)
    assert "things-1" == json.loads(there.out)["env"]["thing_id"]


def test_the_key_is_that_of_the_intent_when_the_file_has_changed(directory, api):
    """A run that settles sends what was begun, not what the file says meanwhile."""
    api.reply("POST", "/things", Reply(200, drop=True), Reply(201, {"id": "x"}))
    once = {"attempts": 1}
    directory.write(1, "a", post(retry=once))
    directory.migrator().up()
    directory.write(1, "a", post(retry=once, timeout="9s"))

    assert Outcome.APPLIED is directory.migrator().up().outcome
    assert 1 == len({*keys(api)})


def test_a_key_of_the_headers_is_kept(directory, api):
    """Who sends a key of their own is not given a second one."""
    directory.write(1, "a", post(headers={"idempotency-key": "mine"}))
    directory.migrator().up()

    assert ["mine"] == keys(api)


def test_the_key_goes_with_a_poll_that_did_not_hold(directory, api):
    """What is sent again to be polled again is the same execution."""
    migration = post()
    migration["up"]["poll"] = {
        "request": {"url": "{{.api_base}}/state", "retry": {"attempts": 1}},
        "until": '{{eq .state "ready"}}',
        "response": {"env_from": {"state": "state"}},
        "interval": "10ms",
        "timeout": "50ms",
    }
    api.reply("GET", "/state", Reply(200, {"state": "no"}))
    directory.write(1, "a", migration)
    assert Outcome.UNSETTLED is directory.migrator().up().outcome
    api.reply("GET", "/state", Reply(200, {"state": "ready"}))
    migration["up"]["poll"]["timeout"] = "30s"
    directory.write(1, "a", migration)
    assert Outcome.APPLIED is directory.migrator().up().outcome
    sent = [each for each in api.requests if each.method == "POST"]

    assert 2 == len(sent)
    assert 1 == len({each.headers["idempotency-key"] for each in sent})
    assert {"things": 1} == dict(api.created)
