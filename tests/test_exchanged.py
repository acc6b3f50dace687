"""What listeners are told of requests and answers."""

from concurrent.futures import ProcessPoolExecutor
from datetime import datetime

import pytest

from apirun import (
    Capture,
    EnvEntry,
    Exchanged,
    MemoryStore,
    Migration,
    MigrationFinished,
    Migrator,
    Poll,
    Request,
    Response,
    RunFinished,
    RunStarted,
    SqliteStore,
    Stage,
)
from apirun.testing import Reply
from tests.helpers.ports import free_port


def stage(api, *migrations, store=None):
    return Stage(
        name="shop",
        migrations=migrations,
        env=[
            EnvEntry("api", api.url),
            EnvEntry("pin", "hunter2-hunter2", secret=True),
        ],
        store=store or MemoryStore(),
    )


def events_of(api, *migrations, **settings):
    heard = []
    Migrator(stage(api, *migrations, **settings), listeners=[heard.append]).up()
    return heard


def exchanges_of(api, *migrations, **settings):
    heard = events_of(api, *migrations, **settings)
    return [event for event in heard if isinstance(event, Exchanged)]


def create(**settings):
    settings.setdefault("body", {"name": "ada", "pin": "{{.pin}}"})
    return Request("POST", "{{.api}}/users", **settings)


def call_api(context):
    url = context.render("{{.api}}/users")
    context.session.post(url, json={"name": "eve"}).raise_for_status()
    context.session.get(url)


def test_request_and_answer_are_told_whole_and_without_secrets(api):
    """Method, URL, headers, bodies, status and when; a secret is three asterisks."""
    up = create(headers={"X-Pin": "{{.pin}}", "X-Kind": "plain"})
    told = exchanges_of(api, Migration(version=1, name="user", up=up))[0]

    assert (f"POST {api.url}/users", "shop", "request") == (
        told.request,
        told.stage,
        told.part,
    )
    assert {"X-Pin": "***", "X-Kind": "plain"}.items() <= dict(told.headers).items()
    assert '{"name": "ada", "pin": "***"}' == told.body
    assert (201, 1, "") == (told.status, told.tries, told.reason)
    assert '"pin": "***"' in told.answer
    assert "application/json" == dict(told.answer_headers)["Content-Type"]
    assert datetime.fromisoformat(told.started_at)
    assert 0 < told.elapsed_s < 10


def test_what_the_answer_captures_as_secret_is_not_told(api):
    """It is known by when the answer is told."""
    answer = Response(env_from={"token": Capture("id", secret=True)})
    told = exchanges_of(api, Migration(version=1, name="u", up=create(response=answer)))

    assert '"id": "***"' in told[0].answer


def test_an_answer_that_is_not_accepted_is_told_too(api):
    """With its status and body."""
    api.reply("POST", "/users", Reply(409, b"taken"))
    told = exchanges_of(api, Migration(version=1, name="user", up=create()))

    assert [(409, "taken", "")] == [(t.status, t.answer, t.reason) for t in told]


@pytest.mark.parametrize("status", [201, 409])
def test_an_answer_that_is_no_text_is_told_by_its_size(api, status):
    """In the event, and in the failure if it is one."""
    api.reply("POST", "/users", Reply(status, bytes(range(256))))
    events = events_of(api, Migration(version=1, name="user", up=create()))
    told = next(e for e in events if isinstance(e, Exchanged))
    done = next(e for e in events if isinstance(e, MigrationFinished)).result
    size = "(256 bytes of application/octet-stream)"

    assert size == told.answer
    assert (size if status == 409 else None) == (done.failure and done.failure.body)


def test_a_request_without_an_answer_tells_why(api):
    """Nothing listens at the port, so the reason is that of the failure."""
    nobody = f"http://127.0.0.1:{free_port()}"
    up = Request("POST", f"{nobody}/users")
    events = events_of(api, Migration(version=1, name="user", up=up))
    told = next(e for e in events if isinstance(e, Exchanged))
    failed = next(e for e in events if isinstance(e, MigrationFinished))

    assert (0, "", True) == (told.status, told.answer, bool(told.reason))
    assert told.reason == failed.result.failure.message
    assert failed.result.tries == told.tries


def test_each_part_of_a_version_is_told_by_its_name(api):
    """The request and each of its polls, before the version is finished."""
    ask = Request("GET", "{{.api}}/users", response=Response(env_from={"n": "#"}))
    poll = Poll(request=ask, until='{{eq .n "1"}}', interval_s=0.01)
    events = events_of(api, Migration(version=1, name="u", up=create(), poll=poll))

    keys = [event.part for event in events if isinstance(event, Exchanged)]
    kinds = [type(event) for event in events]
    assert ["request", "poll"] == keys
    assert kinds.index(Exchanged) < kinds.index(MigrationFinished)


def test_what_a_callable_sends_is_told(api):
    """Each request of its session, as a call."""
    told = exchanges_of(api, Migration(version=1, name="user", up=call_api))

    assert [
        ("call", f"POST {api.url}/users", 201),
        ("call", f"GET {api.url}/users", 200),
    ] == [(each.part, each.request, each.status) for each in told]


def test_what_another_process_sends_is_told_here(api, tmp_path):
    """The events come home with the stage's result."""
    heard = []
    store = SqliteStore(tmp_path / "shop.db")
    migration = Migration(version=1, name="user", up=create())
    with ProcessPoolExecutor(1) as pool:
        migrator = Migrator(
            stage(api, migration, store=store), executor=pool, listeners=[heard.append]
        )
        assert migrator.up().ok

    assert ["request"] == [e.part for e in heard if isinstance(e, Exchanged)]


def test_a_run_of_one_directory_begins_and_ends_for_its_listeners(api):
    """As a run of many stages does, with what became of the one."""
    events = events_of(api, Migration(version=1, name="user", up=create()))

    assert (RunStarted, RunFinished) == (type(events[0]), type(events[-1]))
    assert (("shop",), {"shop": ()}) == (events[0].stages, events[0].depends_on)
    result = events[-1].result
    assert (True, (("shop", 1),)) == (result.ok, result.applied)
    assert events[0].started_at == result.started_at <= _begun(result)


def _begun(result):
    return result.stages["shop"].migrations[0].started_at
