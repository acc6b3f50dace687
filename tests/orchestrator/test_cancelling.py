"""Runs stopped from outside: by another thread, and by their deadline."""

import threading
import time

import pytest

from apirun import MigrationFinished, MigrationStarted, UsageError, Warned

TWO = {"a": [], "b": ["a"]}


def outcomes(result):
    """Return how each stage ended."""
    return {name: stage.outcome.value for name, stage in result.stages.items()}


def test_a_cancelled_run_finishes_what_is_under_way(tree):
    """The request is recorded, nothing new starts, and the next run goes on."""
    tree.write(TWO)
    tree.server.delay_s = 0.2
    orchestrator = tree.load()

    def cancel(event):
        if isinstance(event, MigrationStarted):
            threading.Thread(target=orchestrator.cancel).start()

    cancelled = orchestrator.up(listeners=[cancel])
    after = orchestrator.up()

    assert cancelled.interrupted
    assert not cancelled.ok
    assert {"a": "applied", "b": "not_started"} == outcomes(cancelled)
    assert after.ok
    assert ["PUT a1", "PUT b1"] == tree.sent


def test_at_once_breaks_the_request_off_and_leaves_it_unsettled(tree):
    """As the second Ctrl-C does."""
    tree.write({"a": []})
    tree.server.delay_s = 30
    orchestrator = tree.load()

    def cancel():
        time.sleep(0.3)
        orchestrator.cancel(at_once=True)

    thread = threading.Thread(target=cancel)

    def begin(event):
        if isinstance(event, MigrationStarted):
            thread.start()

    result = orchestrator.up(listeners=[begin])
    thread.join()

    assert {"a": "unsettled"} == outcomes(result)


def test_a_deadline_ends_the_request_under_way(tree):
    """The API never answers, and the run ends all the same."""
    tree.write(TWO)
    tree.server.delay_s = 30

    result = tree.load().up(timeout="500ms")

    assert not result.ok
    assert {"a": "unsettled", "b": "not_started"} == outcomes(result)
    assert result.elapsed_s < 10


def test_after_a_deadline_nothing_starts_and_the_rest_is_rolled_back(tree):
    """The rollback is not under the deadline that is over."""
    tree.write(TWO, rollback_on_failure=True)

    def dawdle(event):
        if isinstance(event, MigrationFinished) and event.result.version == 1:
            time.sleep(0.6)

    result = tree.load().up(timeout=0.5, listeners=[dawdle])

    assert not result.ok
    assert "the run did not end within its timeout of 500ms" == result.failure.message
    assert "the run did not end within its timeout of 500ms" in str(result)
    assert ("a/001_a_1",) == result.undone
    assert [] == tree.server.standing


@pytest.mark.parametrize("timeout", ["5 parsecs", -1])
def test_a_timeout_that_is_none_is_refused(tree, timeout):
    """Before anything is sent."""
    tree.write(TWO)

    with pytest.raises((UsageError, ValueError)):
        tree.load().up(timeout=timeout)

    assert [] == tree.sent


def test_a_listener_that_raises_is_reported_once(tree, caplog):
    """The other listeners, the result and the log are told; the run goes on."""
    tree.write(TWO)
    heard = []

    def broken(event):
        raise RuntimeError("no disk")

    result = tree.load().up(listeners=[broken, heard.append])

    assert result.ok
    assert 1 == len(result.warnings)
    assert "broken failed on RunStarted: RuntimeError: no disk" in result.warnings[0]
    warned = [event.message for event in heard if isinstance(event, Warned)]
    assert list(result.warnings) == warned
    assert 1 == sum("no disk" in record.getMessage() for record in caplog.records)


def test_one_object_is_used_by_several_threads(tree):
    """Each version is sent once, and every thread gets a true answer."""
    tree.write({"a": [], "b": [], "c": ["a", "b"]}, count=3)
    orchestrator = tree.load()
    told, errors = [], []

    def use(way):
        try:
            told.append(way())
        except Exception as error:  # noqa: BLE001 - shown below
            errors.append(error)

    ways = [orchestrator.up, orchestrator.status, orchestrator.plan, orchestrator.up]
    threads = [threading.Thread(target=use, args=(way,)) for way in ways]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [] == errors
    assert 4 == len(told)
    assert {} == tree.server.doubled
    assert 9 == sum(tree.server.created.values())
