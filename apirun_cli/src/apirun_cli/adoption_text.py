"""What was or would be taken over, told to a person."""

from typing import List, Optional, Sequence

import click

from apirun import (
    Outcome,
    PlannedMigration,
    RunResult,
    StagePlan,
    StageResult,
    format_duration,
)
from apirun_cli.terminal import printable, table

__all__ = ["adoption_plan", "adoption_summary", "stages_adoption_summary"]

NOTHING = "Nothing to adopt: every version is applied."


def adoption_plan(plans: Sequence[StagePlan]) -> str:
    """Return every probe that would be sent, stage by stage."""
    parts = [_stage(plan) for plan in plans]
    probes = sum(bool(each.method) for plan in plans for each in plan.migrations)
    noun = "probe" if probes == 1 else "probes"
    parts.append(
        f"{probes} {noun} would be sent. Nothing was sent, nothing was written."
    )
    return "\n\n".join(parts)


def adoption_summary(result: StageResult, *, to: Optional[int] = None) -> str:
    """
    Return what was taken over of one directory, in one line.

    Args:
        result: What it came to.
        to: The last version that was to be adopted, if one was named.
    """
    told = f"{_adopted([result])} in {format_duration(result.elapsed_s)}."
    if result.outcome is Outcome.INTERRUPTED:
        return f"Interrupted: {told}"
    if not result.ok:
        return f"Stopped: {told}"
    if result.reason:
        return f"{told} {_first_up(result.reason)}: 'apirun up' applies it."
    if result.migrations:
        return told
    return NOTHING if to is None else NOTHING.replace("version", f"version up to {to}")


def stages_adoption_summary(result: RunResult) -> str:
    """Return what was taken over of each stage, and of all in one line."""
    stages = list(result.stages.values())
    rows = [[printable(stage.name), _count(stage), _remark(stage)] for stage in stages]
    rows = [row for row in rows if any(row[1:])]
    told = f"{_adopted(stages)} in {format_duration(result.elapsed_s)}."
    if result.interrupted:
        told = f"Interrupted: {told}"
    elif not result.ok:
        told = f"Failed: {told}"
    elif not any(stage.migrations or stage.reason for stage in stages):
        told = NOTHING
    elif any(stage.reason for stage in stages):
        told += " 'apirun stages up' applies what is not there."
    if not rows:
        return told
    head = [click.style("stage", bold=True), "adopted", ""]
    return f"{table([head, *rows])}\n\n{told}"


def _remark(stage: StageResult) -> str:
    if stage.failure is not None:
        return click.style("failed", fg="red")
    return printable(stage.reason)


def _count(stage: StageResult) -> str:
    count = sum(1 for each in stage.migrations if each.adopted)
    return str(count) if count else ""


def _adopted(stages: Sequence[StageResult]) -> str:
    count = sum(1 for stage in stages for each in stage.migrations if each.adopted)
    return "1 version adopted" if count == 1 else f"{count} versions adopted"


def _first_up(text: str) -> str:
    return printable(text[:1].upper() + text[1:])


def _stage(plan: StagePlan) -> str:
    name = click.style(printable(plan.name), bold=True)
    if plan.skipped:
        return f"{name}: would be skipped, {printable(plan.skipped)}"
    lines = [f"{name}: {len(plan.migrations)} to adopt, {plan.applied} applied"]
    if plan.condition:
        lines.append(f"  if {printable(plan.condition)}")
    lines += [
        f"  {click.style('warning:', fg='yellow')} {printable(text)}"
        for text in plan.warnings
    ]
    for migration in plan.migrations:
        lines += _migration(migration)
    return "\n".join(lines)


def _migration(migration: PlannedMigration) -> List[str]:
    lines = [f"  {printable(migration.name)}"]
    if migration.method:
        request = printable(f"{migration.method} {migration.url}")
        lines.append(f"    {click.style(request, fg='cyan')}")
    else:
        lines.append("    no probe: recorded as applied, unseen")
    lines += [f"    {printable(f'{name}: {text}')}" for name, text in migration.headers]
    if migration.problem:
        problem = printable(migration.problem).replace("\n", "\n    ")
        lines.append(f"    {click.style('Error:', fg='red', bold=True)} {problem}")
    return lines
