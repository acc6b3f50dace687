"""What a run over the stages came to: what it applied, and whether it failed."""

from typing import Dict, List, Mapping, Optional, Sequence, Tuple

from attrs import evolve

from apirun.durations import Stopwatch
from apirun.events import Event, MigrationFinished
from apirun.exceptions import ApirunError
from apirun.failures import stage_failure
from apirun.landscape import Landscape
from apirun.masking import Masker
from apirun.results import Failure, Outcome, RunResult, StageResult
from apirun.rollback import Done, Rollback
from apirun.stage import OnFailure, Stage
from apirun.state import Direction, StageOutcome, StageRecord, StateStore

__all__ = [
    "Ledger",
    "broken_result",
    "fatal_stages",
    "keep_failure",
    "run_of_one",
    "run_result",
    "with_rollback",
]


class Ledger:
    """
    Keeps in mind, in order of completion, what a run applied.

    It is a listener of the run. What may have been applied comes last, so that
    a rollback looks at it first.
    """

    listens_to = (MigrationFinished,)

    def __init__(self) -> None:
        self._applied: List[Done] = []
        self._unsure: List[Done] = []

    def __call__(self, event: Event) -> None:
        """Note what *event* says was applied."""
        if not isinstance(event, MigrationFinished):
            return
        result = event.result
        if result.direction is not Direction.UP or result.settled:
            return
        if result.outcome is Outcome.APPLIED:
            self._applied.append(Done(event.stage, result.version, result.name))
        elif result.outcome is Outcome.UNSETTLED:
            unsure = Done(event.stage, result.version, result.name, certain=False)
            self._unsure.append(unsure)

    def done(self) -> Tuple[Done, ...]:
        """Return what was applied, and what may have been, in order."""
        return (*self._applied, *self._unsure)

    def stages(self) -> Tuple[str, ...]:
        """Return the stages concerned, in the order of rolling back."""
        return tuple(dict.fromkeys(entry.stage for entry in reversed(self.done())))


def broken_result(stage: Stage, error: BaseException, *, masker: Masker) -> StageResult:
    """Return the result of a stage that *error* ended without a report."""
    known = error if isinstance(error, ApirunError) else None
    told = known or ApirunError(
        f"what carried stage {stage.name} broke: {type(error).__name__}: {error}"
    )
    return StageResult(
        name=stage.name,
        outcome=Outcome.FAILED,
        failure=stage_failure(told, stage=stage, masker=masker),
    )


def fatal_stages(
    landscape: Landscape, results: Mapping[str, StageResult]
) -> Tuple[str, ...]:
    """Return the stages whose failure makes the run fail."""
    return tuple(
        name
        for name, result in results.items()
        if _failed(result)
        and landscape.stages[name].on_failure is not OnFailure.CONTINUE
    )


def run_result(  # noqa: PLR0913 - each is a fact of its own
    direction: Direction,
    selected: Sequence[str],
    results: Mapping[str, StageResult],
    *,
    fatal: Sequence[str],
    interrupted: bool,
    late: str,
    watch: Stopwatch,
    undone: Rollback,
    applied: Sequence[Done],
) -> RunResult:
    """
    Return how the run ended.

    Args:
        direction: Which way.
        selected: Names of the stages, in order.
        results: How each of them ended.
        fatal: Those whose failure makes the run fail.
        interrupted: Whether it was stopped from outside.
        late: What is said if its time was over before all was done; else empty.
        watch: Tells when it began and how long it took.
        undone: What came of the rollback.
        applied: What it applied, or may have applied.
    """
    failed = [name for name, result in results.items() if _failed(result)]
    first = next(iter((*fatal, *failed)), "")
    ordered: Dict[str, StageResult] = {name: results[name] for name in selected}
    return RunResult(
        direction=direction,
        ok=not (fatal or interrupted or late),
        stages=ordered,
        interrupted=interrupted,
        failure=results[first].failure if first else _too_late(late),
        failed_stage=first,
        started_at=watch.started_at,
        elapsed_s=watch.elapsed_s,
        undone=tuple(undone.undone),
        left=tuple(undone.left),
        unknown=tuple(undone.unknown),
        applied=tuple(
            (entry.stage, entry.version)
            for entry in applied
            if entry.label not in undone.undone
        ),
    )


def run_of_one(
    direction: Direction, result: StageResult, watch: Stopwatch, *, interrupted: bool
) -> RunResult:
    """
    Return how the run of a single directory ended.

    Args:
        direction: Which way.
        result: How its stage ended.
        watch: Tells when it began and how long it took.
        interrupted: Whether it was stopped from outside.
    """
    going_up = direction is Direction.UP
    return RunResult(
        direction=direction,
        ok=result.ok,
        stages={result.name: result},
        interrupted=interrupted and not result.ok,
        failure=result.failure,
        failed_stage="" if result.failure is None else result.name,
        started_at=watch.started_at,
        elapsed_s=watch.elapsed_s,
        applied=tuple((result.name, each.version) for each in result.done if going_up),
    )


def _too_late(late: str) -> Optional[Failure]:
    if not late:
        return None
    return Failure(
        message=late,
        kind="NotSentError",
        recorded="What is applied is recorded; what was not begun stays pending.",
        advice="Run it again, with more time if it needs that.",
    )


def with_rollback(result: StageResult, undone: Rollback) -> StageResult:
    """Return *result* with what was rolled back of its stage."""
    rolled_back = tuple(undone.results.get(result.name, ()))
    return evolve(result, rolled_back=rolled_back) if rolled_back else result


def keep_failure(store: StateStore, result: StageResult) -> None:
    """
    Let the record say that the stage failed, not that it was rolled back.

    Args:
        store: Where the stage's history is kept.
        result: How the stage failed.
    """
    if store.history().unsettled:
        return
    store.record_stage(
        StageRecord(
            outcome=StageOutcome.FAILED,
            started_at=result.started_at,
            elapsed_s=result.elapsed_s,
            error=(result.failure.message if result.failure else "").partition("\n")[0],
        )
    )


def _failed(result: StageResult) -> bool:
    return not result.ok and result.outcome not in (
        Outcome.NOT_STARTED,
        Outcome.INTERRUPTED,
    )
