"""Polls after an up: until what it made is ready, and what it means if it is not."""

import re
import time
from concurrent.futures import ProcessPoolExecutor

import pytest
from attrs import evolve

from apirun import (
    EnvEntry,
    MemoryStore,
    Migration,
    Migrator,
    Orchestrator,
    Outcome,
    Poll,
    Polled,
    Probe,
    RenderError,
    Request,
    Response,
    RetryPolicy,
    SqliteStore,
    Stage,
    UnsettledError,
    WaitSettings,
)
from apirun.testing import Reply, serve_api

ONCE = RetryPolicy(attempts=1)
MAKE = Response(env_from={"vm_id": "id"})
READY = '{{eq .state "running"}}'


@pytest.fixture
def api():
    with serve_api() as server:
        server.reply("POST", "/vms", Reply(201, {"id": "vm-1"}))
        server.reply("PUT", "/vms/vm-1", Reply(200, {"id": "vm-1"}))
        yield server


def poll(**parts):
    """Return a quick poll of the thing that was made."""
    captured = parts.pop("env_from", {"state": "state"})
    request = Request(
        "GET",
        parts.pop("url", "{{.api_base}}/vms/{{.vm_id}}"),
        retry=ONCE,
        response=Response(
            env_from=captured,
            result_code=parts.pop("result_code", ()),
            env_missing=parts.pop("env_missing", "skip"),
        ),
    )
    quick = {"until": READY, "interval_s": 0.01, "timeout_s": 20.0}
    return Poll(request=request, **{**quick, **parts})


def migration(**parts):
    """Return a version that makes a thing and polls it."""
    settings = {
        "up": Request("POST", "{{.api_base}}/vms", response=MAKE),
        "poll": poll(),
        **parts,
    }
    return Migration(version=1, name="vm", **settings)


PROBE = Probe(Request("GET", "{{.api_base}}/vms?name=a", response=MAKE))


def migrator(api, *migrations, store=None, listeners=(), variables=None, **stage):
    """Return a migrator over *migrations*."""
    return Migrator(
        Stage(
            name="s",
            migrations=migrations,
            env=[EnvEntry("api_base", api.url)],
            store=MemoryStore() if store is None else store,
            **stage,
        ),
        listeners=listeners,
        variables=variables,
    )


def states(*words):
    """Return answers with one state each; an empty word is an answer without."""
    return [Reply(200, {"state": word} if word else {}) for word in words]


def polls(api):
    """Return how often the thing was polled."""
    return api.lines.count("GET /vms/vm-1")


def test_a_version_is_applied_when_its_poll_holds(api):
    """The poll goes on until the answer says so, and its captures are kept."""
    api.reply("GET", "/vms/vm-1", *states("", "starting", "starting", "running"))

    result = migrator(api, migration()).up()

    assert Outcome.APPLIED is result.outcome
    assert ["POST /vms", *["GET /vms/vm-1"] * 4] == api.lines
    assert {"vm_id": "vm-1", "state": "running"}.items() <= result.env.items()


def test_later_versions_see_what_the_poll_captured(api):
    """What the poll captures is a variable, and wins over the up's own."""
    both = Request(
        "POST",
        "{{.api_base}}/vms",
        response=Response(env_from={"vm_id": "id", "address": "id"}),
    )
    api.reply("GET", "/vms/vm-1", Reply(200, {"state": "running", "ip": "10.0.0.7"}))
    first = migration(up=both, poll=poll(env_from={"state": "state", "address": "ip"}))
    second = Migration(
        version=2,
        name="use",
        up=Request("PUT", "{{.api_base}}/dns/{{.address}}"),
        down=Request("DELETE", "{{.api_base}}/dns/{{.address}}"),
    )
    down = Request("DELETE", "{{.api_base}}/vms/{{.vm_id}}?at={{.address}}")

    made = migrator(api, evolve(first, down=down), second)
    result = made.up()

    assert "PUT /dns/10.0.0.7" == api.lines[-1]
    assert "10.0.0.7" == result.env["address"]
    made.down(to=0)
    assert (("at", "10.0.0.7"),) == api.last.query


def test_the_interval_lies_between_two_polls(api):
    """The first poll comes at once, each further one after the interval."""
    at_s = []

    def tell(received):
        at_s.append(time.monotonic())
        return states("running" if len(at_s) == 3 else "starting")[0]

    api.reply("GET", "/vms/vm-1", tell)
    migrator(api, migration(poll=poll(interval_s=0.2))).up()
    gaps = [late - early for early, late in zip(at_s, at_s[1:])]

    assert min(gaps) >= 0.2
    # A busy machine may answer any one of them late.
    assert min(gaps) < 1.0


def test_every_poll_that_did_not_hold_is_told_with_its_secrets_masked(api):
    """A listener gets what was captured and why it goes on."""
    told = []
    api.reply(
        "GET",
        "/vms/vm-1",
        Reply(503),
        Reply(200, {"state": "starting", "key": "hunter22"}),
        Reply(200, {"state": "running"}),
    )
    watched = poll(env_from={"state": "state", "access_token": "key"})

    migrator(api, migration(poll=watched), listeners=[told.append]).up()
    seen = [event for event in told if isinstance(event, Polled)]

    assert ["answered 503", "answered 200 with state=starting, access_token=***"] == [
        event.reason for event in seen
    ]
    assert {"state": "starting", "access_token": "***"} == seen[1].captures
    assert [1, 2] == [event.tries for event in seen]
    assert "hunter22" not in repr(told)


@pytest.mark.parametrize(
    "answer",
    [Reply(404), Reply(409), Reply(500), Reply(503), Reply(200, drop=True)],
    ids=["404", "409", "500", "503", "lost"],
)
def test_what_is_no_answer_yet_is_asked_again(api, answer):
    """A thing that is not there, an API that stumbles: not yet."""
    api.reply("GET", "/vms/vm-1", answer, answer, *states("running"))

    assert migrator(api, migration()).up().ok
    assert 3 == polls(api)


@pytest.mark.parametrize("status", [401, 403])
def test_a_denied_poll_ends_at_once(api, status):
    """Asking again would not change who asks."""
    api.reply("GET", "/vms/vm-1", Reply(status, "who are you"))

    result = migrator(api, migration()).up()

    assert 1 == polls(api)
    assert (Outcome.UNSETTLED, "PollError") == (result.outcome, result.failure.kind)
    assert (status, "who are you") == (result.failure.status, result.failure.body)


def test_an_accepted_status_is_an_answer(api):
    """``result_code`` of the poll says what an answer is; others are not yet."""
    api.reply("GET", "/vms/vm-1", Reply(200, {"state": "running"}), Reply(404))
    gone = poll(until="true", result_code="404")

    assert migrator(api, migration(poll=gone)).up().ok
    assert 2 == polls(api)


def test_the_time_ends_it_with_the_last_answer(api):
    """The message says how often and how long, and what came last."""
    api.reply("GET", "/vms/vm-1", *states("starting"))

    result = migrator(api, migration(poll=poll(timeout_s=1.0))).up()
    message = result.failure.message

    assert (Outcome.UNSETTLED, "PollError") == (result.outcome, result.failure.kind)
    times = re.search(rf"GET {api.url}/vms/vm-1 was polled (\d+) times in ", message)
    # The end of the time may have cut the last one off before it arrived.
    assert int(times[1]) - polls(api) in (0, 1)
    assert "'until' did not come to hold within 1.0s" in message
    assert message.endswith("the last time it answered 200 with state=starting")
    assert '{"state": "starting"}' == result.failure.body
    assert result.failure.recorded.startswith("The API said yes")


def test_each_poll_is_tried_as_often_as_its_request_says(api):
    """Two tries of one request are one poll; its own ``retry`` holds."""
    told = []
    api.reply("GET", "/vms/vm-1", Reply(503), Reply(503), *states("running"))
    twice = RetryPolicy(attempts=2, wait_initial_s=0.001)
    stubborn = evolve(poll(), request=evolve(poll().request, retry=twice))

    migrator(api, migration(poll=stubborn), listeners=[told.append]).up()

    assert 3 == polls(api)
    assert 1 == sum(isinstance(event, Polled) for event in told)


def test_the_poll_sees_the_env_of_its_version(api):
    """The up's own variables are those of its poll, in request and criteria."""
    api.reply("GET", "/vms/vm-1", *states("starting", "halted"))
    local = Request(
        "POST",
        "{{.api_base}}/vms",
        env=[EnvEntry("wanted", "halted"), EnvEntry("kind", "vms")],
        response=MAKE,
    )
    seeing = poll(
        url="{{.api_base}}/{{.kind}}/{{.vm_id}}", until="{{eq .state .env.wanted}}"
    )

    assert migrator(api, migration(up=local, poll=seeing)).up().ok
    assert 2 == polls(api)


def test_a_slow_answer_does_not_outlive_the_time(api):
    """The timeout ends a poll that is under way, and the tries within it."""
    api.reply("GET", "/vms/vm-1", Reply(200, {"state": "running"}, delay_s=30))
    patient = evolve(
        poll(timeout_s=1.0),
        request=evolve(poll().request, retry=RetryPolicy(attempts=100)),
    )
    started_s = time.monotonic()

    result = migrator(api, migration(poll=patient)).up()

    assert time.monotonic() - started_s < 15
    assert "was sent, and its answer was lost" in result.failure.message


def test_a_poll_that_the_time_cuts_off_does_not_hide_the_answer_before(api):
    """The last answer is told, not that there was no time for another."""
    slow = Reply(200, {"state": "running"}, delay_s=30)
    api.reply("GET", "/vms/vm-1", *states("starting"), slow)

    failure = migrator(api, migration(poll=poll(timeout_s=1.0))).up().failure

    assert failure.message.endswith("the last time it answered 200 with state=starting")
    assert (200, '{"state": "starting"}') == (failure.status, failure.body)


def test_the_timeout_of_the_stage_ends_it(api):
    """A stage that has less time left polls for no longer."""
    api.reply("GET", "/vms/vm-1", *states("starting"))
    started_s = time.monotonic()

    result = migrator(api, migration(poll=poll(timeout_s=60)), timeout_s=1.5).up()

    assert time.monotonic() - started_s < 15
    assert (Outcome.UNSETTLED, "PollError") == (result.outcome, result.failure.kind)


def test_fail_if_ends_it_at_once(api):
    """What can't become ready is not waited for; its captures say why."""
    api.reply(
        "GET",
        "/vms/vm-1",
        *states("", "starting"),
        Reply(200, {"state": "error", "why": "quota", "token": "hunter22"}),
    )
    failing = poll(
        fail_if='{{eq .state "error"}}',
        env_from={"state": "state", "why": "why", "token": "token"},
    )

    result = migrator(api, migration(poll=failing)).up()

    assert 3 == polls(api)
    assert (Outcome.UNSETTLED, "PollError") == (result.outcome, result.failure.kind)
    assert (
        f"GET {api.url}/vms/vm-1 answered 200 with state=error, why=quota, token=***, "
        "and 'fail_if' holds over that: {{eq .state \"error\"}}"
    ) == result.failure.message
    assert "hunter22" not in repr(result)


def test_the_value_of_an_earlier_answer_does_not_count(api):
    """What this answer lacks is not looked for in the up's answer, or anywhere."""
    api.reply("POST", "/vms", Reply(201, {"id": "vm-1", "state": "running"}))
    api.reply("GET", "/vms/vm-1", *states("", "running"))
    both = Request(
        "POST",
        "{{.api_base}}/vms",
        response=Response(env_from={"vm_id": "id", "state": "state"}),
    )
    never = poll(
        fail_if='{{hasKey . "error"}}', env_from={"state": "state", "error": "error"}
    )

    result = migrator(
        api, migration(up=both, poll=never), private_env=[EnvEntry("error", "old")]
    ).up()

    assert (Outcome.APPLIED, 2) == (result.outcome, polls(api))


def test_until_sees_all_other_variables(api):
    """What is wanted may be a variable, and an override wins where it can."""
    api.reply("GET", "/vms/vm-1", *states("starting", "halted"))
    wanted = poll(until="{{.state}} == '{{.wanted}}'")

    result = migrator(
        api,
        migration(poll=wanted),
        variables={"wanted": "halted", "state": "ignored"},
    ).up()

    assert (Outcome.APPLIED, 2) == (result.outcome, polls(api))


def test_a_value_that_must_be_there_is_waited_for(api):
    """``env_missing: fail`` makes an answer that lacks a value one of not yet."""
    api.reply(
        "GET",
        "/vms/vm-1",
        Reply(200, {"state": "running"}),
        Reply(200, {"state": "running", "ip": "10.0.0.7"}),
    )
    whole = poll(env_from={"state": "state", "ip": "ip"}, env_missing="fail")

    result = migrator(api, migration(poll=whole)).up()

    assert ("10.0.0.7", 2) == (result.env["ip"], polls(api))


@pytest.mark.parametrize("name", ["until", "fail_if"])
def test_a_name_that_nothing_provides_is_refused_before_anything_is_sent(api, name):
    """Also where it hides behind a value that only the poll will tell."""
    wrong = poll(
        **{"until": READY, name: '{{and (eq .state "running") (eq .stat "x")}}'}
    )
    with pytest.raises(RenderError) as caught:
        migrator(api, migration(poll=wrong)).up()

    assert [] == api.lines
    key = f"stage s, 001_vm, poll.{name}"
    assert ("stat", key) == (caught.value.name, caught.value.key)
    assert "did you mean 'state'" in str(caught.value)


def test_an_url_that_nothing_completes_is_refused_before_anything_is_sent(api):
    """The request of a poll is rendered beforehand as far as it goes."""
    with pytest.raises(RenderError, match='no entry for key "nope"'):
        migrator(api, migration(poll=poll(url="{{.api_base}}/{{.nope}}"))).up()

    assert [] == api.lines


def test_what_decides_nothing_leaves_it_unsettled(api):
    """A template that renders to neither true nor false is told with its place."""
    api.reply("GET", "/vms/vm-1", *states("starting"))

    result = migrator(api, migration(poll=poll(until="{{.state}}"))).up()

    assert (Outcome.UNSETTLED, "RenderError") == (result.outcome, result.failure.kind)
    assert "renders to 'starting'" in result.failure.message


def test_the_plan_shows_what_is_polled(api):
    """A dry run names the poll, with what is not known yet."""
    (planned,) = migrator(api, migration()).plan().migrations

    assert f"GET {api.url}/vms/(known after s/001_vm)" == planned.poll
    assert [] == api.lines


class TestSettling:
    """What the next run makes of a poll that did not hold."""

    def unsettled(self, api, made):
        """Return the store after a first run whose poll did not hold."""
        store = MemoryStore()
        api.reply("GET", "/vms/vm-1", *states("starting"))
        # It ends between two polls: one that was cut off might arrive later.
        once = poll(interval_s=60, timeout_s=0.3)
        result = migrator(api, evolve(made, poll=once), store=store).up()
        assert Outcome.UNSETTLED is result.outcome
        api.requests.clear()
        return store

    def test_without_probe_or_harmless_method_a_person_decides(self, api):
        """A plain POST is not sent again, though its answer was yes."""
        store = self.unsettled(api, migration())

        with pytest.raises(UnsettledError, match='"vm_id": VALUE, "state": VALUE'):
            migrator(api, migration(), store=store).up()
        assert [] == api.lines

    def test_a_probe_that_finds_it_is_followed_by_the_poll(self, api):
        """Being there is not being ready: the poll must hold as well."""
        api.reply("GET", "/vms", Reply(200, {"id": "vm-1"}))
        store = self.unsettled(api, migration(probe=PROBE))
        api.reply("GET", "/vms/vm-1", *states("starting", "running"))

        result = migrator(api, migration(probe=PROBE), store=store).up()

        assert ["GET /vms", "GET /vms/vm-1", "GET /vms/vm-1"] == api.lines
        assert Outcome.APPLIED is result.outcome
        assert ("vm-1", "running") == (result.env["vm_id"], result.env["state"])

    def test_a_poll_that_still_does_not_hold_leaves_it_unsettled(self, api):
        """It is neither applied nor pending before the poll has decided."""
        api.reply("GET", "/vms", Reply(200, {"id": "vm-1"}))
        store = self.unsettled(api, migration(probe=PROBE))
        short = migration(probe=PROBE, poll=poll(timeout_s=0.05))

        for _ in range(2):
            result = migrator(api, short, store=store).up()
            assert (Outcome.UNSETTLED, "PollError") == (
                result.outcome,
                result.failure.kind,
            )
            assert "asks the probe and polls again" in result.failure.advice

        assert not any(line.startswith("POST") for line in api.lines)

    def test_a_probe_that_finds_nothing_makes_it_pending(self, api):
        """What is gone is made anew, and polled anew."""
        api.reply("GET", "/vms", Reply(404))
        store = self.unsettled(api, migration(probe=PROBE))
        api.reply("GET", "/vms/vm-1", *states("running"))

        result = migrator(api, migration(probe=PROBE), store=store).up()

        assert ["GET /vms", "POST /vms", "GET /vms/vm-1"] == api.lines
        assert result.ok

    def test_what_may_be_sent_again_is_and_then_polled(self, api):
        """A PUT settles itself, and its poll decides."""
        put = migration(up=Request("PUT", "{{.api_base}}/vms/vm-1", response=MAKE))
        store = self.unsettled(api, put)
        api.reply("GET", "/vms/vm-1", *states("running"))

        result = migrator(api, put, store=store).up()

        assert ["PUT /vms/vm-1", "GET /vms/vm-1"] == api.lines
        assert Outcome.APPLIED is result.outcome

    def test_going_down_does_not_wait_for_it(self, api):
        """What never came to hold is taken back; its poll is asked once for names."""
        made = migration(
            probe=PROBE,
            down=Request("DELETE", "{{.api_base}}/vms/{{.vm_id}}?was={{.state}}"),
        )
        api.reply("GET", "/vms", Reply(200, {"id": "vm-1"}))
        api.reply("DELETE", "/vms/vm-1", Reply(204))
        store = self.unsettled(api, made)

        result = migrator(api, made, store=store).down()

        assert ["GET /vms", "GET /vms/vm-1", "DELETE /vms/vm-1"] == api.lines
        assert (("was", "starting"),) == api.last.query
        assert Outcome.ROLLED_BACK is result.outcome

    def test_going_down_needs_no_answer_of_the_poll(self, api):
        """A poll that fails does not keep what was made from being taken back."""
        made = migration(
            probe=PROBE, down=Request("DELETE", "{{.api_base}}/vms/{{.vm_id}}")
        )
        api.reply("GET", "/vms", Reply(200, {"id": "vm-1"}))
        api.reply("DELETE", "/vms/vm-1", Reply(204))
        store = self.unsettled(api, made)
        api.reply("GET", "/vms/vm-1", Reply(500))

        assert migrator(api, made, store=store).down().ok
        assert "DELETE /vms/vm-1" == api.lines[-1]

    def test_a_probe_that_lacks_what_the_poll_needs_is_refused_in_time(self, api):
        """Nothing is sent, and the message says what to add."""
        bare = Probe(Request("GET", "{{.api_base}}/vms"))
        store = self.unsettled(api, migration(probe=bare))

        with pytest.raises(RenderError, match=r"add it to 'probe\.response\.env_from'"):
            migrator(api, migration(probe=bare), store=store).up()
        assert [] == api.lines


def test_an_answer_that_asks_to_wait_is_polled_when_it_said(api):
    """202 with Retry-After names the time of the first poll, 200 that of the next."""
    at_s = []

    def noted(reply):
        def answer(received):
            at_s.append(time.monotonic())
            return reply

        return answer

    later = {"Retry-After": "1"}
    api.reply("POST", "/vms", noted(Reply(202, {"id": "vm-1"}, later)))
    api.reply(
        "GET",
        "/vms/vm-1",
        noted(Reply(200, {"state": "starting"}, later)),
        noted(Reply(200, {"state": "running"})),
    )

    assert migrator(api, migration()).up().ok
    assert [] == [
        late - early for early, late in zip(at_s, at_s[1:]) if late - early < 1.0
    ]


def test_an_answer_that_asks_for_more_than_there_is_is_polled_at_once(api):
    """The first poll does not wait for a time that has no place in the timeout."""
    api.reply("POST", "/vms", Reply(202, {"id": "vm-1"}, {"Retry-After": "600"}))
    api.reply("GET", "/vms/vm-1", *states("running"))
    started_s = time.monotonic()

    assert migrator(api, migration()).up().ok
    assert time.monotonic() - started_s < 10


@pytest.mark.parametrize("probe", [PROBE, None], ids=["probe", "put"])
def test_a_failed_run_takes_back_what_never_came_to_hold(api, probe):
    """``rollback_on_failure`` finds it there, does not poll for it, and removes it."""
    up = Request("POST", "{{.api_base}}/vms", response=MAKE)
    if probe is None:
        up = Request("PUT", "{{.api_base}}/vms/vm-1", response=MAKE)
    api.reply("GET", "/vms", Reply(200, {"id": "vm-1"}))
    api.reply("GET", "/vms/vm-1", *states("error"))
    api.reply("DELETE", "/vms/vm-1", Reply(204))
    made = migration(
        up=up,
        probe=probe,
        poll=poll(fail_if='{{eq .state "error"}}'),
        down=Request("DELETE", "{{.api_base}}/vms/{{.vm_id}}"),
    )
    stage = migrator(api, made).stage

    result = Orchestrator([stage], rollback_on_failure=True).up()

    assert "DELETE /vms/vm-1" == api.lines[-1]
    assert (False, ("s/001_vm",)) == (result.ok, result.undone)
    assert ((), ()) == (result.left, result.unknown)


def test_a_poll_goes_into_another_process_and_its_events_come_back(api, tmp_path):
    """Any executor carries a stage that polls."""
    told = []
    api.reply("GET", "/vms/vm-1", *states("starting", "running"))
    stage = migrator(api, migration(), store=SqliteStore(tmp_path / "s.db")).stage

    with ProcessPoolExecutor(1) as executor:
        result = Orchestrator([stage], executor=executor, listeners=[told.append]).up()

    assert result.ok
    assert ["answered 200 with state=starting"] == [
        event.reason for event in told if isinstance(event, Polled)
    ]


def test_polls_and_waits_are_in_the_log_of_the_library(api, caplog):
    """The first is for everybody, the rest for who looks closely; no secrets."""
    caplog.set_level("DEBUG", "apirun")
    api.reply("GET", "/health", Reply(503), Reply(503), Reply(200))
    starting = Reply(200, {"state": "starting", "token": "hunter22"})
    api.reply("GET", "/vms/vm-1", starting, starting, *states("running"))
    wait = WaitSettings(url="{{.api_base}}/health", interval_s=0.01)
    watched = poll(env_from={"state": "state", "token": "token"})

    migrator(api, migration(poll=watched), wait=wait).up()
    records = [
        (record.levelname, record.getMessage().partition(" stage=")[0])
        for record in caplog.records
    ]

    for what in ("event='waiting for the API'", "event='not ready yet'"):
        assert ["INFO", "DEBUG"] == [level for level, text in records if text == what]
    assert "hunter22" not in caplog.text
