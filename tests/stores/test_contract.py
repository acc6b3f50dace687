"""Every store keeps what the protocol `StateStore` promises."""

import os
import pickle
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Callable, Iterator, List, Union

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apirun.exceptions import StoreLockedError
from apirun.state import (
    Applied,
    Direction,
    Ending,
    EndingKind,
    History,
    Intent,
    Recorded,
    RunRow,
    StageOutcome,
    StageRecord,
    StateStore,
    StoredValue,
)
from apirun.stores.memory import MemoryStore
from apirun.stores.postgres import PostgresStore
from apirun.stores.sqlite import SqliteStore
from tests.stores.records import HIGHEST_VERSION, ending, endings, intent, intents

THREADS = 8

MakeStore = Callable[[], StateStore]


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def make_store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[MakeStore]:
    """Return what makes stores that share nothing."""
    made: List[StateStore] = []
    if request.param == "postgres":
        server = request.getfixturevalue("postgres_server")

    def make() -> StateStore:
        if request.param == "memory":
            made.append(MemoryStore())
        elif request.param == "sqlite":
            made.append(SqliteStore(tmp_path / f"{len(made)}.db"))
        else:
            made.append(PostgresStore(server.dsn(server.create_database())))
        return made[-1]

    yield make
    for store in made:
        store.close()


@pytest.fixture
def store(make_store: MakeStore) -> StateStore:
    """Return an empty store."""
    return make_store()


def test_a_store_never_written_to_has_no_history(store, tmp_path):
    """
    Reading, closing and asking for the identity find nothing and make nothing.
    """
    assert store.history() == History()
    assert store.recorded(1) == Recorded()
    assert list(store.runs()) == []
    assert store.identity
    store.close()

    assert os.listdir(tmp_path) == []


def test_begin_records_the_whole_intent(store):
    """
    What was begun stands as unsettled, in every field.
    """
    store.begin(intent(7, reason="why"))

    assert store.history() == History(unsettled=(intent(7, reason="why"),))
    assert list(store.runs()) == []


def test_begin_replaces_an_earlier_intent_of_the_version(store):
    """
    The newest intent of a version is the only one.
    """
    store.begin(intent(1, run_id="old", reason="tried"))
    store.begin(intent(2))
    store.begin(intent(1, run_id="new", direction=Direction.DOWN))

    assert store.history().unsettled == (
        intent(1, run_id="new", direction=Direction.DOWN),
        intent(2),
    )


def test_applied_adds_the_version_with_its_document_and_captures(store):
    """
    ``APPLIED`` takes the intent's place, with all that was recorded with it.
    """
    captures = {"id": StoredValue("7"), "token": StoredValue("s3cr3t", secret=True)}
    begun = intent(1)
    store.begin(begun)
    store.finish(ending(begun, captures=captures, body="answer"))

    assert store.history() == History(
        applied=(
            Applied(
                version=1,
                name=begun.name,
                document_digest=begun.document_digest,
                applied_at="2024-05-06T07:08:10Z",
                captures=captures,
            ),
        )
    )
    assert store.recorded(1) == Recorded(
        document=begun.document, scope=begun.scope, env=begun.env
    )
    assert list(store.runs()) == [
        RunRow(
            id=1,
            version=1,
            name=begun.name,
            direction=Direction.UP,
            status_code=201,
            failed=False,
            ran_at="2024-05-06T07:08:10Z",
            elapsed_s=0.25,
            captures='{"id": "7", "token": "***"}',
            body="answer",
        )
    ]


def test_applied_again_keeps_nothing_of_the_first_time(store):
    """
    The captures and the document are those of the last time it was applied.
    """
    store.finish(ending(intent(1), captures={"old": StoredValue("1")}))
    store.finish(ending(intent(1, document="new"), captures={"new": StoredValue("2")}))

    (applied,) = store.history().applied
    assert applied.captures == {"new": StoredValue("2")}
    assert store.recorded(1).document == "new"


def test_rolled_back_removes_the_version_with_its_document_and_captures(store):
    """
    ``ROLLED_BACK`` leaves of a version only the lines of the history.
    """
    store.finish(ending(intent(1), captures={"id": StoredValue("7")}))
    down = intent(1, direction=Direction.DOWN)
    store.begin(down)
    store.finish(ending(down, EndingKind.ROLLED_BACK, status_code=204))

    assert store.history() == History()
    assert store.recorded(1) == Recorded()
    assert [(row.id, row.direction, row.status_code) for row in store.runs()] == [
        (2, Direction.DOWN, 204),
        (1, Direction.UP, 201),
    ]


@pytest.mark.parametrize("direction", Direction)
def test_failed_changes_no_version(store, direction):
    """
    ``FAILED`` removes the intent, adds a failed line, and leaves the rest.
    """
    store.finish(ending(intent(1), captures={"id": StoredValue("7")}))
    before = store.history()
    begun = intent(1 if direction is Direction.DOWN else 2, direction=direction)
    store.begin(begun)
    store.finish(
        ending(begun, EndingKind.FAILED, status_code=500, error="answered 500")
    )

    assert store.history() == before
    assert store.recorded(1).document == intent(1).document
    row = store.runs()[0]
    assert (row.failed, row.status_code, row.error) == (True, 500, "answered 500")


def test_unsettled_keeps_the_intent_with_its_reason(store):
    """
    ``UNSETTLED`` adds a failed line, and the intent stands with its reason.
    """
    store.begin(intent(1))
    tried = intent(1, reason="the connection broke")
    store.finish(ending(tried, EndingKind.UNSETTLED, status_code=0, error=tried.reason))

    assert store.history() == History(unsettled=(tried,))
    assert [(row.failed, row.error) for row in store.runs()] == [
        (True, "the connection broke")
    ]


def test_finish_settles_only_its_own_version(store):
    """
    Other intents stand when one is ended.
    """
    for version in (3, 1, 2):
        store.begin(intent(version))
    store.finish(ending(intent(2)))

    assert [1, 3] == [kept.version for kept in store.history().unsettled]


def test_versions_come_ascending_and_reach_63_bits(store):
    """
    Versions from 0 to the highest are kept, in their order.
    """
    versions = [HIGHEST_VERSION, 0, 20240506070809, 2, 10]
    for version in versions:
        store.finish(ending(intent(version)))

    assert sorted(versions) == [kept.version for kept in store.history().applied]
    assert intent(HIGHEST_VERSION).document == store.recorded(HIGHEST_VERSION).document


def test_text_comes_back_as_it_was(store):
    """
    Any text survives: other scripts, quotes, line ends, NUL, the empty one.
    """
    odd = "Ünïcødé ☃ 日本 \U0001f600 'q' \"q\" \r\n \x00 %s {{.x}}"
    captures = {odd: StoredValue(odd), "": StoredValue("", secret=True)}
    begun = intent(1, name=odd, scope=odd, env=odd, document=odd)
    store.finish(ending(begun, captures=captures, body=odd, error=odd))

    assert store.history().applied[0].captures == captures
    assert store.recorded(1) == Recorded(document=odd, scope=odd, env=odd)
    row = store.runs()[0]
    assert (row.name, row.body, row.error) == (odd, odd, odd)


def test_secret_captures_are_masked_in_the_lines_only(store):
    """
    The value itself is kept for later requests; the history shows ``***``.
    """
    store.finish(ending(intent(1), captures={"pw": StoredValue("s3cr3t", True)}))

    assert store.history().applied[0].captures["pw"].value == "s3cr3t"
    assert store.runs()[0].captures == '{"pw": "***"}'
    assert "s3cr3t" not in repr(store.history())


@pytest.mark.parametrize(
    ("limit", "expected"),
    [(None, [5, 4, 3, 2, 1]), (2, [5, 4]), (0, []), (9, [5, 4, 3, 2, 1])],
)
def test_runs_come_newest_first_up_to_the_limit(store, limit, expected):
    """
    The newest lines come first, and no more than asked for.
    """
    for version in (1, 2, 3, 4, 5):
        store.finish(ending(intent(version)))

    assert expected == [row.version for row in store.runs(limit=limit)]


def test_the_last_record_of_the_stage_is_kept(store):
    """
    Every outcome of a stage can be recorded; the last one stands.
    """
    for outcome in StageOutcome:
        record = StageRecord(
            outcome=outcome,
            run_id="run-1",
            started_at="2024-05-06T07:08:09Z",
            elapsed_s=1.5,
            error="boom",
        )
        store.record_stage(record)
        assert record == store.history().stage


def test_close_loses_nothing(store):
    """
    A closed store opens again when it is next used, and knows what it knew.
    """
    store.close()
    store.begin(intent(1))
    store.close()
    store.close()
    assert store.history().unsettled == (intent(1),)
    store.finish(ending(intent(1)))
    store.close()

    assert [1] == [kept.version for kept in store.history().applied]


def test_pickle_keeps_the_history(store):
    """
    An instance survives `pickle`, also while it holds its lock and connection.
    """
    store.finish(ending(intent(1)))
    store.begin(intent(2))
    with store.lock(timeout_s=1):
        data = pickle.dumps(store)
    with closing(pickle.loads(data)) as copy:
        assert store.history() == copy.history()
        copy.begin(intent(3))
        assert len(copy.history().unsettled) == 2


def test_identity_tells_stores_apart(make_store):
    """
    Stores that share nothing have different identities, and keep them.
    """
    one, other = make_store(), make_store()
    identity = one.identity
    one.begin(intent(1))

    assert identity == one.identity
    assert identity != other.identity
    assert other.history() == History()


def test_identity_is_the_same_exactly_where_tables_are_shared(store):
    """
    A pickled copy goes by the same identity if it sees the same history.
    """
    store.begin(intent(1))
    with closing(pickle.loads(pickle.dumps(store))) as copy:
        store.begin(intent(2))
        shared = copy.history() == store.history()

        assert shared == (copy.identity == store.identity)


def test_eight_threads_share_a_store(store):
    """
    Writing and reading from eight threads at once loses no line.
    """
    barrier = threading.Barrier(THREADS)

    def work(thread: int) -> None:
        barrier.wait()
        for turn in range(5):
            begun = intent(thread * 10 + turn)
            store.begin(begun)
            store.history()
            store.finish(ending(begun, captures={"id": StoredValue(str(turn))}))
            assert store.recorded(begun.version).document == begun.document

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS)))

    history = store.history()
    assert history.unsettled == ()
    assert [t * 10 + n for t in range(THREADS) for n in range(5)] == [
        kept.version for kept in history.applied
    ]
    assert list(range(THREADS * 5, 0, -1)) == [row.id for row in store.runs()]


def test_the_lock_lets_one_in_at_a_time(store):
    """
    Of eight threads none is in the block with another.
    """
    inside = threading.Semaphore(1)

    def work(_: int) -> None:
        with store.lock(timeout_s=60):
            assert inside.acquire(blocking=False)
            store.history()
            inside.release()

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(work, range(THREADS * 3)))


@pytest.mark.parametrize("timeout_s", [0, 0.01, -1])
def test_the_lock_is_refused_after_the_timeout(store, timeout_s):
    """
    A held lock is refused, says so, and can be taken when it is free again.
    """
    refused = pytest.raises(StoreLockedError, match="is locked")
    with store.lock(timeout_s=0), refused, store.lock(timeout_s=timeout_s):
        pytest.fail("two runners at once")
    with store.lock(timeout_s=0):
        assert store.history() == History()


def test_the_lock_is_free_after_an_error(store):
    """
    An error in the block passes through and lets the lock go.
    """
    with pytest.raises(ZeroDivisionError), store.lock(timeout_s=0):
        raise ZeroDivisionError
    with store.lock(timeout_s=0):
        store.begin(intent(1))


@settings(max_examples=60, deadline=None)
@given(steps=st.lists(intents | endings, max_size=12), reopen=st.integers(1, 12))
def test_both_stores_tell_the_same_history(
    steps: List[Union[Intent, Ending]], reopen: int
):
    """
    Any sequence of begin and finish gives one history, whatever keeps it.
    """
    memory = MemoryStore()
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "apirun.db")
        with closing(SqliteStore(path)) as sqlite:
            for number, step in enumerate(steps):
                for store in (memory, sqlite):
                    if isinstance(step, Intent):
                        store.begin(step)
                    else:
                        store.finish(step)
                if number % reopen == 0:
                    sqlite.close()
                assert memory.history() == sqlite.history()
            seen = {step.version for step in steps if isinstance(step, Intent)} | {
                step.intent.version for step in steps if isinstance(step, Ending)
            }
            for version in seen:
                assert memory.recorded(version) == sqlite.recorded(version)
            assert list(memory.runs()) == list(sqlite.runs())
            assert list(memory.runs(limit=3)) == list(sqlite.runs(limit=3))
