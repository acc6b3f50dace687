"""The stages one below the other, each with its versions and its variables."""

from typing import Iterable, Iterator, List, Optional, Sequence, Tuple

from apirun.drawing import Tone
from apirun.durations import format_duration
from apirun.masking import MASK
from apirun.reports.html.failure import Anchors, first_failure
from apirun.reports.html.markup import Child, Html, tag
from apirun.reports.html.versions import block, table, terms, told_above, versions
from apirun.reports.html.words import counted, mark, sign, told
from apirun.reports.run_report import (
    ReportedMigration,
    ReportedStage,
    RunReport,
    seconds_of,
)
from apirun.results import Failure, MigrationResult, Outcome, StageResult
from apirun.state import Direction

__all__ = ["beginning_of", "rolled_back_in", "stage_sections"]

_OPEN = (Outcome.FAILED, Outcome.UNSETTLED)


def stage_sections(report: RunReport, anchors: Anchors) -> Iterator[Html]:
    """Return each stage; those that failed are open."""
    direction = report.result.direction
    top = first_failure(report)
    zero = beginning_of(report)
    for stage in report.stages.values():
        yield _stage(stage, direction, anchors, top, zero)


def beginning_of(report: RunReport) -> float:
    """Return when the run began, as seconds since 1970."""
    stages = (stage.started_at for stage in report.result.stages.values())
    moments = [report.result.started_at, *stages]
    return min((seconds_of(each) for each in moments if each), default=0.0)


def rolled_back_in(
    stage: ReportedStage,
) -> Tuple[Tuple[ReportedMigration, ...], Tuple[ReportedMigration, ...]]:
    """Return the versions of the run itself, and those of the rollback after it."""
    if not stage.result.rolled_back:
        return stage.migrations, ()
    back = {_key(each) for each in stage.result.rolled_back}
    return (
        tuple(each for each in stage.migrations if _key(each.result) not in back),
        tuple(each for each in stage.migrations if _key(each.result) in back),
    )


def _key(result: MigrationResult) -> Tuple[int, Direction, str]:
    return result.version, result.direction, result.started_at


def _stage(
    stage: ReportedStage,
    direction: Direction,
    anchors: Anchors,
    top: Optional[Failure],
    zero: float,
) -> Html:
    result = stage.result
    anchor = anchors[result.name]
    word, tone = told(result.outcome)
    own, back = rolled_back_in(stage)
    lost = any(each.failure for each in result.rolled_back)
    took = format_duration(result.elapsed_s) if result.started_at else ""
    inside = [
        _facts(stage, anchors, zero),
        *(
            tag("p", tag("b", "Warning: "), text, class_="warning")
            for text in dict.fromkeys(stage.warnings)
        ),
        _own_failure(result, top),
        *versions(own, f"{anchor}-own", direction, top),
        tag("p", "After the run had failed:", class_="divide") if back else None,
        *versions(back, f"{anchor}-back", Direction.DOWN, top),
        _variables(result),
    ]
    return tag(
        "details",
        tag(
            "summary",
            sign(Tone.BAD if lost else tone),
            tag("h3", result.name),
            " ",
            mark(word, tone),
            " ",
            _mark_of_rollback(back),
            " ",
            tag("span", ", ".join(_meta(stage)), class_="meta"),
            " ",
            tag("span", took, class_="took"),
        ),
        tag(
            "div",
            *(inside if any(inside) else [tag("p", "It did not run.", class_="note")]),
            class_="inside",
        ),
        class_=f"stage is-{result.outcome.value}",
        id=anchor,
        open=result.outcome in _OPEN or result.failure is not None or lost,
    )


def _mark_of_rollback(back: Sequence[ReportedMigration]) -> Optional[Html]:
    if not back:
        return None
    if any(each.result.failure for each in back):
        return mark("rollback failed", Tone.BAD)
    return mark("rolled back again", Tone.DUE)


def _meta(stage: ReportedStage) -> Iterator[str]:
    if stage.result.reason:
        yield stage.result.reason
    if stage.migrations:
        done = len(stage.result.done)
        total = len(stage.result.migrations)
        if done == total:
            yield counted(total, "version")
        else:
            yield f"{done} of {counted(total, 'version')}"
    if stage.warnings:
        yield counted(len({*stage.warnings}), "warning")


def _facts(stage: ReportedStage, anchors: Anchors, zero: float) -> Html:
    result = stage.result
    facts: List[Tuple[str, Iterable[Child]]] = []
    if result.started_at:
        begun_s = seconds_of(result.started_at) - zero
        facts.append(("Began", [f"{format_duration(begun_s)} into the run"]))
        facts.append(("Took", [format_duration(result.elapsed_s)]))
    if stage.slot is not None:
        facts.append(("Slot", [str(stage.slot)]))
    if stage.depends_on:
        links: List[Child] = []
        for name in stage.depends_on:
            links.append(", " if links else None)
            anchor = anchors.get(name)
            links.append(tag("a", name, href=f"#{anchor}") if anchor else name)
        facts.append(("Depends on", links))
    return terms(facts)


def _own_failure(result: StageResult, top: Optional[Failure]) -> Optional[Html]:
    """Return the failure of a stage if no version of it tells the same."""
    failure = result.failure
    of_versions = (each.failure for each in (*result.migrations, *result.rolled_back))
    if failure is None or failure in of_versions:
        return None
    return told_above() if failure == top else block(failure, Tone.BAD)


def _variables(result: StageResult) -> Optional[Html]:
    if not result.env:
        return None
    shown = {
        name: MASK if name in result.secrets else result.env[name]
        for name in sorted(result.env)
    }
    return tag(
        "details",
        tag(
            "summary",
            tag("h4", "Variables"),
            " ",
            tag("span", counted(len(shown), "variable"), class_="meta"),
        ),
        tag("div", table("What the stage provides", shown), class_="inside"),
        class_="variables",
    )
