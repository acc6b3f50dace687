"""What holds for every run of an object, and which of its runs are under way."""

import threading
from concurrent.futures import Executor
from contextlib import contextmanager
from typing import Dict, Iterator, Optional, Tuple

from attrs import field, frozen

from apirun.control import Control

__all__ = ["Cancellable", "RunSettings", "RunsUnderWay"]


class RunsUnderWay:
    """The runs of one object that are under way, to be stopped from any thread."""

    def __init__(self) -> None:
        # A handler of a signal may cancel while its own thread holds the lock.
        self._lock = threading.RLock()
        self._controls: Dict[int, Control] = {}

    @contextmanager
    def running(self, control: Control) -> Iterator[None]:
        """Count the run that *control* belongs to until the block ends."""
        with self._lock:
            self._controls[id(control)] = control
        try:
            yield
        finally:
            with self._lock:
                del self._controls[id(control)]

    def cancel(self, *, at_once: bool) -> None:
        """Stop all of them; *at_once* also breaks off the requests under way."""
        with self._lock:
            controls = list(self._controls.values())
        for control in controls:
            if at_once:
                control.abort()
            else:
                control.stop()


class Cancellable:
    """Something whose runs can be stopped from outside."""

    _runs: RunsUnderWay

    def cancel(self, *, at_once: bool = False) -> None:
        """
        Stop the runs of this object that are under way, from any thread.

        The requests under way are finished and recorded, and nothing new
        starts, as after Ctrl-C. Runs that begin later are not concerned.

        Args:
            at_once: Whether to break off the requests under way, too, which
                leaves their versions unsettled.

        Example:
            >>> from apirun import MemoryStore, Migrator, Stage
            >>> migrator = Migrator(Stage(name="network", store=MemoryStore()))
            >>> migrator.cancel()  # nothing is under way, so nothing happens
            >>> migrator.up().outcome.value
            'unchanged'
        """
        self._runs.cancel(at_once=at_once)


@frozen(kw_only=True)
class RunSettings:
    """
    What holds for every run of an orchestrator.

    Attributes:
        executor: What carries the stages; None takes threads.
        slots: How many stages run at a time; 0 means no limit.
        rest_s: Seconds of rest after each stage.
        rollback_on_failure: Whether a failed run rolls back what it applied.
        auth_providers: Provider classes by type, beside the registered ones.
        runs: Where the runs under way are counted.
    """

    executor: Optional[Executor] = None
    slots: int = 8
    rest_s: float = 0.0
    rollback_on_failure: bool = False
    auth_providers: Tuple[Tuple[str, type], ...] = ()
    runs: RunsUnderWay = field(factory=RunsUnderWay)
