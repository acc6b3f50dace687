"""What stages hand on, and what wins where a name has several sources."""

import json

import pytest

from apirun import RenderError, Warned
from tests.helpers.stagetree import thing


def shows(tree, stage, *names):
    """Let the first migration of *stage* put those variables into its URL."""
    url = "{{.api_base}}/things/" + "-".join(f"{{{{.{name}}}}}" for name in names)
    tree.change(stage, request={"method": "PUT", "url": url})


def config(tree, stage, **keys):
    """Write the stage's config.yaml."""
    (tree.root / stage / "config.yaml").write_text(json.dumps(keys))


def test_captures_and_env_reach_indirect_dependents(tree):
    """A stage sees what any stage that it depends on declared or captured."""
    tree.write({"a": [], "b": ["a"], "c": ["b"]}, stage_a={"env": {"zone": "west"}})
    shows(tree, "c", "a1_id", "zone")

    assert tree.load().up().ok
    assert "PUT id-a1-west" in tree.sent


def test_captures_of_earlier_processes_are_read_from_the_store(tree):
    """A new orchestrator knows what an earlier one captured."""
    tree.write({"a": [], "b": ["a"]})
    shows(tree, "b", "a1_id")
    assert tree.load().up(stages=["a"]).ok

    assert tree.load().up(stages=["b"]).ok
    assert "PUT id-a1" in tree.sent


def test_config_env_is_private(tree):
    """What stands in config.yaml is seen by its own stage only."""
    tree.write({"a": [], "b": ["a"]})
    config(tree, "a", env={"hidden": "x"})
    shows(tree, "a", "hidden")
    shows(tree, "b", "hidden")

    with pytest.raises(RenderError, match='no entry for key "hidden"'):
        tree.load().up()
    assert [] == tree.sent


def test_the_nearer_stage_wins_then_the_later_in_depends_on(tree):
    """Of several dependencies that provide a name the nearest one counts."""
    tree.write(
        {"far": [], "left": ["far"], "right": ["far"], "top": ["left", "right"]},
        stage_far={"env": {"one": "far", "two": "far"}},
        stage_left={"env": {"two": "left"}},
        stage_right={"env": {"two": "right"}},
    )
    shows(tree, "top", "one", "two")

    assert tree.load().up().ok
    assert "PUT far-right" in tree.sent


LAYERS = (
    "global",
    "inherited",
    "config",
    "stage",
    "from_stage",
    "captured",
    "migration",
    "override",
)


@pytest.mark.parametrize("count", range(1, len(LAYERS) + 1))
def test_the_higher_source_wins(tree, count):
    """With the lowest *count* sources the value is that of the highest of them."""
    there = LAYERS[:count]

    def env(layer):
        return {"env": {"name": layer}} if layer in there else {}

    capture = {"env_from": {"name": "name"}}
    tree.write({"z": [], "a": ["z"], "b": ["a"]}, count=2)
    document = json.loads((tree.root / "stages.yaml").read_text())
    document["global"].setdefault("env", {}).update(
        env("global").get("env", {}), api_base=tree.server.url
    )
    z, a, b = document["stages"]
    a.update(env("inherited"))
    z.update({"env": {"name": "from_stage"}} if "from_stage" in there else {})
    if "from_stage" in there:
        b["env_from_stages"] = [{"stage": "z", "vars": ["name"]}]
    b.update(env("stage"))
    (tree.root / "stages.yaml").write_text(json.dumps(document))
    config(tree, "b", **env("config"))
    first = thing("captured", kind="put")
    if "captured" in there:
        first["up"]["response"] = capture
    tree.path("b").write_text(json.dumps(first))
    shown = {"request": {"method": "PUT", "url": "{{.api_base}}/things/is-{{.name}}"}}
    second = {"up": {**shown, **env("migration")}}
    tree.path("b", 2).write_text(json.dumps(second))
    overrides = {"name": "override"} if "override" in there else {}

    assert tree.load(variables=overrides).up().ok
    assert f"PUT is-{there[-1]}" in tree.sent


def test_a_name_that_a_named_stage_does_not_provide_is_warned_of(tree):
    """The warning carries the variable and the stage as data."""
    tree.write(
        {"a": [], "b": ["a"]},
        stage_b={"env_from_stages": [{"stage": "a", "vars": ["a1_id", "nothing"]}]},
    )
    told = []

    assert tree.load(listeners=[told.append]).up().ok
    (warning,) = [
        event
        for event in told
        if isinstance(event, Warned)
        and event.message == "variable not found in dependent stage"
    ]
    assert {"variable": "nothing", "stage": "a"} == warning.fields


def test_a_secret_is_handed_on_and_stays_one(tree):
    """A dependent can use it; results and events show asterisks."""
    tree.write({"a": [], "b": ["a"]})
    tree.change("a", response={"env_from": {"a1_id": {"path": "id", "secret": True}}})
    shows(tree, "b", "a1_id")
    told = []

    result = tree.load(listeners=[told.append]).up()

    assert result.ok
    assert "PUT id-a1" in tree.sent
    assert "id-a1" not in str(told)
    assert ("a1_id",) == result.stages["a"].secrets


def test_down_sees_what_up_saw(tree):
    """A variable that has changed since does not mislead the rollback."""
    tree.write({"a": []}, stage_a={"env": {"suffix": "old"}})
    document = {
        "up": {
            "env": {"name": "thing-{{.suffix}}"},
            "request": {"method": "PUT", "url": "{{.api_base}}/things/{{.name}}"},
        },
        "down": {"method": "DELETE", "url": "{{.api_base}}/things/{{.name}}"},
    }
    tree.path("a").write_text(json.dumps(document))
    assert tree.load().up().ok
    text = (tree.root / "stages.yaml").read_text()
    (tree.root / "stages.yaml").write_text(text.replace('"old"', '"new"'))

    assert tree.load().down().ok
    assert ["PUT thing-old", "DELETE thing-old"] == tree.sent
