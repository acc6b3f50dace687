"""Files that are added, changed and deleted between runs."""

import json

import pytest

from apirun import HistoryError, Warned
from tests.helpers.stagetree import thing


def test_a_stage_put_between_two_existing_ones_is_all_that_runs(tree):
    """What was done before is not done again."""
    tree.write({"a": [], "c": ["a"]})
    assert tree.load().up().ok
    before = len(tree.sent)

    tree.write({"a": [], "b": ["a"], "c": ["b"]})
    result = tree.load().up()

    assert result.ok
    assert ["PUT b1"] == tree.sent[before:]


def test_a_new_file_in_a_finished_stage_is_applied(tree):
    """The stage is pending again, and up sends the one new request."""
    tree.write({"a": [], "b": ["a"]})
    assert tree.load().up().ok
    tree.write({"a": [], "b": ["a"]}, count=2)

    pending = {n: s.pending for n, s in tree.load().status().stages.items()}
    before = len(tree.sent)
    assert tree.load().up().ok

    assert {"a": 1, "b": 1} == pending
    assert ["PUT a2", "PUT b2"] == sorted(tree.sent[before:])


def test_a_deleted_file_is_rolled_back_from_its_recorded_copy(tree):
    """Its absence is fine, and down still knows what to send."""
    tree.write({"a": []}, count=2)
    assert tree.load().up().ok
    tree.path("a", 2).unlink()

    status = tree.load().status().stages["a"]
    assert tree.load().down().ok

    assert ("up to date", 2) == (status.state.value, status.applied)
    assert ["DELETE a2", "DELETE a1"] == tree.sent[2:]


def test_a_pending_version_below_an_applied_one_is_refused(tree):
    """Unless it is allowed on purpose."""
    tree.write({"a": []}, count=1)
    tree.path("a", 1).rename(tree.root / "a" / "005_late.yaml")
    assert tree.load().up().ok
    (tree.root / "a" / "002_early.yaml").write_text(
        json.dumps(thing("early", kind="put"))
    )

    with pytest.raises(HistoryError, match="002_early: pending, but version 5"):
        tree.load().up()
    assert tree.load().up(allow_out_of_order=True).ok
    assert ["a1", "early"] == tree.server.standing


def test_a_changed_meaning_is_warned_of_with_what_changed(tree):
    """It is not sent again."""
    tree.write({"a": []})
    assert tree.load().up().ok
    tree.change("a", request={"method": "PUT", "url": "{{.api_base}}/things/other"})
    told = []

    assert tree.load(listeners=[told.append]).up().ok
    (warning,) = [event.message for event in told if isinstance(event, Warned)]
    assert "001_a_1 has changed since it was applied" in warning
    assert "things/other" in warning
    assert 1 == len(tree.sent)


def test_formatting_is_no_change(tree):
    """Comments, quotes and the order of keys carry no meaning."""
    tree.write({"a": []})
    assert tree.load().up().ok
    document = json.loads(tree.path("a").read_text())
    turned = {key: document[key] for key in reversed(list(document))}
    tree.path("a").write_text("# a comment\n" + json.dumps(turned, indent=7))
    told = []

    assert tree.load(listeners=[told.append]).up().ok
    assert [] == [event for event in told if isinstance(event, Warned)]


def test_without_down_nothing_is_rolled_back(tree):
    """Down says so before anything is sent."""
    tree.write({"a": [], "b": ["a"]})
    document = json.loads(tree.path("a").read_text())
    del document["down"]
    tree.path("a").write_text(json.dumps(document))
    assert tree.load().up().ok
    before = len(tree.sent)

    with pytest.raises(HistoryError, match="no 'down'"):
        tree.load().down()
    assert before == len(tree.sent)
