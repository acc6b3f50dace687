"""What ran when, and in which slot: a row for each slot, a bar for each stage."""

import math
from itertools import groupby
from typing import Dict, Iterable, Iterator, List, NamedTuple, Sequence, Tuple

from apirun.drawing import Tone
from apirun.durations import format_duration
from apirun.reports.html.failure import Anchors
from apirun.reports.html.markup import Html, joined, tag
from apirun.reports.html.stages import beginning_of, rolled_back_in
from apirun.reports.html.words import counted, section, sign, told
from apirun.reports.run_report import (
    ReportedMigration,
    ReportedStage,
    RunReport,
    seconds_of,
)
from apirun.results import MigrationResult, Outcome, StageResult

__all__ = ["timeline"]

BAR_ROOM = 40
"""Pixels that the stages of the fullest row have on average, at least."""
WIDEST = 8000
TICKS = 6
TICK_ROOM = 140
SHORTEST_S = 0.001
STEPS_S = (10, 20, 30, 60, 120, 300, 600, 1800, 3600, 7200, 18000, 43200, 86400)


class Part(NamedTuple):
    """A version, and when it began in seconds of the run."""

    result: MigrationResult
    start: float


class Bar(NamedTuple):
    """A stage that ran, or what was rolled back of it; times in seconds of the run."""

    stage: ReportedStage
    lane: int
    start: float
    length: float
    parts: Tuple[Part, ...]


def timeline(report: RunReport, anchors: Anchors) -> Html:
    """Return the timeline; nothing of it if no stage had anything to do."""
    begun = [stage for stage in report.stages.values() if stage.result.started_at]
    if all(stage.result.outcome is Outcome.UNCHANGED for stage in begun):
        return joined([])
    zero = beginning_of(report)
    forth = [
        _bar(each, each.slot or 0, each.result, zero, _own(each)) for each in begun
    ]
    # As slots are given: of two that began at once, the shorter one came first.
    forth.sort(key=lambda bar: (bar.start, bar.length))
    back = list(_rollback(begun, zero))
    ends = [bar.start + bar.length for bar in (*forth, *back)]
    span = max(report.result.elapsed_s, *ends, SHORTEST_S)
    rows = [
        *_rows(forth, span, anchors, back=False),
        *_rows(back, span, anchors, back=True),
    ]
    in_row = max(_fullest(forth), _fullest(back))
    width = min(in_row * BAR_ROOM, WIDEST)
    chart = tag(
        "div",
        _axis(span, max(TICKS, width // TICK_ROOM)),
        tag("ol", *rows, class_="lanes"),
        class_="chart",
        style=f"min-width:{width}px" if width > 300 else None,
    )
    return section(
        "timeline",
        "Timeline",
        tag("p", _caption(report, len(begun)), class_="note"),
        _legend([*forth, *back]),
        tag("a", "Skip the timeline", href="#stages", class_="skip"),
        tag(
            "div",
            chart,
            class_="scroll",
            tabindex="0",
            role="group",
            aria_label="Timeline, in seconds from the beginning of the run",
        ),
        class_="timeline",
    )


def _caption(report: RunReport, begun: int) -> str:
    slots = f"{counted(report.slots, 'slot')}" if report.slots else "no limit of slots"
    if begun == 1:
        return "The bar is the stage, the strip in it are its versions."
    return (
        f"{counted(begun, 'stage')}, {slots}. A bar is a stage, the strip in it are "
        "its versions."
    )


def _own(stage: ReportedStage) -> Sequence[ReportedMigration]:
    return rolled_back_in(stage)[0]


def _bar(
    stage: ReportedStage,
    lane: int,
    ran: StageResult,
    zero: float,
    parts: Iterable[ReportedMigration],
) -> Bar:
    start = max(0.0, seconds_of(ran.started_at) - zero)
    timed = tuple(
        Part(each.result, seconds_of(each.result.started_at) - zero)
        for each in parts
        if each.result.started_at
    )
    return Bar(stage, lane, start, ran.elapsed_s, timed)


def _rollback(stages: Iterable[ReportedStage], zero: float) -> Iterator[Bar]:
    """Find what was rolled back: a bar for each stretch of versions of one stage."""
    parts = [
        (Part(each.result, seconds_of(each.result.started_at) - zero), stage)
        for stage in stages
        for each in rolled_back_in(stage)[1]
        if each.result.started_at
    ]
    parts.sort(key=lambda pair: pair[0].start)
    for _, stretch in groupby(parts, key=lambda pair: pair[1].result.name):
        pairs = list(stretch)
        start, last = pairs[0][0].start, pairs[-1][0]
        length = last.start + last.result.elapsed_s - start
        yield Bar(pairs[0][1], 1, start, length, tuple(part for part, _ in pairs))


def _fullest(bars: Iterable[Bar]) -> int:
    counts: Dict[int, int] = {}
    for bar in bars:
        counts[bar.lane] = counts.get(bar.lane, 0) + 1
    return max(counts.values(), default=0)


def _rows(
    bars: Sequence[Bar], span: float, anchors: Anchors, *, back: bool
) -> Iterator[Html]:
    by_lane: Dict[int, List[Bar]] = {}
    for bar in bars:
        by_lane.setdefault(bar.lane, []).append(bar)
    for lane in sorted(by_lane):
        label = "Rollback" if back else f"Slot {lane}"
        yield tag(
            "li",
            tag("span", label, class_="lane-name"),
            tag(
                "ol",
                *(
                    _drawn(bar, span, anchors, back=back)
                    for bar in sorted(by_lane[lane], key=lambda bar: bar.start)
                ),
                class_="lane",
            ),
        )


def _drawn(bar: Bar, span: float, anchors: Anchors, *, back: bool) -> Html:
    result = bar.stage.result
    word, tone = told(result.outcome)
    if back:
        well = all(each.result.failure is None for each in bar.parts)
        word, tone = (
            ("rolled back", Tone.DUE) if well else ("rollback failed", Tone.BAD)
        )
    end = bar.start + bar.length
    text = (
        f"{result.name}: {word}, {counted(len(bar.parts), 'version')}, "
        f"{format_duration(bar.start)} to {format_duration(end)}"
    )
    parts = (_part(each, bar) for each in bar.parts)
    return tag(
        "li",
        tag(
            "a",
            tag("span", result.name, class_="bar-name", aria_hidden="true"),
            tag("span", *parts, class_="strip", aria_hidden="true"),
            class_=f"bar {tone.value}{' back' if back else ''}",
            href=f"#{anchors[result.name]}",
            title=text,
            aria_label=text,
        ),
        style=_place(bar.start, bar.length, span),
    )


def _part(part: Part, bar: Bar) -> Html:
    word, tone = told(part.result.outcome)
    took_s = part.result.elapsed_s
    return tag(
        "i",
        class_=tone.value,
        title=f"{part.result.name}: {word}, {format_duration(took_s)}",
        style=_place(
            max(0.0, part.start - bar.start), took_s, max(bar.length, SHORTEST_S)
        ),
    )


def _place(start: float, length: float, span: float) -> str:
    left = min(100.0, 100 * start / span)
    return f"left:{left:.3f}%;width:{min(100 - left, 100 * length / span):.3f}%"


def _axis(span: float, most: int) -> Html:
    step = _step(span, most)
    return tag(
        "div",
        *(
            tag("span", _tick(at * step), style=f"left:{100 * at * step / span:.3f}%")
            for at in range(int(span / step) + 1)
        ),
        class_="axis",
        aria_hidden="true",
    )


def _step(span: float, most: int) -> float:
    """Return how far ticks lie apart: a round number, so that there are a few."""
    below = (unit * 10.0**power for power in range(-3, 1) for unit in (1, 2, 5))
    for step in (*below, *STEPS_S):
        if span / step <= most:
            return step
    return 86400.0 * math.ceil(span / 86400 / most)


def _tick(at: float) -> str:
    if at >= 60:
        return format_duration(at)
    return f"{at:.3f}".rstrip("0").rstrip(".") + " s"


def _legend(bars: Iterable[Bar]) -> Html:
    found = {told(bar.stage.result.outcome) for bar in bars}
    found |= {told(each.result.outcome) for bar in bars for each in bar.parts}
    items = sorted(found, key=lambda each: (list(Tone).index(each.tone), each.word))
    return tag(
        "ul",
        *(tag("li", sign(each.tone), each.word) for each in items),
        class_="legend",
    )
