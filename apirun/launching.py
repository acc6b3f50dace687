"""Jobs put on an executor, and Ctrl-C while they run."""

from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from contextlib import ExitStack
from types import TracebackType
from typing import Callable, Optional, Sequence, Type, TypeVar

from apirun.control import Control
from apirun.emitter import Emit, Emitter, EventBuffer
from apirun.events import Listener, Warned
from apirun.interrupts import handing_on
from apirun.logs import log_event
from apirun.run_settings import RunsUnderWay
from apirun.stage_job import StageJob, StageReport
from apirun.stage_run import run_stage

__all__ = ["Carrier", "Launcher", "await_result"]

Report = TypeVar("Report")
Carrier = Callable[[StageJob, Control, Emit], Report]
"""Does a job, in a thread or process of its own; `run_stage` is one."""


# A signal that strikes just before a wait begins is heard only when it ends.
LONGEST_WAIT_S = 0.25


def await_end(future: "Future[Report]") -> None:
    """Wait until *future* has ended; Ctrl-C is heard at any moment."""
    while not wait([future], LONGEST_WAIT_S).done:
        pass


def await_result(future: "Future[Report]") -> Report:
    """Return what *future* comes to; Ctrl-C is heard at any moment."""
    await_end(future)
    return future.result()


def _carried(
    carry: "Carrier[Report]", job: StageJob, control: Control, emit: Emit
) -> Report:
    """Do *job*; a process of its own hears Ctrl-C as the one at home does."""
    if not isinstance(emit, EventBuffer):
        return carry(job, control, emit)
    with handing_on(control.stop, control.abort):
        return carry(job, control, emit)


class Launcher:
    """
    Puts the jobs of one run on an executor, and stops them on Ctrl-C.

    Args:
        executor: Any executor; None starts threads of its own.
        workers: How many threads that would be at most.
        listeners: Told of all that happens.
        runs: Where the run is counted while it is under way.
        timeout_s: Seconds within which the run has to end; None is no limit.
    """

    def __init__(
        self,
        executor: Optional[Executor],
        *,
        workers: int,
        listeners: Sequence[Listener],
        runs: RunsUnderWay,
        timeout_s: Optional[float] = None,
    ) -> None:
        self.control = Control().within(timeout_s, whose="the run")
        self._runs = runs
        self._counted = ExitStack()
        self.emit = Emitter((log_event, *listeners))
        self._own = (
            ThreadPoolExecutor(max(1, workers), thread_name_prefix="apirun")
            if executor is None
            else None
        )
        self._executor: Executor = executor or self._own  # type: ignore[assignment]  # one of them is there

    def __enter__(self) -> "Launcher":
        self._counted.enter_context(self._runs.running(self.control))
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        if isinstance(error, KeyboardInterrupt):
            # It struck outside of what handles it; the work must not go on unseen.
            self.control.abort()
        elif error is not None:
            # The program ends, perhaps: what is under way is the last.
            self.control.stop()
        if self._own is not None:
            self._own.shutdown()
        self._counted.close()

    def lift_deadline(self) -> None:
        """Let what is started from now on take its time."""
        self.control = self.control.without_deadline()

    def submit(self, job: StageJob) -> "Future[StageReport]":
        """
        Start *job*.

        Raises:
            RuntimeError: If the executor was shut down.
        """
        return self.start(job, run_stage)

    def start(self, job: StageJob, carry: "Carrier[Report]") -> "Future[Report]":
        """Start *job*, done by *carry*; see `submit`."""
        return self._executor.submit(_carried, carry, job, self.control, self.emit)

    def run_alone(
        self, job: StageJob, carry: "Carrier[StageReport]" = run_stage
    ) -> StageReport:
        """Run *job* and return its report; Ctrl-C stops it as it should."""
        future = self.start(job, carry)
        interrupted = False
        while True:
            try:
                if interrupted:
                    # Inside, since the next one may strike while this is told.
                    interrupted = False
                    self.interrupt()
                return self.collect(future)
            except BrokenExecutor as error:
                if isinstance(error.__cause__, KeyboardInterrupt):
                    raise KeyboardInterrupt from error
                raise
            except KeyboardInterrupt:
                if future.done():
                    raise
                interrupted = True

    def collect(self, future: "Future[StageReport]") -> StageReport:
        """
        Return what *future* came to, and tell what happened elsewhere.

        Raises:
            BrokenExecutor: If an interrupt ended what carried it.
        """
        await_end(future)
        if not future.cancelled() and isinstance(future.exception(), KeyboardInterrupt):
            self.control.stop()
            raise BrokenExecutor("it was interrupted") from future.exception()
        report = future.result()
        for event in report.events:
            self.emit(event)
        return report

    def interrupt(self) -> None:
        """Stop after what is under way; the second time, break that off."""
        if self.control.stopping:
            self.control.abort()
            return
        self.control.stop()
        try:
            self.emit(
                Warned(
                    message="Interrupted: the request under way is finished and "
                    "recorded; interrupt again to stop at once"
                )
            )
        except KeyboardInterrupt:
            self.control.abort()
