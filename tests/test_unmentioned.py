"""Variables that are given, and that nothing mentions."""

import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from apirun import (
    AuthSettings,
    EnvFromStage,
    Migration,
    Orchestrator,
    Poll,
    Probe,
    Request,
    Response,
    Stage,
    StoreSettings,
)
from apirun.unmentioned import unmentioned
from tests.helpers.stagetree import thing, write_stages

NAMES = st.from_regex(r"[a-z][a-z0-9_]{2,12}", fullmatch=True)
GET = Request("GET", "/things")


def stage(up=GET, *, probe=None, poll=None, **settings):
    """Return a stage with one migration."""
    migration = Migration(version=1, name="a", up=up, probe=probe, poll=poll)
    return Stage(name="shop", migrations=[migration], **settings)


def told(names, *stages):
    """Return what is said of *names*."""
    return [str(problem) for problem in unmentioned(names, stages, "stages.yaml")]


MENTIONING = {
    "url": stage(Request("GET", "/{{.env.region}}")),
    "header": stage(Request("GET", "/", headers={"X": '{{index .env "region"}}'})),
    "body": stage(Request("POST", "/", body={"in": ["{{upper .region}}"]})),
    "capture": stage(Request("GET", "/", response=Response(env_from={"region": "id"}))),
    "probe": stage(probe=Probe(Request("GET", "/{{.region}}"))),
    "poll": stage(poll=Poll(request=GET, until='{{eq .region "up"}}')),
    "env": stage(env={"region": "eu"}),
    "private env": stage(private_env={"where": "{{.region}}"}),
    "what is relied on": stage(env_from_stages=[EnvFromStage("network", ["region"])]),
    "condition": stage(condition='env "region" == "eu"'),
    "store": stage(store=StoreSettings(options={"path": "{{.region}}.db"})),
    "token": stage(
        auth=[AuthSettings(type="basic", name="a", config={"username": "{{.region}}"})]
    ),
}


@pytest.mark.parametrize("where", MENTIONING)
def test_a_name_that_stands_anywhere_is_not_warned_of(where):
    """Another one is, in the same stage."""
    (warning,) = told({"region", "colour"}, MENTIONING[where])

    assert "the variable 'colour' is given, and nothing here uses it" in warning


@given(used=NAMES, typed=NAMES)
@example(used="a000", typed="a00")
def test_each_other_name_is_warned_of(used, typed):
    """Also one that is a part of another, or another one a part of it."""
    documents = stage(Request("GET", "/{{." + used + "}}"))
    assume(typed not in re.findall(r"\w+", str(documents)))

    assert [] == told({used}, documents)
    assert 1 == len(told({typed, used}, documents))


@pytest.mark.parametrize(
    "up",
    [
        lambda context: None,
        Request("POST", "/", body="{{toJson .env}}"),
        Request("POST", "/", body="{{range $name, $text := .env}}{{$name}}{{end}}"),
        Request("POST", "/", body='{{template "all" .}}'),
        Request("POST", "/", body="{{toJson . | b64enc}}"),
        Request("POST", "/", body="{{with $}}{{.x}}{{end}}"),
    ],
)
def test_where_any_name_may_be_read_nothing_is_told(up):
    """A function and a loop over all variables read what can't be known."""
    assert [] == told({"colour"}, stage(up))


def test_what_was_meant_is_named(tmp_path):
    """The orchestrator tells it of what it was made with, with the file."""
    path = write_stages(tmp_path, "http://127.0.0.1", {"one": [thing("t1")]}, {})
    given_names = {"api_bsae": "http://127.0.0.2", "t1_idd": "7"}

    orchestrator = Orchestrator.from_file(path, variables=given_names)

    messages = [
        f"{path}: the variable '{name}' is given, and nothing here uses it; "
        f"did you mean '{meant}'?"
        for name, meant in (("api_bsae", "api_base"), ("t1_idd", "t1_id"))
    ]
    assert messages == [str(warning) for warning in orchestrator.warnings]
    assert orchestrator.warnings == orchestrator.validate().warnings
    assert orchestrator.validate().ok
