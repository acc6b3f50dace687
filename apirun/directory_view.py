"""The migrations of one directory, looked at: plan, status, history."""

from abc import ABC, abstractmethod
from concurrent.futures import Executor
from typing import Optional, Tuple

from apirun.adoption import Adoption, plan_adoption
from apirun.drift import probe_stage, with_drift
from apirun.events import Listener
from apirun.foresight import plan_job
from apirun.launching import Carrier, Launcher, await_result
from apirun.results import StagePlan, StageResult
from apirun.run_settings import Cancellable
from apirun.stage import Stage
from apirun.stage_job import StageJob, StageReport
from apirun.standing import stage_lines, stage_status
from apirun.state import Direction, RunRow, StateStore
from apirun.status import StageStatus

__all__ = ["DirectoryView"]


class DirectoryView(Cancellable, ABC):
    """
    The migrations of one directory, looked at; nothing of it is changed.

    Attributes:
        stage: The directory's settings and migrations.
    """

    stage: Stage
    _store: StateStore
    _listeners: Tuple[Listener, ...]
    _executor: Optional[Executor]

    def plan(
        self,
        direction: Direction = Direction.UP,
        *,
        to: Optional[int] = None,
        allow_out_of_order: bool = False,
    ) -> StagePlan:
        """
        Return what `up` or `down` would send; nothing is sent or written.

        Args:
            direction: Which way.
            to: As in `up` and `down`.
            allow_out_of_order: As in `up`.

        Raises:
            HistoryError: If the history does not allow it.
            UnsettledError: If an unsettled version needs a person's decision.
            StoreError: If the history can't be read.
        """
        return plan_job(
            self._job(Direction(direction), to, allow_out_of_order=allow_out_of_order)
        )

    def plan_adoption(
        self, *, to: Optional[int] = None, unprobed: bool = False
    ) -> StagePlan:
        """
        Return the probes that `adopt` would send; nothing is sent or written.

        Args:
            to: As in `adopt`.
            unprobed: As in `adopt`.

        Raises:
            UsageError: If a version has no probe, and *unprobed* is not set.
            UnsettledError: If a version is unsettled.
            StoreError: If the history can't be read.
        """
        job = self._job(Direction.UP, to, allow_out_of_order=True)
        return plan_adoption(job, Adoption(unprobed=unprobed))

    def status(self, *, probe: bool = False) -> StageStatus:
        """
        Return where the directory stands, by its own store.

        Args:
            probe: Whether to ask every version's probe, too, if the API is as
                the history says; nothing else is sent, nothing is written.

        Raises:
            StoreError: If the history can't be read.
        """
        status = stage_status(self.stage, self._store)
        if not probe:
            return status
        with Launcher(
            self._executor, workers=1, listeners=self._listeners, runs=self._runs
        ) as launcher:
            asked = launcher.start(self._job(Direction.UP), probe_stage)
            return with_drift(status, await_result(asked))

    def history(self, *, limit: Optional[int] = 10) -> Tuple[RunRow, ...]:
        """Return the lines of the history, newest first, at most *limit*."""
        return stage_lines(self._store, limit=limit)

    def _carry(
        self,
        job: StageJob,
        carry: Carrier[StageReport],
        timeout_s: Optional[float] = None,
    ) -> StageResult:
        with Launcher(
            self._executor,
            workers=1,
            listeners=self._listeners,
            runs=self._runs,
            timeout_s=timeout_s,
        ) as launcher:
            return launcher.run_alone(job, carry).result

    @abstractmethod
    def _job(
        self,
        direction: Direction,
        to: Optional[int] = None,
        *,
        allow_out_of_order: bool = False,
        lock_timeout_s: float = 15.0,
    ) -> StageJob:
        """Return what a run is told."""
