"""Stages that keep no history (`store.disabled`) among others that do."""

import pytest

from apirun import Outcome, PrerequisiteError, StageState, UsageError

CHAIN = {"a": [], "b": ["a"]}


@pytest.fixture
def forgetful(tree):
    tree.write(CHAIN)
    (tree.root / "a" / "config.yaml").write_text("store: {disabled: true}\n")
    return tree


def test_up_sends_everything_each_time(forgetful):
    """Also with the same orchestrator; nothing is written for it."""
    orchestrator = forgetful.load()

    assert [True, True] == [orchestrator.up().ok, orchestrator.up().ok]

    assert ["PUT a1", "PUT b1", "PUT a1"] == forgetful.sent
    assert ["001_a_1.yaml", "config.yaml"] == sorted(
        path.name for path in (forgetful.root / "a").iterdir()
    )


def test_dependents_of_the_same_run_see_its_captures(forgetful):
    """Within one run it hands on what it captured."""
    url = "{{.api_base}}/things/b1?a={{.a1_id}}"
    forgetful.change("b", request={"method": "PUT", "url": url})

    assert forgetful.load().up().ok

    assert ("PUT", "/things/b1?a=id-a1") == forgetful.server.requests[-1]


def test_a_failed_run_still_rolls_it_back(tree):
    """What this run applied is known as long as it lasts."""
    tree.write(CHAIN, rollback_on_failure=True)
    (tree.root / "a" / "config.yaml").write_text("store: {disabled: true}\n")
    tree.server.refuse["PUT b1"] = 409

    result = tree.load().up()

    assert (("a/001_a_1",), []) == (result.undone, tree.server.standing)


def test_a_dependent_alone_is_refused(forgetful):
    """Whether the stage was executed can't be proven; running both is what helps."""
    assert forgetful.load().up().ok

    with pytest.raises(PrerequisiteError, match="has not been executed") as told:
        forgetful.load().up(stages=["b"])

    assert "keeps no history (store.disabled)" in str(told.value)
    assert "apirun stages up --to b" in str(told.value)
    assert "--stage a" not in str(told.value)
    assert forgetful.load().up(to_stage="b").ok


def test_down_leaves_it_and_says_so(forgetful):
    """The others are rolled back."""
    assert forgetful.load().up().ok

    plan = forgetful.load().plan("down")
    result = forgetful.load().down()

    assert result.ok
    assert (Outcome.ROLLED_BACK, Outcome.SKIPPED) == (
        result.stages["b"].outcome,
        result.stages["a"].outcome,
    )
    assert "keeps no history" in result.stages["a"].reason
    assert "keeps no history" in plan.stages["a"].skipped
    assert ["a1"] == forgetful.server.standing


def test_status_says_that_there_is_no_history(forgetful):
    """It is neither pending nor up to date."""
    assert forgetful.load().up().ok

    status = forgetful.load().status().stages["a"]

    assert (StageState.NO_HISTORY, 0, 0, 1) == (
        status.state,
        status.applied,
        status.pending,
        status.total,
    )
    assert [""] == [version.state for version in status.versions]


def test_it_can_not_be_adopted(forgetful):
    """There is nothing to record it in."""
    with pytest.raises(UsageError, match="a keeps no history"):
        forgetful.load().adopt(unprobed=True)
