"""Reports as JSON."""

import json

import jsonschema
from hypothesis import given

from apirun import Direction, UsageError, schema, to_dict
from apirun.reports import Recorder, to_json
from tests.reports.hostile import outcomes, report_of, texts

BESIDES = {
    "run": {"form", "title", "version", "begun", "slots"},
    "stage": {"depends_on", "slot", "warnings"},
    "migration": {"exchanges", "left_out", "retries"},
}


def without(document, kind):
    """Return what a result tells, too."""
    return {name: item for name, item in document.items() if name not in BESIDES[kind]}


def test_it_is_the_result_of_the_run_and_more(told):
    """A program that reads what --json prints can read a report."""
    document = json.loads(to_json(told.report))
    stages = {}
    for name, stage in document["stages"].items():
        stages[name] = without(stage, "stage")
        for which in ("migrations", "rolled_back"):
            stages[name][which] = [without(each, "migration") for each in stage[which]]

    assert to_dict(told.result) == {**without(document, "run"), "stages": stages}
    assert ["form", "title", "version", "begun"] == list(document)[:4]


def test_it_is_what_its_schema_describes(told):
    """Of a rich run as of one that was refused."""
    refused = Recorder().broken_off(UsageError("no such stage"), Direction.UP)

    for report in (told.report, refused):
        jsonschema.validate(json.loads(to_json(report)), schema("report"))


def test_every_request_is_in_it_once(told):
    """With what was sent and answered."""
    document = json.loads(to_json(told.report))
    found = [
        exchange["request"].split()[0]
        for stage in document["stages"].values()
        for each in (*stage["migrations"], *stage["rolled_back"])
        for exchange in each["exchanges"]
    ]

    assert (
        ["POST", "PUT"],
        ["PUT", "GET", "POST", "GET"],
        ["DELETE", "DELETE"],
        ["POST", "PATCH"],
    ) == (found[:2], found[2:6], found[6:8], found[8:])


def test_each_version_has_a_line_of_its_own(told):
    """So that a person can search it, and compare two."""
    lines = to_json(told.report).splitlines()
    named = [line for line in lines if '"exchanges": ' in line]

    assert len(named) == sum(
        len(stage.migrations) for stage in told.report.stages.values()
    )


@given(text=texts, outcome=outcomes)
def test_every_text_comes_back(text, outcome):
    """Also through a file in UTF-8, whatever Python could hold."""
    report = report_of(text, outcome)
    data = to_json(report).encode("utf-8", "backslashreplace")
    document = json.loads(data.decode("utf-8"))

    assert text == document["title"]
    assert text == document["stages"][text]["migrations"][0]["exchanges"][0]["answer"]
