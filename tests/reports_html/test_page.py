"""The page that tells of a run: what it holds, and what it never holds."""

import re
import time
from datetime import datetime, timezone

import pytest
from attrs import evolve
from hypothesis import example, given, settings
from hypothesis import strategies as st

from apirun import (
    Direction,
    Exchanged,
    Failure,
    MigrationResult,
    Outcome,
    RequestRetried,
    RunResult,
    StageResult,
)
from apirun.reports import ReportedMigration, ReportedStage, RunReport
from apirun.reports.html import to_html
from tests.helpers.outline import outline
from tests.helpers.reported_runs import PASSWORD

MOMENT = "2026-01-02T03:04:05.000+00:00"
HOSTILE = "</style></pre><script>alert(1)</script><a href='//x' \"&amp;\0\ud800"


def report_with(text, *, outcome=Outcome.FAILED):
    """Return a report in which *text* stands wherever text can stand."""
    failure = Failure(
        message=f"m{text}",
        kind="RefusedError",
        place=text,
        request=text,
        status=500,
        body=text,
        recorded=text,
        advice=f"n{text}",
    )
    migration = MigrationResult(
        version=1,
        name=text,
        direction=Direction.UP,
        outcome=outcome,
        started_at=MOMENT,
        elapsed_s=0.5,
        captures={text: text},
        failure=failure,
    )
    exchange = Exchanged(
        stage=text,
        part=text,
        request=f"GET {text}",
        headers=((text, text),),
        body=text or " ",
        answer_headers=((text, text),),
        answer=text or " ",
        reason=text,
    )
    retry = RequestRetried(stage=text, request=text, reason=text, tries=1, wait_s=1)
    reported = ReportedMigration(
        result=migration, exchanges=(exchange,) * 2, retries=(retry,)
    )
    stages = {
        name: StageResult(
            name=name,
            outcome=outcome,
            migrations=(migration,),
            env={text: text},
            reason=text or "-",
            failure=failure,
            started_at=MOMENT,
            elapsed_s=1.0,
        )
        for name in (f"a{text}", f"b{text}")
    }
    first, second = stages
    return RunReport(
        title=f"t{text}",
        version=text,
        result=RunResult(
            direction=Direction.UP,
            ok=False,
            stages=stages,
            failure=failure,
            failed_stage=first,
            started_at=MOMENT,
            elapsed_s=1.0,
            undone=(text,),
            left=(text,),
            unknown=(text,),
            warnings=(text,),
        ),
        stages={
            name: ReportedStage(
                result=stages[name],
                depends_on=above,
                slot=1,
                migrations=(reported,),
                warnings=(text,),
            )
            for name, above in ((first, ()), (second, (first,)))
        },
        slots=1,
        warnings=(text,),
    )


# What stands in several lines is shown as such.
LINE, LINES = (outline(to_html(report_with(text))).shape for text in ("a", "a\na"))


@settings(max_examples=60)
@given(st.text(st.characters(), min_size=1, max_size=60))
@example(HOSTILE)
def test_text_never_becomes_an_element_or_an_attribute(text):
    """Names, bodies, headers, addresses and variables are text, whatever they hold."""
    page = to_html(report_with(text))
    page.encode()
    expected = LINES if text.partition("\n")[2] else LINE

    assert expected == outline(page).shape


def test_everything_is_told(failed):
    """All stages, versions, requests, answers and captured values are in the page."""
    page = outline(to_html(failed)).text
    wanted = {failed.title}
    for stage in failed.stages.values():
        wanted |= {stage.result.name, *stage.warnings}
        wanted |= {f"{name}" for name in stage.result.env}
        for each in stage.migrations:
            wanted |= {each.result.name, *each.result.captures.values()}
            for event in each.exchanges:
                wanted |= {event.request.partition(" ")[2], str(event.status)}
                wanted |= {f"{name}: {value}" for name, value in event.headers}

    assert {text for text in wanted if text not in page} == set()
    assert "size “groß”" in page


def test_the_failure_stands_on_top(failed):
    """What failed, where, why, what is recorded and what to do come first."""
    page = outline(to_html(failed))
    sections = [each.attributes.get("id") for each in page.every("h2")]
    (block,) = page.every("section", "failure")
    failure = failed.result.failure

    assert ["failure", "aftermath", "graph", "timeline", "stages"] == sections
    assert "services/002_start_machines failed" in block.text
    assert {
        part
        for part in (
            failure.place,
            failure.request,
            failure.message,
            failure.recorded,
            failure.advice,
        )
        if part not in block.text
    } == set()


def test_what_was_undone_is_told(failed):
    """Every version that was rolled back is named."""
    (part,) = (
        each
        for each in outline(to_html(failed)).every("section")
        if each.attributes["aria-labelledby"] == "aftermath"
    )

    assert list(failed.result.undone) == [each.text for each in part.every("li")]


def test_a_rollback_that_failed_is_told_on_top(stuck):
    """What could not be rolled back, and why, with a link to its stage."""
    (block,) = outline(to_html(stuck)).every("section", "failure")
    (others,) = block.every("ul", "also")
    (link,) = others.every("a")

    assert "network/001_create_vpc could not be rolled back" == link.text
    assert "#stage-1" == link.attributes["href"]
    assert "answered 409" in others.text


def test_what_was_rolled_back_does_not_stand():
    """A rollback that fails half-way tells what is gone, as such."""
    down = {"direction": Direction.DOWN, "started_at": MOMENT}
    gone = MigrationResult(version=2, name="002_b", outcome=Outcome.ROLLED_BACK, **down)
    stage = StageResult(name="a", outcome=Outcome.FAILED, migrations=(gone,))
    result = RunResult(direction=Direction.DOWN, ok=False, stages={"a": stage})
    report = RunReport(
        title="",
        version="1",
        result=result,
        stages={"a": ReportedStage(result=stage)},
    )
    page = outline(to_html(report))

    assert "What was rolled back" in [each.text for each in page.every("h2")]
    assert "What stands" not in page.text


def test_the_picture_tells_what_came_of_a_rollback(stuck):
    """One that failed looks like a failure, one that went well like a remnant."""
    boxes = {
        tuple(text.text for text in box.every("text")): box.attributes["class"]
        for box in outline(to_html(stuck)).every("g")
    }

    assert {
        ("network", "applied, rollback failed"): "bad",
        ("disk", "applied, rolled back"): "due",
    }.items() <= boxes.items()


def test_no_secret_is_in_the_page(failed):
    """Not in variables, requests, answers, nor captured values."""
    page = to_html(failed)
    variables = dict(
        [cell.text for cell in row.children] for row in outline(page).every("tr")
    )

    assert PASSWORD not in page
    assert "***" == variables["db_password"]


def test_what_failed_is_open_and_nothing_else(failed):
    """Of stages and versions; a closed one is opened by a person."""
    opened = [
        next(each.every("summary")).text
        for each in outline(to_html(failed)).every("details")
        if "open" in each.attributes
    ]

    assert [
        ("services", True),
        ("002_start_machines", True),
    ] == [(name, name in text) for name, text in zip(FAILED, opened)]
    assert 2 == len(opened)


FAILED = ("services", "002_start_machines")


def test_links_lead_somewhere(failed):
    """Each points to a place in the page, and no place is there twice."""
    page = outline(to_html(failed))
    places = [each.attributes["id"] for each in page.every() if "id" in each.attributes]
    links = {
        each.attributes["href"][1:]
        for each in page.every()
        if each.attributes.get("href")
    }

    assert len(places) == len({*places})
    assert links - {*places} == set()


def test_nothing_comes_from_elsewhere(failed):
    """No script, no address that is loaded; the page itself forbids both."""
    page = to_html(failed)
    policy = next(
        each.attributes["content"]
        for each in outline(page).every("meta")
        if each.attributes.get("http-equiv") == "Content-Security-Policy"
    )

    assert [] == [*outline(page).every("script")]
    assert [] == [
        each.tag
        for each in outline(page).every()
        for name in each.attributes
        if name in ("src", "srcset", "data", "action") or name.startswith("on")
    ]
    assert "default-src 'none'" in policy
    assert "url(" not in page


def test_a_run_without_anything_to_do_says_so(quiet):
    """There is no timeline of nothing and no graph of one stage."""
    page = outline(to_html(quiet))

    assert ["network"] == [each.text for each in page.every("h1")]
    assert ["Stages"] == [each.text for each in page.every("h2")]
    assert ["Nothing to do"] == [each.text for each in page.every("strong")]


def test_a_run_that_was_refused_says_so():
    """There is the reason, and that nothing was sent."""
    failure = Failure(message="the file is broken", advice="Mend it.")
    result = RunResult(direction=Direction.UP, ok=False, stages={}, failure=failure)
    report = RunReport(title="", version="1", result=result, stages={}, begun=False)
    page = outline(to_html(report))

    assert ["The run was refused"] == [each.text for each in page.every("h2")]
    assert "Nothing was sent." in page.text
    assert "the file is broken" in page.text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"ok": True, "failure": None}, "Done"),
        ({"ok": True}, "Done, with failures"),
        ({"interrupted": True}, "Interrupted"),
        ({}, "Failed"),
        ({"failure": Failure(message="x", needs_decision=True)}, "Needs a decision"),
    ],
)
def test_the_outcome_is_told_in_words(change, words):
    """How it ended stands in the title and beside a sign, not in a colour alone."""
    report = report_with("x", outcome=Outcome.APPLIED)
    page = outline(to_html(evolve(report, result=evolve(report.result, **change))))

    assert [words] == [each.text for each in page.every("strong")]
    assert [f"{words}: tx"] == [each.text for each in page.every("title")][:1]


def test_the_moment_is_that_of_the_clock_here(monkeypatch):
    """With its distance to UTC, and in UTC for programs."""
    monkeypatch.setenv("TZ", "Asia/Kolkata")
    time.tzset()
    try:
        page = to_html(report_with("x"))
    finally:
        monkeypatch.undo()
        time.tzset()
    (shown,) = outline(page).every("time")

    assert "2026-01-02 08:34:05 +05:30" == shown.text
    assert datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc) == datetime.fromisoformat(
        shown.attributes["datetime"]
    )


def test_many_stages_can_be_chosen_from(long):
    """Above ten stages of several outcomes there is a choice, each with its number."""
    choices = [each.text for each in outline(to_html(long)).every("label")]

    assert "all 300" == choices[0]
    assert 300 == sum(int(re.match(r"\d+", text).group()) for text in choices[1:])


def test_a_thousand_versions_are_written_quickly(long):
    """Well below what the run itself takes; the best of three counts."""
    took_s = []
    for _ in range(3):
        began_s = time.perf_counter()
        page = to_html(long)
        took_s.append(time.perf_counter() - began_s)

    assert min(took_s) < 1
    assert len(page) < 3_000_000
