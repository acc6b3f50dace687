"""Why something ended badly: the block on top, and the same in its stage."""

from typing import Iterable, Iterator, List, Mapping, Optional, Sequence, Tuple

from apirun.drawing import Tone
from apirun.reports.html.exchanges import shown_body, status
from apirun.reports.html.markup import Child, Html, joined, preformatted, tag
from apirun.reports.html.words import counted, past, section, sign
from apirun.reports.run_report import RunReport, lost_rollbacks
from apirun.results import Failure, Outcome, RunResult, StageResult
from apirun.state import Direction

__all__ = ["aftermath", "failure_block", "failure_rows", "first_failure"]

FEW_NAMES = 12
MOST_FAILED = 12

Anchors = Mapping[str, str]
"""Where the stages stand in the page, by name."""

_Other = Tuple[str, StageResult, Optional[Failure]]


def failure_block(report: RunReport, anchors: Anchors) -> Optional[Html]:
    """Return what went wrong first, and what it means; None if nothing did."""
    result = report.result
    first, failure = _first(result)
    if failure is None:
        return None
    if first is None:
        title = "The run failed" if report.begun else "The run was refused"
    else:
        title = _title(first)
    if result.ok:
        title += ", which its policy tolerates"
    return section(
        "failure",
        title,
        failure_rows(failure),
        _way(first, anchors),
        _others(_also(result, first), anchors),
        class_=f"failure {'due' if result.ok else _tone(failure).value}",
    )


def first_failure(report: RunReport) -> Optional[Failure]:
    """Return what `failure_block` tells of."""
    return _first(report.result)[1]


def _first(result: RunResult) -> Tuple[Optional[StageResult], Optional[Failure]]:
    failed = _failed(result)
    named = [each for each in failed if each.name == result.failed_stage]
    first = next(iter(named or failed), None)
    return first, first.failure if first else result.failure


def _failed(result: RunResult) -> List[StageResult]:
    return [stage for stage in result.stages.values() if stage.failure is not None]


def _title(stage: StageResult) -> str:
    """Return what failed: the version if it was one, else the stage."""
    for each in (*stage.migrations, *stage.rolled_back):
        if each.failure is not None:
            unsettled = each.outcome is Outcome.UNSETTLED
            word = "is unsettled" if unsettled else "failed"
            return f"{stage.name}/{each.name} {word}"
    return f"Stage {stage.name} failed"


def failure_rows(failure: Failure) -> Html:
    """Return where, what, what it means for the record, and what to do next."""
    answer: List[Child] = []
    if failure.status or failure.body:
        answer = [status(failure.status), shown_body(failure.body)]
    rows: Sequence[Tuple[str, Sequence[Child]]] = (
        ("Where", [failure.place]),
        ("Request", [failure.request]),
        ("Reason", _lines(failure.message)),
        ("Answer", answer),
        ("Recorded", [failure.recorded]),
        ("Next", _lines(failure.advice)),
    )
    return tag(
        "dl",
        *(
            tag(
                "div",
                tag("dt", label),
                tag("dd", *children),
                class_=label.lower(),
            )
            for label, children in rows
            if any(children)
        ),
        class_="rows",
    )


def _lines(text: str) -> List[Child]:
    """Return the first line, and below it what is a piece of a file or commands."""
    first, _, rest = text.partition("\n")
    return [first, preformatted(rest) if rest else None]


def aftermath(result: RunResult) -> Optional[Html]:
    """
    Return what a run that ended badly left behind; None if that is nothing.

    After a rollback that is what was undone, what is left and what is not
    known; else what the run did before it ended.
    """
    groups: List[Html] = []
    if result.undone or result.left or result.unknown:
        title = "What was rolled back" if result.undone else "What stands"
        told = (
            (result.undone, Tone.GOOD, "undone"),
            (result.left, Tone.DUE, "left: still standing"),
            (result.unknown, Tone.DOUBT, "unknown: look at the API"),
        )
        groups += [_group(names, tone, word) for names, tone, word in told if names]
    elif not result.ok or result.interrupted:
        up = result.direction is Direction.UP
        title = "What stands" if up else "What was rolled back"
        names = [
            f"{stage.name}/{each.name}"
            for stage in result.stages.values()
            for each in stage.done
        ]
        word = f"{past(result.direction)} before the run ended"
        groups += [_group(names, Tone.GOOD, word)] if names else []
    return section("aftermath", title, *groups) if groups else None


def _tone(failure: Failure) -> Tone:
    return Tone.DOUBT if failure.needs_decision else Tone.BAD


def _way(stage: Optional[StageResult], anchors: Anchors) -> Html:
    if stage is None or stage.name not in anchors:
        return joined([])
    link = tag("a", "Its requests and answers", href=f"#{anchors[stage.name]}")
    return tag("p", link, class_="way")


def _also(result: RunResult, first: Optional[StageResult]) -> Iterator[_Other]:
    """Yield what else went wrong: other stages, and what the rollback left."""
    for stage in _failed(result):
        if stage is not first:
            yield _title(stage), stage, stage.failure
    for stage, each, title in lost_rollbacks(result):
        yield title, stage, each.failure


def _others(others: Iterable[_Other], anchors: Anchors) -> Html:
    items = [
        tag("li", tag("a", title, href=f"#{anchors[stage.name]}"), _reason(failure))
        for title, stage, failure in others
    ]
    if not items:
        return joined([])
    more = len(items) - MOST_FAILED
    shown = tag(
        "ul",
        *items[:MOST_FAILED],
        tag("li", f"{more:,} more failed.") if more > 0 else None,
        class_="also",
    )
    return joined([tag("h3", "Also"), shown])


def _reason(failure: Optional[Failure]) -> str:
    return f": {failure.message.partition(chr(10))[0]}" if failure else ""


def _group(names: Sequence[str], tone: Tone, word: str) -> Html:
    listed = tag("ul", *(tag("li", name) for name in names), class_="names")
    head = [sign(tone), tag("b", counted(len(names), "version")), f" {word}"]
    if len(names) <= FEW_NAMES:
        return tag("div", tag("p", *head), listed, class_="group")
    return tag("details", tag("summary", *head), listed, class_="group")
