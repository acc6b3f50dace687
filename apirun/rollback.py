"""Undoing what a failed run applied, and only that, newest first."""

from typing import Callable, Dict, List, Sequence, Set, Tuple

from attrs import define, field, frozen

from apirun.landscape import Landscape
from apirun.results import MigrationResult, Outcome
from apirun.stage_job import StageReport
from apirun.state import Direction

__all__ = ["Done", "Rollback", "roll_back"]


@frozen
class Done:
    """
    One version that this run applied, or may have applied.

    Attributes:
        stage: Name of its stage.
        version: The migration's version.
        name: Its label.
        certain: Whether it is known to be applied.
    """

    stage: str
    version: int
    name: str
    certain: bool = True

    @property
    def label(self) -> str:
        """How it is named to a person: ``infrastructure/001_create_vpc``."""
        return f"{self.stage}/{self.name}"


@define
class Rollback:
    """
    What came of a rollback.

    Attributes:
        undone: Labels of what is undone, in order.
        left: Labels of what still stands.
        unknown: Labels of what is not known.
        results: What was done, by stage.
    """

    undone: List[str] = field(factory=list)
    left: List[str] = field(factory=list)
    unknown: List[str] = field(factory=list)
    results: Dict[str, List[MigrationResult]] = field(factory=dict)


def roll_back(
    done: Sequence[Done],
    landscape: Landscape,
    run: Callable[[str, Tuple[int, ...]], StageReport],
) -> Rollback:
    """
    Undo *done* in reverse order, and return what came of it.

    Where a stage can't be rolled back, what it depends on is left standing;
    everything else goes on.

    Args:
        done: What this run applied or may have applied, in order of completion.
        landscape: All stages.
        run: Rolls back exactly the given versions of a stage.
    """
    outcome = Rollback()
    blocked: Set[str] = set()
    for group in _groups(done):
        stage = group[0].stage
        if stage in blocked:
            _leave(outcome, group)
            continue
        report = run(stage, tuple(entry.version for entry in group))
        results = report.result.migrations
        outcome.results.setdefault(stage, []).extend(results)
        undone = {
            result.version
            for result in results
            if result.outcome is Outcome.ROLLED_BACK or _was_never_there(result)
        }
        unsettled = {
            result.version for result in results if result.outcome is Outcome.UNSETTLED
        }
        for entry in group:
            if entry.version in undone:
                outcome.undone.append(entry.label)
            elif entry.version in unsettled or not entry.certain:
                outcome.unknown.append(entry.label)
            else:
                outcome.left.append(entry.label)
        if not report.result.ok:
            blocked.add(stage)
            blocked.update(landscape.graph.ancestors(stage))
    return outcome


def _was_never_there(result: MigrationResult) -> bool:
    return result.direction is Direction.UP and result.outcome is Outcome.UNCHANGED


def _leave(outcome: Rollback, group: Sequence[Done]) -> None:
    for entry in group:
        (outcome.left if entry.certain else outcome.unknown).append(entry.label)


def _groups(done: Sequence[Done]) -> List[List[Done]]:
    """Split *done*, newest first, into stretches of one stage each."""
    groups: List[List[Done]] = []
    for entry in reversed(done):
        if groups and groups[-1][0].stage == entry.stage:
            groups[-1].append(entry)
        else:
            groups.append([entry])
    return groups
