"""One directory: up, down, history, settling, all seen at the API itself."""

import json
import sqlite3
from contextlib import closing

import pytest

from apirun import (
    HistoryError,
    MigrationFinished,
    Outcome,
    RenderError,
    StageState,
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


def _three(directory, kind="probe"):
    for version, name in ((1, "one"), (2, "two"), (3, "three")):
        directory.write(version, name, thing(name, kind=kind))


def _sent(api, method=None):
    return [request for request in api.requests if method in (None, request[0])]


def test_up_applies_every_version_in_order(directory, api):
    """All pending versions are sent in order, and their captures are kept."""
    _three(directory)

    result = directory.migrator().up()

    assert result.outcome is Outcome.APPLIED
    assert ["001_one", "002_two", "003_three"] == [m.name for m in result.migrations]
    assert "id-two" == result.env["two_id"]
    assert ["one", "three", "two"] == api.standing


def test_second_up_sends_nothing(directory, api):
    """What is applied is not sent again."""
    _three(directory)
    directory.migrator().up()
    before = len(api.requests)

    result = directory.migrator().up()

    assert (Outcome.UNCHANGED, before) == (result.outcome, len(api.requests))


def test_up_to_a_version_leaves_the_rest_pending(directory, api):
    """``to`` is the last version that is applied."""
    _three(directory)

    directory.migrator().up(to=2)

    status = directory.migrator().status()
    assert (["one", "two"], 2, 1) == (api.standing, status.applied, status.pending)


def test_up_to_an_unknown_version_is_refused(directory, api):
    """A version that is not there is an error that names the nearest."""
    _three(directory)

    with pytest.raises(UsageError, match="no version 9; the nearest is 3"):
        directory.migrator().up(to=9)
    assert [] == api.requests


def test_down_to_a_version_that_is_pending_has_nothing_to_do(directory, api):
    """The files say which versions there are, whether they are applied or not."""
    _three(directory)
    directory.migrator().up(to=1)

    assert Outcome.UNCHANGED is directory.migrator().down(to=2).outcome
    with pytest.raises(UsageError, match="no version 9; the nearest is 3"):
        directory.migrator().down(to=9)
    assert ["one"] == api.standing


@pytest.mark.parametrize(
    ("to", "left"), [(None, ["one", "two"]), (1, ["one"]), (0, [])]
)
def test_down_takes_back_the_newest_first(directory, api, to, left):
    """Down takes the newest by default, or all above a version."""
    _three(directory)
    directory.migrator().up()

    result = directory.migrator().down(to=to)

    assert (Outcome.ROLLED_BACK, left) == (result.outcome, api.standing)
    assert left == sorted(
        name[4:]
        for name in (v.name for v in directory.migrator().status().versions)
        if name[4:] in api.standing
    )


def test_version_zero_goes_down_with_all(directory, api):
    """``to=0`` means all, also a version 0."""
    directory.write(0, "zero", thing("zero"))
    directory.migrator().up()

    directory.migrator().down(to=0)

    assert [] == api.standing


def test_pending_version_below_an_applied_one_is_refused(directory, api):
    """A file that comes too late is an error, unless it is allowed."""
    directory.write(2, "two", thing("two"))
    directory.migrator().up()
    directory.write(1, "one", thing("one"))

    with pytest.raises(HistoryError, match="001_one: pending, but version 2 above"):
        directory.migrator().up()
    assert ["two"] == api.standing

    directory.migrator().up(allow_out_of_order=True)
    assert ["one", "two"] == api.standing


def test_changed_meaning_is_a_warning_with_what_changed(directory, api):
    """Another URL in an applied file is told; another layout is not."""
    directory.write(1, "one", thing("one"))
    directory.migrator().up()
    path = directory.root / "001_one.yaml"
    told = []

    path.write_text(path.read_text().replace("\n", " ") + "# a comment\n")
    directory.migrator(listeners=[told.append]).up()
    assert [] == [event for event in told if isinstance(event, Warned)]

    path.write_text(path.read_text().replace("/things/one", "/things/uno"))
    directory.migrator(listeners=[told.append]).up()
    (warning,) = [event for event in told if isinstance(event, Warned)]
    assert "001_one has changed since it was applied" in warning.message
    assert "/things/uno" in warning.message


def test_down_of_a_deleted_file_uses_the_recorded_copy(directory, api):
    """A file that is gone can still be rolled back."""
    directory.write(1, "one", thing("one")).rename(directory.root / "x")
    (directory.root / "x").rename(directory.root / "001_one.yaml")
    directory.migrator().up()
    (directory.root / "001_one.yaml").unlink()
    assert "file is gone" == directory.migrator().status().versions[0].note

    directory.migrator().down()

    assert [] == api.standing


def test_version_without_down_is_refused_before_anything_is_sent(directory, api):
    """Going down past a version that can't go down sends nothing at all."""
    migration = thing("one")
    del migration["down"]
    directory.write(1, "one", migration)
    directory.write(2, "two", thing("two"))
    directory.migrator().up()
    before = len(api.requests)

    with pytest.raises(HistoryError, match="001_one: no 'down'"):
        directory.migrator().down(to=0)
    assert before == len(api.requests)


def test_refused_version_stays_pending(directory, api):
    """The API said no: the version is what it was, and can be run again."""
    _three(directory, kind="post")
    api.refuse["POST two"] = 422

    result = directory.migrator().up()

    assert Outcome.FAILED is result.outcome
    assert (422, "RefusedError") == (result.failure.status, result.failure.kind)
    assert StageState.FAILED is directory.migrator().status().state
    api.refuse.clear()
    assert directory.migrator().up().ok
    assert {"one": 1, "two": 1, "three": 1} == dict(api.created)


def test_missing_variable_in_the_last_version_is_refused_before_the_first(
    directory, api
):
    """An unresolved variable is refused before anything is sent."""
    _three(directory)
    last = thing("four")
    last["up"]["request"]["url"] = "{{.api_base}}/things/{{.two_idd}}"
    directory.write(4, "four", last)

    with pytest.raises(RenderError) as caught:
        directory.migrator().up()

    text = str(caught.value)
    assert (
        'executing "gotmpl" at <.two_idd>: map has no entry for key "two_idd"' in text
    )
    assert "004_four.yaml:" in text
    assert "did you mean 'two_id'" in text
    assert [] == api.requests
    assert not (directory.root / "apirun.db").exists()


def test_body_that_is_no_json_after_rendering_is_refused(directory, api):
    """A body sent as JSON that is none is an error before it is sent."""
    migration = thing("one", kind="post")
    migration["up"]["request"]["body"] = '{"name": {{.api_base}}}'
    directory.write(1, "one", migration)

    result = directory.migrator().up()

    assert (Outcome.FAILED, []) == (result.outcome, api.requests)
    assert "sent as JSON" in result.failure.message


def _lose_answer(api, name):
    api.drop_answers_of.add(name)


@pytest.mark.parametrize("kind", ["probe", "put", "key"])
def test_lost_answer_is_settled_by_the_next_run(directory, api, kind):
    """The API acted and its answer was lost: the next run finds out."""
    migration = thing("one", kind=kind)
    migration["up"]["request"]["retry"] = {"attempts": 1}
    directory.write(1, "one", migration)
    _lose_answer(api, "one")

    first = directory.migrator().up()
    assert (Outcome.UNSETTLED, False) == (first.outcome, first.failure.needs_decision)
    assert StageState.UNSETTLED is directory.migrator().status().state

    second = directory.migrator().up()
    assert Outcome.APPLIED is second.outcome
    assert [True] == [result.settled for result in second.migrations]
    assert "id-one" == second.env["one_id"]
    assert {"one": 1} == dict(api.things)


def test_lost_answer_to_a_plain_post_needs_a_person(directory, api):
    """Without probe or harmless method the choices are named; nothing is doubled."""
    _three(directory, kind="post")
    _lose_answer(api, "two")
    first = directory.migrator().up()
    assert first.failure.needs_decision
    assert "apirun settle 2 --config" in first.failure.advice
    before = len(api.requests)

    with pytest.raises(UnsettledError) as caught:
        directory.migrator().up()

    assert "--as applied --var two_id=VALUE" in str(caught.value)
    assert "--as pending" in str(caught.value)
    assert before == len(api.requests)

    directory.migrator().settle(2, as_="applied", variables={"two_id": "id-two"})
    result = directory.migrator().up()
    assert "id-two" == result.env["two_id"]
    assert {"one": 1, "two": 1, "three": 1} == dict(api.things)


def _refused_for_its_token(directory, api, **config):
    """Lose the answer to a request with a token in its URL; return the refusal."""
    migration = thing("one", kind="post")
    migration["up"]["request"]["queries"] = {"size": "{{.size}}", "q": "{{.token}}"}
    directory.write(1, "one", migration)
    if config:
        known = json.loads(directory.config.read_text())
        directory.config.write_text(json.dumps({**known, **config}))
    _lose_answer(api, "one")
    given = {"token": "hunter2/hunter2", "size": "3"}
    directory.migrator(variables=given).up()

    with pytest.raises(UnsettledError) as caught:
        directory.migrator().up()
    return str(caught.value)


def test_who_decides_is_told_what_was_sent(directory, api):
    """The URL as it went out, not as it would be now, and without secrets."""
    told = _refused_for_its_token(directory, api)
    database = (directory.root / "apirun.db").read_bytes()

    assert f": POST {api.url}/things?size=3&q=*** was begun " in told
    assert "{{" not in told
    assert (False, False) == (b"hunter2" in database, "hunter2" in told)


def test_without_masking_what_was_sent_is_not_kept(directory, api):
    """A log may show secrets, if that is wanted; the intent is there for years."""
    _refused_for_its_token(directory, api, logging={"masking": {"enabled": False}})
    with closing(sqlite3.connect(str(directory.root / "apirun.db"))) as history:
        kept = history.execute("SELECT shown FROM apirun_intents").fetchall()

    assert [("",)] == kept


def test_settled_as_pending_is_sent_again(directory, api):
    """A person who found nothing there makes the version pending."""
    directory.write(1, "one", thing("one", kind="post"))
    _lose_answer(api, "one")
    directory.migrator().up()
    api.things.clear()

    directory.migrator().settle(1, as_="pending")
    assert directory.migrator().up().ok
    assert {"one": 1} == dict(api.things)


def test_settling_what_is_not_unsettled_is_refused(directory):
    """Only an unsettled version can be settled."""
    directory.write(1, "one", thing("one"))

    with pytest.raises(UsageError, match="version 1 of work is not unsettled"):
        directory.migrator().settle(1, as_="applied")


def test_lost_answer_to_a_delete_is_settled_by_sending_it_again(directory, api):
    """The second DELETE finds nothing, which is what was wanted."""
    directory.write(1, "one", thing("one", kind="post"))
    directory.migrator().up()
    api.drop_answers_of.add("one")

    result = directory.migrator().down()

    assert (Outcome.ROLLED_BACK, []) == (result.outcome, api.standing)


def test_down_sees_what_up_saw(directory, api):
    """Its env block, its captures and overrides given only then are there again."""
    directory.write(
        1,
        "one",
        {
            "up": {
                "env": {"name": "{{.prefix}}-{{uuidv4}}"},
                "request": {
                    "method": "POST",
                    "url": "{{.api_base}}/things",
                    "body": {"name": "{{.name}}"},
                },
                "response": {"env_from": {"made": "name"}},
            },
            "down": {
                "method": "DELETE",
                "url": "{{.api_base}}/things/{{.name}}",
                "queries": {"same": "{{eq .name .made}}", "prefix": "{{.prefix}}"},
            },
        },
    )
    directory.migrator(variables={"prefix": "p"}).up()

    result = directory.migrator().down()

    assert (Outcome.ROLLED_BACK, []) == (result.outcome, api.standing)
    assert api.requests[-1][1].endswith("?same=true&prefix=p")


def test_down_takes_away_what_a_variable_given_then_named(directory, api):
    """An override wins over the env block for down, too, as it did for up."""
    one = {"url": "{{.api_base}}/things/{{.name}}"}
    up = {"env": {"name": "demo"}, "request": {"method": "PUT", **one}}
    directory.write(1, "one", {"up": up, "down": {"method": "DELETE", **one}})
    directory.migrator(variables={"name": "bob"}).up()

    assert directory.migrator().down().ok

    assert ("DELETE", "/things/bob") == api.requests[-1]


def test_a_lost_answer_is_settled_with_the_variables_of_then(directory, api):
    """What is sent again is what was sent, an override of its env block included."""
    request = {"method": "PUT", "url": "{{.api_base}}/things/{{.name}}"}
    request["retry"] = {"attempts": 1}
    directory.write(1, "one", {"up": {"env": {"name": "demo"}, "request": request}})
    _lose_answer(api, "bob")
    directory.migrator(variables={"name": "bob"}).up()

    assert directory.migrator().up().ok

    assert [("PUT", "/things/bob")] * 2 == api.requests


def test_find_gives_variables_to_down(directory, api):
    """What ``find`` captures is a variable of its down."""
    migration = thing("one", kind="post")
    migration["down"] = {
        "find": {
            "request": {"method": "GET", "url": "{{.api_base}}/things?name=one"},
            "response": {"env_from": {"found": "name"}},
        },
        "method": "DELETE",
        "url": "{{.api_base}}/things/{{.found}}",
    }
    directory.write(1, "one", migration)
    directory.migrator().up()

    assert directory.migrator().down().ok
    assert [] == api.standing


def test_missing_capture_under_fail_is_unsettled(directory, api):
    """The API said yes, but what is needed is not in its answer."""
    migration = thing("one")
    migration["up"]["response"] = {"env_missing": "fail", "env_from": {"x": "no.such"}}
    directory.write(1, "one", migration)

    result = directory.migrator().up()

    assert (Outcome.UNSETTLED, "CaptureError") == (result.outcome, result.failure.kind)
    assert "'x' (at 'no.such')" in result.failure.message


def test_idempotency_key_stays_the_same_after_a_lost_answer(directory, api):
    """The key of an execution is recorded with its intent."""
    migration = thing("one", kind="key")
    migration["up"]["request"]["retry"] = {"attempts": 1}
    directory.write(1, "one", migration)
    _lose_answer(api, "one")
    directory.migrator().up()

    directory.migrator().up()

    assert (1, 2) == (len(api.keys), len(_sent(api, "POST")))


def test_disabled_store_leaves_no_file(tmp_path, api):
    """Without a history every run sends everything."""
    directory = Directory(tmp_path / "work", api.url, store={"disabled": True})
    directory.write(1, "one", thing("one", kind="put"))
    migrator = directory.migrator()

    migrator.up()
    migrator.up()

    assert 2 == len(api.requests)
    assert (StageState.NO_HISTORY, ()) == (migrator.status().state, migrator.history())
    assert [] == list(directory.root.glob("*.db*"))


@pytest.mark.parametrize(
    "ask",
    [
        lambda migrator: migrator.down(),
        lambda migrator: migrator.plan("down"),
        lambda migrator: migrator.settle(1, as_="pending"),
        lambda migrator: migrator.adopt(unprobed=True),
        lambda migrator: migrator.plan_adoption(unprobed=True),
    ],
)
def test_what_needs_a_history_is_refused_without_one(tmp_path, api, ask):
    """It is not known what was applied, and that is what is said."""
    directory = Directory(tmp_path / "work", api.url, store={"disabled": True})
    directory.write(1, "one", thing("one", kind="put"))
    directory.migrator().up()

    with pytest.raises(UsageError, match="work keeps no history"):
        ask(directory.migrator())

    assert ["one"] == api.standing


def test_a_lost_answer_without_a_history_leaves_nothing_to_settle(tmp_path, api):
    """The advice names no command that needs what was not recorded."""
    directory = Directory(tmp_path / "work", api.url, store={"disabled": True})
    directory.write(1, "one", thing("one", kind="post"))
    _lose_answer(api, "one")

    failure = directory.migrator().up().failure

    assert "no history is kept" in failure.recorded
    assert "settle" not in failure.advice
    assert not failure.needs_decision


def test_plan_sends_and_writes_nothing(directory, api):
    """A plan shows what is not known yet by its source."""
    _three(directory)
    last = thing("four")
    last["up"]["request"]["url"] = "{{.api_base}}/things/{{.two_id}}"
    directory.write(4, "four", last)

    plan = directory.migrator().plan()

    assert 4 == len(plan.migrations)
    assert plan.migrations[3].url.endswith("/things/(known after work/002_two)")
    assert [] == api.requests
    assert [] == list(directory.root.glob("*.db*"))


def test_secrets_of_an_earlier_process_are_shown_nowhere(directory, api):
    """What the history holds as secret is masked in the plan, errors and events."""
    first, second = thing("one"), thing("two")
    first["up"]["response"] = {"env_from": {"api_token": "id"}}
    second["up"]["request"]["url"] = "{{.api_base}}/things?x={{.api_token}}"
    directory.write(1, "one", first)
    directory.migrator().up()
    directory.write(2, "two", second)
    api.refuse["POST two"] = 400
    told = []

    plan = directory.migrator().plan()
    result = directory.migrator(listeners=[told.append]).up()

    assert "?x=***" in plan.migrations[0].url
    assert "?x=***" in result.failure.message
    assert "id-one" not in f"{plan} {result.migrations} {result.failure} {told[:-1]}"


def test_secrets_are_shown_nowhere(directory, api):
    """A captured token is used, and shown as asterisks in all that is told."""
    migration = thing("one")
    migration["up"]["response"] = {"env_from": {"api_token": "id"}}
    directory.write(1, "one", migration)
    second = thing("two")
    second["up"]["request"]["headers"] = {"X-T": "{{.api_token}}"}
    directory.write(2, "two", second)
    api.refuse["POST two"] = 400
    told = []

    result = directory.migrator(listeners=[told.append]).up()

    events = [event for event in told if isinstance(event, MigrationFinished)]
    rows = directory.migrator().history()
    shown = f"{result.migrations} {events} {rows} {directory.migrator().status()}"
    assert "id-one" not in shown
    with closing(sqlite3.connect(str(directory.root / "apirun.db"))) as connection:
        listed = connection.execute("SELECT env_json FROM migration_runs").fetchall()
    assert "id-one" not in str(listed)
