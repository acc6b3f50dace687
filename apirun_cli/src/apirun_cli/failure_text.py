"""A failure told to a person in one block: where, what, what it means, what next."""

from typing import List, Sequence, Tuple

import click

from apirun import Failure, Outcome, RunResult, StageResult
from apirun_cli.terminal import printable, table

__all__ = ["run_failure", "stage_failure"]

MOST_APPLIED = 12
MOST_FAILED = 8
MOST_BODY_LINES = 12
MOST_BODY = 1200

Row = Tuple[str, str]


def stage_failure(result: StageResult) -> str:
    """Return the block for one directory that failed."""
    if result.failure is None:
        return ""
    done = [(each.name, each.outcome) for each in result.migrations]
    rows = [*_rows(result.failure), *_done(done)]
    return _block(_title(result), [*rows, *_next(result.failure)])


def run_failure(result: RunResult) -> str:
    """Return the block for a run over stages in which something failed."""
    failed = [stage for stage in result.stages.values() if stage.failure is not None]
    if not failed:
        return ""
    first = result.stages.get(result.failed_stage, failed[0])
    if first.failure is None:
        first = failed[0]
    failure = first.failure
    assert failure is not None
    rows = _rows(failure)
    others = [
        f"{_title(stage)}: {_first_line(stage.failure.message)}"
        for stage in failed
        if stage is not first and stage.failure is not None
    ]
    others += _not_rolled_back(result)
    rows += [("also", told) for told in others[:MOST_FAILED]]
    if len(others) > MOST_FAILED:
        rows.append(("also", f"{len(others) - MOST_FAILED} more failed"))
    if result.undone or result.left or result.unknown:
        rows += _listed("undone", result.undone)
        rows += _listed("left", result.left)
        rows += _listed("unknown", result.unknown)
    else:
        rows += _done(
            [
                (f"{stage.name}/{each.name}", each.outcome)
                for stage in result.stages.values()
                for each in stage.migrations
            ]
        )
    return _block(_title(first), [*rows, *_next(failure)])


def _block(title: str, rows: Sequence[Row]) -> str:
    head = f"{click.style('Error:', fg='red', bold=True)} {title}"
    return f"{head}\n{table(rows, indent='  ', err=True)}"


def _title(result: StageResult) -> str:
    for done in (*result.migrations, *result.rolled_back):
        if done.failure is not None:
            return printable(f"{result.name}/{done.name} {_ended(done.outcome)}")
    return printable(f"stage {result.name} {_ended(result.outcome)}")


def _ended(outcome: Outcome) -> str:
    if outcome is Outcome.UNSETTLED:
        return "is unsettled"
    return "was interrupted" if outcome is Outcome.INTERRUPTED else "failed"


def _rows(failure: Failure) -> List[Row]:
    rows: List[Row] = []
    if failure.place:
        rows.append(("where", printable(failure.place)))
    if failure.request:
        rows.append(("request", printable(failure.request)))
    rows.append(("reason", printable(failure.message)))
    if failure.status or failure.body:
        rows.append(("answer", printable(f"{failure.status} {_body(failure.body)}")))
    if failure.recorded:
        rows.append(("recorded", failure.recorded))
    return rows


def _next(failure: Failure) -> List[Row]:
    return [("next", printable(failure.advice))] if failure.advice else []


def _listed(label: str, names: Sequence[str]) -> List[Row]:
    if not names:
        return []
    shown = ", ".join(names[:MOST_APPLIED])
    more = len(names) - MOST_APPLIED
    return [(label, printable(f"{shown} and {more} more" if more > 0 else shown))]


def _done(versions: Sequence[Tuple[str, Outcome]]) -> List[Row]:
    """Return what was done before the failure, by what was done."""
    applied = [name for name, outcome in versions if outcome is Outcome.APPLIED]
    undone = [name for name, outcome in versions if outcome is Outcome.ROLLED_BACK]
    return [*_listed("applied", applied), *_listed("undone", undone)]


def _not_rolled_back(result: RunResult) -> List[str]:
    """Return why versions could not be rolled back after the failure."""
    return [
        f"{stage.name}/{each.name} was not rolled back: "
        f"{_first_line(each.failure.message)}"
        for stage in result.stages.values()
        for each in stage.rolled_back
        if each.failure is not None and each.failure != stage.failure
    ]


def _body(body: str) -> str:
    lines = body[:MOST_BODY].splitlines()
    shown = "\n".join(lines[:MOST_BODY_LINES])
    return shown if shown == body.rstrip("\n") else f"{shown} ..."


def _first_line(text: str) -> str:
    return printable(text.partition("\n")[0])
