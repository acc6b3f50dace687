"""What one job would do, and whether it may begin; nothing is sent or written."""

from typing import List, Tuple

from apirun.masking import Masker
from apirun.preview import Preview, preview_stage
from apirun.results import StagePlan
from apirun.stage_job import StageJob
from apirun.state import History
from apirun.workload import Workload

__all__ = ["check_job", "plan_job"]


def plan_job(job: StageJob, *, adopting: bool = False) -> StagePlan:
    """
    Return what *job* would send.

    Args:
        job: What would be done.
        adopting: Whether it would ask probes, and send nothing else.

    Raises:
        HistoryError: If the history does not allow it.
        UnsettledError: If an unsettled version needs a person's decision.
        StoreError: If the history can't be read.
    """
    history = job.store.history()
    warnings, preview = _foresee(job, history, adopting=adopting)
    return StagePlan(
        name=job.stage.name,
        migrations=preview.planned,
        applied=len(history.applied),
        warnings=tuple(warnings),
    )


def check_job(job: StageJob, history: History, *, adopting: bool = False) -> None:
    """
    Refuse a *job* that can't be done.

    Args:
        job: What is to be done.
        history: What is recorded.
        adopting: Whether it asks probes, and sends nothing else.

    Raises:
        HistoryError: If the history does not allow it.
        UnsettledError: If an unsettled version needs a person's decision.
        RenderError: If a variable is missing.
    """
    work = _workload(job)
    work.check(history)
    if work.todo(history) or history.unsettled:
        for error in _foresee(job, history, adopting=adopting)[1].errors:
            raise error


def _foresee(
    job: StageJob, history: History, *, adopting: bool
) -> Tuple[List[str], Preview]:
    work = _workload(job)
    warnings = work.check(history)
    preview = preview_stage(
        job.stage,
        job.store,
        job.scope,
        history,
        work,
        job.direction,
        masker=Masker(enabled=job.stage.logging.masking),
        providers=job.providers,
        adopting=adopting,
    )
    return warnings, preview


def _workload(job: StageJob) -> Workload:
    return Workload(
        job.stage,
        job.store,
        job.direction,
        to=job.to,
        only=job.only,
        allow_out_of_order=job.allow_out_of_order,
    )
