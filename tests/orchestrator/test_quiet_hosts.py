"""Stages side by side leave a host alone that asks for it."""

import threading
import time
from contextlib import contextmanager

import pytest

from apirun import (
    ClientSettings,
    MemoryStore,
    Migration,
    MigrationFinished,
    Orchestrator,
    Outcome,
    Poll,
    Request,
    RequestHeld,
    RequestRetried,
    RetryPolicy,
    Stage,
    Waiting,
    WaitSettings,
)
from apirun.testing import Reply, serve_api

STAGES = 8
REST_S = 2


class Storm:
    """
    Answers 429 to whole rounds of requests, and notes when what happened.

    The answers of a round leave when all of its requests have arrived, so that
    none of them can have begun inside a window.
    """

    def __init__(self, rounds):
        self.left = rounds * STAGES
        self.round = threading.Barrier(STAGES)
        self.lock = threading.Lock()
        self.came_s = []
        self.asked_s = []

    def __call__(self, received):
        with self.lock:
            self.came_s.append(time.monotonic())
            busy = self.left > 0
            self.left -= 1
        if not busy:
            return Reply(200)
        self.round.wait(timeout=30)
        with self.lock:
            self.asked_s.append(time.monotonic())
        return Reply(429, headers={"Retry-After": str(REST_S)})

    @property
    def inside(self):
        """Requests that came while the host had asked to be left alone."""
        return [
            came_s - asked_s
            for came_s in self.came_s
            for asked_s in self.asked_s
            if asked_s < came_s < asked_s + REST_S
        ]


@contextmanager
def api_of(storm):
    """Serve *storm*, outside of the lock that keeps other answers in order."""
    with serve_api() as api:
        api.answer = storm
        yield api


def stage(name, url, **parts):
    """Return a stage with one version that PUTs to *url*."""
    parts.setdefault("migrations", [Migration(version=1, name="a", up=put(url))])
    return Stage(name=name, store=MemoryStore(), **parts)


def put(url, **parts):
    return Request("PUT", url, **parts)


def test_eight_stages_stay_out_of_every_window():
    """However many stages talk to a host, none begins a request inside a window."""
    storm, told = Storm(rounds=2), []
    with api_of(storm) as api:
        stages = [stage(f"s{n}", f"{api.url}/{n}") for n in range(STAGES)]
        result = Orchestrator(stages, listeners=[told.append]).up()

    assert result.ok
    assert 3 * STAGES == len(storm.came_s)
    assert [] == storm.inside


def test_another_host_goes_on_meanwhile():
    """A stage that talks to another port is not held."""
    with serve_api() as asked, serve_api() as other:
        asked.reply("PUT", "/a", Reply(429, headers={"Retry-After": "3"}), Reply(200))
        quick = threading.Event()

        def after_the_other(received):
            # The quick stage sends when the host of the slow one has said no.
            assert quick.wait(30)
            return Reply(200)

        ended = []

        def note(event):
            if isinstance(event, RequestRetried):
                quick.set()
            if type(event).__name__ == "StageFinished":
                ended.append(event.result.name)

        other.reply("PUT", "/a", after_the_other)
        stages = [stage("slow", f"{asked.url}/a"), stage("quick", f"{other.url}/a")]
        result = Orchestrator(stages, listeners=[note]).up()

    assert ["quick", "slow"] == ended
    assert result.stages["slow"].elapsed_s >= 3


def _waits(url):
    """Return a stage whose wait is told to come later."""
    settings = WaitSettings(url=f"{url}/busy", interval_s=0.01)
    return stage("first", f"{url}/first", wait=settings)


def _polls(url):
    """Return a stage whose poll is told to come later."""
    poll = Poll(request=Request("GET", f"{url}/busy"), until="true", interval_s=0.01)
    made = Migration(version=1, name="a", up=put(f"{url}/first"), poll=poll)
    return stage("first", url, migrations=[made])


def _is_refused(url):
    """Return a stage whose only request is refused, and that may fail."""
    made = Migration(version=1, name="a", up=Request("GET", f"{url}/busy"))
    settings = ClientSettings(retry=RetryPolicy(attempts=1))
    return stage(
        "first", url, migrations=[made], client=settings, on_failure="continue"
    )


def tells(event):
    """Return whether *event* says that the first stage has its answer."""
    kinds = (Waiting, RequestRetried, MigrationFinished)
    return isinstance(event, kinds) and event.stage == "first"


@pytest.mark.parametrize("first", [_waits, _polls, _is_refused])
def test_whatever_is_told_to_come_later_holds_the_other_stages(first):
    """A wait, a poll and a request that is not tried again speak for the host."""
    asked_s, came_s, told = [], [], []

    def busy(received):
        asked_s.append(time.monotonic())
        return Reply(503, headers={"Retry-After": "2"})

    def second(received):
        came_s.append(time.monotonic())
        return Reply(200)

    with serve_api() as api, serve_api() as door:
        api.reply("PUT", "/first", Reply(200))
        api.reply("GET", "/busy", busy, Reply(200))
        api.reply("PUT", "/second", second)
        # Its own host holds the second stage until the first has been told.
        door.reply("GET", "/", lambda _: Reply(200 if any(map(tells, told)) else 503))
        waits = WaitSettings(url=f"{door.url}/", interval_s=0.01)
        stages = [first(api.url), stage("second", f"{api.url}/second", wait=waits)]
        Orchestrator(stages, listeners=[told.append]).up()
    held = [event.stage for event in told if isinstance(event, RequestHeld)]

    assert came_s[0] - asked_s[0] >= 2.0
    assert "second" in held


def test_what_waits_for_its_host_has_no_intent_yet():
    """A run that dies while it waits leaves nothing to settle."""
    unsettled, store = [], MemoryStore()

    def note(event):
        if isinstance(event, RequestHeld):
            unsettled.append(store.history().unsettled)

    with serve_api() as api:
        api.reply("GET", "/busy", Reply(429, headers={"Retry-After": "1"}))
        made = Migration(version=1, name="a", up=Request("POST", f"{api.url}/a"))
        late = Stage(name="late", migrations=[made], store=store, depends_on=["first"])
        stages = [_is_refused(api.url), late]
        result = Orchestrator(stages, listeners=[note]).up()

    assert Outcome.APPLIED is result.stages["late"].outcome
    assert [()] == unsettled


def test_what_waits_for_its_host_is_not_begun():
    """A POST that has not been sent is pending still when its run is given up."""
    with serve_api() as api:
        api.reply("GET", "/busy", Reply(429, headers={"Retry-After": "60"}))
        store = MemoryStore()
        late = Stage(
            name="late",
            migrations=[
                Migration(version=1, name="a", up=Request("POST", f"{api.url}/a"))
            ],
            store=store,
            timeout_s=5,
            depends_on=["first"],
        )
        result = Orchestrator([_is_refused(api.url), late]).up()

    assert Outcome.FAILED is result.stages["late"].outcome
    assert "asked to be left alone" in result.stages["late"].failure.message
    assert "Nothing was sent" in result.stages["late"].failure.recorded
    assert ((), ()) == (store.history().applied, store.history().unsettled)
    assert ["GET /busy"] == api.lines
