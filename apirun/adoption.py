"""
Taking over what exists already: versions recorded as applied, and not sent.

Only probes are sent. A version whose probe finds nothing stays pending, and so
does what comes after it: ``up`` brings about the rest in order.
"""

from typing import Optional, Sequence

from attrs import frozen

from apirun.control import Control
from apirun.emitter import Emit
from apirun.exceptions import UnsettledError, UsageError
from apirun.failures import again, choices, settles_itself
from apirun.foresight import check_job, plan_job, require_history
from apirun.migration import Migration
from apirun.planned import StagePlan
from apirun.results import MigrationResult, Outcome
from apirun.stage import Stage
from apirun.stage_context import StageContext
from apirun.stage_job import StageJob, StageReport
from apirun.stage_run import StageRun
from apirun.state import Direction, History, StateStore
from apirun.status import Found
from apirun.version_adoption import VersionAdoption
from apirun.version_run import VersionRun
from apirun.workload import Workload

__all__ = ["Adoption", "check_adoption", "plan_adoption", "refuse_adoption"]


@frozen(kw_only=True)
class Adoption:
    """
    What is taken over of a stage.

    Attributes:
        unprobed: Whether versions without a probe are recorded as applied.
        past_absent: Whether it goes on after a version that is not there.
    """

    unprobed: bool = False
    past_absent: bool = False

    def __call__(self, job: StageJob, control: Control, emit: Emit) -> StageReport:
        """Take over the stage of *job*; errors are in the result."""
        return _AdoptionRun(job, control, emit, self).run()


def check_adoption(job: StageJob, adoption: Adoption, history: History) -> None:
    """
    Refuse what can't be taken over, before anything is sent.

    Args:
        job: The stage.
        adoption: What is taken over of it.
        history: What is recorded of it.

    Raises:
        UnsettledError: If a version is unsettled.
        UsageError: If a version has no probe, and that is not allowed.
        RenderError: If a variable is missing.
    """
    refuse_adoption(job.stage, job.store, adoption, history, to=job.to)
    check_job(job, history, adopting=True)


def plan_adoption(job: StageJob, adoption: Adoption) -> StagePlan:
    """
    Return which probes would be sent; nothing is sent or written.

    Args:
        job: The stage.
        adoption: What would be taken over of it.

    Raises:
        UnsettledError: If a version is unsettled.
        UsageError: If a version has no probe, and that is not allowed.
    """
    refuse_adoption(job.stage, job.store, adoption, job.store.history(), to=job.to)
    return plan_job(job, adopting=True)


def refuse_adoption(
    stage: Stage,
    store: StateStore,
    adoption: Adoption,
    history: History,
    *,
    to: Optional[int] = None,
) -> None:
    """
    Refuse a stage whose history or probes don't allow to take it over.

    Args:
        stage: The stage.
        store: Where its history is kept.
        adoption: What is taken over of it.
        history: What is recorded of it.
        to: Last version to take over; None takes all.

    Raises:
        UnsettledError: If a version is unsettled.
        UsageError: If a version has no probe, and that is not allowed.
    """
    require_history(stage, "adopted")
    _refuse_unsettled(stage, history)
    work = Workload(stage, store, Direction.UP, to=to, allow_out_of_order=True)
    without = [each for each in work.todo(history) if each.probe is None]
    if without and not adoption.unprobed:
        raise UsageError(_without_probe(stage, without))


class _AdoptionRun(StageRun):
    """One stage that is taken over."""

    def __init__(
        self, job: StageJob, control: Control, emit: Emit, adoption: Adoption
    ) -> None:
        super().__init__(job, control, emit)
        self._adoption = adoption

    def _check(self, history: History) -> None:
        _refuse_unsettled(self._stage, history)
        super()._check(history)

    def _locked(self, history: History) -> Outcome:
        # Another run may have left one before it gave up the lock.
        _refuse_unsettled(self._stage, history)
        return super()._locked(history)

    def _versions(self, context: StageContext, history: History) -> VersionRun:
        return VersionAdoption(context, history)

    def _goes_on(self, result: MigrationResult) -> bool:
        going_on = super()._goes_on(result)
        if result.probe is not Found.ABSENT:
            return going_on
        if not self._reason:
            self._reason = f"{result.name} is not there and stays pending"
            if not self._adoption.past_absent and self._comes_after(result.version):
                self._reason += ", and so does what comes after it"
        return self._adoption.past_absent

    def _comes_after(self, version: int) -> bool:
        last = self._job.to
        return any(
            version < each.version and (last is None or each.version <= last)
            for each in self._stage.migrations
        )

    def _record(self, _: Outcome, __: str) -> None:
        """Record where the stage stands now, unless nothing has changed."""
        if any(result.adopted for result in self._results):
            super()._record(Outcome.APPLIED, "")


def _refuse_unsettled(stage: Stage, history: History) -> None:
    for intent in history.unsettled:
        direction = intent.direction
        known = {each.version: each for each in stage.migrations}
        migration = known.get(intent.version)
        told = (
            f"version {intent.name} of {stage.name} is unsettled: its "
            f"{direction.value} was begun {intent.started_at}, and its outcome is not "
            "known. Nothing was sent, nothing was adopted.\n"
        )
        if migration is None or settles_itself(migration, direction):
            command = again(stage, direction.value)
            told += f"Run {command} first: it finds out what became of it."
        else:
            told += choices(stage, migration, direction)
        raise UnsettledError(told, intent.version, direction.value)


def _without_probe(stage: Stage, without: Sequence[Migration]) -> str:
    names = ", ".join(each.label for each in without)
    one = len(without) == 1
    verb, subject, them = (
        ("has", "it is", "it") if one else ("have", "they are", "them")
    )
    # Under stages --to selects stages, not versions.
    before = "" if stage.origin else ", adopt only what comes before with --to"
    return (
        f"{names} of {stage.name} {verb} no probe, so nothing tells whether {subject} "
        f"there. Nothing was sent, nothing was adopted. Add a 'probe' to {them}"
        f"{before}, or pass --unprobed if you know that {subject} there: then "
        f"{subject} recorded as applied, unseen."
    )
