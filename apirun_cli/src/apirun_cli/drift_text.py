"""What the probes found beside what is recorded, told to a person."""

from typing import List, Optional, Sequence

import click

from apirun import CaptureDrift, Found, ProbeStatus, StageStatus, VersionStatus
from apirun_cli.terminal import printable, table

__all__ = ["drift_conclusion", "drift_rows", "probed_row", "version_row"]

LONGEST_VALUE = 60


def version_row(row: VersionStatus) -> List[str]:
    """Return one version's cells: name, state, when it was applied, what is odd."""
    colour = {"applied": "green", "pending": "yellow"}.get(row.state, "magenta")
    name, state, *rest = map(printable, row.cells())
    return [name, click.style(state, fg=colour), *rest]


def probed_row(row: VersionStatus) -> List[str]:
    """Return one version's cells: name, state, what its probe found, remarks."""
    name, state, *_ = version_row(row)
    remarks = [row.note, _remark(row.probe) if row.probe else ""]
    return [
        name,
        state,
        _found(row.probe),
        printable("; ".join(remark for remark in remarks if remark)),
    ]


def drift_rows(stages: Sequence[StageStatus]) -> List[str]:
    """Return the versions that have drifted or can't be told, if there are any."""
    rows = []
    for stage in stages:
        for version in stage.versions:
            told = version.probe
            if told is not None and (told.drifted or told.found is Found.UNKNOWN):
                name, *rest = probed_row(version)
                rows.append([f"{printable(stage.name)}/{name}", *rest])
    return [table(rows)] if rows else []


def drift_conclusion(stages: Sequence[StageStatus]) -> List[str]:
    """Return how many versions were asked and what came of it, if any were."""
    if all(stage.drifted is None for stage in stages):
        return []
    asked = sum(version.probe is not None for s in stages for version in s.versions)
    silent = sum(len(stage.versions) for stage in stages) - asked
    drifted = sum(stage.drifted or 0 for stage in stages)
    unknown = sum(stage.unknown or 0 for stage in stages)
    if not asked:
        return ["No version has a probe, so nothing was asked."]
    noun = "version" if asked == 1 else "versions"
    told = []
    if drifted or not unknown:
        told.append(f"{drifted} drifted" if drifted else "no drift")
    if unknown:
        told.append(f"{unknown} not known")
    rest = f" {silent} without." if silent else ""
    return [f"{asked} {noun} with a probe: {', '.join(told)}.{rest}"]


def _found(probe: Optional[ProbeStatus]) -> str:
    if probe is None:
        return "no probe"
    word = probe.found.value
    if probe.drifted:
        return click.style(word, fg="red", bold=True)
    return click.style(word, fg="yellow") if probe.found is Found.UNKNOWN else word


def _remark(probe: ProbeStatus) -> str:
    if probe.found is Found.UNKNOWN:
        return probe.reason.partition("\n")[0]
    if probe.found is Found.CHANGED:
        return "\n".join(_change(each) for each in probe.changes)
    if not probe.drifted:
        return ""
    return "it is gone" if probe.found is Found.ABSENT else "it is there already"


def _change(change: CaptureDrift) -> str:
    if change.found is None:
        return f"{change.name}: {_short(change.recorded)} is missing now"
    if change.found == change.recorded:
        return f"{change.name}: the secret value is another one now"
    return f"{change.name}: {_short(change.recorded)} is now {_short(change.found)}"


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]}…"
