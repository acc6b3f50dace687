"""A listener that keeps what a report tells."""

from itertools import count

import pytest

from apirun import (
    ClientSettings,
    Direction,
    MemoryStore,
    Migration,
    Migrator,
    Orchestrator,
    Outcome,
    Poll,
    Request,
    Response,
    RetryPolicy,
    Stage,
    UsageError,
)
from apirun.reports import Recorder, to_json, to_junit
from apirun.reports.html import to_html
from apirun.reports.recorder import POLLS_KEPT, RETRIES_KEPT
from tests.helpers.server import Reply, serve
from tests.reports import rich


@pytest.fixture
def api():
    with serve() as server:
        yield server


def stage_of(api, *, patient=False, **settings):
    """Return a stage with one migration; if *patient*, it tries again at once."""
    at_once = RetryPolicy(attempts=3, wait_initial_s=0.0, wait_max_s=0.0)
    migration = Migration(
        version=1,
        name="make",
        up=Request("PUT", "{{.api_base}}/things/a"),
        down=Request("DELETE", "{{.api_base}}/things/a"),
        **settings,
    )
    return Stage(
        name="things",
        migrations=[migration],
        env={"api_base": api.url},
        client=ClientSettings(retry=at_once) if patient else ClientSettings(),
        store=MemoryStore(),
    )


def test_every_version_that_the_result_tells_is_kept(told):
    """In order, with those that were taken back at the end."""
    for name, stage in told.report.stages.items():
        result = told.result.stages[name]
        kept = [each.result for each in stage.migrations]
        assert [*result.migrations, *result.rolled_back] == kept


def test_requests_are_kept_with_the_version_that_sent_them(told):
    """Also those of polls and of callables."""
    parts = [
        [exchange.part for exchange in each.exchanges]
        for each in told.report.stages["machines"].migrations
    ]

    assert [["request", "poll"], ["call", "call"], ["call"], ["request"]] == parts


def test_of_many_polls_the_first_and_the_newest_are_kept(api):
    """A report of a long wait stays short, and says how much it leaves out."""
    numbers = count(1)
    api.reply("GET", "/things/a", lambda _: Reply(200, {"n": next(numbers)}))
    ask = Request(
        "GET", "{{.api_base}}/things/a", response=Response(env_from={"n": "n"})
    )
    poll = Poll(request=ask, until='{{eq .n "30"}}', interval_s=0.001)
    recorder = Recorder()

    assert Migrator(stage_of(api, poll=poll), listeners=[recorder]).up().ok

    (kept,) = recorder.report.stages["things"].migrations
    polls = [each.answer for each in kept.exchanges if each.part == "poll"]
    newest = range(30 - POLLS_KEPT + 1, 31)
    assert [f'{{"n": {n}}}' for n in (1, *newest)] == polls
    assert 30 - 1 - POLLS_KEPT == kept.left_out


def test_why_a_request_was_tried_again_is_kept(api):
    """With the version, and told by every report that tells its requests."""
    answers = iter([Reply(503), Reply(429), Reply(200)])
    api.reply("PUT", "/things/a", lambda _: next(answers))
    recorder = Recorder()

    assert Migrator(stage_of(api, patient=True), listeners=[recorder]).up().ok

    (kept,) = recorder.report.stages["things"].migrations
    assert [(1, True), (2, True)] == [
        (each.tries, str(status) in each.reason)
        for status, each in zip((503, 429), kept.retries)
    ]
    line = f"PUT {api.url}/things/a: {kept.retries[1].reason}; try 3 after 0ms"
    assert line in to_junit(recorder.report)
    assert line in to_html(recorder.report)
    assert kept.retries[0].reason in to_json(recorder.report)


def test_of_many_retries_the_first_are_kept(api):
    """Each poll may be tried again, and there may be thousands."""
    numbers = count(1)
    api.reply("GET", "/things/a", lambda _: _every_other(next(numbers)))
    ask = Request(
        "GET", "{{.api_base}}/things/a", response=Response(env_from={"n": "n"})
    )
    poll = Poll(request=ask, until='{{eq .n "60"}}', interval_s=0.001)
    recorder = Recorder()

    stage = stage_of(api, patient=True, poll=poll)
    assert Migrator(stage, listeners=[recorder]).up().ok

    (kept,) = recorder.report.stages["things"].migrations
    assert RETRIES_KEPT == len(kept.retries)


def _every_other(number):
    return Reply(503) if number % 2 else Reply(200, {"n": number})


def test_the_next_run_is_told_alone(api):
    """What the one before told is forgotten."""
    recorder = Recorder()
    migrator = Migrator(stage_of(api), listeners=[recorder])
    migrator.up()
    migrator.down()

    assert Direction.DOWN is recorder.report.result.direction
    (kept,) = recorder.report.stages["things"].migrations
    assert Outcome.ROLLED_BACK is kept.result.outcome


def test_a_run_that_was_left_half_way_is_told_as_far_as_it_came(api):
    """What ended is there, what did not is interrupted or not started."""
    recorder, heard = Recorder(), []
    rich.run(api, heard.append)
    for event in heard[:-1]:  # the end of the run is never told
        recorder(event)
    report = recorder.broken_off(KeyboardInterrupt(), Direction.DOWN)

    assert (True, True, False) == (
        report.begun,
        report.result.interrupted,
        report.result.ok,
    )
    assert Direction.UP is report.result.direction
    assert {
        "vault": Outcome.INTERRUPTED,
        "machines": Outcome.INTERRUPTED,
        "orders": Outcome.INTERRUPTED,
        "shops": Outcome.INTERRUPTED,
        "after": Outcome.NOT_STARTED,
        "off": Outcome.NOT_STARTED,
        "idle": Outcome.NOT_STARTED,
    } == {name: stage.result.outcome for name, stage in report.stages.items()}


def test_a_refusal_is_told_by_its_error():
    """Its kind and its words; what is not our own is told by its kind only."""
    refused = Recorder().broken_off(UsageError("no such stage"), Direction.DOWN)
    other = Recorder().broken_off(ValueError("p4ssword"), Direction.UP)

    assert ("no such stage", "UsageError", "Nothing was sent.") == (
        refused.result.failure.message,
        refused.result.failure.kind,
        refused.result.failure.recorded,
    )
    assert (Direction.DOWN, False) == (refused.result.direction, refused.begun)
    assert "the program was left by a ValueError" == other.result.failure.message


def test_stages_know_what_they_depend_on(told):
    """Within the run, as a graph of it needs it."""
    depends_on = {name: stage.depends_on for name, stage in told.report.stages.items()}

    assert ("vault",) == depends_on["machines"]
    assert ("shops",) == depends_on["after"]
    assert 1 == told.report.slots
    assert {1} == {stage.slot for stage in told.report.stages.values()} - {None}


def test_a_run_over_no_stages_is_told():
    """It has nothing, and is no failure."""
    recorder = Recorder()
    Orchestrator([], listeners=[recorder]).up()

    assert ({}, True) == (recorder.report.stages, recorder.report.result.ok)
