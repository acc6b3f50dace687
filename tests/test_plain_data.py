"""Values as plain data: complete, ready for JSON, and without secrets."""

import json
import sys
from typing import get_args

import attrs
import pytest

import apirun
from apirun import (
    Direction,
    Event,
    MemoryStore,
    Migration,
    Migrator,
    Orchestrator,
    Outcome,
    PlainData,
    Request,
    RunStarted,
    Stage,
    StageResult,
    StageStatus,
    to_dict,
)
from apirun.state import Applied

# Rooms of which every value is one that a program gets.
TOLD = (
    "drawing",
    "error_report",
    "events",
    "planned",
    "results",
    "status",
    "validation",
)


@pytest.fixture
def stage():
    return Stage(
        name="network",
        migrations=[
            Migration(version=1, name="vpc", up=Request("PUT", "http://127.0.0.1:1/"))
        ],
        store=MemoryStore(),
    )


def test_every_value_that_a_program_gets_converts_itself():
    """No result, plan, status, event or validation is without the method."""
    found = {
        name
        for name in apirun.__all__
        if attrs.has(getattr(apirun, name))
        and getattr(apirun, name).__module__.split(".")[1] in TOLD
    }

    assert len(found) > 30
    assert set() == {
        name for name in found if not issubclass(getattr(apirun, name), PlainData)
    }
    assert {"Environment", "Location", "Problem", "RunRow"} == {
        name
        for name in apirun.__all__
        if name not in found
        and isinstance(getattr(apirun, name), type)
        and issubclass(getattr(apirun, name), PlainData)
        and name != "PlainData"
    }


def test_the_method_and_the_function_agree(stage):
    """There is one form, and JSON keeps all of it."""
    orchestrator = Orchestrator([stage])
    for value in (orchestrator.plan(), orchestrator.status(), orchestrator.graph()):
        told = value.to_dict()

        assert to_dict(value) == told
        assert json.loads(json.dumps(told)) == told


def test_secret_variables_of_a_stage_are_masked():
    """A result may be written to a file; what it says of itself comes first."""
    result = StageResult(
        name="a",
        outcome=Outcome.APPLIED,
        env={"user": "root", "key": "k-1"},
        secrets=("key",),
    )

    told = result.to_dict()

    assert {"user": "root", "key": "***"} == told["env"]
    assert ("ok", True) == next(iter(told.items()))
    assert "k-1" == result.env["key"]


def test_masking_reaches_values_that_lie_inside(stage):
    """An event with a result in it is as safe as the result."""
    inner = StageResult(
        name="a", outcome=Outcome.APPLIED, env={"key": "k-1"}, secrets=("key",)
    )

    told = apirun.StageFinished(result=inner).to_dict()

    assert "StageFinished" == told["event"]
    assert {"key": "***"} == told["result"]["env"]


def test_each_event_tells_its_name_first():
    """A file of events can be read back, whatever they hold."""
    told = RunStarted(direction=Direction.UP, stages=("a",)).to_dict()

    assert ("event", "RunStarted") == next(iter(told.items()))
    assert (["a"], "up") == (told["stages"], told["direction"])
    assert {True} == {issubclass(each, PlainData) for each in get_args(Event)}


def test_collections_and_other_values_convert_by_the_function(stage):
    """What methods return in tuples and mappings converts as it is."""
    migrator = Migrator(stage)

    assert [] == to_dict(migrator.history())
    assert {"a": [1, None]} == to_dict({"a": (1, None)})
    assert "vpc" == to_dict(Applied(version=1, name="vpc"))["name"]


def test_what_has_no_plain_form_is_refused():
    """Nothing is turned into text that could not be read back."""
    with pytest.raises(TypeError, match="a object has no plain form"):
        to_dict([object()])


def test_the_values_stay_small():
    """The base class costs no dictionary for each of them."""
    status = StageStatus(name="a", state=apirun.StageState.PENDING)

    assert not hasattr(status, "__dict__")
    assert sys.getsizeof(status) < 300
