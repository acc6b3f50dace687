"""
One run of one stage: lock, settle, plan, execute, record.

`run_stage` takes and returns values that survive `pickle`, so that any
`concurrent.futures.Executor` can carry it.
"""

from typing import Dict, List, Optional

from apirun.control import Control
from apirun.durations import Stopwatch
from apirun.emitter import Emit
from apirun.events import StageFinished, StageStarted, Warned
from apirun.exceptions import (
    ApirunError,
    CancelledError,
    NotSentError,
    StoreError,
    UnsettledError,
)
from apirun.failures import stage_failure
from apirun.journal import Journal
from apirun.lock_waiting import hold
from apirun.masking import Masker
from apirun.migration import Migration
from apirun.results import Failure, MigrationResult, Outcome, StageResult
from apirun.stage_context import StageContext
from apirun.stage_job import StageJob, StageReport, captured_secrets, provided_by
from apirun.stage_stores import undisturbed_history
from apirun.state import Direction, History, StageOutcome
from apirun.variables import Value
from apirun.version_run import VersionRun
from apirun.workload import Workload

__all__ = ["StageRun", "run_stage"]


def run_stage(job: StageJob, control: Control, emit: Emit) -> StageReport:
    """
    Run *job* and return what came of it; errors are in the result.

    Args:
        job: What to do.
        control: Stops it from outside; the stage's timeout is added here.
        emit: Gets an event for all that happens.
    """
    return StageRun(job, control, emit).run()


class StageRun:
    """
    One run of one stage; what it does with a version can be replaced.

    Args:
        job: What to do.
        control: Stops it from outside; the stage's timeout is added here.
        emit: Gets an event for all that happens.
    """

    def __init__(self, job: StageJob, control: Control, emit: Emit) -> None:
        self._job = job
        self._stage = job.stage
        self._control = control.within(
            job.stage.timeout_s, whose=f"stage {job.stage.name}"
        )
        self._emit = emit
        self._secrets = [*job.secrets, *job.scope.secrets()]
        self._masker = Masker(self._secrets, enabled=job.stage.logging.masking)
        self._journal = Journal(
            job.store,
            run_id=job.run_id,
            scope=job.scope.recorded(),
            masker=self._masker,
            save_body=job.save_body,
        )
        self._results: List[MigrationResult] = []
        self._reason = ""
        self._work = Workload(
            job.stage,
            job.store,
            job.direction,
            to=job.to,
            only=job.only,
            allow_out_of_order=job.allow_out_of_order,
        )

    def run(self) -> StageReport:
        """Run the stage and return what came of it; errors are in the result."""
        watch = Stopwatch()
        failure: Optional[Failure] = None
        try:
            outcome = self._run()
            if self._results and self._results[-1].failure is not None:
                failure = self._results[-1].failure
        except ApirunError as error:
            outcome = _outcome_of(error)
            failure = stage_failure(error, stage=self._stage, masker=self._masker)
        provides: Dict[str, Value] = {}
        try:
            provides = provided_by(
                self._job.scope, self._job.store.history(), self._stage.name
            )
        except StoreError as error:
            outcome = Outcome.FAILED
            failure = failure or stage_failure(
                error, stage=self._stage, masker=self._masker
            )
        finally:
            self._job.store.close()
        result = StageResult(
            name=self._stage.name,
            outcome=outcome,
            migrations=tuple(self._results),
            env={
                name: value.text
                for name, value in provides.items()
                if not value.unusable
            },
            secrets=tuple(name for name, value in provides.items() if value.secret),
            reason=self._reason,
            failure=failure,
            started_at=watch.started_at,
            elapsed_s=watch.elapsed_s,
        )
        self._emit(StageFinished(result=result))
        return StageReport(
            result=result,
            provides=provides,
            secrets=self._masker.secrets,
            events=self._emit.kept,
        )

    def _run(self) -> Outcome:
        before = undisturbed_history(self._job.store, timeout_s=self._lock_timeout_s())
        for text in captured_secrets(before):
            self._masker.add(text)
        self._check(before)
        if not self._work.todo(before) and not before.unsettled:
            self._note_unchanged(before)
            return Outcome.UNCHANGED
        timeout_s = self._lock_timeout_s()
        with hold(self._job.store, self._control, timeout_s=timeout_s):
            history = self._job.store.history()
            if history != before:
                self._work.check(history)
            todo = self._work.todo(history)
            self._emit(
                StageStarted(
                    stage=self._stage.name,
                    total=len(todo),
                    unsettled=len(history.unsettled),
                )
            )
            try:
                outcome = self._locked(history)
            except ApirunError as error:
                self._record(_outcome_of(error), str(error))
                raise
            failure = self._results[-1].failure if self._results else None
            self._record(outcome, failure.message if failure else "")
        return outcome

    def _lock_timeout_s(self) -> float:
        return self._control.remaining_s(self._job.lock_timeout_s)

    def _check(self, history: History) -> None:
        for warning in self._work.check(history):
            self._emit(
                Warned(message=self._masker.mask(warning), stage=self._stage.name)
            )
        for stage, variable in self._job.scope.missing:
            self._emit(
                Warned(
                    message="variable not found in dependent stage",
                    stage=self._stage.name,
                    fields={"variable": variable, "stage": stage},
                )
            )

    def _locked(self, history: History) -> Outcome:
        context = StageContext(
            stage=self._stage,
            scope=self._job.scope,
            control=self._control,
            journal=self._journal,
            masker=self._masker,
            emit=self._emit,
            providers=self._job.providers,
            auth_providers=dict(self._job.auth_providers),
        )
        with context:
            context.wait_until_healthy()
            versions = self._versions(context, history)
            for intent in history.unsettled:
                migration = self._work.of(intent)
                settled = versions.settle(migration, intent, self._job.direction)
                if not self._goes_on(settled):
                    return self._worst()
            todo = self._work.todo(
                self._job.store.history() if history.unsettled else history
            )
            for position, migration in enumerate(todo, start=1):
                if position > 1 and self._stage.delay_between_migrations_s:
                    self._rest()
                if self._control.stopping:
                    return Outcome.INTERRUPTED
                self._refuse_when_late(migration)
                result = versions.run(migration, self._job.direction, position)
                if not self._goes_on(result):
                    return self._worst()
        return self._worst()

    def _versions(self, context: StageContext, history: History) -> VersionRun:
        """Return what sends the versions, one after the other."""
        return VersionRun(context, history)

    def _goes_on(self, result: MigrationResult) -> bool:
        self._results.append(result)
        return result.failure is None

    def _worst(self) -> Outcome:
        if self._results and self._results[-1].failure is not None:
            return self._results[-1].outcome
        changed = [
            result.outcome
            for result in self._results
            if result.outcome in (Outcome.APPLIED, Outcome.ROLLED_BACK)
        ]
        return changed[-1] if changed else Outcome.UNCHANGED

    def _rest(self) -> None:
        try:
            self._control.sleep(self._stage.delay_between_migrations_s)
        except CancelledError:
            return

    def _refuse_when_late(self, migration: Migration) -> None:
        if self._control.expired:
            raise NotSentError(
                f"{self._control.limit}: {migration.label} was not begun"
            )

    def _note_unchanged(self, history: History) -> None:
        """Make the record say what is so, where an earlier one does not."""
        if self._job.direction is Direction.DOWN:
            return
        if self._work.is_complete(history) and (
            history.stage is None or history.stage.outcome is not StageOutcome.COMPLETED
        ):
            self._journal.close_stage(StageOutcome.COMPLETED)

    def _record(self, outcome: Outcome, error: str) -> None:
        history = self._job.store.history()
        self._journal.close_stage(self._work.stage_outcome(outcome, history), error)


def _outcome_of(error: ApirunError) -> Outcome:
    if isinstance(error, UnsettledError):
        return Outcome.UNSETTLED
    if isinstance(error, CancelledError):
        return Outcome.INTERRUPTED
    return Outcome.FAILED
