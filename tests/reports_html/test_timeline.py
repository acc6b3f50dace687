"""The timeline: rows for slots, bars for stages, and an axis with round numbers."""

import re

from attrs import evolve
from hypothesis import example, given
from hypothesis import strategies as st

from apirun import Direction, Outcome, RunResult, StageResult
from apirun.reports import ReportedStage, RunReport
from apirun.reports.html.timeline import timeline
from apirun.reports.run_report import slots_of
from tests.helpers.outline import outline


def stage(name, begun_ms, took_ms):
    """Return a stage that ran at that time of a run."""
    moment = (
        f"2026-01-01T00:{begun_ms // 60000:02d}:{begun_ms % 60000 / 1000:06.3f}+00:00"
    )
    return StageResult(
        name=name,
        outcome=Outcome.APPLIED,
        started_at=moment,
        elapsed_s=took_ms / 1000,
    )


def drawn(stages, *, took_s, slots=0):
    """Return the timeline of a run of these stages."""
    by_name = {each.name: each for each in stages}
    lanes = slots_of(stages, limit=slots)
    result = RunResult(
        direction=Direction.UP,
        ok=True,
        stages=by_name,
        started_at="2026-01-01T00:00:00.000+00:00",
        elapsed_s=took_s,
    )
    report = RunReport(
        title="",
        version="1",
        result=result,
        stages={
            name: ReportedStage(result=each, slot=lanes[name])
            for name, each in by_name.items()
        },
        slots=slots,
    )
    anchors = {name: f"stage-{at}" for at, name in enumerate(by_name, 1)}
    return outline(timeline(report, anchors))


def place(element):
    """Return where an element begins and ends, in per cent."""
    left, width = map(float, re.findall(r"[\d.]+(?=%)", element.attributes["style"]))
    return left, left + width


@given(st.floats(0.0005, 200_000))
def test_the_axis_has_a_few_round_numbers(took_s):
    """From the beginning on, never so many that they stand in each other's way."""
    page = drawn([stage("one", 0, 0)], took_s=took_s)
    (axis,) = page.every("div", "axis")
    labels = [each.text for each in axis.every("span")]

    assert "0 s" == labels[0]
    assert 1 <= len(labels) <= 7
    assert len({*labels}) == len(labels)


@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 3000)), min_size=1))
@example([(0, 1), (0, 0)])
@example([(0, 1), (0, 1)])
def test_bars_lie_between_beginning_and_end(times):
    """A bar for each stage, none outside, and none over another of its row."""
    stages = [stage(f"s{at}", *each) for at, each in enumerate(times)]
    page = drawn(stages, took_s=8)
    rows = [[*map(place, row.every("li"))] for row in page.every("ol", "lane")]

    assert len(times) == sum(map(len, rows))
    assert all(0 <= start <= end <= 100.01 for row in rows for start, end in row)
    assert all(
        before[1] <= after[0] + 0.01
        for row in rows
        for before, after in zip(row, row[1:])
    )


def test_there_are_no_more_rows_than_slots():
    """Moments are known to the millisecond: a stage may seem to begin too early."""
    stages = [stage("one", 0, 10.7), stage("two", 10, 5), stage("three", 15, 5)]
    page = drawn(stages, took_s=0.02, slots=1)

    assert ["Slot 1"] == [each.text for each in page.every("span", "lane-name")]


def test_a_bar_tells_what_it_is_of():
    """By a name for screen readers, a hint for the mouse, and a link to the stage."""
    page = drawn([stage("net", 500, 1500)], took_s=2)
    (bar,) = page.every("a", "bar")
    told = "net: applied, 0 versions, 500ms to 2.0s"

    assert (told, told, "#stage-1") == tuple(
        bar.attributes[name] for name in ("aria-label", "title", "href")
    )


def test_what_was_rolled_back_has_a_row_of_its_own(failed):
    """Behind the slots, with all versions that were rolled back."""
    anchors = {name: f"stage-{at}" for at, name in enumerate(failed.stages, 1)}
    page = outline(timeline(failed, anchors))
    rows = [
        (row.text, len([*lane.every("i")]))
        for row, lane in zip(page.every("span", "lane-name"), page.every("ol", "lane"))
    ]

    assert ("Rollback", len(failed.result.undone)) == rows[-1]
    assert [f"Slot {at}" for at in range(1, len(rows))] == [row[0] for row in rows[:-1]]


def test_nothing_is_drawn_where_nothing_was_done():
    """A timeline of stages that found nothing to do would tell nothing."""
    idle = evolve(stage("net", 0, 1), outcome=Outcome.UNCHANGED)

    assert "" == drawn([idle], took_s=1).text
