"""One run over the stages: scheduled, judged by the failure policies, rolled back."""

from concurrent.futures import BrokenExecutor, CancelledError, Future
from contextlib import closing
from typing import Optional, Sequence, Tuple

from attrs import evolve

from apirun.aftermath import (
    Ledger,
    keep_failure,
    run_result,
    with_rollback,
)
from apirun.durations import Stopwatch
from apirun.events import (
    Listener,
    RollbackStarted,
    RunFinished,
    RunStarted,
    StageFinished,
)
from apirun.exceptions import ApirunError
from apirun.journal import new_run_id
from apirun.landscape import Landscape
from apirun.launching import Launcher
from apirun.planning import Forecast, forecast
from apirun.policy import verdict
from apirun.results import RunResult
from apirun.rollback import Rollback, roll_back
from apirun.run_settings import RunSettings
from apirun.scheduler import Schedule, Verdict, run_jobs
from apirun.stage_job import StageJob, StageReport
from apirun.stages_results import StagesResults
from apirun.state import Direction

__all__ = ["StagesRun"]


class StagesRun:
    """
    One run over the stages.

    Args:
        landscape: All stages, their stores and what they hand on.
        direction: Which way.
        settings: What holds for every run.
        listeners: Told of all that happens.
        allow_out_of_order: Whether pending versions below applied ones run.
        lock_timeout_s: Seconds to wait for another runner of a stage.
        timeout_s: Seconds within which the run has to end, but for its
            rollback; None is no limit.
    """

    def __init__(
        self,
        landscape: Landscape,
        direction: Direction,
        *,
        settings: RunSettings,
        listeners: Sequence[Listener],
        allow_out_of_order: bool,
        lock_timeout_s: float,
        timeout_s: Optional[float] = None,
    ) -> None:
        self._landscape = landscape
        self._direction = direction
        self._settings = settings
        self._listeners = tuple(listeners)
        self._allow_out_of_order = allow_out_of_order
        self._lock_timeout_s = lock_timeout_s
        self._timeout_s = timeout_s
        self._run_id = new_run_id()
        self._watch = Stopwatch()
        self._results = self._no_results()
        self._ledger = Ledger()

    def run(self, selected: Sequence[str], *, force: bool = False) -> RunResult:
        """
        Run the *selected* stages, given in order, and return what came of it.

        Args:
            selected: Their names.
            force: Whether stages go down while dependents stand.

        Raises:
            PrerequisiteError: If a stage outside of the selection is in the way.
            HistoryError: If a history does not allow it.
            UnsettledError: If an unsettled version needs a person's decision.
            RenderError: If a variable is missing; nothing was sent.
            StoreLockedError: If another runner is in the middle of a version.
        """
        self._landscape.await_others(selected, timeout_s=self._lock_timeout_s)
        for error in self._foresee(selected, force=force).errors:
            raise error
        self._landscape = self._landscape.afresh()
        self._results = self._no_results()
        workers = min(len(selected), self._settings.slots or len(selected))
        with Launcher(
            self._settings.executor,
            workers=workers,
            listeners=(self._ledger, *self._listeners),
            runs=self._settings.runs,
            timeout_s=self._timeout_s,
        ) as launcher, closing(self._landscape):
            launcher.emit(self._started(self._direction, selected))
            left_out = run_jobs(self._schedule(launcher, selected))
            for name, blocker in left_out.items():
                result = self._results.left_out(name, blocker, launcher.control)
                launcher.emit(StageFinished(result=result))
            whole = self._conclude(launcher, selected)
            launcher.emit(RunFinished(result=whole))
        return evolve(whole, warnings=launcher.emit.warnings)

    def _no_results(self) -> StagesResults:
        return StagesResults(self._landscape, self._direction, run_id=self._run_id)

    def _started(self, direction: Direction, selected: Sequence[str]) -> RunStarted:
        return RunStarted(
            direction=direction,
            stages=tuple(selected),
            depends_on=self._landscape.graph.within(selected),
            started_at=self._watch.started_at,
            slots=self._settings.slots,
        )

    def _foresee(self, selected: Sequence[str], *, force: bool) -> Forecast:
        return forecast(
            self._landscape,
            selected,
            self._direction,
            allow_out_of_order=self._allow_out_of_order,
            force=force,
        )

    def _conclude(self, launcher: Launcher, selected: Sequence[str]) -> RunResult:
        """Judge the run as a whole, and roll back if it failed."""
        fatal = self._results.fatal()
        late = self._results.too_late(launcher.control)
        undone = Rollback()
        failed = bool(fatal or late) and not launcher.control.stopping
        if failed and self._rolls_back():
            launcher.lift_deadline()
            launcher.emit(RollbackStarted(stages=self._ledger.stages()))
            undone = roll_back(
                self._ledger.done(),
                self._landscape,
                lambda name, only: launcher.run_alone(self._job(name, only)),
            )
            for name in fatal:
                keep_failure(self._landscape.stores[name], self._results.ended[name])
        return run_result(
            self._direction,
            selected,
            {
                name: with_rollback(result, undone)
                for name, result in self._results.ended.items()
            },
            fatal=fatal,
            interrupted=launcher.control.stopping,
            late=late,
            watch=self._watch,
            undone=undone,
            applied=self._ledger.done(),
        )

    def _rolls_back(self) -> bool:
        return (
            self._settings.rollback_on_failure
            and self._direction is Direction.UP
            and bool(self._ledger.done())
        )

    def _schedule(self, launcher: Launcher, selected: Sequence[str]) -> Schedule:
        going_up = self._direction is Direction.UP
        graph = self._landscape.graph if going_up else self._landscape.graph.reversed()
        return Schedule(
            predecessors={name: graph.predecessors(name) for name in selected},
            slots=self._settings.slots,
            rest_s=self._rest_s,
            start=lambda name: self._start(launcher, name),
            ended=lambda name, future: self._ended(launcher, name, future),
            stopping=lambda: launcher.control.stopping or launcher.control.expired,
            interrupt=launcher.interrupt,
        )

    def _rest_s(self, name: str) -> float:
        """Seconds of rest after a stage; one that did nothing needs none."""
        return 0.0 if self._results.was_idle(name) else self._settings.rest_s

    def _start(self, launcher: Launcher, name: str) -> "Future[StageReport]":
        """Put the stage *name* on the executor, or end it here and now."""
        ended: Future[StageReport] = Future()
        stage = self._landscape.stages[name]
        try:
            if self._results.wants(stage):
                return self._submit(launcher, self._job(name))
            result = self._results.skipped(stage)
        except (ApirunError, RuntimeError) as error:
            # RuntimeError: the host program shut its executor down meanwhile.
            result = self._results.broken(stage, error)
        launcher.emit(StageFinished(result=result))
        provides = self._landscape.provided(name)
        ended.set_result(StageReport(result=result, provides=provides))
        return ended

    def _submit(self, launcher: Launcher, job: StageJob) -> "Future[StageReport]":
        return launcher.submit(job)

    def _job(self, name: str, only: Optional[Tuple[int, ...]] = None) -> StageJob:
        return self._landscape.job(
            name,
            # Single versions are those that are rolled back.
            Direction.DOWN if only is not None else self._direction,
            run_id=self._run_id,
            only=only,
            allow_out_of_order=self._allow_out_of_order,
            lock_timeout_s=self._lock_timeout_s,
            secrets=self._results.secrets,
            auth_providers=self._settings.auth_providers,
        )

    def _ended(
        self, launcher: Launcher, name: str, future: "Future[StageReport]"
    ) -> Verdict:
        """Take in how the stage *name* ended, and judge it by its policy."""
        stage = self._landscape.stages[name]
        try:
            report = launcher.collect(future)
        except (BrokenExecutor, CancelledError) as error:
            report = StageReport(result=self._results.broken(stage, error))
            launcher.emit(StageFinished(result=report.result))
        self._results.take_in(report)
        return verdict(report.result, stage, self._direction)
