"""What the failure of one stage means for the others."""

from typing import Mapping

from apirun.results import Outcome, StageResult
from apirun.scheduler import Verdict
from apirun.stage import OnFailure, Stage
from apirun.state import Direction

__all__ = ["verdict", "why_left_out", "why_skipped"]

VERDICTS = {
    OnFailure.STOP: Verdict.STOP,
    OnFailure.SKIP_DEPENDENTS: Verdict.BLOCK_SUCCESSORS,
    OnFailure.CONTINUE: Verdict.GO_ON,
}


def verdict(result: StageResult, stage: Stage, direction: Direction) -> Verdict:
    """
    Judge how *stage* ended by its ``on_failure``.

    Going down, what a stage stands on is never taken away before the stage
    itself, whatever its policy.

    Args:
        result: How it ended.
        stage: The stage.
        direction: Which way the run goes.
    """
    if result.ok:
        return Verdict.GO_ON
    told = VERDICTS[stage.on_failure]
    if direction is Direction.DOWN and told is Verdict.GO_ON:
        return Verdict.BLOCK_SUCCESSORS
    return told


def why_skipped(stage: Stage, direction: Direction) -> str:
    """Return why *stage* has nothing to do in a run."""
    if direction is Direction.DOWN:
        return "it keeps no history (store.disabled), so nothing is rolled back"
    return f"its condition is false: {stage.condition}"


def why_left_out(
    blocker: str,
    results: Mapping[str, StageResult],
    *,
    interrupted: bool,
    late: str = "",
) -> str:
    """
    Return why a stage was not started.

    Args:
        blocker: The stage that it waits for and that failed, or ended before all
            of it was there; empty for none.
        results: How the stages ended so far.
        interrupted: Whether the run was stopped from outside.
        late: What is said when the time of the run is over; empty if it is not.
    """
    if blocker:
        incomplete = blocker in results and results[blocker].ok
        return f"stage {blocker} {'is not complete' if incomplete else 'failed'}"
    if interrupted:
        return "the run was interrupted"
    if late:
        return late
    failed = [
        name
        for name, result in results.items()
        if not result.ok and result.outcome is not Outcome.NOT_STARTED
    ]
    return f"stage {failed[0]} failed" if failed else "the run was stopped"
