"""Reports as Markdown, for the page that a CI server shows of a job."""

from typing import Dict, Iterator, List, Sequence, Tuple

from apirun.durations import format_duration
from apirun.reports.escaping import code, fenced
from apirun.reports.run_report import (
    ReportedMigration,
    ReportedStage,
    RunReport,
    lost_rollbacks,
)
from apirun.reports.texts import shortened, told
from apirun.results import Failure, Outcome, StageResult
from apirun.state import Direction

__all__ = ["to_markdown"]

_VERSION_HEAD = (
    *("", "version", "outcome", "request"),
    *("answer", "tries", "took", "captured"),
)
MOST_FAILURES = 10
FAILURE_SHOWN = 20_000
MOST_LISTED = 50
MOST_ROWS = 200
MOST_STAGES = 500
MOST_BYTES = 1_000_000
"""The page of a job on GitHub shows nothing of a summary of more than 1 MiB."""
ENOUGH_BYTES = 500_000
"""After so many, stages are not unfolded any more."""

_MARKS: Dict[Outcome, str] = {
    Outcome.APPLIED: "✅",
    Outcome.ROLLED_BACK: "↩️",
    Outcome.UNCHANGED: "\N{HEAVY MINUS SIGN}",
    Outcome.SKIPPED: "⏭️",
    Outcome.FAILED: "❌",
    Outcome.UNSETTLED: "❓",
    Outcome.INTERRUPTED: "⏸️",
    Outcome.NOT_STARTED: "⏸️",
}


def to_markdown(report: RunReport) -> str:
    """
    Return a *report* as Markdown, in the dialect of GitHub and GitLab.

    Failures come first, then a table of the stages, and each stage's versions
    to unfold. What comes from APIs only shows, whatever it looks like.

    Args:
        report: What there is to tell, as a `Recorder` keeps it.

    Example:
        >>> from apirun.reports import Recorder, to_markdown
        >>> recorder = Recorder(title="stages")
        >>> Orchestrator([network], listeners=[recorder]).up().ok
        True
        >>> print(to_markdown(recorder.report))
        # ✅ <code>stages</code>: 1 version applied in ...
        ...
        | ✅ | <code>network</code> | applied | 1 | ... |  |
        ...

    Source: "GitHub Flavored Markdown Spec" 0.29, sections Tables and HTML blocks.
    """
    page = _Page()
    page.add(f"# {_title(report)}")
    parts = (*_failures(report), *_after_rollback(report))
    parts += (*_stages(report), *_warnings(report))
    added = [page.add(part) for part in parts]
    if not all(added):
        page.parts.append("There is more than the page of a job can show.")
    stages = [stage for stage in report.stages.values() if stage.migrations]
    for count, stage in enumerate(stages):
        if page.size > ENOUGH_BYTES or not page.add(_unfolded(stage)):
            left = _counted(len(stages) - count, "stage")
            page.parts.append(f"The versions of {left} more would be too much here.")
            break
    return "\n\n".join(page.parts) + "\n"


class _Page:
    """Parts of a page, which are no more together than can be shown."""

    def __init__(self) -> None:
        self.parts: List[str] = []
        self.size = 0

    def add(self, part: str) -> bool:
        """Add a *part* if there is room for it, and return whether there was."""
        size = len(part.encode("utf-8", "backslashreplace")) + 2
        if self.size + size > MOST_BYTES:
            return False
        self.parts.append(part)
        self.size += size
        return True


def _title(report: RunReport) -> str:
    result = report.result
    name = code(report.title) or f"apirun {result.direction.value}"
    took = format_duration(result.elapsed_s)
    done = sum(len(stage.done) for stage in result.stages.values())
    counted = f"{_counted(done, 'version')} {_past(report)}"
    if result.undone:
        counted += f", {len(result.undone)} rolled back again"
    if not report.begun:
        return f"❌ {name}: refused, nothing was sent"
    if result.interrupted:
        return f"⏸️ {name}: interrupted after {took}, {counted}"
    if not result.ok:
        doubt = result.failure is not None and result.failure.needs_decision
        mark, word = ("❓", "needs a decision") if doubt else ("❌", "failed")
        return f"{mark} {name}: {word} after {took}, {counted}"
    mark = "✅" if result.failure is None else "⚠️"
    return f"{mark} {name}: " + (f"{counted} in {took}" if done else "nothing to do")


def _past(report: RunReport) -> str:
    if report.result.direction is Direction.DOWN:
        return "rolled back"
    stages = report.result.stages.values()
    adopted = any(each.adopted for stage in stages for each in stage.done)
    return "adopted" if adopted else "applied"


def _failures(report: RunReport) -> Iterator[str]:
    """Yield a block for everything that failed, what made the run fail first."""
    result = report.result
    failed = [stage for stage in result.stages.values() if stage.failure is not None]
    failed.sort(key=lambda stage: stage.name != result.failed_stage)
    if result.failure is not None and not result.failed_stage:
        yield _block(result.failure)
    for stage in failed[:MOST_FAILURES]:
        assert stage.failure is not None
        yield from (_headline(stage), _block(stage.failure))
    if len(failed) > MOST_FAILURES:
        yield f"{_counted(len(failed) - MOST_FAILURES, 'stage')} more failed."
    lost = [(title, each.failure) for _, each, title in lost_rollbacks(result)]
    for title, failure in lost[:MOST_FAILURES]:
        assert failure is not None
        yield from (f"**{code(title)}**", _block(failure))
    if len(lost) > MOST_FAILURES:
        more = _counted(len(lost) - MOST_FAILURES, "version")
        yield f"{more} more could not be rolled back."


def _block(failure: Failure) -> str:
    return fenced(shortened(told(failure), FAILURE_SHOWN))


def _headline(stage: StageResult) -> str:
    for each in (*stage.migrations, *stage.rolled_back):
        if each.failure is not None:
            word = "is unsettled" if each.outcome is Outcome.UNSETTLED else "failed"
            return f"**{code(f'{stage.name}/{each.name}')} {word}**"
    return f"**stage {code(stage.name)} failed**"


def _after_rollback(report: RunReport) -> Iterator[str]:
    result = report.result
    rows = (
        ("rolled back again", result.undone),
        ("still applied", result.left),
        ("not known", result.unknown),
    )
    lines = [f"- {word}: {_listed(names)}" for word, names in rows if names]
    if lines:
        yield "\n".join(["**After the rollback**", "", *lines])


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_LISTED
    shown = ", ".join(map(code, names[:MOST_LISTED]))
    return f"{shown} and {more} more" if more > 0 else shown


def _stages(report: RunReport) -> Iterator[str]:
    """Yield the stages; those that failed even where there are many."""
    stages = [stage.result for stage in report.stages.values()]
    if not stages:
        return
    shown = stages[:MOST_STAGES]
    shown += [each for each in stages[MOST_STAGES:] if each.failure][:MOST_STAGES]
    head = ("", "stage", "outcome", "versions", "took", "")
    yield _table([head, *map(_stage, shown)])
    if len(shown) < len(stages):
        yield f"and {_counted(len(stages) - len(shown), 'stage')} more"


def _stage(result: StageResult) -> Tuple[str, ...]:
    lost = sum(each.failure is not None for each in result.rolled_back)
    back = len(result.rolled_back) - lost
    mark, remark = _MARKS[result.outcome], code(result.reason)
    if back:
        mark = _MARKS[Outcome.ROLLED_BACK]
        remark = f"{_counted(back, 'version')} rolled back again"
    if lost:
        mark = _MARKS[Outcome.FAILED]
        alone = f"{_counted(lost, 'version')} could not be rolled back"
        remark = f"{remark}, {lost} not" if back else alone
    return (
        mark,
        code(result.name),
        _word(result.outcome),
        str(len(result.done) or ""),
        format_duration(result.elapsed_s) if result.started_at else "",
        remark,
    )


def _warnings(report: RunReport) -> Iterator[str]:
    lines = [f"- {code(text)}" for text in report.warnings]
    for name, stage in report.stages.items():
        lines += [f"- {code(name)}: {code(text)}" for text in stage.warnings]
    more = len(lines) - MOST_LISTED
    if more > 0:
        lines[MOST_LISTED:] = [f"- and {more} more"]
    if lines:
        yield "\n".join(["**Warnings**", "", *lines])


def _unfolded(stage: ReportedStage) -> str:
    """Return the versions of a stage; the failed ones even where there are many."""
    shown = stage.migrations
    if len(shown) > MOST_ROWS:
        shown = shown[:MOST_ROWS] + tuple(
            each for each in shown[MOST_ROWS:] if each.result.failure is not None
        )
    rows: List[Sequence[str]] = [_VERSION_HEAD, *map(_row, shown)]
    counted = _counted(len(stage.migrations), "version")
    lines = [
        "<details>",
        f"<summary>{code(stage.result.name)}: {counted}</summary>",
        "",
        _table(rows),
        "",
    ]
    if len(shown) < len(stage.migrations):
        lines += [f"and {len(stage.migrations) - len(shown)} more", ""]
    lines.append("</details>")
    return "\n".join(lines)


def _row(done: ReportedMigration) -> Tuple[str, ...]:
    result = done.result
    main = [each for each in done.exchanges if each.part in ("request", "call")]
    asked = main or list(done.exchanges)
    shown = code(asked[0].request) if asked else ""
    if len(asked) > 1:
        shown = f"{shown} and {len(asked) - 1} more"
    captured = ", ".join(f"{name}={text}" for name, text in result.captures.items())
    return (
        _MARKS[result.outcome],
        code(result.name),
        "adopted" if result.adopted else _word(result.outcome),
        shown,
        str(result.status_code or ""),
        str(result.tries),
        format_duration(result.elapsed_s),
        code(captured),
    )


def _table(rows: Sequence[Sequence[str]]) -> str:
    lines: List[str] = [f"| {' | '.join(row)} |" for row in rows]
    lines.insert(1, "|" + " --- |" * len(rows[0]))
    return "\n".join(lines)


def _word(outcome: Outcome) -> str:
    return outcome.value.replace("_", " ")


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
