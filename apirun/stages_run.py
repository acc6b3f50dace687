"""One run over the stages: scheduled, judged by the failure policies, rolled back."""

import time
from concurrent.futures import BrokenExecutor, CancelledError, Future
from contextlib import closing
from typing import Dict, Optional, Sequence, Tuple

from attrs import evolve

from apirun.aftermath import (
    Ledger,
    broken_result,
    fatal_stages,
    keep_failure,
    run_result,
    with_rollback,
)
from apirun.condition import evaluate_condition
from apirun.durations import utc_now
from apirun.events import (
    Listener,
    RollbackStarted,
    RunFinished,
    RunStarted,
    StageFinished,
)
from apirun.exceptions import ApirunError
from apirun.journal import new_run_id
from apirun.landscape import Landscape, saves_body
from apirun.launching import Launcher
from apirun.masking import Masker
from apirun.planning import Forecast, condition_renderer, forecast
from apirun.policy import verdict, why_left_out, why_skipped
from apirun.results import Outcome, RunResult, StageResult
from apirun.rollback import Rollback, roll_back
from apirun.run_settings import RunSettings
from apirun.scheduler import Schedule, Verdict, run_jobs
from apirun.stage import Stage
from apirun.stage_job import StageJob, StageReport
from apirun.standing import has_failed, has_succeeded
from apirun.state import Direction, StageOutcome, StageRecord

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
        self._started_s = time.monotonic()
        self._results: Dict[str, StageResult] = {}
        self._ledger = Ledger()
        self._secrets: Tuple[str, ...] = ()

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
        workers = min(len(selected), self._settings.slots or len(selected))
        with Launcher(
            self._settings.executor,
            workers=workers,
            listeners=(self._ledger, *self._listeners),
            runs=self._settings.runs,
            timeout_s=self._timeout_s,
        ) as launcher, closing(self._landscape):
            launcher.emit(RunStarted(direction=self._direction, stages=tuple(selected)))
            left_out = run_jobs(self._schedule(launcher, selected))
            for name, blocker in left_out.items():
                self._leave_out(launcher, name, blocker)
            result = self._conclude(launcher, selected)
            launcher.emit(RunFinished(result=result))
        return evolve(result, warnings=launcher.emit.warnings)

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
        fatal = fatal_stages(self._landscape, self._results)
        late = self._too_late(launcher)
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
                keep_failure(self._landscape.stores[name], self._results[name])
        return run_result(
            self._direction,
            selected,
            {
                name: with_rollback(result, undone)
                for name, result in self._results.items()
            },
            fatal=fatal,
            interrupted=launcher.control.stopping,
            late=late,
            elapsed_s=time.monotonic() - self._started_s,
            undone=undone,
            applied=self._ledger.done(),
        )

    def _too_late(self, launcher: Launcher) -> str:
        """Return what is said if stages were left out because time was over."""
        if not launcher.control.expired or not any(
            result.outcome is Outcome.NOT_STARTED for result in self._results.values()
        ):
            return ""
        return launcher.control.limit

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
        idle = self._results[name].outcome in (Outcome.SKIPPED, Outcome.UNCHANGED)
        return 0.0 if idle else self._settings.rest_s

    def _start(self, launcher: Launcher, name: str) -> "Future[StageReport]":
        """Put the stage *name* on the executor, or end it here and now."""
        ended: Future[StageReport] = Future()
        stage = self._landscape.stages[name]
        try:
            if self._is_wanted(stage):
                return self._submit(launcher, self._job(name))
            result = self._skip(stage)
        except (ApirunError, RuntimeError) as error:
            # RuntimeError: the host program shut its executor down meanwhile.
            result = self._broken(stage, error)
        launcher.emit(StageFinished(result=result))
        ended.set_result(
            StageReport(result=result, provides=self._landscape.provided(name))
        )
        return ended

    def _submit(self, launcher: Launcher, job: StageJob) -> "Future[StageReport]":
        return launcher.submit(job)

    def _is_wanted(self, stage: Stage) -> bool:
        if self._direction is Direction.DOWN:
            return stage.keeps_history
        if not stage.condition:
            return True
        scope = self._landscape.scope(stage.name)
        return evaluate_condition(
            stage.condition,
            condition_renderer(self._landscape, stage, scope),
            succeeded=self._succeeded,
            failed=self._failed,
        )

    def _job(self, name: str, only: Optional[Tuple[int, ...]] = None) -> StageJob:
        stage = self._landscape.stages[name]
        going_down = self._direction is Direction.DOWN or only is not None
        return StageJob(
            stage=stage,
            store=self._landscape.stores[name],
            direction=Direction.DOWN if going_down else Direction.UP,
            scope=self._landscape.scope(name),
            run_id=self._run_id,
            to=0 if going_down else None,
            only=only,
            allow_out_of_order=self._allow_out_of_order,
            lock_timeout_s=self._lock_timeout_s,
            save_body=saves_body(stage),
            secrets=self._secrets,
            auth_providers=self._settings.auth_providers,
            providers=self._landscape.providers,
        )

    def _ended(
        self, launcher: Launcher, name: str, future: "Future[StageReport]"
    ) -> Verdict:
        """Take in how the stage *name* ended, and judge it by its policy."""
        stage = self._landscape.stages[name]
        try:
            report = launcher.collect(future)
        except (BrokenExecutor, CancelledError) as error:
            report = StageReport(result=self._broken(stage, error))
            launcher.emit(StageFinished(result=report.result))
        self._results[name] = report.result
        self._secrets = tuple(dict.fromkeys((*self._secrets, *report.secrets)))
        self._landscape.forget(name)
        if self._direction is Direction.UP and report.provides:
            self._landscape.hand_on(name, report.provides)
        return verdict(report.result, stage, self._direction)

    def _skip(self, stage: Stage) -> StageResult:
        record = StageRecord(
            outcome=StageOutcome.SKIPPED, run_id=self._run_id, started_at=utc_now()
        )
        self._landscape.stores[stage.name].record_stage(record)
        return StageResult(
            name=stage.name,
            outcome=Outcome.SKIPPED,
            reason=why_skipped(stage, self._direction),
        )

    def _broken(self, stage: Stage, error: BaseException) -> StageResult:
        masker = Masker(self._secrets, enabled=stage.logging.masking)
        return broken_result(stage, error, masker=masker)

    def _leave_out(self, launcher: Launcher, name: str, blocker: str) -> None:
        interrupted = launcher.control.stopping
        late = launcher.control.limit if launcher.control.expired else ""
        reason = why_left_out(
            blocker, self._results, interrupted=interrupted, late=late
        )
        result = StageResult(name=name, outcome=Outcome.NOT_STARTED, reason=reason)
        self._results[name] = result
        launcher.emit(StageFinished(result=result))

    def _succeeded(self, name: str) -> bool:
        result = self._results.get(name)
        if result is not None:
            return result.ok and result.outcome is not Outcome.SKIPPED
        return has_succeeded(self._landscape.history(self._landscape.named(name)))

    def _failed(self, name: str) -> bool:
        result = self._results.get(name)
        if result is not None:
            return not result.ok
        return has_failed(self._landscape.history(self._landscape.named(name)))
