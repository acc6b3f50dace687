"""What one job would do, and whether it may begin; nothing is sent or written."""

from typing import List, Tuple

from apirun.exceptions import UsageError
from apirun.masking import Masker
from apirun.planned import StagePlan
from apirun.preview import Preview, preview_stage
from apirun.stage import Stage
from apirun.stage_job import StageJob
from apirun.state import Direction, History
from apirun.workload import Workload

__all__ = ["check_job", "plan_job", "require_history"]


def plan_job(job: StageJob, *, adopting: bool = False) -> StagePlan:
    """
    Return what *job* would send.

    Args:
        job: What would be done.
        adopting: Whether it would ask probes, and send nothing else.

    Raises:
        UsageError: If it would go down in a stage that keeps no history.
        HistoryError: If the history does not allow it.
        UnsettledError: If an unsettled version needs a person's decision.
        StoreError: If the history can't be read.
    """
    _refuse_rollback(job)
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
        UsageError: If it goes down in a stage that keeps no history.
        HistoryError: If the history does not allow it.
        UnsettledError: If an unsettled version needs a person's decision.
        RenderError: If a variable is missing.
    """
    _refuse_rollback(job)
    work = _workload(job)
    work.check(history)
    if work.todo(history) or history.unsettled:
        for error in _foresee(job, history, adopting=adopting)[1].errors:
            raise error


def require_history(stage: Stage, verb: str) -> None:
    """
    Refuse what needs a history where none is kept.

    Args:
        stage: The stage.
        verb: What can't be done, such as ``rolled back``.

    Raises:
        UsageError: If it keeps none.
    """
    if not stage.keeps_history:
        raise UsageError(
            f"{stage.name} keeps no history (store.disabled), so it is not known what "
            f"was applied, and nothing can be {verb}. Nothing was sent. To have a "
            "history from now on, take 'disabled' out of its store, and record what "
            "exists with 'adopt'."
        )


def _refuse_rollback(job: StageJob) -> None:
    if job.direction is Direction.DOWN:
        require_history(job.stage, "rolled back")


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
