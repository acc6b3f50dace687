"""Waiting for another runner of a history, no longer than the run goes on."""

import time
from contextlib import ExitStack, contextmanager
from typing import Iterator

from apirun.control import Control
from apirun.exceptions import CancelledError, StoreLockedError
from apirun.state import StateStore

__all__ = ["hold"]

LOOKS_UP_AFTER_S = 0.5


@contextmanager
def hold(store: StateStore, control: Control, *, timeout_s: float) -> Iterator[None]:
    """
    Hold the lock of *store* until the block ends.

    A store waits for its lock without looking up, so it is asked to wait for a
    short time, again and again.

    Args:
        store: Whose lock.
        control: Ends the waiting when nothing new may start.
        timeout_s: Seconds to wait for another runner.

    Raises:
        StoreLockedError: If another runner still holds it after that time.
        CancelledError: If the run was stopped before.
    """
    deadline_s = time.monotonic() + timeout_s
    with ExitStack() as held:
        while True:
            left_s = max(0.0, deadline_s - time.monotonic())
            wait_s = min(left_s, LOOKS_UP_AFTER_S)
            try:
                held.enter_context(store.lock(timeout_s=wait_s))
                break
            except StoreLockedError as error:
                if control.stopping:
                    raise CancelledError(
                        "the run was stopped while another one held the history; "
                        "nothing was sent"
                    ) from error
                if left_s <= LOOKS_UP_AFTER_S:
                    if error.waited_s is not None:
                        error.waited_s = timeout_s  # the store tells of its last wait
                    raise
        yield
