"""What the probes find beside what is recorded, seen at the API itself."""

import json
import time

import pytest

from apirun import Found, MemoryStore, Migration, Migrator, Probe, Request, Stage
from apirun.testing import Reply, serve_api
from apirun.testing.failing import serve_failing, stall
from tests.helpers.counting import serve_counting
from tests.helpers.directory import Directory
from tests.helpers.stagetree import thing


@pytest.fixture
def api():
    with serve_counting() as server:
        yield server


@pytest.fixture
def directory(tmp_path, api):
    return Directory(tmp_path / "work", api.url)


def _write(directory, *names, kind="probe"):
    for version, name in enumerate(names, start=1):
        directory.write(version, name, thing(name, kind=kind))


def _found(status):
    return [each.probe and (each.probe.found, each.probe.drifted) for each in status]


def test_what_is_as_recorded_has_not_drifted(directory, api):
    """Applied and present, pending and absent: nothing is to be told."""
    _write(directory, "one", "two")
    directory.migrator().up(to=1)

    status = directory.migrator().status(probe=True)

    assert [(Found.PRESENT, False), (Found.ABSENT, False)] == _found(status.versions)
    assert (0, 0) == (status.drifted, status.unknown)
    assert ["GET", "GET"] == [method for method, _ in api.requests[1:]]


def test_what_is_gone_or_there_already_has_drifted(directory, api):
    """Applied and absent, pending and present."""
    _write(directory, "one", "two")
    directory.migrator().up(to=1)
    api.things.update(one=-1, two=1)

    status = directory.migrator().status(probe=True)

    assert [(Found.ABSENT, True), (Found.PRESENT, True)] == _found(status.versions)
    assert 2 == status.drifted


def test_without_being_asked_nothing_is_sent(directory, api):
    """A status is told from the history alone unless probes are wanted."""
    _write(directory, "one")

    status = directory.migrator().status()

    assert (None, None, []) == (status.drifted, status.versions[0].probe, api.requests)


def test_asking_writes_nothing(directory, api):
    """Not even an empty database, a lock, or a line of the history."""
    _write(directory, "one")
    files = sorted(directory.root.iterdir())

    directory.migrator().status(probe=True)

    assert (1, files) == (len(api.requests), sorted(directory.root.iterdir()))


def test_a_version_without_a_probe_is_left_alone(directory, api):
    """It is told from the history, as ever."""
    _write(directory, "one", kind="put")

    assert [None] == _found(directory.migrator().status(probe=True).versions)
    assert [] == api.requests


@pytest.fixture
def rest(tmp_path):
    with serve_api() as server:
        yield server


def _user(**changes):
    capture = {"user_id": "id", "size": "size", "user_token": "token"}
    up = {
        "request": {
            "method": "POST",
            "url": "{{.api_base}}/users",
            "body": {"name": "ada", "size": 3, "token": "hunter2-old"},
        },
        "response": {"env_from": {**capture, "role": "role"}},
    }
    probe = {
        "request": {"url": "{{.api_base}}/users?name=ada"},
        "response": {"env_from": {k: f"0.{v}" for k, v in capture.items()}},
    }
    return {"up": up, "probe": probe, **changes}


def test_captures_that_differ_are_named_with_both_values(tmp_path, rest):
    """A secret is compared, and shown on neither side; what is missing is told."""
    directory = Directory(tmp_path / "work", rest.url)
    directory.write(1, "user", _user())
    directory.migrator().up()
    rest.items["users"]["users-1"].update(size=4, token="hunter2-new")

    (version,) = directory.migrator().status(probe=True).versions

    assert (Found.CHANGED, True) == (version.probe.found, version.probe.drifted)
    assert [("size", "3", "4"), ("user_token", "***", "***")] == [
        (each.name, each.recorded, each.found) for each in version.probe.changes
    ]
    assert "hunter2" not in str(version)
    del rest.items["users"]["users-1"]["size"]
    (version,) = directory.migrator().status(probe=True).versions
    assert ("size", "3", None) == (
        version.probe.changes[0].name,
        version.probe.changes[0].recorded,
        version.probe.changes[0].found,
    )


def test_a_search_that_finds_nothing_is_no_presence(tmp_path, rest):
    """An accepted answer without any of the values to capture is an absence."""
    directory = Directory(tmp_path / "work", rest.url)
    directory.write(1, "user", _user())

    assert not directory.migrator().adopt().migrations[0].adopted
    directory.migrator().up()
    rest.items["users"].clear()

    assert [(Found.ABSENT, True)] == _found(
        directory.migrator().status(probe=True).versions
    )


def test_a_lost_create_of_which_a_search_finds_nothing_is_sent_again(tmp_path, rest):
    """The probe settles what was cut off: an empty list means that it is not there."""
    directory = Directory(tmp_path / "work", rest.url)
    directory.write(1, "user", _user())
    rest.reply("POST", "/users", Reply(drop=True))
    assert not directory.migrator().up().ok
    rest.reply("POST", "/users", rest._rest)

    assert directory.migrator().up().ok

    assert 1 == rest.created["users"]


def test_it_asks_with_the_variables_of_then(tmp_path, rest):
    """What up saw, an override and its env included, is what is looked for."""
    directory = Directory(tmp_path / "work", rest.url)
    migration = _user()
    migration["up"]["env"] = {"name": "{{uuidv4}}"}
    migration["up"]["request"]["body"]["name"] = "{{.team}}-{{.name}}"
    migration["probe"]["request"]["url"] = (
        "{{.api_base}}/users?name={{.team}}-{{.name}}"
    )
    directory.write(1, "user", migration)
    directory.migrator(variables={"team": "blue"}).up()

    assert [(Found.PRESENT, False)] == _found(
        directory.migrator().status(probe=True).versions
    )


def test_a_deleted_file_is_probed_by_its_recorded_copy(directory, api):
    """What is applied can be asked for without its file."""
    _write(directory, "one")
    directory.migrator().up()
    (directory.root / "001_one.yaml").unlink()
    api.things.clear()

    (version,) = directory.migrator().status(probe=True).versions

    assert ("file is gone", Found.ABSENT) == (version.note, version.probe.found)


def test_what_can_not_be_told_has_its_reason(directory, api):
    """A refusal and a missing variable are unknown, and no drift."""
    _write(directory, "one", "two")
    second = thing("two")
    second["probe"]["request"]["url"] = "{{.api_base}}/things/{{.nobody}}"
    directory.write(2, "two", second)
    api.refuse["GET things"] = 401

    status = directory.migrator().status(probe=True)

    assert [(Found.UNKNOWN, False)] * 2 == _found(status.versions)
    assert "answered 401" in status.versions[0].probe.reason
    assert "its probe needs nobody" in status.versions[1].probe.reason
    assert "002_two.yaml:" in status.versions[1].probe.reason
    assert (0, 2) == (status.drifted, status.unknown)


def test_a_silent_api_is_asked_once(tmp_path):
    """After one probe got no answer the others of that host are not sent."""
    with serve_failing(stall) as api:
        directory = Directory(
            tmp_path / "work",
            api.url,
            client={"timeout": "300ms", "retry": {"attempts": 1}},
        )
        _write(directory, "one", "two", "three", "four")
        began_s = time.monotonic()

        status = directory.migrator().status(probe=True)

        assert (4, 1) == (status.unknown, len(api.requests))
    assert time.monotonic() - began_s < 5
    assert "not asked" in status.versions[3].probe.reason


def test_a_token_that_is_refused_is_asked_for_once(tmp_path, rest):
    """A password that does not work is not tried again for every version."""
    login = "/api/collections/_superusers/auth-with-password"
    rest.reply("POST", login, Reply(400, {"message": "no"}))
    config = {"base_url": rest.url, "email": "a@b.example", "password": "hunter2"}
    directory = Directory(
        tmp_path / "work",
        rest.url,
        auth=[{"type": "pocketbase", "name": "admin", "config": config}],
    )
    for version, name in enumerate(("one", "two", "three"), start=1):
        migration = thing(name)
        migration["probe"]["request"]["auth_name"] = "admin"
        directory.write(version, name, migration)
    directory.write(4, "open", thing("open"))

    status = directory.migrator().status(probe=True)

    assert 1 == rest.lines.count(f"POST {login}")
    assert [Found.UNKNOWN] * 3 == [each.probe.found for each in status.versions[:3]]
    assert Found.UNKNOWN is not status.versions[3].probe.found


def test_an_unsettled_version_is_asked_for_and_left_as_it_is(directory, api):
    """Nothing is recorded that it could have drifted from; nothing is settled."""
    migration = thing("one")
    migration["up"]["request"]["retry"] = {"attempts": 1}
    directory.write(1, "one", migration)
    api.drop_answers_of.add("one")
    directory.migrator().up()

    status = directory.migrator().status(probe=True)

    assert [(Found.PRESENT, False)] == _found(status.versions)
    assert "unsettled" == directory.migrator().status().versions[0].state


def test_a_higher_version_is_asked_for_with_what_a_lower_probe_found(directory, api):
    """Pending versions are looked at as adopting them would."""
    _write(directory, "one", "two")
    second = thing("two")
    second["probe"]["request"]["url"] = "{{.api_base}}/things?name=two&id={{.one_id}}"
    directory.write(2, "two", second)
    api.things.update(one=1, two=1)

    status = directory.migrator().status(probe=True)

    assert [(Found.PRESENT, True)] * 2 == _found(status.versions)
    assert api.requests[-1][1].endswith("&id=id-one")


def test_migrations_composed_in_python_are_asked_for(api):
    """A probe needs no file."""
    url = f"{api.url}/things/one"
    migration = Migration(
        version=1, name="one", up=Request("PUT", url), probe=Probe(Request("GET", url))
    )
    migrator = Migrator(Stage(name="s", migrations=[migration], store=MemoryStore()))
    migrator.up()
    api.things.clear()

    assert [(Found.ABSENT, True)] == _found(migrator.status(probe=True).versions)


def test_a_changed_file_is_asked_for_as_it_is_now(directory, api):
    """Who mends a probe wants to see it asked."""
    _write(directory, "one")
    directory.migrator().up()
    path = directory.root / "001_one.yaml"
    migration = json.loads(path.read_text())
    migration["probe"]["request"]["url"] = "{{.api_base}}/things/other"
    path.write_text(json.dumps(migration))

    (version,) = directory.migrator().status(probe=True).versions

    assert ("file has changed", Found.ABSENT) == (version.note, version.probe.found)


def test_a_probe_may_use_what_its_own_up_captured(tmp_path, rest):
    """Once it is applied; before that only a variable can give it."""
    directory = Directory(tmp_path / "work", rest.url)
    migration = _user()
    migration["probe"] = {"request": {"url": "{{.api_base}}/users/{{.user_id}}"}}
    directory.write(1, "user", migration)

    before = directory.migrator().status(probe=True)
    directory.migrator().up()
    after = directory.migrator().status(probe=True)

    assert [(Found.UNKNOWN, False)] == _found(before.versions)
    assert [(Found.PRESENT, False)] == _found(after.versions)
    assert "GET /users/users-1" == rest.lines[-1]


def test_what_up_saw_comes_before_what_it_captured(tmp_path, rest):
    """A name that a lower version captured, too, means for the probe what it meant."""
    directory = Directory(tmp_path / "work", rest.url)
    lower, upper = _user(), _user()
    upper["up"]["request"]["url"] = "{{.api_base}}/users?of={{.user_id}}"
    upper["probe"]["request"]["url"] = "{{.api_base}}/users?of={{.user_id}}"
    directory.write(1, "lower", lower)
    directory.write(2, "upper", upper)
    directory.migrator().up()

    directory.migrator().status(probe=True)

    assert (("of", "users-1"),) == rest.last.query
