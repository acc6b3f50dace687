"""Rolling back exactly what an earlier run applied, whoever did it."""

from contextlib import closing
from typing import Dict, List, Sequence, Tuple

from attrs import evolve

from apirun.durations import Stopwatch
from apirun.events import RunFinished
from apirun.exceptions import ApirunError
from apirun.journal import new_run_id
from apirun.landscape import Landscape
from apirun.launching import Launcher
from apirun.results import MigrationResult, Outcome, RunResult, StageResult
from apirun.rollback import Done, Rollback, roll_back
from apirun.stage_job import StageJob, StageReport
from apirun.stages_run import StagesRun
from apirun.state import Direction

__all__ = ["StagesRollback"]


class StagesRollback(StagesRun):
    """
    One run that rolls back exactly what an earlier one applied.

    Where something can't be rolled back, what it depends on is left standing,
    and everything else goes on.
    """

    def roll_back(self, applied: Sequence[Tuple[str, int]]) -> RunResult:
        """
        Roll back those of *applied* that still are, newest first.

        Args:
            applied: Stage and version, in order of completion.

        Raises:
            UsageError: If there is no such stage.
            StoreLockedError: If another runner is in the middle of a version.
            StoreError: If a history can't be read.
        """
        names = [self._landscape.named(stage) for stage, _ in applied]
        concerned = tuple(dict.fromkeys(reversed(names)))
        self._landscape.await_others(concerned, timeout_s=self._lock_timeout_s)
        done = _standing(self._landscape, applied)
        reports: Dict[str, StageResult] = {}
        with Launcher(
            self._settings.executor,
            workers=1,
            listeners=self._listeners,
            runs=self._settings.runs,
        ) as launcher, closing(self._landscape):
            launcher.emit(self._started(Direction.DOWN, concerned))
            undone = roll_back(
                done,
                self._landscape,
                lambda name, only: self._undo(launcher, name, only, reports),
            )
            result = _result(concerned, undone, reports, self._watch)
            result = evolve(result, interrupted=launcher.control.stopping)
            launcher.emit(RunFinished(result=result))
        return evolve(result, warnings=launcher.emit.warnings)

    def _undo(
        self,
        launcher: Launcher,
        name: str,
        only: Tuple[int, ...],
        reports: Dict[str, StageResult],
    ) -> StageReport:
        stage = self._landscape.stages[name]
        try:
            report = launcher.run_alone(self._undoing(name, only))
        except ApirunError as error:
            report = StageReport(result=self._results.broken(stage, error))
        self._landscape.forget(name)
        reports[name] = report.result
        return report

    def _undoing(self, name: str, only: Tuple[int, ...]) -> StageJob:
        return evolve(self._job(name, only), run_id=new_run_id())


def _standing(landscape: Landscape, applied: Sequence[Tuple[str, int]]) -> List[Done]:
    """Return what of *applied* is still recorded as applied, or is unsettled."""
    done = []
    for name, version in applied:
        history = landscape.history(name)
        recorded = {entry.version: entry.name for entry in history.applied}
        unsettled = {intent.version: intent.name for intent in history.unsettled}
        label = recorded.get(version) or unsettled.get(version) or str(version)
        if version in recorded or version in unsettled:
            certain = version not in unsettled
            done.append(Done(name, version, label, certain=certain))
    return done


def _result(
    concerned: Sequence[str],
    undone: Rollback,
    reports: Dict[str, StageResult],
    watch: Stopwatch,
) -> RunResult:
    stages = {
        name: _whole(name, tuple(undone.results.get(name, ())), reports)
        for name in concerned
    }
    failed = [name for name, stage in stages.items() if stage.failure is not None]
    return RunResult(
        direction=Direction.DOWN,
        ok=not (undone.left or undone.unknown),
        stages=stages,
        failure=stages[failed[0]].failure if failed else None,
        failed_stage=failed[0] if failed else "",
        started_at=watch.started_at,
        elapsed_s=watch.elapsed_s,
        undone=tuple(undone.undone),
        left=tuple(undone.left),
        unknown=tuple(undone.unknown),
    )


def _whole(
    name: str, migrations: Tuple[MigrationResult, ...], reports: Dict[str, StageResult]
) -> StageResult:
    """Return what became of a stage whose versions went down in several goes."""
    last = reports.get(name)
    if last is None:
        return StageResult(name=name, outcome=Outcome.UNCHANGED)
    back = any(each.outcome is Outcome.ROLLED_BACK for each in migrations)
    outcome = Outcome.ROLLED_BACK if last.ok and back else last.outcome
    return evolve(last, outcome=outcome, migrations=migrations)
