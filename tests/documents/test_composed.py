"""Stages composed in Python are checked like files."""

import pickle

import pytest
from attrs import evolve

from apirun.documents import load_directory, resolve_stage
from apirun.env import EnvEntry
from apirun.exceptions import DocumentError
from apirun.migration import Migration, Request, Response
from apirun.settings import AuthSettings
from apirun.stage import Stage

GOOD = Migration(version=1, name="a", up=Request("POST", "{{.base}}/a"))


def test_a_sound_stage_stays_as_it_is():
    """
    Nothing is added to what is right.
    """
    stage = Stage(name="network", migrations=[GOOD], env={"base": "http://127.0.0.1"})

    assert stage == resolve_stage(stage).stage


def test_a_reference_is_read(tmp_path, monkeypatch):
    """
    A stage with a config path gets its migrations and keeps its own variables.
    """
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text("env: {a: b}")
    (tmp_path / "001_a.yaml").write_text("up: {request: {method: GET, url: /a}}")
    stage = Stage.from_config(
        "config.yaml", name="services", depends_on=["network"], env={"x": "y"}
    )

    resolved = resolve_stage(stage).stage

    assert ("services", ("network",)) == (resolved.name, resolved.depends_on)
    assert (EnvEntry("x", "y"),) == resolved.env
    assert (EnvEntry("a", "b"),) == resolved.private_env
    assert ["001_a"] == [migration.label for migration in resolved.migrations]
    assert resolved == resolve_stage(resolved).stage


def test_a_file_beside_a_composed_migration_is_its_body(tmp_path, monkeypatch):
    """
    ``body_file`` is read from the working directory.
    """
    monkeypatch.chdir(tmp_path)
    (tmp_path / "user.json").write_text('{"a": "{{.b}}"}')
    request = Request("POST", "/a", body_file="user.json")
    stage = Stage(name="a", migrations=[Migration(version=1, name="a", up=request)])

    up = resolve_stage(stage).stage.migrations[0].up

    assert ('{"a": "{{.b}}"}', str(tmp_path / "user.json")) == (up.body, up.body_file)


def test_everything_that_is_wrong_is_told_at_once():
    """
    Without files, the problem is named by stage, migration and key.
    """
    stage = Stage(
        name="network",
        env={"a-b": "x"},
        private_env={"c": "{{"},
        condition="{{",
        auth=[
            AuthSettings(
                type="oauth2",
                name="admin",
                config={"client_id": 1, "client_secret": "x", "scopes": ["{{"]},
            ),
            AuthSettings(type="own", name="admin"),
        ],
        migrations=[
            Migration(
                version=1,
                name="a",
                up=Request(
                    "GE T",
                    "",
                    headers={"A B": "c", "D": "e\nf"},
                    auth_name="nobody",
                    response=Response(result_code=[99], env_from={"x": "a.#("}),
                ),
            ),
            Migration(version=1, name="b", up=Request("PUT", "/", body={"a": "{{"})),
        ],
    )

    with pytest.raises(DocumentError) as caught:
        resolve_stage(stage)

    line = stage.made_at.line
    assert [
        (0, "stage network, env"),
        (0, "stage network, private_env"),
        (0, "stage network, condition"),
        (0, "stage network, auth.1.name"),
        (0, "stage network, auth.0.config"),
        (0, "stage network, auth.1.type"),
        (0, "stage network, auth.0.config.scopes.0"),
        (0, "stage network, 001_b, version"),
        (0, "stage network, 001_a, up.auth_name"),
        (0, "stage network, 001_a, up.method"),
        (0, "stage network, 001_a, up.url"),
        (0, "stage network, 001_a, up.headers"),
        (0, "stage network, 001_a, up.headers"),
        (0, "stage network, 001_a, up.response.result_code.0"),
        (0, "stage network, 001_a, up.response.env_from.x"),
        (0, "stage network, 001_b, up.body.a"),
    ] == [
        (int(each.location.line < line), each.message.split(": ")[0])
        for each in caught.value.problems
    ]
    assert {__file__.rpartition("/")[2]} == {
        each.location.file.rpartition("/")[2] for each in caught.value.problems
    }


def test_files_and_composed_migrations_stand_together(tmp_path, monkeypatch):
    """
    A stage with a config path keeps the migrations that it was given beside.
    """
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text("env: {a: b}")
    (tmp_path / "001_a.yaml").write_text("up: {request: {method: GET, url: /a}}")
    more = Migration(version=2, name="more", up=Request("GET", "/b"))
    given = Stage.from_config("config.yaml", name="s").with_migrations(more)

    resolved = resolve_stage(given).stage

    assert ["001_a", "002_more"] == [each.label for each in resolved.migrations]
    with pytest.raises(DocumentError, match="version 1 is that of 001_a and of 001_x"):
        resolve_stage(given.with_migrations(evolve(more, version=1, name="x")))


def test_where_something_was_composed_is_no_part_of_its_value():
    """
    Equality and text leave the line out; pickle and evolve keep it.
    """
    one = Request("GET", "/")
    two = Request("GET", "/")

    assert (one, repr(one)) == (two, repr(two))
    assert one.made_at.line + 1 == two.made_at.line
    assert one.made_at == pickle.loads(pickle.dumps(one)).made_at
    assert one.made_at == evolve(one, url="/a").made_at


def test_a_loaded_stage_is_not_read_again(tmp_path):
    """
    What was read from files is left alone, also without migrations.
    """
    (tmp_path / "config.yaml").write_text("env: {a: b}")
    stage = load_directory(str(tmp_path / "config.yaml")).stage
    (tmp_path / "config.yaml").unlink()

    assert stage == resolve_stage(stage).stage
    assert (GOOD,) == resolve_stage(evolve(stage, migrations=[GOOD])).stage.migrations
