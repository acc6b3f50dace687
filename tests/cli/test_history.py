"""A history that can be trusted, as a user meets it in fresh processes."""

import json
import sqlite3
from contextlib import closing

import pytest

from tests.helpers.directory import Directory
from tests.helpers.stagetree import thing

CONFIG = ("--config", "single/config.yaml")


@pytest.fixture
def single(project):
    """Return a directory of its own beside the stages."""
    return Directory(project.directory / "single", project.server.url)


def _user():
    """Return a migration whose down needs all that its up saw and captured."""
    url = "{{.api_base}}/things"
    return {
        "up": {
            "env": {"name": "{{.team}}-ada", "password": {"value": "pw-of-then"}},
            "request": {"method": "POST", "url": url, "body_file": "user.json"},
            "response": {"env_from": {"user_id": "id", "made": "name"}},
        },
        "down": {
            "method": "DELETE",
            "url": url + "/{{.made}}",
            "queries": {"id": "{{.user_id}}", "name": "{{.name}}", "team": "{{.team}}"},
            "body_file": "farewell.json",
        },
    }


def test_a_deleted_file_is_rolled_back_from_its_recorded_copy(project, single):
    """Its captures, its env, its variables and its body files are all recorded."""
    (single.root / "user.json").write_text('{"name": "{{.name}}"}')
    (single.root / "farewell.json").write_text('{"bye": "{{.name}}"}')
    path = single.write(1, "user", _user())
    project.run("up", *CONFIG, "--var", "team=blue")
    made = project.server.standing
    for each in (path, single.root / "user.json", single.root / "farewell.json"):
        each.unlink()

    status = project.run("status", *CONFIG)
    shown = project.run("down", *CONFIG, "--dry-run")
    done = project.run("down", *CONFIG)

    assert (["blue-ada"], []) == (made, project.server.standing)
    assert "001_user  applied" in status.out
    assert "file is gone" in status.out
    assert '{"bye": "blue-ada"}' in shown.out
    assert (0, "1 version rolled back") == (done.code, done.out[:21])
    assert (
        "DELETE",
        "/things/blue-ada?id=id-blue-ada&name=blue-ada&team=blue",
    ) == project.server.requests[-1]
    assert "no migrations" in project.run("up", *CONFIG, "--to", "1").err


def test_a_deleted_file_without_a_copy_can_not_be_rolled_back(project, single):
    """A history of another tool holds no copies: the file must come back."""
    path = single.write(1, "one", thing("one", kind="put"))
    project.run("up", *CONFIG)
    with closing(sqlite3.connect(str(single.root / "apirun.db"))) as connection:
        connection.execute("UPDATE apirun_records SET document = ''")
        connection.commit()
    path.unlink()

    done = project.run("down", *CONFIG)

    assert 2 == done.code
    assert "its file is gone and the history holds no copy" in done.err
    assert ["one"] == project.server.standing


def test_a_version_that_comes_too_late_is_refused(project, single):
    """The message names both versions and what to do; the flag lets it run."""
    single.write(5, "five", thing("five", kind="put"))
    project.run("up", *CONFIG)
    single.write(3, "three", thing("three", kind="put"))

    refused = project.run("up", *CONFIG)
    shown = project.run("up", *CONFIG, "--dry-run")
    allowed = project.run("up", *CONFIG, "--allow-out-of-order")

    assert [2, 2, 0] == [each.code for each in (refused, shown, allowed)]
    assert "003_three: pending, but version 5 above is applied" in refused.err
    assert "--allow-out-of-order" in refused.err
    assert ["five", "three"] == project.server.standing
    # The newest version is the highest, not the one that was applied last.
    project.run("down", *CONFIG)
    assert ["three"] == project.server.standing


def test_two_files_of_one_version_are_refused_by_their_names(project, single):
    """Also if only the digits look different; nothing is sent."""
    single.write(1, "one", thing("one", kind="put"))
    (single.root / "0001_uno.yml").write_text(json.dumps(thing("uno", kind="put")))

    for command in ("up", "down", "status", "validate", "adopt"):
        done = project.run(command, *CONFIG)

        assert (2, []) == (done.code, project.server.requests)
        assert "001_one.yaml" in done.err
        assert "0001_uno.yml" in done.err


def test_what_changed_in_an_applied_file_is_told_by_its_meaning(project, single):
    """One line for each difference, in the warning, the plan and the status."""
    migration = thing("one", kind="post")
    path = single.write(1, "one", migration)
    project.run("up", *CONFIG)
    body = {"name": "one", "tags": ["a"], "password": "hunter2"}
    migration["up"]["request"]["body"] = json.dumps(body, indent=1)
    migration["down"]["url"] = "{{.api_base}}/v2/things/one"
    path.write_text(json.dumps(migration))

    told = [
        project.run("up", *CONFIG).err,
        project.run("up", *CONFIG, "--dry-run").out,
        project.run("status", *CONFIG, "-v").out,
    ]
    listed = json.loads(project.run("status", *CONFIG, "--json").out)

    url = "{{.api_base}}/{}things/one"
    old, new = (url.replace("{}", part) for part in ("", "v2/"))
    differences = [
        f'down.request.url: "{old}" is now "{new}"',
        "up.request.body.password: *** is new",
        'up.request.body.tags: ["a"] is new',
    ]
    assert differences == listed["versions"][0]["changes"]
    assert [] == [d for d in differences for text in told if f"  {d}\n" not in text]
    assert "hunter2" not in "".join(told)
    assert 1 == len(project.server.requests)


def test_what_was_done_is_listed_newest_first(project):
    """Each with its way, its end and its answer; a dash where none came."""
    project.write(kind="post")
    project.server.refuse["POST network"] = 409
    project.stages("up", "--stage", "network")
    project.server.refuse.clear()
    project.server.drop_answers_of.add("network")
    project.stages("up", "--stage", "network")
    settle = ("settle", "1", "--config", "network/config.yaml", "--as", "pending")
    project.run(*settle)
    project.stages("up", "--stage", "network")

    shown = project.run(
        "status", "--config", "network/config.yaml", "--history-all"
    ).out.splitlines()
    rows = [
        line.split() for line in shown if "001_network_1" in line and " up " in line
    ]

    assert [("done", "201"), ("failed", "409")] == [
        (row[row.index("up") + 1], row[row.index("up") + 2])
        for row in rows
        if row[row.index("up") + 2] != "-"
    ]
    assert any(row[row.index("up") + 2] == "-" for row in rows)


def test_without_a_history_each_command_says_so(project, single):
    """Up sends everything each time; down, adopt and settle refuse; status tells."""
    single.config.write_text(
        json.dumps(
            {"env": {"api_base": project.server.url}, "store": {"disabled": True}}
        )
    )
    single.write(1, "one", thing("one", kind="put"))

    ups = [project.run("up", *CONFIG).code for _ in range(2)]
    refused = [
        project.run("down", *CONFIG),
        project.run("down", *CONFIG, "--dry-run"),
        project.run("adopt", *CONFIG, "--unprobed"),
        project.run("settle", "1", "--as", "pending", *CONFIG),
    ]
    status = project.run("status", *CONFIG, "--exit-code")

    assert [0, 0] == ups
    assert [("PUT", "/things/one")] * 2 == project.server.requests
    assert [2] * 4 == [each.code for each in refused]
    assert all("single keeps no history" in each.err for each in refused)
    assert (0, True) == (status.code, "no history  ?/1" in status.out)
    assert ["001_one.yaml", "config.yaml"] == sorted(
        path.name for path in single.root.iterdir()
    )
