"""How a run went, told to a person."""

from collections import Counter
from typing import Dict, List, Optional, Sequence

import click

from apirun import (
    Direction,
    MigrationResult,
    Outcome,
    RunResult,
    StageResult,
    format_duration,
)
from apirun_cli.terminal import printable, table

__all__ = ["outcome_word", "run_summary", "stage_summary"]

FEW_STAGES = 20

_COLOURS = {
    Outcome.APPLIED: "green",
    Outcome.ROLLED_BACK: "green",
    Outcome.FAILED: "red",
    Outcome.UNSETTLED: "magenta",
    Outcome.INTERRUPTED: "yellow",
    Outcome.NOT_STARTED: "yellow",
}
_WORDS = {Outcome.ROLLED_BACK: "rolled back", Outcome.NOT_STARTED: "not started"}
_IDLE = (Outcome.UNCHANGED, Outcome.SKIPPED)


def outcome_word(outcome: Outcome) -> str:
    """Return *outcome* as a word, in its colour."""
    word = _WORDS.get(outcome, outcome.value)
    colour = _COLOURS.get(outcome)
    return click.style(word, fg=colour) if colour else word


def run_summary(result: RunResult, *, verbose: bool = False) -> str:
    """Return a table of the stages, and what it came to in one line."""
    stages = list(result.stages.values())
    shown = stages
    if len(stages) > FEW_STAGES and not verbose:
        shown = [stage for stage in stages if stage.outcome not in _IDLE]
        if len(shown) > FEW_STAGES:
            shown = [stage for stage in shown if not _is_like_others(stage)]
    parts: List[str] = []
    if shown:
        rows = [[click.style("stage", bold=True), "outcome", "versions", "took", ""]]
        rows += [_row(stage) for stage in shown]
        parts.append(table(rows))
    named = {stage.name for stage in shown}
    hidden = Counter(_in_short(stage) for stage in stages if stage.name not in named)
    parts += [
        f"{'and ' if shown else ''}{count} {'stage' if count == 1 else 'stages'} {told}"
        for told, count in hidden.items()
    ]
    if verbose:
        parts += [text for text in map(_variables, stages) if text]
    if parts:
        parts.append("")
    parts.append(_conclusion(result))
    return "\n".join(parts)


def stage_summary(
    result: StageResult, direction: Direction, *, to: Optional[int] = None
) -> str:
    """
    Return what a run of one directory came to, in one line.

    Args:
        result: What it came to.
        direction: Which way it went.
        to: The version that it was to go to, if one was named.
    """
    done = _counted(result.migrations)
    took = format_duration(result.elapsed_s)
    if result.outcome is Outcome.INTERRUPTED:
        return f"Interrupted after {took}: {_versions(done)} {_past(direction)}."
    if not result.ok:
        return f"Stopped after {took}: {_versions(done)} {_past(direction)}."
    if not done:
        return _nothing(direction, to)
    return f"{_versions(done)} {_past(direction)} in {took}."


def _is_like_others(stage: StageResult) -> bool:
    """Return whether a number is enough to tell of *stage* among many."""
    if stage.outcome is Outcome.NOT_STARTED:
        return True
    went_well = stage.outcome in (Outcome.APPLIED, Outcome.ROLLED_BACK)
    return went_well and not stage.reason and not _is_half_back(stage)


def _is_half_back(stage: StageResult) -> bool:
    back = _counted(stage.rolled_back)
    return bool(stage.rolled_back) and back != _counted(stage.migrations)


def _in_short(stage: StageResult) -> str:
    told = outcome_word(stage.outcome)
    if stage.outcome is Outcome.NOT_STARTED and stage.reason:
        return f"{told}: {printable(stage.reason)}"
    return f"{told} and rolled back again" if stage.rolled_back else told


def _row(stage: StageResult) -> List[str]:
    done = _counted(stage.migrations)
    took = format_duration(stage.elapsed_s) if stage.started_at else ""
    remark = stage.reason
    if stage.rolled_back:
        back = _counted(stage.rolled_back)
        unknown = sum(each.outcome is Outcome.UNSETTLED for each in stage.rolled_back)
        lost = len(stage.rolled_back) - back - unknown
        counts = [
            f"{back} rolled back again" if back or unknown else "",
            f"{unknown} unsettled" if unknown else "",
            f"{lost} could not be rolled back" if lost else "",
        ]
        remark = ", ".join(filter(None, counts))
    return [
        printable(stage.name),
        outcome_word(stage.outcome),
        str(done) if done else "",
        took,
        printable(remark),
    ]


def _conclusion(result: RunResult) -> str:
    done: Dict[str, int] = {
        name: _counted(stage.migrations) for name, stage in result.stages.items()
    }
    total = sum(done.values())
    took = format_duration(result.elapsed_s)
    told = f"{_versions(total)} {_past(result.direction)}"
    back = sum(_counted(stage.rolled_back) for stage in result.stages.values())
    if back:
        told += f", {'all' if back == total else back} rolled back again"
    if result.interrupted:
        return f"Interrupted after {took}: {told}."
    if not result.ok:
        return f"Failed after {took}: {told}."
    failed = sum(1 for stage in result.stages.values() if not stage.ok)
    tolerated = (
        f" {failed} failed, which its policy tolerates." if result.failure else ""
    )
    skipped = any(stage.outcome is Outcome.SKIPPED for stage in result.stages.values())
    if not total and skipped and result.direction is Direction.DOWN:
        return "Nothing was rolled back." + tolerated
    if not total and tolerated:
        return f"Nothing was {_past(result.direction)}.{tolerated}"
    if not total:
        return _nothing(result.direction)
    count = sum(1 for number in done.values() if number)
    noun = "stage" if count == 1 else "stages"
    return f"{told} in {count} {noun} in {took}.{tolerated}"


def _variables(stage: StageResult) -> str:
    if not stage.env:
        return ""
    rows = [
        [printable(name), "***" if name in stage.secrets else printable(text)]
        for name, text in sorted(stage.env.items())
    ]
    return f"\n{printable(stage.name)} provides\n{table(rows, indent='  ')}"


def _counted(migrations: Sequence[MigrationResult]) -> int:
    done = (Outcome.APPLIED, Outcome.ROLLED_BACK)
    return sum(1 for result in migrations if result.outcome in done)


def _versions(count: int) -> str:
    return "1 version" if count == 1 else f"{count} versions"


def _past(direction: Direction) -> str:
    return "applied" if direction is Direction.UP else "rolled back"


def _nothing(direction: Direction, to: Optional[int] = None) -> str:
    if direction is Direction.UP:
        limit = "" if to is None else f" up to {to}"
        return f"Nothing to do: every version{limit} is applied."
    limit = "" if not to else f" above {to}"
    return f"Nothing to do: no version{limit} is applied."
