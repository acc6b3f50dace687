"""What exists already, taken over: seen at the API and in the history."""

import pytest

from apirun import (
    Direction,
    Found,
    Migrator,
    Outcome,
    StoreLockedError,
    UnsettledError,
    UsageError,
    Warned,
)
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


def _states(directory):
    return [version.state for version in directory.migrator().status().versions]


def test_what_is_there_is_recorded_with_what_its_probe_captures(directory, api):
    """Only GET is sent, and the history knows how each version came to be applied."""
    _write(directory, "one", "two")
    api.things.update(one=1, two=1)

    result = directory.migrator().adopt()

    assert (Outcome.APPLIED, "") == (result.outcome, result.reason)
    assert [(True, Found.PRESENT, 200)] * 2 == [
        (each.adopted, each.probe, each.status_code) for each in result.migrations
    ]
    assert {"GET"} == {method for method, _ in api.requests}
    assert "id-two" == result.env["two_id"]
    newest = directory.migrator().history()[0]
    assert (Direction.UP, 200, False, "adopted by its probe") == (
        newest.direction,
        newest.status_code,
        newest.failed,
        newest.error,
    )
    assert "up to date" == directory.migrator().status().state.value


def test_down_takes_an_adopted_version_away(directory, api):
    """It knows the captures, the env block and the variables of the adoption."""
    migration = thing("one")
    migration["up"]["env"] = {"who": "{{.prefix}}-ada"}
    migration["down"] = {
        "method": "DELETE",
        "url": "{{.api_base}}/things/one",
        "queries": {"id": "{{.one_id}}", "who": "{{.who}}", "prefix": "{{.prefix}}"},
    }
    directory.write(1, "one", migration)
    api.things.update(one=1)
    assert directory.migrator(variables={"prefix": "p"}).adopt().ok
    (directory.root / "001_one.yaml").unlink()

    assert directory.migrator().down().ok

    assert [] == api.standing
    assert ("DELETE", "/things/one?id=id-one&who=p-ada&prefix=p") == api.requests[-1]


def test_it_stops_at_the_first_version_that_is_not_there(directory, api):
    """What follows stays pending, so that up can apply it in order."""
    _write(directory, "one", "two", "three")
    api.things.update(one=1, three=1)

    result = directory.migrator().adopt()

    assert result.ok
    assert [Found.PRESENT, Found.ABSENT] == [each.probe for each in result.migrations]
    assert "002_two is not there and stays pending" in result.reason
    assert ["applied", "pending", "pending"] == _states(directory)
