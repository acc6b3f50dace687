"""Taking over stages: each in its turn, with what those before it hand on."""

from concurrent.futures import Future
from typing import Sequence

from attrs import evolve

from apirun.adoption import Adoption, refuse_adoption
from apirun.events import Listener
from apirun.landscape import Landscape
from apirun.launching import Launcher
from apirun.planned import RunPlan
from apirun.planning import Forecast, forecast
from apirun.results import Outcome
from apirun.run_settings import RunSettings
from apirun.scheduler import Verdict
from apirun.stage_job import StageJob, StageReport
from apirun.stages_run import StagesRun
from apirun.state import Direction

__all__ = ["StagesAdoption", "plan_stages_adoption"]


class StagesAdoption(StagesRun):
    """
    One run that takes stages over.

    It goes as a run up does, but that only probes are sent, nothing is ever
    rolled back, and what depends on a stage of which a version is not there
    is left alone.

    Args:
        landscape: All stages, their stores and what they hand on.
        adoption: What is taken over of each.
        settings: What holds for every run.
        listeners: Told of all that happens.
        lock_timeout_s: Seconds to wait for another runner of a stage.
    """

    def __init__(
        self,
        landscape: Landscape,
        adoption: Adoption,
        *,
        settings: RunSettings,
        listeners: Sequence[Listener],
        lock_timeout_s: float,
    ) -> None:
        super().__init__(
            landscape,
            Direction.UP,
            settings=evolve(settings, rollback_on_failure=False),
            listeners=listeners,
            allow_out_of_order=True,
            lock_timeout_s=lock_timeout_s,
        )
        self._adoption = adoption

    def _foresee(self, selected: Sequence[str], *, force: bool) -> Forecast:  # noqa: ARG002 - nothing goes down
        return _foresee(self._landscape, self._adoption, selected)

    def _submit(self, launcher: Launcher, job: StageJob) -> "Future[StageReport]":
        return launcher.start(job, self._adoption)

    def _ended(
        self, launcher: Launcher, name: str, future: "Future[StageReport]"
    ) -> Verdict:
        told = super()._ended(launcher, name, future)
        result = self._results.ended[name]
        incomplete = result.reason and result.outcome is not Outcome.SKIPPED
        if told is Verdict.GO_ON and incomplete:
            return Verdict.BLOCK_SUCCESSORS
        return told


def plan_stages_adoption(
    landscape: Landscape, adoption: Adoption, selected: Sequence[str]
) -> RunPlan:
    """
    Return which probes would be sent; nothing is sent or written.

    Args:
        landscape: All stages.
        adoption: What would be taken over of each.
        selected: Their names, in order.

    Raises:
        PrerequisiteError: If a dependency outside of them has not completed.
        UnsettledError: If a version is unsettled.
        UsageError: If a version has no probe, and that is not allowed.
    """
    foreseen = _foresee(landscape, adoption, selected)
    return RunPlan(direction=Direction.UP, stages=foreseen.stages)


def _foresee(
    landscape: Landscape, adoption: Adoption, selected: Sequence[str]
) -> Forecast:
    for name in selected:
        refuse_adoption(
            landscape.stages[name],
            landscape.stores[name],
            adoption,
            landscape.history(name),
        )
    return forecast(
        landscape, selected, Direction.UP, allow_out_of_order=True, adopting=True
    )
