"""What the run was and how it ended, in a few lines at the top of the page."""

from collections import Counter
from typing import Iterator, List, Tuple

from apirun.drawing import Tone
from apirun.durations import format_duration
from apirun.reports.html.markup import Child, Html, joined, tag
from apirun.reports.html.words import counted, mark, moment, past, sign, told
from apirun.reports.run_report import RunReport
from apirun.results import Outcome, RunResult
from apirun.state import Direction

__all__ = ["conclusion", "headline", "name_of", "warnings"]


def name_of(report: RunReport) -> str:
    """Return what the run is called, also where nobody gave it a name."""
    if report.title:
        return report.title
    if len(report.stages) == 1:
        return next(iter(report.stages))
    return counted(len(report.stages), "stage") if report.stages else "Run"


def conclusion(report: RunReport) -> Tuple[str, Tone]:
    """Return how the run ended, in one or two words."""
    result = report.result
    if not report.begun:
        return "Refused", Tone.BAD
    if result.interrupted:
        return "Interrupted", Tone.DUE
    if not result.ok:
        doubt = result.failure is not None and result.failure.needs_decision
        return ("Needs a decision", Tone.DOUBT) if doubt else ("Failed", Tone.BAD)
    if result.failure is not None:
        return "Done, with failures", Tone.DUE
    if not _done(result):
        return "Nothing to do", Tone.IDLE
    return "Done", Tone.GOOD


def headline(report: RunReport) -> Html:
    """Return the title, the outcome, and when, how long and how much."""
    word, tone = conclusion(report)
    facts = [
        tag("div", tag("dt", label), tag("dd", *children))
        for label, children in _facts(report)
    ]
    return tag(
        "header",
        tag("h1", name_of(report)),
        tag(
            "p",
            sign(tone),
            tag("strong", word),
            " ",
            tag("span", _sentence(report), class_="sentence"),
            class_=f"outcome {tone.value}",
        ),
        tag("dl", *facts, class_="facts"),
    )


def warnings(report: RunReport) -> Html:
    """Return what deserves attention and concerns no stage alone."""
    told_of = [*report.warnings, *report.result.warnings]
    if not told_of:
        return joined([])
    noun = "Warning" if len(told_of) == 1 else "Warnings"
    return tag(
        "section",
        tag("h2", noun, id="warnings"),
        tag("ul", *(tag("li", text) for text in told_of)),
        class_="warnings",
        aria_labelledby="warnings",
    )


def _sentence(report: RunReport) -> str:
    result = report.result
    done = _done(result)
    if not report.begun:
        return "Nothing was sent."
    if not done and result.ok and not result.interrupted:
        if any(s.outcome is Outcome.SKIPPED for s in result.stages.values()):
            return f"Nothing was {past(result.direction)}."
        if result.failure is not None:
            return f"Nothing was {past(result.direction)}."
        every = result.direction is Direction.UP
        return "Every version is applied." if every else "No version is applied."
    took = format_duration(result.elapsed_s)
    told_of = f"{counted(done, 'version')} {past(result.direction)}"
    if result.undone:
        told_of += f", {len(result.undone):,} undone again"
    return f"{told_of} in {took}."


def _done(result: RunResult) -> int:
    return sum(len(stage.done) for stage in result.stages.values())


def _facts(report: RunReport) -> Iterator[Tuple[str, List[Child]]]:
    result = report.result
    up = result.direction is Direction.UP
    yield "Direction", ["up: applies" if up else "down: rolls back"]
    if result.started_at:
        yield "Began", [moment(result.started_at)]
    if report.begun:
        yield "Took", [format_duration(result.elapsed_s)]
    if report.stages:
        stages = Counter(stage.outcome for stage in result.stages.values())
        yield "Stages", _counts(stages)
    versions = Counter(
        each.outcome for stage in result.stages.values() for each in stage.migrations
    )
    if versions:
        yield "Versions", _counts(versions)
    sent = sum(
        event.tries
        for stage in report.stages.values()
        for each in stage.migrations
        for event in each.exchanges
    )
    if sent:
        left_out = sum(
            each.left_out
            for stage in report.stages.values()
            for each in stage.migrations
        )
        yield "Requests", [f"{sent + left_out:,}"]


def _counts(outcomes: "Counter[Outcome]") -> List[Child]:
    children: List[Child] = []
    for outcome in Outcome:
        if outcomes[outcome]:
            word, tone = told(outcome)
            children += [
                " " if children else None,
                mark(f"{outcomes[outcome]:,} {word}", tone),
            ]
    return children
