"""A run as suites of test cases, as CI servers think: a stage is a suite."""

from collections import Counter
from typing import Counter as CounterOf
from typing import Dict, List, Optional, Tuple

from attrs import evolve, frozen

from apirun.durations import format_duration
from apirun.events import Exchanged
from apirun.reports.run_report import ReportedMigration, ReportedStage, RunReport
from apirun.reports.texts import first_line, retried, shortened, told
from apirun.results import Failure, MigrationResult, Outcome
from apirun.state import Direction
from apirun.status import Found

__all__ = ["Case", "Suite", "suites_of"]

ANSWER_SHOWN = 500
_NOT_RUN = (Outcome.SKIPPED, Outcome.INTERRUPTED, Outcome.NOT_STARTED)


@frozen(kw_only=True)
class Case:
    """
    One version, or what else there is to tell of a stage.

    Attributes:
        name: Its label.
        elapsed_s: Seconds that it took.
        verdict: ``failure`` if the API said no, ``error`` if it is not known
            or could not be asked, ``skipped``; empty if all is well.
        message: Why, in one line.
        kind: Name of the error's class.
        text: All that there is to say of it.
        out: What was sent, and what came of it.
    """

    name: str
    elapsed_s: float = 0.0
    verdict: str = ""
    message: str = ""
    kind: str = ""
    text: str = ""
    out: str = ""


@frozen(kw_only=True)
class Suite:
    """
    One stage.

    Attributes:
        name: Its name.
        cases: At least one, since CI servers refuse what has no result.
        elapsed_s: Seconds that it took.
        started_at: When it began, as ISO 8601 in UTC; empty if it did not.
        properties: What else there is to tell of it.
        warnings: What deserves attention.
    """

    name: str
    cases: Tuple[Case, ...]
    elapsed_s: float = 0.0
    started_at: str = ""
    properties: Tuple[Tuple[str, str], ...] = ()
    warnings: Tuple[str, ...] = ()

    def count(self, verdict: str) -> int:
        """Return how many of its cases have the *verdict*."""
        return sum(case.verdict == verdict for case in self.cases)


def suites_of(report: RunReport) -> Tuple[Suite, ...]:
    """
    Return the suites that a *report* comes to; there is at least one.

    What failed, was refused or deserves attention without concerning a stage
    is in a suite of its own, which is the first.
    """
    direction = report.result.direction
    suites = [_suite(stage, direction) for stage in report.stages.values()]
    of_run = _case_of_run(report)
    if of_run is not None or report.warnings or not suites:
        name = report.title or f"apirun {direction.value}"
        idle = Case(name="warnings" if suites else f"apirun {direction.value}")
        suites.insert(
            0,
            Suite(
                name=name,
                cases=(of_run or idle,),
                started_at=report.result.started_at,
                warnings=report.warnings,
            ),
        )
    return tuple(suites)


def _case_of_run(report: RunReport) -> Optional[Case]:
    """Return the case of what ended the run and no stage, if anything did."""
    result = report.result
    case = Case(name=f"apirun {result.direction.value}")
    if result.failure is not None and not result.failed_stage:
        return _judged(case, "error", result.failure)
    if result.interrupted:
        return evolve(case, verdict="skipped", message="interrupted")
    return None


def _suite(stage: ReportedStage, direction: Direction) -> Suite:
    result = stage.result
    cases = [_case(each, direction, stage) for each in stage.migrations]
    of_stage = _case_of_stage(stage, direction)
    if of_stage is not None:
        cases.append(of_stage)
    properties = [("direction", direction.value), ("outcome", result.outcome.value)]
    if stage.depends_on:
        properties.append(("depends_on", ", ".join(stage.depends_on)))
    if stage.slot is not None:
        properties.append(("slot", str(stage.slot)))
    return Suite(
        name=result.name,
        cases=_told_apart(cases),
        # What a stage took does not hold what was rolled back of it later.
        elapsed_s=result.elapsed_s + sum(each.elapsed_s for each in result.rolled_back),
        started_at=result.started_at,
        properties=tuple(properties),
        warnings=stage.warnings,
    )


def _case(done: ReportedMigration, direction: Direction, stage: ReportedStage) -> Case:
    result = done.result
    case = Case(
        name=f"{result.name}{_remark(result, direction, stage)}",
        elapsed_s=result.elapsed_s,
        out=_out(done),
    )
    if result.outcome in _NOT_RUN:
        reason = result.failure.message if result.failure else result.outcome.value
        return evolve(case, verdict="skipped", message=first_line(reason))
    if result.probe is Found.ABSENT:
        message = "it is not there, so it stays pending"
        return evolve(case, verdict="skipped", message=message)
    if result.failure is not None:
        refused = result.outcome is Outcome.FAILED and result.failure.status
        return _judged(case, "failure" if refused else "error", result.failure)
    return case


def _remark(result: MigrationResult, direction: Direction, stage: ReportedStage) -> str:
    """Return what tells a case from others of the same version."""
    if any(result is back or result == back for back in stage.result.rolled_back):
        return " (rollback)"
    if result.settled:
        return " (settled)"
    return "" if result.direction is direction else f" ({result.direction.value})"


def _case_of_stage(stage: ReportedStage, direction: Direction) -> Optional[Case]:
    """Return the case of what no version of the stage tells, if there is any."""
    result = stage.result
    if result.outcome in _NOT_RUN:
        name = result.outcome.value.replace("_", " ")
        message = first_line(result.reason or name)
        return Case(name=name, verdict="skipped", message=message)
    if result.failure is not None:
        if any(each.result.failure is not None for each in stage.migrations):
            return None
        of_versions_s = sum(each.elapsed_s for each in result.migrations)
        left_s = max(0.0, result.elapsed_s - of_versions_s)
        case = Case(name=f"stage {result.name}", elapsed_s=left_s)
        return _judged(case, "error", result.failure)
    if stage.migrations:
        return None
    idle = "up to date" if direction is Direction.UP else "nothing to roll back"
    return Case(name=idle, elapsed_s=result.elapsed_s)


def _judged(case: Case, verdict: str, failure: Failure) -> Case:
    return evolve(
        case,
        verdict=verdict,
        message=first_line(failure.message),
        kind=failure.kind,
        text=told(failure),
    )


def _told_apart(cases: List[Case]) -> Tuple[Case, ...]:
    """Return *cases* with distinct names: CI servers know a case by its name."""
    seen: CounterOf[str] = Counter()
    apart: List[Case] = []
    for case in cases:
        seen[case.name] += 1
        again = seen[case.name]
        apart.append(evolve(case, name=f"{case.name} #{again}") if again > 1 else case)
    return tuple(apart)


def _out(done: ReportedMigration) -> str:
    lines = [retried(event) for event in done.retries]
    left_out = done.left_out
    for exchange in done.exchanges:
        lines += _exchange(exchange)
        if left_out and exchange.part == "poll":
            lines.append(f"and {left_out} more polls, which are not kept")
            left_out = 0
    if done.result.adopted:
        lines.append("recorded as applied, since it is there")
    captures: Dict[str, str] = dict(done.result.captures)
    lines += [
        f"captured {name} = {shortened(value, ANSWER_SHOWN)}"
        for name, value in captures.items()
    ]
    return "\n".join(lines)


def _exchange(exchange: Exchanged) -> List[str]:
    part = "" if exchange.part == "request" else f"{exchange.part}: "
    tries = "" if exchange.tries == 1 else f", {exchange.tries} tries"
    came = f"answered {exchange.status}" if exchange.status else "no answer"
    took = format_duration(exchange.elapsed_s)
    lines = [f"{part}{exchange.request}", f"  {came}{tries}, {took}"]
    lines += [
        "  " + shortened(text, ANSWER_SHOWN).replace("\n", "\n  ")
        for text in (exchange.reason, exchange.answer)
        if text
    ]
    return lines
