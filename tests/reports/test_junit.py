"""JUnit XML that CI servers accept, whatever APIs answer."""

from xml.etree import ElementTree

import pytest
from attrs import evolve
from hypothesis import given
from junitparser import Error, Failure, JUnitXml, Skipped

from apirun import (
    Direction,
    Exchanged,
    MigrationResult,
    Orchestrator,
    Outcome,
    RunResult,
    StageResult,
)
from apirun import Failure as Refusal
from apirun.reports import (
    Recorder,
    ReportedMigration,
    ReportedStage,
    RunReport,
    to_junit,
)
from tests.reports.hostile import outcomes, report_of, texts
from tests.reports.strict_junit import complaints


def report(*migrations, direction=Direction.UP, **stage):
    """Return the report of a run of one stage that ended like this."""
    result = StageResult(
        **{"name": "a", "outcome": Outcome.APPLIED, "migrations": migrations, **stage}
    )
    told = tuple(ReportedMigration(result=each) for each in migrations)
    return RunReport(
        title="run",
        version="1",
        result=RunResult(direction=direction, ok=True, stages={"a": result}),
        stages={"a": ReportedStage(result=result, migrations=told)},
    )


def version(outcome, **settings):
    """Return how version 1 ended."""
    return MigrationResult(
        **{
            "version": 1,
            "name": "001_a",
            "direction": Direction.UP,
            "outcome": outcome,
            **settings,
        }
    )


def cases(told):
    """Return name and verdict of each case, as another program reads them."""
    return {
        case.name: next(iter(result._tag for result in case.result), "passed")
        for suite in JUnitXml.fromstring(to_junit(told).encode("utf-8"))
        for case in suite
    }


def test_a_rich_run_is_what_the_schema_asks_for(told):
    """No element, attribute or count is out of place."""
    assert [] == complaints(to_junit(told.report))


@given(text=texts, outcome=outcomes)
def test_no_text_breaks_the_form(text, outcome):
    """Every character is one that XML has, and names nothing but itself."""
    assert [] == complaints(to_junit(report_of(text, outcome)))


def test_another_program_counts_what_happened(told):
    """Cases, failures, errors and what was left out are those of the run."""
    read = JUnitXml.fromstring(to_junit(told.report).encode("utf-8"))
    found = {
        suite.name: [
            next((type(result) for result in case.result), None) for case in suite
        ]
        for suite in read
    }

    assert (len(list(read)), read.tests, read.failures, read.errors) == (7, 11, 1, 1)
    assert {
        "vault": [None, None],
        "machines": [None] * 4,
        "orders": [Error],
        "shops": [Failure],
        "after": [Skipped],
        "off": [Skipped],
        "idle": [None],
    } == found
    for name, stage in told.result.stages.items():
        suite = next(each for each in read if each.name == name)
        back_s = sum(each.elapsed_s for each in stage.rolled_back)
        assert suite.time == pytest.approx(stage.elapsed_s + back_s, abs=0.001)


def test_a_failure_has_the_text_of_the_terminal(told):
    """Reason, answer, record and advice are there; its message is one line."""
    root = ElementTree.fromstring(to_junit(told.report).encode("utf-8"))
    failure = root.find(".//failure")

    assert "RefusedError" == failure.get("type")
    assert failure.get("message").startswith("PATCH ")
    labels = [line.split()[0] for line in failure.text.splitlines()]
    assert ["where", "request", "reason", "answer", "recorded", "next"] == labels


@pytest.mark.parametrize(
    ("direction", "name"),
    [(Direction.UP, "up to date"), (Direction.DOWN, "nothing to roll back")],
)
def test_a_stage_with_nothing_to_do_has_a_case_that_says_so(direction, name):
    """CI servers refuse a file without any result."""
    told = report(outcome=Outcome.UNCHANGED, direction=direction)

    assert {name: "passed"} == cases(told)


@pytest.mark.parametrize(
    ("outcome", "status", "verdict"),
    [
        (Outcome.FAILED, 409, "failure"),
        (Outcome.FAILED, 0, "error"),
        (Outcome.UNSETTLED, 504, "error"),
        (Outcome.UNSETTLED, 0, "error"),
    ],
)
def test_a_failure_is_what_the_api_refused(outcome, status, verdict):
    """What could not be asked, or is not known, is an error."""
    failure = Refusal(message="no", kind="ApirunError", status=status)
    told = report(version(outcome, failure=failure), outcome=outcome, failure=failure)

    assert {"001_a": verdict} == cases(told)


def test_what_was_stopped_is_skipped():
    """Nobody said no."""
    told = report(version(Outcome.INTERRUPTED), outcome=Outcome.INTERRUPTED)

    assert {"001_a": "skipped", "interrupted": "skipped"} == cases(told)


def test_versions_that_ran_twice_are_told_apart():
    """Settled, applied, or taken back: each is a case of its own."""
    back = version(Outcome.ROLLED_BACK, direction=Direction.DOWN)
    told = report(
        version(Outcome.UNCHANGED, settled=True),
        version(Outcome.APPLIED),
        back,
        rolled_back=(back,),
    )

    assert ["001_a (settled)", "001_a", "001_a (rollback)"] == list(cases(told))
    assert [] == complaints(to_junit(told))


def test_a_stage_that_failed_between_versions_has_an_error_of_its_own(told):
    """It could not be asked; the versions before it passed."""
    failure = told.result.failure
    stage = report(
        version(Outcome.APPLIED, elapsed_s=0.5),
        outcome=Outcome.FAILED,
        failure=failure,
        elapsed_s=2.0,
    )
    (suite,) = JUnitXml.fromstring(to_junit(stage).encode("utf-8"))

    assert {"001_a": "passed", "stage a": "error"} == cases(stage)
    assert [0.5, 1.5] == [case.time for case in suite]


def test_what_fails_no_stage_is_in_a_suite_of_its_own(told):
    """A run whose time was over, for example; its warnings are there, too."""
    idle = report(outcome=Outcome.UNCHANGED)
    late = evolve(
        idle,
        result=evolve(idle.result, ok=False, failure=told.result.failure),
        warnings=("look",),
    )
    root = ElementTree.fromstring(to_junit(late).encode("utf-8"))

    assert {"apirun up": "error", "up to date": "passed"} == cases(late)
    assert ["run", "a"] == [suite.get("name") for suite in root]
    assert "look" == root.findtext("testsuite/system-err")


def test_a_run_that_was_interrupted_did_not_pass():
    """Not even where all that it began went well, and with a warning."""
    told = report(version(Outcome.APPLIED))
    told = evolve(
        told,
        result=evolve(told.result, ok=False, interrupted=True),
        warnings=("the request under way is finished",),
    )

    assert {"apirun up": "skipped", "001_a": "passed"} == cases(told)


def test_warnings_are_no_verdict_of_the_run():
    """A run that failed in a stage has no case that says it passed."""
    told = evolve(report(version(Outcome.FAILED)), warnings=("look",))

    assert ["warnings", "001_a"] == list(cases(told))


def test_a_suite_takes_as_long_as_its_cases(stuck):
    """What was rolled back of a stage after its end is among them."""
    for suite in JUnitXml.fromstring(to_junit(stuck).encode("utf-8")):
        assert sum(case.time for case in suite) <= suite.time + 0.005


def test_polls_that_are_not_kept_stand_where_they_were():
    """Between the first poll and the newest ones."""
    done = version(Outcome.APPLIED)
    polls = tuple(
        Exchanged(stage="a", part="poll", request=f"GET /{number}", status=200)
        for number in (1, 9)
    )
    told = report(done)
    kept = ReportedMigration(result=done, exchanges=polls, left_out=7)
    stage = evolve(told.stages["a"], migrations=(kept,))
    root = ElementTree.fromstring(to_junit(evolve(told, stages={"a": stage})))
    lines = root.findtext(".//system-out").splitlines()

    assert ["poll: GET /1", "and 7 more polls, which are not kept", "poll: GET /9"] == [
        line for line in lines if not line.startswith(" ")
    ]


def test_a_run_over_no_stage_has_a_case():
    """There is never a file that has no result."""
    recorder = Recorder()
    Orchestrator([], listeners=[recorder]).up()

    assert {"apirun up": "passed"} == cases(recorder.report)
