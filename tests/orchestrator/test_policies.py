"""What the failure of one stage means for the others."""

import pytest

from apirun import Outcome

#       a
#     /   \
#    b     c
#    |
#    d
GRAPH = {"a": [], "b": ["a"], "c": ["a"], "d": ["b"]}


def outcomes(result):
    """Return how each stage ended."""
    return {name: stage.outcome.value for name, stage in result.stages.items()}


def post(name):
    """Return a request that makes the thing *name*."""
    body = {"name": name}
    return {"method": "POST", "url": "{{.api_base}}/things", "body": body}


def test_stop_starts_nothing_new(tree):
    """After a failure what runs may finish, and the rest is not begun."""
    tree.write(GRAPH, max_concurrent_stages=1)
    tree.server.refuse["PUT b1"] = 400

    result = tree.load().up()

    assert not result.ok
    assert "b" == result.failed_stage
    assert {
        "a": "applied",
        "b": "failed",
        "c": "not_started",
        "d": "not_started",
    } == outcomes(result)


def test_skip_dependents_runs_the_rest(tree):
    """Only what depends on the failed stage is left out, and the run fails."""
    tree.write(
        GRAPH, max_concurrent_stages=1, stage_b={"on_failure": "skip_dependents"}
    )
    tree.server.refuse["PUT b1"] = 400

    result = tree.load().up()

    assert not result.ok
    assert ["a1", "c1"] == tree.server.standing
    assert "not_started" == outcomes(result)["d"]
    assert "stage b failed" == result.stages["d"].reason


def test_continue_runs_dependents_too_and_ends_well(tree):
    """The failure is in the summary, and the run is a success."""
    tree.write(GRAPH, stage_b={"on_failure": "continue"})
    tree.server.refuse["PUT b1"] = 400

    result = tree.load().up()

    assert result.ok
    assert result.failure is not None
    assert ["a1", "c1", "d1"] == tree.server.standing


def test_rollback_takes_back_what_this_run_did_and_only_that(tree):
    """In reverse order of completion; what an earlier run did stays."""
    tree.write(GRAPH, count=2, max_concurrent_stages=1, rollback_on_failure=True)
    assert tree.load().up(stages=["a"]).ok
    tree.server.refuse["PUT d2"] = 400
    before = len(tree.sent)

    result = tree.load().up()

    deletes = [line for line in tree.sent[before:] if line.startswith("DELETE")]
    assert not result.ok
    assert ["a1", "a2"] == tree.server.standing
    assert "DELETE d1" == deletes[0]
    assert deletes.index("DELETE d1") < deletes.index("DELETE b2")
    assert deletes.index("DELETE b2") < deletes.index("DELETE b1")
    assert {"b", "c", "d"} == {label.partition("/")[0] for label in result.undone}
    assert ((), ()) == (result.left, result.unknown)


def test_a_rollback_that_fails_goes_on_with_what_does_not_depend_on_it(tree):
    """What stands below the failed rollback is left, the rest is undone."""
    tree.write(GRAPH, max_concurrent_stages=1, rollback_on_failure=True)
    tree.server.refuse.update({"PUT d1": 400, "DELETE b1": 500})

    result = tree.load().up()

    assert ["a1", "b1"] == tree.server.standing
    assert {"c"} == {label.partition("/")[0] for label in result.undone}
    assert {"a", "b"} == {
        label.partition("/")[0] for label in (*result.left, *result.unknown)
    }


def test_what_may_have_been_applied_is_looked_for_and_taken_back(tree):
    """A lost answer is no reason to leave behind what it was about."""
    tree.write({"a": []}, kind="probe", rollback_on_failure=True)
    tree.change("a", request={**post("a1"), "retry": {"attempts": 1}})
    tree.server.drop_answers_of.add("a1")

    result = tree.load().up()

    assert ["POST things", "GET things?name=a1", "DELETE a1"] == tree.sent
    assert ("a/001_a_1",) == result.undone
    assert [] == tree.server.standing


def test_what_nothing_can_look_for_is_not_known_after_a_rollback(tree):
    """Without a probe a person decides; what it stands on is left standing."""
    tree.write({"a": [], "b": ["a"]}, kind="post", rollback_on_failure=True)
    tree.server.drop_answers_of.add("b1")

    result = tree.load().up()

    assert (("b/001_b_1",), ("a/001_a_1",)) == (result.unknown, result.left)
    assert ["a1", "b1"] == tree.server.standing


def test_the_failed_stage_stays_failed_after_its_rollback(tree):
    """Status tells of the failure, not only of the clean state after it."""
    tree.write({"a": []}, count=2, rollback_on_failure=True)
    tree.server.refuse["PUT a2"] = 400

    tree.load().up()
    status = tree.load().status().stages["a"]

    assert ("failed", 0, 2) == (status.state.value, status.applied, status.total)
    assert "answered 400" in status.error


def test_going_down_never_takes_away_what_something_stands_on(tree):
    """A stage that fails to go down keeps its dependencies, whatever its policy."""
    tree.write(GRAPH, stage_b={"on_failure": "continue"})
    assert tree.load().up().ok
    tree.server.refuse["DELETE b1"] = 500

    result = tree.load().down()

    assert ["a1", "b1"] == tree.server.standing
    assert Outcome.NOT_STARTED is result.stages["a"].outcome


@pytest.mark.parametrize("slots", [1, 2, 0])
def test_no_more_stages_run_at_a_time_than_there_are_slots(tree, slots):
    """The API never sees more requests at once; 0 means no limit."""
    tree.server.delay_s = 0.05
    names = [f"s{number}" for number in range(6)]
    tree.write({name: [] for name in names}, max_concurrent_stages=slots)
    running, most = set(), []

    def listen(event):
        kind = type(event).__name__
        if kind == "StageStarted":
            running.add(event.stage)
            most.append(len(running))
        elif kind == "StageFinished":
            running.discard(event.result.name)

    assert tree.load(listeners=[listen]).up().ok
    assert max(most) <= (slots or 6)
    assert max(most) > 1 or slots == 1


def test_a_stage_ends_at_its_timeout(tree):
    """The timeout covers the whole stage, and what was under way is unsettled."""
    tree.write({"a": []}, kind="post", stage_a={"timeout": "1s"})
    tree.server.go_on.clear()

    result = tree.load().up()

    assert 1.0 <= result.elapsed_s < 20
    assert "unsettled" == result.stages["a"].outcome.value
    assert result.failure.needs_decision
