"""Ctrl-C where it must not strike, and where nobody else would hear it."""

import os
import signal
import threading

import pytest

from apirun.control import Control
from apirun.interrupts import handing_on, held_back
from apirun.run_settings import RunsUnderWay


@pytest.fixture(autouse=True)
def default_handler():
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def press():
    os.kill(os.getpid(), signal.SIGINT)


def test_an_interrupt_strikes_after_what_must_not_be_interrupted():
    """The block is done as a whole, and the interrupt is not lost."""
    steps = []

    def keep_books():
        with held_back():
            press()
            steps.append("done")
        steps.append("not reached")

    with pytest.raises(KeyboardInterrupt):
        keep_books()

    assert ["done"] == steps
    assert signal.default_int_handler is signal.getsignal(signal.SIGINT)


def test_a_second_interrupt_is_not_held_back():
    """What hangs can be broken off."""
    steps = []

    def hang():
        with held_back():
            press()
            press()
            steps.append("not reached")

    with pytest.raises(KeyboardInterrupt):
        hang()

    assert [] == steps


def test_interrupts_are_handed_on_one_after_the_other():
    """The first stops, each later one aborts, and afterwards all is as before."""
    calls = []

    with handing_on(lambda: calls.append("stop"), lambda: calls.append("abort")):
        for _ in range(3):
            press()

    assert ["stop", "abort", "abort"] == calls
    assert signal.default_int_handler is signal.getsignal(signal.SIGINT)


def test_a_program_s_own_handler_is_left_alone():
    """It knows what it wants."""
    calls = []
    signal.signal(signal.SIGINT, lambda *_: calls.append("own"))

    with held_back(), handing_on(calls.clear, calls.clear):
        press()

    assert ["own"] == calls


def test_other_threads_change_no_handler():
    """Python lets only the main thread do that."""
    done = []

    def work():
        with held_back(), handing_on(done.clear, done.clear):
            done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    assert [True] == done


class Striking(dict):
    """A mapping in the middle of whose change a signal is handled."""

    def __init__(self, handle):
        super().__init__()
        self.handle = handle

    def __setitem__(self, key, value):
        super().__setitem__(key, value)
        self.handle()


def within(seconds, work):
    """Return whether *work* has ended in time; a thread that waits is left."""
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(seconds)
    return not thread.is_alive()


def test_a_handler_of_a_signal_may_cancel_while_a_run_is_counted():
    """It runs in the thread that holds the lock, which must not wait for itself."""
    runs, control = RunsUnderWay(), Control()
    runs._controls = Striking(lambda: runs.cancel(at_once=True))

    def work():
        with runs.running(control):
            pass

    assert within(10, work)
    assert control.aborting


def test_a_handler_of_a_signal_may_stop_what_is_being_stopped():
    """Likewise."""
    control = Control()
    control._signals.callbacks = Striking(control.abort)

    def work():
        with control._signals.stopping._bell:
            control.stop()
        control.on_abort(lambda: None)

    assert within(10, work)
    assert control.aborting
