"""Stages that exist already, taken over and looked at."""

import json
from concurrent.futures import ProcessPoolExecutor

import pytest

from apirun import Found, Outcome, PrerequisiteError, UsageError

CHAIN = {"a": [], "b": ["a"], "c": ["b"]}


def _hand_on(tree, stage, variable):
    """Let the probe of *stage* use what another stage captures."""
    path = tree.path(stage)
    document = json.loads(path.read_text())
    document["probe"]["request"]["url"] += f"&seen={{{{.{variable}}}}}"
    path.write_text(json.dumps(document))


def _probes(tree):
    return [path for method, path in tree.server.requests if method == "GET"]


def test_each_stage_sees_what_those_before_it_hand_on(tree):
    """Captures of an adopted stage are variables of the probes after it."""
    tree.write(CHAIN, kind="probe")
    _hand_on(tree, "b", "a1_id")
    _hand_on(tree, "c", "b1_id")
    tree.server.things.update(a1=1, b1=1, c1=1)

    result = tree.load().adopt()

    assert (True, [1, 1, 1]) == (
        result.ok,
        [sum(m.adopted for m in stage.migrations) for stage in result.stages.values()],
    )
    assert _probes(tree)[1:] == [
        "/things?name=b1&seen=id-a1",
        "/things?name=c1&seen=id-b1",
    ]
    assert {"GET"} == {method for method, _ in tree.server.requests}
    assert {"up to date"} == {
        stage.state.value for stage in tree.load().status().stages.values()
    }


def test_dependents_of_an_incomplete_stage_are_left_alone(tree):
    """What does not depend on it is adopted; up then applies the rest in order."""
    tree.write({**CHAIN, "d": []}, kind="probe")
    tree.server.things.update(a1=1, c1=1, d1=1)

    result = tree.load().adopt()

    assert result.ok
    assert {
        "a": Outcome.APPLIED,
        "b": Outcome.UNCHANGED,
        "c": Outcome.NOT_STARTED,
        "d": Outcome.APPLIED,
    } == {name: stage.outcome for name, stage in result.stages.items()}
    assert "stage b is not complete" == result.stages["c"].reason
    tree.server.things.clear()
    assert tree.load().up().ok
    assert ["b1", "c1"] == tree.server.standing


def test_nothing_is_rolled_back_when_adopting_fails(tree):
    """What is there was not made by this run, whatever the policy says."""
    tree.write(CHAIN, kind="probe", rollback_on_failure=True)
    document = json.loads(tree.path("b").read_text())
    document["probe"]["request"]["url"] = "{{.api_base}}/broken"
    document["probe"]["request"]["retry"] = {"attempts": 1}
    tree.path("b").write_text(json.dumps(document))
    tree.server.things.update(a1=1, b1=1, c1=1)
    tree.server.refuse["GET broken"] = 500

    result = tree.load().adopt()

    assert (False, "b", (), ()) == (
        result.ok,
        result.failed_stage,
        result.undone,
        result.left,
    )
    assert {"GET"} == {method for method, _ in tree.server.requests}
    assert 1 == tree.load().status().stages["a"].applied


def test_stages_without_probes_are_refused_before_any_is_asked(tree):
    """The first stage is not asked either."""
    tree.write({"a": []}, kind="probe")
    tree.write({"a": [], "b": ["a"]}, kind="put")
    tree.server.things.update(a1=1)

    with pytest.raises(UsageError, match="001_a_1 of a has no probe"):
        tree.load().adopt()

    assert [] == tree.server.requests
    result = tree.load().adopt(unprobed=True, variables={"a1_id": "x", "b1_id": "y"})
    assert (True, "x") == (result.ok, result.stages["a"].env["a1_id"])


def test_a_dependency_outside_the_selection_must_be_complete(tree):
    """The commands that mend it adopt."""
    tree.write(CHAIN, kind="probe")
    tree.server.things.update(a1=1, b1=1, c1=1)

    with pytest.raises(PrerequisiteError, match="apirun stages adopt --stage b"):
        tree.load().adopt(stages=["c"])
    assert tree.load().adopt(to_stage="b").ok
    assert tree.load().adopt(stages=["c"]).ok


def test_a_stage_whose_condition_is_false_is_skipped(tree):
    """It is not asked for, and its dependents are."""
    tree.write(
        CHAIN,
        kind="probe",
        env={"api_base": tree.server.url, "mode": "small"},
        stage_b={"condition": '{{eq .mode "full"}}'},
    )
    tree.server.things.update(a1=1, c1=1)

    result = tree.load().adopt()

    assert Outcome.SKIPPED is result.stages["b"].outcome
    assert 2 == len(_probes(tree))
    assert Outcome.APPLIED is result.stages["c"].outcome


def test_the_plan_of_stages_asks_nothing(tree):
    """What a stage before will hand on stands as its label."""
    tree.write(CHAIN, kind="probe")
    _hand_on(tree, "b", "a1_id")

    plan = tree.load().plan_adoption(to_stage="b")

    assert ["a", "b"] == list(plan.stages)
    assert plan.stages["b"].migrations[0].url.endswith("&seen=(known after a/001_a_1)")
    assert [] == tree.server.requests


def test_status_asks_with_what_stages_hand_on(tree):
    """Each stage's probes see their variables; what differs is counted by stage."""
    tree.write(CHAIN, kind="probe")
    _hand_on(tree, "b", "a1_id")
    assert tree.load().up().ok
    before = len(tree.server.requests)
    tree.server.things["c1"] = 0

    report = tree.load().status(probe=True)

    assert [(0, 0), (0, 0), (1, 0)] == [
        (stage.drifted, stage.unknown) for stage in report.stages.values()
    ]
    assert Found.ABSENT is report.stages["c"].versions[0].probe.found
    assert "/things?name=b1&seen=id-a1" in _probes(tree)
    assert {"GET"} == {method for method, _ in tree.server.requests[before:]}


def test_probes_are_carried_by_any_executor(tree):
    """Values that go to another process and back tell the same."""
    tree.write(CHAIN, kind="probe")
    tree.server.things.update(a1=1, b1=1)

    with ProcessPoolExecutor(2) as pool:
        adopted = tree.load(executor=pool).adopt()
        report = tree.load(executor=pool).status(probe=True)

    assert [1, 1, 0] == [
        sum(m.adopted for m in stage.migrations) for stage in adopted.stages.values()
    ]
    assert [Found.PRESENT, Found.PRESENT, Found.ABSENT] == [
        stage.versions[0].probe.found for stage in report.stages.values()
    ]


def test_variables_of_one_call_reach_the_probes(tree):
    """They win over those that the orchestrator was given."""
    tree.write({"a": []}, kind="probe")
    _hand_on(tree, "a", "who")

    tree.load(variables={"who": "x"}).status(probe=True, variables={"who": "y"})

    assert ["/things?name=a1&seen=y"] == _probes(tree)
