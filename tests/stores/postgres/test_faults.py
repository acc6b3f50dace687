"""What is wrong with a server or a database is told in words that help."""

import os
import signal
import socket
import threading
import time
from contextlib import closing

import psycopg
import pytest

from apirun.exceptions import StoreError
from apirun.state import History
from apirun.stores.postgres import PostgresStore, connecting
from tests.helpers.postgres import PASSWORD
from tests.stores.child import run_child
from tests.stores.records import ending, intent

UNTOUCHED = "Nothing was sent, and the database is left as it was."
UNCHANGED = "What is recorded stands as it was; nothing was added to it."

USES = {
    "history": lambda store: store.history(),
    "recorded": lambda store: store.recorded(1),
    "runs": lambda store: store.runs(),
    "begin": lambda store: store.begin(intent(2)),
    "finish": lambda store: store.finish(ending(intent(2))),
    "lock": lambda store: store.lock(timeout_s=0).__enter__(),
}
WRITING = ("begin", "finish")


def _refusal(dsn, use="history"):
    with closing(PostgresStore(dsn)) as store, pytest.raises(StoreError) as caught:
        USES[use](store)
    assert PASSWORD not in str(caught.value)
    assert PASSWORD not in repr(caught.value)
    return str(caught.value)


@pytest.fixture
def database(postgres_server):
    """Return the name of a new database."""
    return postgres_server.create_database()


@pytest.fixture
def shown(postgres_server, database):
    """Return how messages name that database."""
    return f"the history in PostgreSQL at localhost:{postgres_server.port}/{database}"


@pytest.mark.parametrize("use", USES)
def test_a_wrong_password_is_refused(postgres_server, database, shown, use):
    """
    The user is named, and no password is, whatever was asked for.
    """
    dsn = postgres_server.dsn(database, password="wr0ng-one")

    refusal = _refusal(dsn, use)

    assert (
        f"{shown} can't be opened: the server refuses the password of user 'apirun'. "
        "Nothing was sent. Correct the password, then run again."
    ) == refusal
    assert "wr0ng" not in refusal


def test_a_missing_database_is_told(postgres_server):
    """
    No database is created.
    """
    assert (
        f"the history in PostgreSQL at localhost:{postgres_server.port}/no_such can't "
        "be opened: the server has no database 'no_such'. Nothing was sent. Create "
        "it, or correct the name, then run again."
    ) == _refusal(postgres_server.dsn("no_such"))


def test_a_server_that_is_not_there_is_told(database):
    """
    Where nothing listens, host and port are named.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        assert (
            f"the history in PostgreSQL at localhost:{port}/d can't be opened: the "
            "server can't be reached: nothing listens there. Nothing was sent. Start "
            "the server, or correct host and port, then run again."
        ) == _refusal(f"postgresql://me:pw@127.0.0.1:{port}/d")


def test_a_server_that_says_nothing_is_not_waited_for_long():
    """
    A connection that is never answered ends with its time.
    """
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        port = mute.getsockname()[1]
        started_s = time.monotonic()
        refusal = _refusal(f"postgresql://me@127.0.0.1:{port}/d?connect_timeout=2")

    assert "the server did not answer in time" in refusal
    assert time.monotonic() - started_s < 10


def test_a_host_without_an_address_is_told():
    """
    A slip in the host's name is told as one.
    """
    assert "can't be found: no such host. Nothing was sent." in _refusal(
        "postgresql://me@no-such-host.invalid/d"
    )


@pytest.mark.parametrize("use", WRITING)
def test_a_user_who_may_not_make_tables_is_told(postgres_server, database, shown, use):
    """
    Reading finds nothing; writing says which permission is missing.
    """
    postgres_server.run(f"CREATE ROLE reader_{database} LOGIN PASSWORD '{PASSWORD}'")
    postgres_server.run("REVOKE CREATE ON SCHEMA public FROM PUBLIC", database)
    dsn = postgres_server.dsn(database, user=f"reader_{database}")
    with closing(PostgresStore(dsn)) as store:
        assert History() == store.history()

    assert (
        f"{shown} may not be used as is needed by user 'reader_{database}': permission "
        f"denied for schema public. {UNCHANGED} Grant it SELECT, INSERT, UPDATE and "
        "DELETE, and once CREATE on the schema, then run again."
    ) == _refusal(dsn, use)


def test_a_user_who_may_not_read_the_tables_is_told(postgres_server, database):
    """
    Tables of another user are told from none.
    """
    with closing(PostgresStore(postgres_server.dsn(database))) as store:
        store.begin(intent(1))
    postgres_server.run(f"CREATE ROLE other_{database} LOGIN PASSWORD '{PASSWORD}'")
    dsn = postgres_server.dsn(database, user=f"other_{database}")

    for use in USES.keys() - {"lock"}:
        assert "permission denied for table" in _refusal(dsn, use)


@pytest.mark.parametrize("use", WRITING)
def test_a_read_only_database_is_read_but_not_written(
    postgres_server, database, shown, use
):
    """
    A standby shows the history, and is told on writing.
    """
    dsn = postgres_server.dsn(database)
    with closing(PostgresStore(dsn)) as store:
        store.finish(ending(intent(1)))
    postgres_server.run(
        f"ALTER DATABASE {database} SET default_transaction_read_only = on"
    )
    with closing(PostgresStore(dsn)) as store:
        assert [1] == [kept.version for kept in store.history().applied]

    assert (
        f"{shown} is read-only. {UNCHANGED} Name a server that takes writes, as with "
        "target_session_attrs=read-write, then run again."
    ) == _refusal(dsn, use)


@pytest.mark.parametrize("use", [use for use in USES if use != "lock"])
def test_a_newer_version_of_our_tables_is_refused(postgres_server, shown, dsn, use):
    """
    A history of a later apirun is neither read nor written.
    """
    with closing(PostgresStore(dsn)) as store:
        store.finish(ending(intent(1)))
    with psycopg.connect(dsn) as connection:
        connection.execute("INSERT INTO apirun_meta VALUES (2)")

    refusal = _refusal(dsn, use)

    assert (
        "was written by a newer apirun (version 2 of its tables, this one knows 1). "
        f"{UNTOUCHED} Update apirun, then run again."
    ) in refusal
    with psycopg.connect(dsn) as connection:
        (count,) = connection.execute("SELECT count(*) FROM apirun_intents").fetchone()
    assert 0 == count


def test_a_table_that_somebody_locks_is_not_waited_for_for_ever(dsn, monkeypatch):
    """
    What the server can't do in its time is told, and nothing is written.
    """
    with closing(PostgresStore(dsn)) as store:
        store.begin(intent(1))
    monkeypatch.setitem(connecting.SETTINGS, "statement_timeout", "200ms")
    with psycopg.connect(dsn) as other:
        other.execute("LOCK TABLE apirun_intents")
        refusal = _refusal(dsn, "begin")

    assert (
        f"did not answer within {connecting.LIMIT}. {UNCHANGED} Look which" in refusal
    )
    with closing(PostgresStore(dsn)) as store:
        assert (intent(1),) == store.history().unsettled


def test_a_server_that_falls_silent_is_not_waited_for_for_ever(dsn, monkeypatch):
    """
    A process that hangs keeps its connection alive, and never answers.
    """
    monkeypatch.setattr(connecting, "SILENCE_S", 0.5)
    with closing(PostgresStore(dsn)) as store:
        store.begin(intent(1))
        (pid,) = store._session._connection.execute(
            "SELECT pg_backend_pid()"
        ).fetchone()
        os.kill(pid, signal.SIGSTOP)
        try:
            with pytest.raises(StoreError) as caught:
                store.begin(intent(2))
        finally:
            os.kill(pid, signal.SIGCONT)
        assert "lost its connection: the server said nothing for 500ms." in str(
            caught.value
        )
        assert "It is not known whether what was to be recorded is" in str(caught.value)
        store.begin(intent(2))
        assert 2 == len(store.history().unsettled)


def test_a_database_without_a_schema_is_told(postgres_server, database):
    """
    Tables need a schema on the search path; none is made.
    """
    dsn = postgres_server.dsn(database) + "?options=-csearch_path%3Dnowhere"
    with closing(PostgresStore(dsn)) as store:
        assert History() == store.history()

    assert f"has no schema to keep tables in. {UNCHANGED} Create one" in _refusal(
        dsn, "begin"
    )


def test_a_server_without_connections_left_is_told(postgres_server):
    """
    The limit of a user's connections is no riddle.
    """
    database = postgres_server.create_database("CONNECTION LIMIT 1")
    postgres_server.run(f"CREATE ROLE busy_{database} LOGIN PASSWORD '{PASSWORD}'")
    dsn = postgres_server.dsn(database, user=f"busy_{database}")
    with psycopg.connect(dsn):
        assert "the server has no connection left" in _refusal(dsn)


def test_an_encoding_without_a_character_is_told(postgres_server):
    """
    A database that is not in UTF8 keeps what it can, and refuses the rest whole.
    """
    database = postgres_server.create_database("ENCODING 'LATIN1' TEMPLATE template0")
    with closing(PostgresStore(postgres_server.dsn(database))) as store:
        store.begin(intent(1, name="größe"))
        assert "größe" == store.history().unsettled[0].name
        with pytest.raises(StoreError, match="can't hold a character") as caught:
            store.begin(intent(2, name="☃"))
        assert UNCHANGED in str(caught.value)
        assert (intent(1, name="größe"),) == store.history().unsettled


def test_text_that_is_no_unicode_is_refused(dsn):
    """
    Half a surrogate pair is no character; the intent before it stands.
    """
    with closing(PostgresStore(dsn)) as store:
        with pytest.raises(StoreError, match="surrogates not allowed"):
            store.begin(intent(1, name="\ud800"))
        assert () == store.history().unsettled


def test_a_version_of_more_than_63_bits_is_refused(dsn):
    """
    What PostgreSQL can't count to is a `StoreError` like any other.
    """
    with closing(PostgresStore(dsn)) as store:
        with pytest.raises(StoreError, match="out of range"):
            store.begin(intent(2**63))
        assert () == store.history().unsettled


def test_a_table_that_is_gone_is_told(dsn):
    """
    Who drops a table under a run is answered with its name.
    """
    with closing(PostgresStore(dsn)) as store:
        store.begin(intent(1))
        with psycopg.connect(dsn) as connection:
            connection.execute("DROP TABLE apirun_intents")
        with pytest.raises(
            StoreError, match=r'"public\.apirun_intents" does not exist'
        ):
            store.begin(intent(2))


def test_without_psycopg_it_is_said_how_to_get_it():
    """
    Nothing else of the library needs it, and the store says what to install.
    """
    code = """
sys.modules["psycopg"] = None
from apirun import UsageError
try:
    PostgresStore("postgresql://me:hunter2@h/d")
except UsageError as error:
    print(error)
"""

    told = run_child(code, "unused.db")

    assert told.startswith("the store 'postgres' needs psycopg, which can't be")
    assert told.endswith("pip install 'apirun-core[postgres]'")
    assert "hunter2" not in told


def test_a_store_is_made_without_importing_psycopg_elsewhere():
    """
    Only who keeps a history in PostgreSQL pays for its driver.
    """
    assert "False" == run_child("print('psycopg' in sys.modules)", "unused.db")


def test_the_server_is_not_asked_before_it_is_needed():
    """
    A store for a server that is not there can be made, named and closed.
    """
    threads = threading.active_count()
    store = PostgresStore("postgresql://me@127.0.0.1:1/d")
    store.close()

    assert store.identity.startswith("postgres:localhost:1/d:")
    assert threads == threading.active_count()
