"""A PostgreSQL history is locked for as long as the connection that writes lives."""

import os
import pickle
import re
import signal
import socket
import threading
import time
from contextlib import closing

import psycopg
import pytest

from apirun.exceptions import StoreError, StoreLockedError
from apirun.settings import StoreSettings
from apirun.state import StageOutcome, StageRecord
from apirun.stores.postgres import PostgresStore
from apirun.stores.postgres.holder import holder_name
from apirun.stores.tables import TableNames
from tests.stores.child import child, run_child
from tests.stores.records import ending, intent

HOLDER = """
with store.lock(timeout_s=1):
    ready()
"""
NOW = r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ"


def _end_connections(dsn):
    """End every connection to the database, as an administrator can."""
    with psycopg.connect(dsn) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def _connections(dsn):
    with psycopg.connect(dsn) as connection:
        (count,) = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid()"
        ).fetchone()
    return count


def test_a_second_process_is_told_who_holds_the_lock(dsn):
    """
    The error names host, pid and since when, and says what to do.
    """
    refused = pytest.raises(StoreLockedError)
    with child(HOLDER, dsn) as holder, closing(PostgresStore(dsn)) as store:
        with refused as caught, store.lock(timeout_s=0.05):
            pytest.fail("two runners at once")
        assert () == store.history().applied

    error = caught.value
    assert (socket.gethostname(), holder.pid) == (error.host, error.pid)
    assert re.fullmatch(NOW, error.since)
    shown = "/".join(
        dsn.rpartition("@")[2].replace("127.0.0.1", "localhost").split("/")
    )
    assert (
        f"the history in PostgreSQL at {shown} is locked: process {holder.pid} on "
        f"{error.host} holds it since {error.since}, and did not let go within 50ms. "
        "Nothing was sent. Wait until that run has ended, or give it longer with "
        "--lock-timeout."
    ) == str(error)
    copy = pickle.loads(pickle.dumps(error))
    assert (error.pid, str(error)) == (copy.pid, str(copy))


def test_a_second_process_gets_the_lock_when_the_first_lets_go(dsn):
    """
    Who waits for the lock gets it as soon as it is free.
    """
    with child(HOLDER, dsn) as holder, closing(PostgresStore(dsn)) as store:
        holder.stdin.close()
        with store.lock(timeout_s=60):
            store.begin(intent(1))
        assert 0 == holder.wait()


def test_the_lock_is_free_after_sigkill_of_its_holder(dsn):
    """
    The server sees the connection end, and frees the lock with it.
    """
    with child(HOLDER, dsn) as holder, closing(PostgresStore(dsn)) as store:
        holder.send_signal(signal.SIGKILL)
        holder.wait()
        with store.lock(timeout_s=10):
            store.begin(intent(1))


def test_a_holder_that_can_not_be_told_is_another_run(dsn):
    """
    A lock is a lock, whatever its connection is called.
    """
    refused = pytest.raises(StoreLockedError, match="another run holds it, and")
    with closing(PostgresStore(dsn)) as holder, holder.lock(timeout_s=0):
        holder._session._connection.execute("SET application_name = 'psql'")
        with closing(PostgresStore(dsn)) as store, refused as caught:
            store.lock(timeout_s=0).__enter__()

    assert ("", 0, "") == (caught.value.host, caught.value.pid, caught.value.since)


def test_a_long_host_name_is_no_obstacle(monkeypatch):
    """
    As much of it is kept as PostgreSQL keeps of a connection's name.
    """
    monkeypatch.setattr(socket, "gethostname", lambda: "größe" * 40)
    name = holder_name()

    assert 63 == len(name)
    assert name.startswith(f"apirun {os.getpid()}@")
    assert name.isascii()


def test_stages_in_one_database_lock_each_for_itself(dsn):
    """
    Stages that share a database but no tables may run at the same time.
    """
    settings = StoreSettings(table_prefix="other")
    other = PostgresStore(dsn, tables=TableNames.from_settings(settings))
    with closing(other), child(HOLDER, dsn), other.lock(timeout_s=0):
        assert () == other.history().applied


def test_stages_in_schemas_of_their_own_lock_each_for_itself(dsn):
    """
    The same names in another schema are other tables.
    """
    with psycopg.connect(dsn) as connection:
        connection.execute("CREATE SCHEMA other")
    store = PostgresStore(f"{dsn}?options=-csearch_path%3Dother")
    plain = PostgresStore(dsn)
    with closing(store), closing(plain), plain.lock(timeout_s=0):
        with store.lock(timeout_s=0):
            store.finish(ending(intent(1)))
        assert () == plain.history().applied


def test_different_users_of_the_same_tables_share_the_lock(postgres_server, dsn):
    """
    It belongs to the tables, not to who connects.
    """
    name = f"second_{os.urandom(4).hex()}"
    postgres_server.run(f"CREATE ROLE {name} LOGIN PASSWORD 'x'")
    other = postgres_server.dsn(dsn.rpartition("/")[2], user=name, password="x")
    refused = pytest.raises(StoreLockedError)
    with closing(PostgresStore(other)) as store, child(
        HOLDER, dsn
    ) as holder, refused as caught:
        store.lock(timeout_s=0).__enter__()

    assert holder.pid == caught.value.pid


def test_taking_the_lock_makes_no_tables(dsn):
    """
    The lock needs nothing in the database, and leaves nothing there.
    """
    with closing(PostgresStore(dsn)) as store, store.lock(timeout_s=0):
        pass

    with psycopg.connect(dsn) as connection:
        found = connection.execute(
            "SELECT relname FROM pg_class c JOIN pg_namespace n "
            "ON n.oid = relnamespace AND nspname = 'public'"
        ).fetchall()
    assert [] == found
    assert 0 == _connections(dsn)


@pytest.mark.parametrize("use", ["begin", "finish", "record_stage", "history"])
def test_without_its_connection_the_runner_can_not_write(dsn, use):
    """
    A lost lock ends the run: nothing is written by another connection.
    """
    uses = {
        "begin": lambda: store.begin(intent(2)),
        "finish": lambda: store.finish(ending(intent(1))),
        "record_stage": lambda: store.record_stage(record),
        "history": lambda: store.history(),  # noqa: PLW0108 - it is made below
    }
    record = StageRecord(outcome=StageOutcome.COMPLETED)
    with closing(PostgresStore(dsn)) as store:
        with store.lock(timeout_s=0):
            store.begin(intent(1))
            _end_connections(dsn)
            with closing(PostgresStore(dsn)) as other, other.lock(timeout_s=5):
                for _ in range(2):
                    with pytest.raises(StoreError, match="no longer locked") as caught:
                        uses[use]()
        assert "terminating connection due to administrator command" in str(
            caught.value
        )
        assert "pg-s3cr3t-pw" not in str(caught.value)
        # The block has ended: the store is as good as new.
        assert (intent(1),) == store.history().unsettled
        with store.lock(timeout_s=0):
            store.finish(ending(intent(1)))


def test_the_first_word_on_a_lost_lock_stands(dsn):
    """
    What a later step meets doesn't hide what was met first.
    """
    with closing(PostgresStore(dsn)) as store, store.lock(timeout_s=0):
        store.begin(intent(1))
        _end_connections(dsn)
        with pytest.raises(StoreError) as first:
            store.finish(ending(intent(1)))
        with pytest.raises(StoreError) as second:
            store.history()

    assert "It is not known whether what was to be recorded is" in str(first.value)
    assert str(first.value) == str(second.value)


def test_without_a_lock_a_store_connects_again(dsn):
    """
    Reading goes on by itself; writing says once that its outcome is not known.
    """
    with closing(PostgresStore(dsn)) as store:
        store.begin(intent(1))
        _end_connections(dsn)
        assert (intent(1),) == store.history().unsettled
        _end_connections(dsn)
        with pytest.raises(StoreError, match="lost its connection"):
            store.begin(intent(2))
        store.begin(intent(2))
        assert 2 == len(store.history().unsettled)


def test_closing_within_the_block_keeps_the_lock(dsn):
    """
    The connection is given up when the lock is, and not before.
    """
    with closing(PostgresStore(dsn)) as store, closing(PostgresStore(dsn)) as other:
        with store.lock(timeout_s=0):
            store.begin(intent(1))
            store.close()
            with pytest.raises(StoreLockedError), other.lock(timeout_s=0):
                pytest.fail("two runners at once")
            store.finish(ending(intent(1)))
        with other.lock(timeout_s=0):
            assert [1] == [kept.version for kept in other.history().applied]
        other.close()
        assert 0 == _connections(dsn)


def test_waiting_for_the_lock_keeps_nobody_from_reading(dsn):
    """
    While one thread waits, others of the same store read on.
    """
    with closing(PostgresStore(dsn)) as store:
        done = threading.Event()

        def wait() -> None:
            with store.lock(timeout_s=60):
                done.set()

        waiting = threading.Thread(target=wait)
        with child(HOLDER, dsn):
            waiting.start()
            assert not done.wait(0.3)
            assert () == store.history().applied
            assert not done.is_set()
        waiting.join()
        assert done.is_set()


def test_a_fork_within_the_block_leaves_the_lock_to_its_parent(dsn):
    """
    The child has neither the connection nor the lock, and ends neither.
    """
    code = """
    with store.lock(timeout_s=1):
        store.begin(intent(1))
        pid = os.fork()
        if not pid:
            try:
                with store.lock(timeout_s=0):
                    print("two runners at once")
            except StoreError as error:
                print("is locked" in str(error), flush=True)
            store.close()
            os._exit(0)
        assert os.waitpid(pid, 0)[1] == 0
        store.finish(ending(intent(1)))
    print([kept.version for kept in store.history().applied])
    store.close()
    """.replace("\n    ", "\n")

    assert "True\n[1]" == run_child(code, dsn)


def test_a_forked_process_that_ends_in_order_keeps_the_connection_alive(dsn):
    """
    What a fork inherited is not closed by its exit.
    """
    code = """
    store.begin(intent(1))
    pid = os.fork()
    if not pid:
        store.begin(intent(2))
        sys.exit(0)
    assert os.waitpid(pid, 0)[1] == 0
    with store.lock(timeout_s=0):
        store.begin(intent(3))
    print([kept.version for kept in store.history().unsettled])
    """.replace("\n    ", "\n")

    assert "[1, 2, 3]" == run_child(code, dsn)


def test_a_store_that_is_dropped_leaves_no_connection(dsn):
    """
    Who forgets to close gets no warning, and the server gets its connection back.
    """
    store = PostgresStore(dsn)
    store.begin(intent(1))
    assert 1 == _connections(dsn)
    del store

    deadline_s = time.monotonic() + 10
    while _connections(dsn) and time.monotonic() < deadline_s:
        time.sleep(0.01)
    assert 0 == _connections(dsn)
