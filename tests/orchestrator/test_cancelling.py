"""Runs stopped from outside: by another thread, and by their deadline."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest

from apirun import (
    Direction,
    MemoryStore,
    Migration,
    MigrationFinished,
    MigrationStarted,
    Migrator,
    Orchestrator,
    Stage,
    UsageError,
    Warned,
)
from tests.helpers.signals import hear_every_signal

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
    tree.server.go_on.clear()
    orchestrator = tree.load()

    def cancel():
        assert tree.server.arrived.wait(30)
        orchestrator.cancel(at_once=True)

    thread = threading.Thread(target=cancel)
    thread.start()
    result = orchestrator.up()
    thread.join()

    assert {"a": "unsettled"} == outcomes(result)


def test_a_deadline_ends_the_request_under_way(tree):
    """The API never answers, and the run ends all the same."""
    tree.write(TWO)
    tree.server.go_on.clear()

    result = tree.load().up(timeout="1500ms")

    assert not result.ok
    assert {"a": "unsettled", "b": "not_started"} == outcomes(result)
    assert result.elapsed_s < 20


def test_after_a_deadline_nothing_starts_and_the_rest_is_rolled_back(tree):
    """The rollback is not under the deadline that is over."""
    tree.write(TWO, rollback_on_failure=True)

    def dawdle(event):
        if (
            isinstance(event, MigrationFinished)
            and event.result.direction is Direction.UP
        ):
            time.sleep(1.5)

    result = tree.load().up(timeout=1.5, listeners=[dawdle])

    assert not result.ok
    assert "the run did not end within its timeout of 1.5s" == result.failure.message
    assert "the run did not end within its timeout of 1.5s" in str(result)
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


def test_an_exit_by_a_signal_lets_what_is_under_way_finish(tree):
    """As many programs end on SIGTERM: nothing new starts."""
    tree.write({"a": []}, count=3)
    tree.server.delay_s = 1
    orchestrator = tree.load()

    def leave(*_):
        sys.exit(3)

    def terminate():
        while not tree.server.requests:
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGTERM)

    before = signal.signal(signal.SIGTERM, leave)
    thread = threading.Thread(target=terminate)
    thread.start()
    try:
        with pytest.raises(SystemExit):
            orchestrator.up()
    finally:
        thread.join()
        signal.signal(signal.SIGTERM, before)

    assert ["PUT a1"] == tree.sent
    assert 1 == orchestrator.status().stages["a"].applied


def interrupted(context):
    raise KeyboardInterrupt


def test_an_interrupt_inside_of_a_callable_ends_the_run_as_interrupted():
    """It is what happened to the version that is not known."""
    version = Migration(version=1, name="a", up=interrupted)
    first = Stage(name="a", store=MemoryStore(), migrations=[version])
    second = Stage(name="b", store=MemoryStore(), depends_on=["a"])
    orchestrator = Orchestrator([first, second])

    result = orchestrator.up()

    assert (True, False) == (result.interrupted, result.ok)
    assert "interrupted" in result.failure.message
    assert {"a": "failed", "b": "not_started"} == outcomes(result)
    assert "unsettled" == orchestrator.status().stages["a"].state.value
    with pytest.raises(KeyboardInterrupt):
        Migrator(Stage(name="a", store=MemoryStore(), migrations=[version])).up()


PROGRAM = """
import sys
from concurrent.futures import ProcessPoolExecutor
from apirun import MigrationStarted, Orchestrator

if __name__ == "__main__":
    with ProcessPoolExecutor(1) as executor:
        executor.submit(str).result()
        result = Orchestrator.from_file("stages.yaml", executor=executor).up()
    print({name: stage.outcome.value for name, stage in result.stages.items()})
    print(result.interrupted, [each.name for each in result.stages["a"].done])
"""


def test_ctrl_c_reaches_the_processes_of_an_executor(tree):
    """A terminal sends it to all: each finishes its request, and stops."""
    tree.write(TWO, count=2)
    tree.server.delay_s = 1
    command = [sys.executable, "-c", PROGRAM]
    with subprocess.Popen(
        command,
        cwd=tree.root,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=hear_every_signal,  # noqa: PLW1509 - nothing but signal()
    ) as process:
        while not tree.server.requests and process.poll() is None:
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=30)

    assert ("{'a': 'interrupted', 'b': 'not_started'}\nTrue ['001_a_1']\n") == out, err
    assert ["PUT a1"] == tree.sent
