"""How a run is stopped from outside, and when it must end."""

import threading
import time
from typing import Callable, Dict, Optional, Tuple

from apirun.durations import format_duration
from apirun.exceptions import CancelledError
from apirun.quiet import QuietHosts

__all__ = ["Control"]


class _Flag:
    """
    An event that may be set while its own thread is setting it or waiting.

    A handler of a signal does that; `threading.Event` would wait for itself.
    """

    def __init__(self) -> None:
        self._raised = False
        self._bell = threading.Condition(threading.RLock())

    def is_set(self) -> bool:
        return self._raised

    def set(self) -> None:
        with self._bell:
            self._raised = True
            self._bell.notify_all()

    def wait(self, timeout_s: float) -> bool:
        with self._bell:
            return self._bell.wait_for(lambda: self._raised, timeout_s)


class _Signals:
    """What all controls of one run share."""

    def __init__(self) -> None:
        # Reentrant for the same reason.
        self.lock = threading.RLock()
        self.stopping = _Flag()
        self.aborting = _Flag()
        self.callbacks: Dict[int, Callable[[], None]] = {}
        self.quiet = QuietHosts()


class Control:
    """
    How a run is stopped from outside, and when it must end.

    One control belongs to a run; `within` gives each stage its own with a
    deadline. `stop` lets requests under way finish and starts nothing new,
    `abort` also breaks them off. Both may be called from any thread.

    Args:
        deadline_s: Reading of `time.monotonic` at which the work must end;
            None means never.
        limit: What is said when it has not ended by then.
        signals: Those of the control whose stop and abort hold here too.
    """

    def __init__(
        self,
        deadline_s: Optional[float] = None,
        *,
        limit: str = "",
        signals: Optional[_Signals] = None,
    ) -> None:
        self.deadline_s = deadline_s
        self.limit = limit
        self._signals = signals or _Signals()

    def __reduce__(
        self,
    ) -> "Tuple[Callable[..., Control], Tuple[Optional[float], str]]":
        """Leave behind what is shared: another process can't be told of it."""
        left_s = None if self.deadline_s is None else self.remaining_s(self.deadline_s)
        return _revive, (left_s, self.limit)

    def within(self, timeout_s: Optional[float], *, whose: str = "") -> "Control":
        """
        Return a control that also ends *timeout_s* seconds from now.

        Args:
            timeout_s: None adds no deadline.
            whose: What has to end by then, such as ``stage network``.
        """
        if timeout_s is None:
            return Control(self.deadline_s, limit=self.limit, signals=self._signals)
        deadline_s = time.monotonic() + timeout_s
        if self.deadline_s is not None and self.deadline_s <= deadline_s:
            return self.within(None)
        limit = (
            f"{whose} did not end within its timeout of {format_duration(timeout_s)}"
        )
        return Control(deadline_s, limit=limit, signals=self._signals)

    def without_deadline(self) -> "Control":
        """Return a control that is stopped with this one, and ends when it ends."""
        return Control(signals=self._signals)

    @property
    def stopping(self) -> bool:
        """Whether nothing new may start."""
        return self._signals.stopping.is_set()

    @property
    def aborting(self) -> bool:
        """Whether requests under way are broken off."""
        return self._signals.aborting.is_set()

    @property
    def quiet(self) -> QuietHosts:
        """Which hosts asked this run to be left alone for a while."""
        return self._signals.quiet

    @property
    def expired(self) -> bool:
        """Whether the deadline has passed."""
        return self.deadline_s is not None and time.monotonic() >= self.deadline_s

    def remaining_s(self, at_most_s: float) -> float:
        """Return the seconds left until the deadline, at most *at_most_s*."""
        if self.deadline_s is None:
            return at_most_s
        return max(0.0, min(at_most_s, self.deadline_s - time.monotonic()))

    def stop(self) -> None:
        """Start nothing new; what is under way finishes and is recorded."""
        self._signals.stopping.set()

    def abort(self) -> None:
        """Break off what is under way, which leaves it unsettled."""
        self._signals.stopping.set()
        with self._signals.lock:
            self._signals.aborting.set()
            callbacks = list(self._signals.callbacks.values())
        for callback in callbacks:
            callback()

    def on_abort(self, callback: Callable[[], None]) -> Callable[[], None]:
        """
        Call *callback* when `abort` is called, at once if it was already.

        Returns:
            A function that takes the callback back.
        """
        with self._signals.lock:
            self._signals.callbacks[id(callback)] = callback
            aborting = self._signals.aborting.is_set()
        if aborting:
            callback()
        return lambda: self._forget(id(callback))

    def sleep(self, seconds: float) -> None:
        """
        Rest for *seconds*, or until the deadline.

        Raises:
            CancelledError: If the run is stopped meanwhile.
        """
        if self._signals.stopping.wait(self.remaining_s(seconds)):
            raise CancelledError

    def _forget(self, key: int) -> None:
        with self._signals.lock:
            self._signals.callbacks.pop(key, None)


def _revive(left_s: Optional[float], limit: str) -> Control:
    control = Control().within(left_s)
    control.limit = limit
    return control
