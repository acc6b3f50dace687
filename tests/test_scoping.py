"""Variables from outside: by ``variables=``, and from process variables."""

import pytest

from apirun import (
    EnvEntry,
    MemoryStore,
    Migration,
    Migrator,
    Orchestrator,
    RenderError,
    Request,
    Stage,
    UsageError,
)

NO_UTF8 = b"M\xfcller".decode("utf-8", "surrogateescape")


def stage(api, env=(), **request):
    """Return a stage that sends the variable ``who``."""
    request.setdefault("body", {"who": "{{.who}}"})
    up = Request("PUT", f"{api.url}/users/1", **request)
    migrations = [Migration(version=1, name="a", up=up)]
    return Stage(name="shop", migrations=migrations, env=env, store=MemoryStore())


@pytest.mark.parametrize(
    ("value", "kind"),
    [(None, "None"), (["a"], "a list"), ({"a": 1}, "a dict"), (b"a", "a bytes")],
)
@pytest.mark.parametrize(
    "way",
    [
        lambda stage, given: Migrator(stage, variables=given),
        lambda stage, given: Orchestrator([stage]).up(variables=given),
    ],
    ids=["migrator", "orchestrator"],
)
def test_a_variable_that_is_no_text_is_refused(api, value, kind, way):
    """A process variable that is not set is None to a program, not the text None."""
    with pytest.raises(UsageError) as refused:
        way(stage(api), {"who": value})

    told = f"variables: the variable who is {kind}: write text, a number or a truth"
    assert told in str(refused.value)
    assert [] == api.lines


@pytest.mark.parametrize(
    ("value", "text"), [("ada", "ada"), (7, "7"), (0.5, "0.5"), (True, "true")]
)
def test_texts_numbers_and_truth_values_are_variables(api, value, text):
    """They are sent as they are written in files."""
    assert Orchestrator([stage(api)]).up(variables={"who": value}).ok
    assert {"who": text} == api.last.json


def test_a_given_text_that_is_no_utf_8_is_refused(api):
    """Its name is told, and not its value, which may be a secret."""
    with pytest.raises(UsageError) as refused:
        Orchestrator([stage(api)]).up(variables={"who": NO_UTF8})

    expected = "the variable 'who' holds bytes that are no UTF-8. Nothing was sent."
    assert expected == str(refused.value)
    assert [] == api.lines


def test_a_process_variable_that_is_no_utf_8_is_refused(api, monkeypatch):
    """Before anything is sent, with the name of both variables."""
    monkeypatch.setenv("WHO", NO_UTF8)
    env = [EnvEntry("who", value_from_env="WHO")]

    with pytest.raises(RenderError) as refused:
        Orchestrator([stage(api, env)]).up()

    assert (
        "the process variable WHO, which 'who' takes its value from, holds bytes that "
        "are no UTF-8"
    ) in str(refused.value)
    assert [] == api.lines


@pytest.mark.parametrize(
    "part",
    [
        {"body": "\ud800"},
        {"body": {"name": "\ud800"}},
        {"queries": {"x": "\ud800"}},
        {"headers": {"X": "\ud800"}},
    ],
    ids=str,
)
def test_a_text_that_nothing_can_carry_is_refused(api, part):
    """Half of a surrogate pair is told with its place, however it came there."""
    with pytest.raises(RenderError, match="half of a surrogate pair"):
        Orchestrator([stage(api, {"who": "ada"}, **part)]).up()

    assert [] == api.lines
