"""Where things stand, told to a person."""

from collections import Counter
from typing import List, Mapping, Sequence

import click

from apirun import RunRow, StageState, StageStatus, StatusReport
from apirun_cli.drift_text import (
    drift_conclusion,
    drift_rows,
    probed_row,
    version_row,
)
from apirun_cli.terminal import printable, table

__all__ = ["history_text", "stage_text", "status_text"]

FEW_STAGES = 20

_COLOURS = {
    StageState.UP_TO_DATE: "green",
    StageState.PENDING: "yellow",
    StageState.FAILED: "red",
    StageState.UNSETTLED: "magenta",
    StageState.UNKNOWN: "magenta",
}


def status_text(report: StatusReport, *, verbose: bool = False) -> str:
    """Return one line for each stage, and with *verbose* what it holds."""
    stages = list(report.stages.values())
    rows = [_row(stage) for stage in stages]
    parts = [table([report.COLUMNS, *rows]), *_errors(stages)]
    if len(stages) > FEW_STAGES:
        parts.append(_counts(stages))
    if not verbose:
        parts += drift_rows(stages)
    if verbose:
        parts += [_details(stage) for stage in stages]
    return "\n\n".join([*parts, *drift_conclusion(stages)])


def stage_text(status: StageStatus, *, verbose: bool = False) -> str:
    """Return where one directory stands, with its versions."""
    head = "\n".join([table([_row(status)]), *_errors([status])])
    parts = [head, _versions(status, indent="  ")]
    if verbose:
        parts = [head, _details(status)]
    parts += [f"\n{told}" for told in drift_conclusion([status])]
    return "\n".join(part for part in parts if part)


def history_text(histories: Mapping[str, Sequence[RunRow]]) -> str:
    """Return the recorded requests of each stage, newest first."""
    parts = []
    for name, rows in histories.items():
        listed = table([_run(row) for row in rows], indent="  ")
        parts.append(f"History of {printable(name)}\n{listed or '  nothing yet'}")
    return "\n\n".join(parts)


def _counts(stages: Sequence[StageStatus]) -> str:
    counts = Counter(stage.state for stage in stages)
    told = [
        f"{count} {_coloured(state.value, state)}"
        for state, count in counts.most_common()
    ]
    return f"{len(stages)} stages: {', '.join(told)}."


def _coloured(word: str, state: StageState) -> str:
    return click.style(word, fg=_COLOURS.get(state))


def _row(status: StageStatus) -> List[str]:
    name, word, *rest = map(printable, status.cells())
    return [name, _coloured(word, status.state), *rest]


def _errors(stages: Sequence[StageStatus]) -> List[str]:
    """Return why stages failed, one below the other; nothing if none did."""
    rows = [
        [f"{printable(stage.name)}:", printable(stage.error)]
        for stage in stages
        if stage.error
    ]
    return [table(rows)] if rows else []


def _details(status: StageStatus) -> str:
    lines = [click.style(printable(status.name), bold=True)]
    # Behind the last colon are the tables, which a person need not see.
    store = status.store.rpartition(":")[0] or "none: no history is kept"
    facts = [["store", printable(store)]]
    if status.depends_on:
        facts.insert(0, ["depends on", ", ".join(status.depends_on)])
    lines.append(table(facts, indent="  "))
    lines.append("  versions" if status.versions else "  no versions")
    lines.append(_versions(status, indent="    "))
    changed = [version for version in status.versions if version.changes]
    if changed:
        lines.append("  changed since it was applied")
    for version in changed:
        lines.append(f"    {printable(version.name)}")
        told = [[printable(change)] for change in version.changes]
        lines.append(table(told, indent="      "))
    if status.variables:
        lines.append("  variables")
        rows = [
            [printable(each.name), printable(each.value), f"from {each.version}"]
            for each in status.variables
        ]
        lines.append(table(rows, indent="    "))
    return "\n".join(line for line in lines if line)


def _versions(status: StageStatus, *, indent: str) -> str:
    row = version_row if status.drifted is None else probed_row
    return table([row(each) for each in status.versions], indent=indent)


def _run(row: RunRow) -> List[str]:
    when, name, way, word, *rest = map(printable, row.cells())
    return [
        when,
        name,
        way,
        click.style(word, fg="red" if row.failed else "green"),
        *rest,
    ]
