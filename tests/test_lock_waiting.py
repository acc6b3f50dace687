"""How long a run waits for another one that holds its history."""

import threading
import time

import pytest

from apirun import MemoryStore, Migration, Orchestrator, Outcome, Request, Stage
from apirun.control import Control
from apirun.exceptions import StoreLockedError
from apirun.lock_waiting import hold


class Watched(MemoryStore):
    """A store that tells when somebody begins to wait for its lock."""

    def __init__(self):
        super().__init__()
        self.asked = threading.Event()

    def lock(self, *, timeout_s):
        """Tell that the lock is wanted, and wait for it."""
        self.asked.set()
        return super().lock(timeout_s=timeout_s)


def test_a_run_that_is_stopped_waits_no_longer():
    """Whatever patience it was given: nothing of its own is under way."""
    store = Watched()
    make = Request(method="PUT", url="http://127.0.0.1:1/never-sent")
    network = Stage(
        name="network",
        store=store,
        migrations=[Migration(version=1, name="make", up=make)],
    )
    orchestrator = Orchestrator([network])
    results = []
    run = threading.Thread(
        target=lambda: results.append(orchestrator.up(lock_timeout_s=3600))
    )
    with MemoryStore.lock(store, timeout_s=0):
        run.start()
        assert store.asked.wait(30)
        orchestrator.cancel()
        run.join(30)
        assert not run.is_alive()

    assert results[0].interrupted
    stage = results[0].stages["network"]
    assert (Outcome.INTERRUPTED, ()) == (stage.outcome, stage.migrations)
    assert "another one held the history" in stage.failure.message


def test_the_whole_wait_is_told():
    """It is asked for in parts, which concern nobody."""
    store = MemoryStore()
    with store.lock(timeout_s=0), pytest.raises(
        StoreLockedError, match=r"did not let go within 700ms\. Nothing"
    ), hold(store, Control(), timeout_s=0.7):
        pytest.fail("it was held twice")


def test_a_lock_that_is_let_go_in_time_is_taken():
    """The wait ends with the other run."""
    store, letting_go, taken = MemoryStore(), threading.Event(), []

    def occupy():
        with store.lock(timeout_s=0):
            taken.append("other")
            letting_go.wait(30)

    thread = threading.Thread(target=occupy)
    thread.start()
    while not taken:
        time.sleep(0.01)
    threading.Timer(0.7, letting_go.set).start()
    with hold(store, Control(), timeout_s=60):
        taken.append("this")
    thread.join()

    assert ["other", "this"] == taken


def test_an_error_in_the_block_is_not_taken_for_a_lock():
    """What is done under the lock fails as it fails, and lets go of it."""
    store, control = MemoryStore(), Control()
    control.stop()
    with pytest.raises(StoreLockedError, match="of another"), hold(
        store, control, timeout_s=60
    ):
        raise StoreLockedError("of another")
    with hold(store, control, timeout_s=0):
        pass
