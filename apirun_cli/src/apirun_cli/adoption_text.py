"""What was or would be taken over, told to a person."""

from typing import List, Sequence

import click

from apirun import Outcome, PlannedMigration, StagePlan, StageResult, format_duration
from apirun_cli.terminal import printable

__all__ = ["adoption_plan", "adoption_summary"]


def adoption_plan(plans: Sequence[StagePlan]) -> str:
    """Return every probe that would be sent, stage by stage."""
    parts = [_stage(plan) for plan in plans]
    probes = sum(bool(each.method) for plan in plans for each in plan.migrations)
    noun = "probe" if probes == 1 else "probes"
    parts.append(
        f"{probes} {noun} would be sent. Nothing was sent, nothing was written."
    )
    return "\n\n".join(parts)


def adoption_summary(result: StageResult) -> str:
    """Return what was taken over of one directory."""
    count = sum(1 for each in result.migrations if each.adopted)
    told = "1 version" if count == 1 else f"{count} versions"
    took = format_duration(result.elapsed_s)
    if result.outcome is Outcome.INTERRUPTED:
        return f"Interrupted after {took}: {told} adopted."
    if not result.ok:
        return f"Stopped after {took}: {told} adopted."
    if result.reason:
        reason = f"{printable(result.reason)}: 'up' applies it."
        return f"{told} adopted in {took}. {reason}"
    if not count:
        return "Nothing to adopt: every version is applied."
    return f"{told} adopted in {took}."


def _stage(plan: StagePlan) -> str:
    name = click.style(printable(plan.name), bold=True)
    lines = [f"{name}: {len(plan.migrations)} to adopt, {plan.applied} applied"]
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
