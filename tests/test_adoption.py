"""What exists already, taken over: seen at the API and in the history."""

from contextlib import contextmanager

import pytest

from apirun import (
    Direction,
    Found,
    MemoryStore,
    Migration,
    Migrator,
    Outcome,
    Probe,
    RenderError,
    Request,
    SqliteStore,
    Stage,
    StoreLockedError,
    UnsettledError,
    UsageError,
    Warned,
)
from apirun.state import Intent
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


def test_going_on_after_an_absent_version_is_asked_for(directory, api):
    """Then it is out of order, as up would say; adopting it later heals that."""
    _write(directory, "one", "two", "three")
    api.things.update(one=1, three=1)

    result = directory.migrator().adopt(allow_out_of_order=True)

    assert "002_two is not there and stays pending" == result.reason
    assert ["applied", "pending", "applied"] == _states(directory)
    api.things.update(two=1)
    assert directory.migrator().adopt().ok
    assert ["applied"] * 3 == _states(directory)


def test_up_applies_what_was_not_there(directory, api):
    """Adopted captures are variables of what up sends then; nothing is doubled."""
    _write(directory, "one", "two")
    second = thing("two")
    second["up"]["request"]["headers"] = {"X-One": "{{.one_id}}"}
    directory.write(2, "two", second)
    api.things.update(one=1)
    directory.migrator().adopt()

    assert directory.migrator().up().ok

    assert ({"two": 1}, ["one", "two"]) == (dict(api.created), api.standing)


@pytest.mark.parametrize("status", [401, 500, 503])
def test_what_a_probe_cannot_tell_is_a_failure(directory, api, status):
    """Nothing is recorded for that version; what was recorded before it stands."""
    _write(directory, "one", "two")
    api.things.update(one=1, two=1)
    second = thing("two")
    second["probe"]["request"]["url"] = "{{.api_base}}/things/broken"
    second["probe"]["request"]["retry"] = {"attempts": 1}
    directory.write(2, "two", second)
    api.refuse["GET broken"] = status

    result = directory.migrator().adopt()

    assert (Outcome.FAILED, Found.UNKNOWN) == (
        result.outcome,
        result.migrations[-1].probe,
    )
    assert f"answered {status}" in result.failure.message
    assert "Version 2 stays pending." == result.failure.recorded
    assert "'apirun adopt --config" in result.failure.advice
    assert "002_two.yaml:" in result.failure.place
    assert ["applied", "pending"] == _states(directory)
    assert "1 pending" == f"{directory.migrator().status().pending} pending"
    assert directory.migrator().status().state.value == "pending"


def test_a_version_without_a_probe_is_refused_before_anything_is_sent(directory, api):
    """All such versions are named, and the flag that records them."""
    _write(directory, "one")
    for version, name in ((2, "two"), (4, "four")):
        directory.write(version, name, thing(name, kind="put"))

    refusal = "002_two, 004_four of work have no probe"
    with pytest.raises(UsageError, match=refusal) as told:
        directory.migrator().adopt()

    assert "--unprobed" in str(told.value)
    assert [] == api.requests
    assert directory.migrator().adopt(to=1).ok


def test_unprobed_takes_captures_from_the_variables(directory, api):
    """What up would have captured is given by hand; what is not given is warned of."""
    first = thing("one", kind="put")
    first["up"]["response"]["env_from"]["one_token"] = "token"
    first["up"]["response"]["env_from"]["size"] = "size"
    directory.write(1, "one", first)
    api.things.update(one=1)
    told = []
    given = {"one_id": "id-one", "one_token": "t0p-s3cret"}

    result = directory.migrator(variables=given, listeners=[told.append]).adopt(
        unprobed=True
    )

    assert [] == api.requests
    assert {"one_id": "id-one", "one_token": "***"} == dict(
        result.migrations[0].captures
    )
    (warning,) = [event for event in told if isinstance(event, Warned)]
    assert "001_one captures size: what uses it will be refused" in warning.message
    assert "t0p-s3cret" not in f"{told} {directory.migrator().history()}"
    assert "adopted unprobed" == directory.migrator().history()[0].error
    assert directory.migrator().down().ok
    assert [] == api.standing


def test_nothing_is_adopted_while_a_version_is_unsettled(directory, api):
    """The run up settles it first, or a person does."""
    _write(directory, "one", "two")
    api.drop_answers_of.add("one")
    first = thing("one")
    first["up"]["request"]["retry"] = {"attempts": 1}
    directory.write(1, "one", first)
    directory.migrator().up()
    before = len(api.requests)

    with pytest.raises(UnsettledError, match=r"Run 'apirun up --config .*' first"):
        directory.migrator().adopt()

    assert before == len(api.requests)


def test_a_plain_post_that_is_unsettled_names_the_choices(directory, api):
    """Where up can't find out either, settle is what is left."""
    directory.write(1, "one", thing("one", kind="post"))
    api.drop_answers_of.add("one")
    directory.migrator().up()

    with pytest.raises(UnsettledError, match="apirun settle 1 --config"):
        directory.migrator().adopt(unprobed=True)


def test_one_run_at_a_time(directory, api):
    """Adopting waits for the lock like any other run."""
    _write(directory, "one")
    api.things.update(one=1)
    directory.migrator().adopt()
    directory.write(2, "two", thing("two"))
    store = SqliteStore(str(directory.root / "apirun.db"))

    with store.lock(timeout_s=1):
        result = directory.migrator().adopt(lock_timeout_s=0.1)

    assert StoreLockedError.__name__ == result.failure.kind


def test_a_second_adoption_has_nothing_to_do(directory, api):
    """What is applied is not asked again."""
    _write(directory, "one")
    api.things.update(one=1)
    directory.migrator().adopt()
    before = len(api.requests)

    result = directory.migrator().adopt()

    assert (Outcome.UNCHANGED, (), before) == (
        result.outcome,
        result.migrations,
        len(api.requests),
    )


def test_nothing_there_leaves_nothing_behind(directory, api):
    """A version that is absent writes no line, no version, and no stage."""
    _write(directory, "one")

    directory.migrator().adopt()

    assert () == directory.migrator().history()
    assert "never run" == directory.migrator().status().state.value


def test_the_plan_shows_the_probes_and_sends_nothing(directory, api):
    """What a lower probe will capture stands as its label."""
    _write(directory, "one", "two")
    second = thing("two")
    second["probe"]["request"]["url"] = "{{.api_base}}/things/{{.one_id}}"
    directory.write(2, "two", second)

    plan = directory.migrator().plan_adoption()

    assert ["GET", "GET"] == [each.method for each in plan.migrations]
    assert plan.migrations[1].url.endswith("/things/(known after work/001_one)")
    assert [] == api.requests
    assert [] == list(directory.root.glob("*.db*"))


def test_a_missing_variable_is_refused_before_anything_is_sent(directory, api):
    """The probe of the last version is looked at before the first is sent."""
    _write(directory, "one", "two")
    second = thing("two")
    second["probe"]["request"]["url"] = "{{.api_base}}/things/{{.nobody}}"
    directory.write(2, "two", second)

    with pytest.raises(RenderError, match='map has no entry for key "nobody"') as told:
        directory.migrator().adopt()

    assert "002_two.yaml:" in str(told.value)
    assert [] == api.requests


def test_what_is_not_captured_but_given_identifies_it(directory, api):
    """Like an import by its id: the probe looks for what a variable names."""
    migration = thing("one")
    migration["probe"] = {"request": {"url": "{{.api_base}}/things/{{.one_id}}"}}
    directory.write(1, "one", migration)
    api.things.update({"id-17": 1})

    result = directory.migrator(variables={"one_id": "id-17"}).adopt()

    assert {"one_id": "id-17"} == dict(result.migrations[0].captures)
    assert [("GET", "/things/id-17")] == api.requests


class LeftUnsettled(MemoryStore):
    """A store whose last holder was cut off just before it gave up the lock."""

    @contextmanager
    def lock(self, *, timeout_s):
        with super().lock(timeout_s=timeout_s):
            self.begin(
                Intent(
                    version=1,
                    name="001_one",
                    direction=Direction.UP,
                    run_id="of another run",
                    method="PUT",
                    digest="",
                )
            )
            yield


def test_what_another_run_left_unsettled_meanwhile_is_not_sent_again(api):
    """It is seen under the lock, too; up would send it again, adopting never does."""
    url = f"{api.url}/things/one"
    migration = Migration(
        version=1, name="one", up=Request("PUT", url), probe=Probe(Request("GET", url))
    )
    stage = Stage(name="s", migrations=[migration], store=LeftUnsettled())

    result = Migrator(stage).adopt()

    assert (Outcome.UNSETTLED, "UnsettledError") == (
        result.outcome,
        result.failure.kind,
    )
    assert [] == api.requests
