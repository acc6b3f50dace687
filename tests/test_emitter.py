"""One stream of events to all listeners, from any thread or process."""

import asyncio
import pickle
import threading

import pytest

from apirun import Exchanged, MigrationFinished, RollbackStarted, Warned
from apirun.emitter import Emitter

ROLLBACK = RollbackStarted(stages=("network",))
WARNED = Warned(message="look")


class Choosy:
    """A listener that says what it wants."""

    listens_to = (Warned,)

    def __init__(self):
        self.heard = []

    def __call__(self, event):
        self.heard.append(event)


def test_a_listener_that_says_what_it_wants_is_called_for_nothing_else():
    """The others are called for everything, in order."""
    choosy, everything = Choosy(), []
    emit = Emitter([choosy, everything.append])

    emit(ROLLBACK)
    emit(WARNED)

    assert ([WARNED], [ROLLBACK, WARNED]) == (choosy.heard, everything)


def test_what_no_listener_wants_is_not_heard():
    """So that nobody has to make it."""
    choosy = Emitter([Choosy()])

    assert [True, False] == [choosy.hears(Warned), choosy.hears(Exchanged)]
    assert Emitter([Choosy(), print]).hears(Exchanged)
    assert not Emitter([]).hears(MigrationFinished)


def test_another_process_knows_what_is_wanted_at_home():
    """What is kept there to be told here is no more than that."""
    kept = [
        pickle.loads(pickle.dumps(Emitter(listeners))).hears(Exchanged)
        for listeners in ([Choosy()], [Choosy(), print])
    ]

    assert [False, True] == kept


class Deep(BaseException):
    """No `Exception`, as those of test runners are none."""


class SilentError(Exception):
    """Its text can't be had."""

    def __str__(self):
        raise KeyError("text")


ODD = [Deep("down"), GeneratorExit(), asyncio.CancelledError(), SilentError()]


@pytest.mark.parametrize("error", ODD, ids=lambda error: type(error).__name__)
def test_whatever_a_listener_raises_is_told_to_the_others(error):
    """Once, however often it fails."""

    def broken(event):
        raise error

    heard = []
    emit = Emitter([broken, heard.append])

    emit(ROLLBACK)
    emit(ROLLBACK)

    assert 1 == len(emit.warnings)
    assert f"failed on RollbackStarted: {type(error).__name__}" in emit.warnings[0]
    assert [Warned(message=emit.warnings[0]), ROLLBACK, ROLLBACK] == sorted(
        heard, key=lambda event: type(event).__name__, reverse=True
    )


@pytest.mark.parametrize("kind", [KeyboardInterrupt, SystemExit])
def test_only_the_main_thread_can_be_interrupted_or_left(kind):
    """There a signal may have raised it; elsewhere it is the listener's own."""

    def leaves(event):
        raise kind

    emit = Emitter([leaves])
    with pytest.raises(kind):
        emit(ROLLBACK)
    thread = threading.Thread(target=emit, args=(ROLLBACK,))
    thread.start()
    thread.join()

    assert [f"the listener {leaves.__qualname__} failed"] == [
        warning.partition(" on ")[0] for warning in emit.warnings
    ]
