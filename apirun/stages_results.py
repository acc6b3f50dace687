"""How the stages of a run ended, and what that means for those that have not."""

from typing import Dict, Tuple, Union

from apirun.aftermath import broken_result, fatal_stages
from apirun.condition import evaluate_condition
from apirun.control import Control
from apirun.durations import utc_now
from apirun.landscape import Landscape
from apirun.masking import Masker
from apirun.planning import condition_renderer
from apirun.policy import why_left_out, why_skipped
from apirun.results import Outcome, StageResult
from apirun.stage import Stage
from apirun.stage_job import StageReport
from apirun.standing import has_failed, has_succeeded
from apirun.state import Direction, History, StageOutcome, StageRecord

__all__ = ["StagesResults"]


class StagesResults:
    """
    How the stages of a run ended, as far as they have.

    Args:
        landscape: All stages; those that have ended hand on what they provide.
        direction: Which way the run goes.
        run_id: Identifies the run.

    Attributes:
        ended: The results by name, in the order in which they came.
        secrets: Texts that must not be shown, of all of them.
    """

    def __init__(
        self, landscape: Landscape, direction: Direction, *, run_id: str
    ) -> None:
        self.ended: Dict[str, StageResult] = {}
        self.secrets: Tuple[str, ...] = ()
        self._landscape = landscape
        self._direction = direction
        self._run_id = run_id

    def take_in(self, report: StageReport) -> None:
        """Keep how a stage ended; its dependents see what it hands on."""
        name = report.result.name
        self.ended[name] = report.result
        self.secrets = tuple(dict.fromkeys((*self.secrets, *report.secrets)))
        self._landscape.forget(name)
        if self._direction is Direction.UP and report.provides:
            self._landscape.hand_on(name, report.provides)

    def wants(self, stage: Stage) -> bool:
        """
        Return whether *stage* is to run, as things stand.

        Raises:
            RenderError: If its condition can't be judged.
            UsageError: If that asks for a stage that there is not.
        """
        if self._direction is Direction.DOWN:
            return stage.keeps_history
        if not stage.condition:
            return True
        scope = self._landscape.scope(stage.name)
        return evaluate_condition(
            stage.condition,
            condition_renderer(self._landscape, stage, scope),
            succeeded=lambda name: has_succeeded(self._last(name)),
            failed=lambda name: has_failed(self._last(name)),
        )

    def skipped(self, stage: Stage) -> StageResult:
        """
        Record that *stage* is skipped, and return that as its result.

        Raises:
            StoreError: If it can't be recorded.
        """
        record = StageRecord(
            outcome=StageOutcome.SKIPPED, run_id=self._run_id, started_at=utc_now()
        )
        self._landscape.stores[stage.name].record_stage(record)
        return StageResult(
            name=stage.name,
            outcome=Outcome.SKIPPED,
            reason=why_skipped(stage, self._direction),
        )

    def broken(self, stage: Stage, error: BaseException) -> StageResult:
        """Return the result of a stage that *error* ended without a report."""
        masker = Masker(self.secrets, enabled=stage.logging.masking)
        return broken_result(stage, error, masker=masker)

    def left_out(self, name: str, blocker: str, control: Control) -> StageResult:
        """
        Keep that a stage was not started, and return that as its result.

        Args:
            name: The stage.
            blocker: Another one that is the reason; empty for none.
            control: Tells whether the run was stopped, or its time was over.
        """
        reason = why_left_out(
            blocker,
            self.ended,
            interrupted=control.stopping,
            late=control.limit if control.expired else "",
        )
        result = StageResult(name=name, outcome=Outcome.NOT_STARTED, reason=reason)
        self.ended[name] = result
        return result

    def was_idle(self, name: str) -> bool:
        """Return whether the stage *name* had nothing to do."""
        return self.ended[name].outcome in (Outcome.SKIPPED, Outcome.UNCHANGED)

    def fatal(self) -> Tuple[str, ...]:
        """Return the stages whose failure makes the run fail."""
        return fatal_stages(self._landscape, self.ended)

    def too_late(self, control: Control) -> str:
        """Return what is said if stages were left out because time was over."""
        if not control.expired or not any(
            result.outcome is Outcome.NOT_STARTED for result in self.ended.values()
        ):
            return ""
        return control.limit

    def _last(self, name: str) -> Union[StageResult, History]:
        recorded = self._landscape.named(name)
        return self.ended.get(name) or self._landscape.history(recorded)
