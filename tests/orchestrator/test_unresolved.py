"""The first promise: an unresolved variable is refused before anything is sent."""

import json

import pytest

from apirun import Orchestrator, RenderError

GRAPH = {"a": [], "b": ["a"], "c": ["b"]}
HOLE = "{{.vpc_idd}}"
REQUEST = {"method": "PUT", "url": "{{.api_base}}/things/c1"}
PLACES = {
    "url": {"request": {"method": "PUT", "url": "{{.api_base}}/" + HOLE}},
    "header": {"request": {**REQUEST, "headers": {"X": HOLE}}},
    "query": {"request": {**REQUEST, "queries": {"x": HOLE}}},
    "body": {"request": {**REQUEST, "body": "text " + HOLE}},
    "leaf of a body": {"request": {**REQUEST, "body": {"list": [1, {"x": HOLE}]}}},
    "result code": {"request": REQUEST, "response": {"result_code": [HOLE]}},
    "env": {"request": REQUEST, "env": {"local": HOLE}},
}


@pytest.mark.parametrize("place", PLACES)
def test_a_hole_in_the_last_stage_stops_the_first(tree, place):
    """Go's words, the file, the key, and the nearest known name; no request."""
    tree.write(GRAPH, env={"api_base": tree.server.url, "vpc_id": "vpc-1"})
    tree.change("c", **PLACES[place])

    with pytest.raises(RenderError) as caught:
        tree.load().up()
    told = str(caught.value)
    assert [] == tree.server.requests
    assert (
        'executing "gotmpl" at <.vpc_idd>: map has no entry for key "vpc_idd"' in told
    )
    assert "did you mean 'vpc_id'?" in told
    assert "c/001_c_1.yaml:" in told


def test_a_hole_in_a_file_of_a_body_is_found_too(tree):
    """What is read from body_file is rendered as well."""
    tree.write(GRAPH)
    (tree.root / "c" / "body.json").write_text(json.dumps({"x": HOLE}))
    tree.change("c", request={**REQUEST, "body_file": "body.json"})

    with pytest.raises(RenderError, match="vpc_idd"):
        tree.load().up()
    assert [] == tree.server.requests


@pytest.mark.parametrize("place", ["global", "stage", "config"])
def test_a_hole_in_an_env_block_is_refused_even_if_nobody_uses_it(tree, place):
    """Every template is rendered; --var may stand in for one that can't be."""
    known = {"api_base": tree.server.url}
    hole = {"unused": HOLE}
    tree.write(
        GRAPH,
        env={**known, **(hole if place == "global" else {})},
        stage_c={"env": hole if place == "stage" else {}},
    )
    if place == "config":
        (tree.root / "c" / "config.yaml").write_text(json.dumps({"env": hole}))

    with pytest.raises(RenderError, match="vpc_idd"):
        tree.load().up()
    assert "vpc_idd" in tree.load().plan().stages["c"].migrations[0].problem
    assert [] == tree.server.requests
    assert tree.load(variables={"unused": "x"}).up().ok


@pytest.mark.parametrize(
    "settings",
    [
        {"auth": [{"type": "api_key", "name": "key", "config": {"value": HOLE}}]},
        {"wait": {"url": "{{.api_base}}/" + HOLE}},
        {"wait": {"url": "{{.api_base}}/x", "headers": {"X": HOLE}}},
    ],
    ids=["token", "wait", "header of wait"],
)
def test_a_hole_in_the_settings_of_the_last_stage_stops_the_first(tree, settings):
    """What tokens are made of, and what is waited for, is rendered before, too."""
    tree.write(GRAPH, env={"api_base": tree.server.url, "vpc_id": "vpc-1"})
    tree.change(
        "c", request={**REQUEST, "auth_name": "key"} if "auth" in settings else REQUEST
    )
    (tree.root / "c" / "config.yaml").write_text(json.dumps(settings))

    with pytest.raises(RenderError, match=r"c/config\.yaml:1:") as caught:
        tree.load().up()
    assert "did you mean 'vpc_id'?" in str(caught.value)
    assert "vpc_idd" in tree.load().plan().stages["c"].migrations[0].problem
    assert [] == tree.server.requests


def test_a_token_that_nobody_needs_may_have_a_hole(tree):
    """It is never acquired, so nothing of it is rendered."""
    tree.write({"a": []})
    auth = [{"type": "api_key", "name": "key", "config": {"value": HOLE}}]
    (tree.root / "a" / "config.yaml").write_text(json.dumps({"auth": auth}))

    assert tree.load().up().ok


def test_settings_may_use_what_an_earlier_stage_captures(tree):
    """A value that is known later is no hole."""
    tree.write({"a": [], "b": ["a"]})
    tree.change("b", request={**REQUEST, "auth_name": "key"})
    auth = [{"type": "api_key", "name": "key", "config": {"value": "{{.a1_id}}"}}]
    (tree.root / "b" / "config.yaml").write_text(json.dumps({"auth": auth}))

    assert tree.load().up().ok


def test_who_could_provide_the_name_is_told(tree):
    """A name that a stage captures, which this one does not depend on, is known."""
    tree.write({"a": [], "b": []})
    tree.change("b", request={"method": "PUT", "url": "{{.api_base}}/{{.a1_id}}"})

    with pytest.raises(RenderError) as caught:
        tree.load().up()
    assert "a1_id" in str(caught.value)
    assert "a/001_a_1 captures it" in str(caught.value)


def test_a_plan_shows_what_is_known_later_and_touches_nothing(tree):
    """No request, no file; values to come are named after their source."""
    tree.write({"a": [], "b": ["a"]})
    tree.change("b", request={"method": "PUT", "url": "{{.api_base}}/{{.a1_id}}"})
    before = sorted(tree.root.rglob("*"))

    plan = tree.load().plan()

    (planned,) = plan.stages["b"].migrations
    assert f"{tree.server.url}/(known after a/001_a_1)" == planned.url
    assert ([], before) == (tree.server.requests, sorted(tree.root.rglob("*")))


def test_an_answer_that_lacks_a_value_stops_before_the_next_request(tree):
    """`env_missing: skip` leaves a hole, which is refused where it is used."""
    tree.write({"a": [], "b": ["a"]})
    tree.change("a", response={"env_from": {"a1_id": "nowhere"}})
    tree.change("b", request={"method": "PUT", "url": "{{.api_base}}/{{.a1_id}}"})

    result = tree.load().up()

    assert not result.ok
    assert "b" == result.failed_stage
    assert ["PUT a1"] == tree.sent
    assert "Nothing was sent" in result.failure.recorded


def test_two_orchestrators_never_meet(tree):
    """Variables of one are not seen by another in the same process."""
    tree.write({"a": []})
    tree.change("a", request={"method": "PUT", "url": "{{.api_base}}/{{.x}}"})
    path = tree.root / "stages.yaml"
    one = Orchestrator.from_file(path, variables={"x": "one"})
    other = Orchestrator.from_file(path)

    assert f"{tree.server.url}/one" == one.plan().stages["a"].migrations[0].url
    assert "no entry" in other.plan().stages["a"].migrations[0].problem
