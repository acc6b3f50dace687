"""What a run would send, told to a person."""

from typing import List, Sequence

import click

from apirun import Direction, PlannedMigration, RunPlan, StagePlan
from apirun_cli.terminal import printable

__all__ = ["run_plan", "stage_plan"]


def run_plan(plan: RunPlan) -> str:
    """Return every request of every stage, in order, and how many there are."""
    parts = [_stage(stage) for stage in plan.shown]
    parts += [plan.left_out] if plan.left_out else []
    counts = [len(stage.migrations) for stage in plan.stages.values()]
    parts.append(_conclusion(sum(counts), sum(1 for count in counts if count)))
    return "\n\n".join(parts)


def stage_plan(plan: StagePlan) -> str:
    """Return every request of one directory, in order, and how many there are."""
    count = len(plan.migrations)
    return f"{_stage(plan)}\n\n{_conclusion(count, 1 if count else 0)}"


def _conclusion(requests: int, stages: int) -> str:
    if not requests:
        return "Nothing would be sent. Nothing was written."
    noun = "request" if requests == 1 else "requests"
    where = "1 stage" if stages == 1 else f"{stages} stages"
    return (
        f"{requests} {noun} in {where} would be sent. Nothing was sent, nothing was "
        "written."
    )


def _stage(plan: StagePlan) -> str:
    name = click.style(printable(plan.name), bold=True)
    if plan.skipped:
        return f"{name}: would be skipped, {printable(plan.skipped)}"
    lines = [f"{name}: {_what(plan.migrations)}, {plan.applied} applied"]
    if plan.condition:
        lines.append(f"  if {printable(plan.condition)}")
    lines += [
        f"  {click.style('warning:', fg='yellow')} {_indented(text)}"
        for text in plan.warnings
    ]
    for migration in plan.migrations:
        lines += _migration(migration)
    return "\n".join(lines)


def _what(migrations: Sequence[PlannedMigration]) -> str:
    if not migrations:
        return "nothing to do"
    down = all(each.direction is Direction.DOWN for each in migrations)
    return f"{len(migrations)} to {'roll back' if down else 'apply'}"


def _indented(text: str) -> str:
    return printable(text).replace("\n", "\n  ")


def _migration(migration: PlannedMigration) -> List[str]:
    name, request = map(printable, migration.cells())
    lines = [f"  {name}", f"    {click.style(request, fg='cyan')}"]
    lines += [
        f"    {printable(f'{header}: {text}')}" for header, text in migration.headers
    ]
    lines += [f"    {line}" for line in printable(migration.body).splitlines()]
    if migration.poll:
        lines.append(f"    then polls {printable(migration.poll)}")
    if migration.problem:
        problem = printable(migration.problem).replace("\n", "\n    ")
        lines.append(f"    {click.style('Error:', fg='red', bold=True)} {problem}")
    return lines
