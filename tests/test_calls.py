"""Migrations that are Python callables: journal, outcomes, settling, rollback."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor

import pytest
import requests

import apirun
from apirun import (
    Call,
    MemoryStore,
    Migration,
    MigrationContext,
    Migrator,
    Orchestrator,
    Outcome,
    Poll,
    Probe,
    RefusedError,
    Request,
    Response,
    Stage,
)
from apirun.testing import Reply, serve_api


def stage(api, *migrations, **settings):
    settings.setdefault("store", MemoryStore())
    return Stage(name="shop", migrations=migrations, env={"api": api.url}, **settings)


def create_user(context: MigrationContext) -> None:
    url = context.render("{{.api}}/users")
    answer = context.session.post(url, json={"name": "ada"})
    answer.raise_for_status()
    context.capture("user_id", answer.json()["id"])


def delete_user(context: MigrationContext) -> None:
    url = context.variables["api"] + "/users/" + context.variables["user_id"]
    context.session.delete(url).raise_for_status()


def outcome_of(api, up, **settings):
    """Bring one version up whose up is *up*, and return its result."""
    migration = Migration(version=1, name="user", up=up)
    return Migrator(stage(api, migration, **settings)).up().migrations[0]


def test_a_callable_goes_up_hands_on_and_goes_down(api):
    """What it captures is seen by requests after it, in templates and plans."""
    after = Request("PUT", "{{.api}}/teams/t1", body={"owner": "{{.user_id}}"})
    both = stage(
        api,
        Migration(version=1, name="user", up=create_user, down=delete_user),
        Migration(version=2, name="team", up=after, down=Request("DELETE", after.url)),
    )
    told = []
    migrator = Migrator(both, listeners=[told.append])

    planned = migrator.plan().migrations
    result = migrator.up()

    assert result.ok, result.failure
    name = f"{__name__}:create_user"
    assert ("calls", name) == (planned[0].method, planned[0].url)
    assert planned[0].place.startswith("tests/test_calls.py:")
    assert "(known after shop/001_user)" in planned[1].body
    assert {"owner": "users-1"} == api.requests[1].json
    assert {"user_id": "users-1"} == result.migrations[0].captures
    started = [each for each in told if isinstance(each, apirun.MigrationStarted)]
    assert f"calls {name}" == started[0].request
    assert migrator.down(to=0).ok
    assert {"users": {}, "teams": {}} == api.items
    assert [] == [v for v in migrator.status().versions if v.applied_at]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"),
        (True, "true"),
        (None, ""),
        ({"a": [1.5, "é"]}, '{"a":[1.5,"é"]}'),
        ("half \ud83d", "half \ufffd"),
        ("\ud83d\ude00", "\ufffd\ufffd"),
    ],
)
def test_captured_values_become_text_like_those_of_json(api, tmp_path, value, text):
    """All that JSON has is told as in an answer, and can be recorded."""
    store = apirun.SqliteStore(tmp_path / "a.db")
    result = outcome_of(api, lambda context: context.capture("v", value), store=store)

    assert (Outcome.APPLIED, {"v": text}) == (result.outcome, result.captures)


def post():
    def up(context):
        url = context.variables["api"] + "/things"
        context.session.post(url, json={}).raise_for_status()
        raise ValueError("later")

    return up


def put_and_fail(context):
    context.session.get(context.variables["api"] + "/things")
    raise KeyError("id")


def word_of_its_own(context):
    context.session.post(context.variables["api"] + "/things", json={})
    raise RefusedError("taken back")


def by_other_means(context):
    raise OSError("no disk")


def typo(context):
    return context.variables["apii"]


def template_typo(context):
    return context.render("{{.apii}}/users")


def unknown_token(context):
    return context.token("admin")


def bad_name(context):
    context.session.get(context.variables["api"] + "/things")
    context.capture("user-id", 1)


def swallowing(context):
    try:
        context.session.post(context.variables["api"] + "/things", json={})
    except requests.ConnectionError:
        raise SystemExit(3) from None


@pytest.mark.parametrize(
    ("up", "reply", "outcome", "words"),
    [
        (post(), Reply(400), Outcome.FAILED, "HTTPError: 400 Client Error"),
        (post(), Reply(500), Outcome.FAILED, "HTTPError: 500 Server Error"),
        (post(), Reply(502), Outcome.UNSETTLED, "/things, answered 502"),
        (post(), Reply(201), Outcome.UNSETTLED, "ValueError: later"),
        (post(), Reply(drop=True), Outcome.UNSETTLED, "whose answer was lost"),
        (swallowing, Reply(drop=True), Outcome.UNSETTLED, "SystemExit: 3"),
        (put_and_fail, Reply(200), Outcome.FAILED, "KeyError: 'id'"),
        (word_of_its_own, Reply(201), Outcome.FAILED, "taken back"),
        (by_other_means, Reply(200), Outcome.UNSETTLED, "did not use the session"),
        (typo, Reply(200), Outcome.FAILED, "did you mean 'api'?"),
        (template_typo, Reply(200), Outcome.FAILED, "did you mean 'api'?"),
        (unknown_token, Reply(200), Outcome.FAILED, "has no token 'admin'"),
        (bad_name, Reply(200), Outcome.FAILED, "'user-id' is not the name of a"),
    ],
)
def test_what_it_sent_decides_what_an_error_means(api, up, reply, outcome, words):
    """Failed if the API did nothing for certain, unsettled if it may have."""
    api.reply("POST", "/things", reply)

    result = outcome_of(api, up)

    assert outcome is result.outcome, result.failure
    assert words in result.failure.message
    assert "tests/test_calls.py:" in result.failure.message
    assert result.failure.place.startswith("tests/test_calls.py:")
    assert (outcome is Outcome.UNSETTLED) is result.failure.needs_decision


def test_nothing_listens_means_failed(api):
    """A refused connection did nothing, and the version stays pending."""
    api.shutdown()
    api.server_close()

    result = outcome_of(api, post())

    assert Outcome.FAILED is result.outcome
    assert "was not sent" in result.failure.message


def test_secrets_are_masked_in_what_a_callable_raises(api):
    """A captured secret does not come out in the text of an exception."""

    def up(context):
        context.capture("v", "s3cr3t-value", secret=True)
        raise ValueError("it was s3cr3t-value")

    result = outcome_of(api, up)

    assert "it was ***" in result.failure.message
    assert "s3cr3t" not in str(result)


def test_an_unsettled_call_is_settled_by_its_probe(api):
    """The probe tells that it is there; it is not called again."""
    calls = []

    def up(context):
        calls.append(1)
        context.session.post(context.variables["api"] + "/users", json={"name": "ada"})
        raise ValueError("late")

    seen = Request(
        "GET", "{{.api}}/users?name=ada", response=Response(env_from={"id": "0.id"})
    )
    migration = Migration(version=1, name="user", up=up, probe=Probe(seen))
    migrator = Migrator(stage(api, migration))

    assert Outcome.UNSETTLED is migrator.up().outcome
    second = migrator.up()

    assert second.ok, second.failure
    assert ([1], {"id": "users-1"}) == (calls, second.migrations[0].captures)


def test_an_idempotent_call_is_called_again_and_others_are_a_person_s(api):
    """Declared so, it settles itself; else both choices are named, as calls."""
    fails = [True]

    def up(context):
        url = context.variables["api"] + "/things/t1"
        context.session.put(url, json={}).raise_for_status()
        if fails:
            raise ValueError(fails.pop())

    declared = Migration(version=1, name="a", up=Call(up, idempotent=True))
    again = Migrator(stage(api, declared))
    assert Outcome.UNSETTLED is again.up().outcome
    assert again.up().ok
    fails.append(True)
    never = Migrator(stage(api, Migration(version=1, name="a", up=up)))
    assert Outcome.UNSETTLED is never.up().outcome

    with pytest.raises(apirun.UnsettledError) as caught:
        never.up()

    assert 'settle(1, as_="applied")' in str(caught.value)
    assert "calling it a second time" in str(caught.value)
    never.settle(1, as_="pending")
    assert never.up().ok


def test_a_poll_follows_a_callable(api):
    """It sees what the callable captured."""
    ready = Request(
        "GET", "{{.api}}/users/{{.user_id}}", response=Response(env_from={"n": "name"})
    )
    poll = Poll(request=ready, until='{{eq .n "ada"}}', interval_s=0.01)
    migrator = Migrator(
        stage(api, Migration(version=1, name="u", up=create_user, poll=poll))
    )

    assert "/users/(known after" in migrator.plan().migrations[0].poll
    assert {"user_id": "users-1", "n": "ada"} == migrator.up().migrations[0].captures


def test_the_stage_s_deadline_ends_a_request_of_the_session(api):
    """A server that is slow can't keep a callable beyond its stage's timeout."""
    api.reply("POST", "/things", Reply(201, delay_s=30))

    result = outcome_of(api, post(), timeout_s=1.0)

    assert Outcome.UNSETTLED is result.outcome
    assert "no whole answer within" in result.failure.message


def test_a_changed_function_is_told_and_a_moved_line_is_not(api, tmp_path, monkeypatch):
    """Comments and layout don't count; code does, as with files."""
    store = MemoryStore()

    def told(source):
        (tmp_path / "steps.py").write_text(source)
        monkeypatch.syspath_prepend(str(tmp_path))
        sys.modules.pop("steps", None)
        __import__("linecache").clearcache()
        __import__("importlib").invalidate_caches()
        steps = __import__("steps")
        warned = []
        migration = Migration(version=1, name="a", up=steps.up)
        Migrator(
            stage(api, migration, store=store),
            listeners=[
                lambda e: (
                    warned.append(e.message) if isinstance(e, apirun.Warned) else None
                )
            ],
        ).up()
        os.utime(tmp_path / "steps.py", (len(source), len(source)))
        return warned

    assert [] == told("def up(context):\n    x = 1\n")
    assert [] == told("# new\n\ndef up(context):\n    'Doc.'\n    x = (1)  # one\n")
    changed = "up.call: the code of the function has changed"
    assert [f"001_a has changed since it was applied: {changed}"] == told(
        "def up(context):\n    y = 21\n"
    )


def test_a_callable_that_is_gone_can_t_be_rolled_back_and_says_so(api):
    """A recorded request can stand in for a file, a recorded function can't."""
    store = MemoryStore()
    first = Migration(version=1, name="user", up=create_user, down=delete_user)
    assert Migrator(stage(api, first, store=store)).up().ok

    with pytest.raises(apirun.HistoryError) as caught:
        Migrator(stage(api, store=store)).down(to=0)

    assert "delete_user" in str(caught.value)
    assert ["POST /users"] == api.lines


def test_a_recorded_request_undoes_what_a_callable_made(api):
    """Only the way back is needed, and that one is a request."""
    store = MemoryStore()
    down = Request("DELETE", "{{.api}}/users/{{.user_id}}")
    first = Migration(version=1, name="user", up=create_user, down=down)
    assert Migrator(stage(api, first, store=store)).up().ok

    assert Migrator(stage(api, store=store)).down(to=0).ok

    assert {"users": {}} == api.items


def test_what_a_callable_makes_can_be_adopted(api):
    """The names that it captures are read from its code, and given by hand."""
    migration = Migration(version=1, name="user", up=create_user, down=delete_user)
    migrator = Migrator(stage(api, migration), variables={"user_id": "u-7"})

    adopted = migrator.adopt(unprobed=True).migrations[0]

    assert (True, {"user_id": "u-7"}) == (adopted.adopted, adopted.captures)
    assert [] == api.lines


def test_names_that_a_callable_captures_can_be_declared(api):
    """What the code does not show is told, so that a plan knows it comes later."""

    def up(context):
        for name in ("a", "b"):
            context.capture(name, name)

    def planned(first):
        after = Request("PUT", "{{.api}}/things/{{.b}}")
        both = [
            Migration(version=1, name="first", up=first),
            Migration(version=2, name="after", up=after),
        ]
        return Migrator(stage(api, *both)).plan().migrations[1]

    assert 'map has no entry for key "b"' in planned(up).problem
    assert "(known after shop/001_first)" in planned(Call(up, captures=["b"])).url


def test_another_process_takes_functions_and_refuses_lambdas(api, tmp_path):
    """What can't be handed over is named before anything is sent."""
    store = apirun.SqliteStore(str(tmp_path / "a.db"))
    good = stage(api, Migration(version=1, name="u", up=create_user), store=store)
    bad = stage(api, Migration(version=1, name="u", up=lambda _: None), store=store)

    with ProcessPoolExecutor(1) as executor:
        assert Orchestrator([good], executor=executor).up().ok
        with pytest.raises(apirun.UsageError) as caught:
            Orchestrator([bad], executor=executor)

    assert "shop/001_u" in str(caught.value)
    assert "<lambda>" in str(caught.value)
    assert ["POST /users"] == api.lines


def test_the_session_keeps_cookies_and_drops_credentials_elsewhere(api):
    """Cookies stay in a call; a redirect to another host gets no credentials."""
    with serve_api() as other:
        api.reply("POST", "/login", Reply(200, headers={"Set-Cookie": "sid=1; Path=/"}))
        away = {"Location": f"{other.url}/users"}
        api.reply("GET", "/away", Reply(302, headers=away))
        seen = []

        def up(context):
            base = context.variables["api"]
            context.session.post(f"{base}/login").raise_for_status()
            headers = {"X-Api-Key": "k", "X-Trace": "t"}
            seen.append(context.session.get(f"{base}/away", headers=headers).json())

        assert Outcome.APPLIED is outcome_of(api, up).outcome
        assert "sid=1" == api.last.headers["cookie"]
        assert ("apirun", "t") == (
            other.last.headers["user-agent"],
            other.last.headers["x-trace"],
        )
        assert {"x-api-key", "cookie"}.isdisjoint(other.last.headers)
        assert [[]] == seen


def test_the_session_waits_as_long_as_a_host_asked(api):
    """``Retry-After`` holds for the requests of the whole run."""
    api.reply("GET", "/busy", Reply(503, headers={"Retry-After": "30"}))

    def up(context):
        base = context.variables["api"]
        context.session.get(f"{base}/busy")
        context.session.post(f"{base}/things", json={})

    result = outcome_of(api, up, timeout_s=5)

    assert Outcome.FAILED is result.outcome
    assert "asked to be left alone" in result.failure.message
    assert ["GET /busy"] == api.lines


SCRIPT = """
import signal, sys, time
from apirun import Call, Migration, Migrator, SqliteStore, Stage

# Under nohup, or in the background of a shell, it would be ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)

def up(context):
    url = context.variables["api"] + "/things/t1"
    context.session.put(url, json={}).raise_for_status()
    if sys.argv[3] == "hang":
        time.sleep(60)
    context.capture("thing", "t1")

steps = Migration(version=1, name="thing", up=Call(up, idempotent=sys.argv[4] == "1"))
stage = Stage(name="a", migrations=[steps], env={"api": sys.argv[1]},
              store=SqliteStore(sys.argv[2]))
def told(event):
    print(type(event).__name__, file=sys.stderr, flush=True)

result = Migrator(stage, listeners=[told]).up()
print(result.ok, result.migrations[0].captures, result.migrations[0].settled)
print(result.outcome.value)
"""


def start(tmp_path, api, mode, *, idempotent):
    """Run a program whose one migration is a callable, in a process of its own."""
    script = tmp_path / "steps.py"
    script.write_text(SCRIPT)
    words = [api.url, str(tmp_path / "a.db"), mode, str(int(idempotent))]
    return subprocess.Popen(
        [sys.executable, str(script), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )


def wait_for_request(api, process):
    while not api.lines:
        assert process.poll() is None, process.stderr.read()
        time.sleep(0.01)


@pytest.mark.parametrize("idempotent", [True, False])
def test_a_process_killed_in_the_middle_of_a_callable_loses_nothing(
    api, tmp_path, idempotent
):
    """The intent stands: it is called again, or a person decides."""
    first = start(tmp_path, api, "hang", idempotent=idempotent)
    wait_for_request(api, first)
    first.send_signal(signal.SIGKILL)
    first.communicate()
    out, err = start(tmp_path, api, "go", idempotent=idempotent).communicate()

    if idempotent:
        assert ["True {'thing': 't1'} True", "applied"] == out.splitlines(), err
        assert 2 == len(api.lines)
    else:
        assert "UnsettledError" in err
        assert "calling it a second time might do it twice" in err
        assert 1 == len(api.lines)
    assert 1 == api.created["things"]


def test_a_second_interrupt_breaks_a_request_of_a_callable_off(api, tmp_path):
    """The first lets it finish; the second ends it, which leaves it unsettled."""
    api.reply("PUT", "/things/t1", Reply(200, delay_s=30))
    with start(tmp_path, api, "go", idempotent=True) as process:
        wait_for_request(api, process)
        process.send_signal(signal.SIGINT)
        for line in process.stderr:
            if "Warned" in line:
                process.send_signal(signal.SIGINT)
                break
        out, err = process.communicate(timeout=20)

    assert ["False {} False", "unsettled"] == out.splitlines(), err
