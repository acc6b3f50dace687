"""A connection is durable, whatever the server is set to, and finds its tables."""

from contextlib import closing

import psycopg
import pytest

from apirun.stores.postgres import PostgresStore
from apirun.stores.postgres.address import Address
from apirun.stores.postgres.connecting import connect
from tests.stores.records import ending, intent


def _setting(connection, name):
    return connection.execute("SELECT current_setting(%s)", (name,)).fetchone()[0]


@pytest.mark.parametrize(
    ("found", "kept"), [("off", "on"), ("local", "local"), ("on", "on")]
)
def test_no_commit_is_acknowledged_before_it_is_on_the_disk(
    postgres_server, found, kept
):
    """
    What a server gives up for speed is taken back for the journal.
    """
    name = postgres_server.create_database()
    postgres_server.run(f"ALTER DATABASE {name} SET synchronous_commit = {found}")

    with connect(Address.parse(postgres_server.dsn(name))) as connection:
        assert kept == _setting(connection, "synchronous_commit")


def test_nothing_on_a_connection_waits_for_ever(dsn):
    """
    Statements have a limit, and a run may wait for its API as long as it takes.
    """
    with connect(Address.parse(dsn)) as connection:
        assert "1min" == _setting(connection, "statement_timeout")
        assert "0" == _setting(connection, "idle_session_timeout")
        assert "20" == _setting(connection, "tcp_keepalives_idle")


def test_the_tables_are_in_the_first_schema_of_the_search_path(dsn):
    """
    A history further down the path is that of somebody else.
    """
    with psycopg.connect(dsn) as connection:
        connection.execute("CREATE SCHEMA mine")
    with closing(PostgresStore(dsn)) as store:
        store.finish(ending(intent(1)))
    mine = PostgresStore(f"{dsn}?options=-csearch_path%3Dmine%2Cpublic")
    with closing(mine):
        assert () == mine.history().applied
        mine.finish(ending(intent(2)))
        assert [2] == [kept.version for kept in mine.history().applied]
    with closing(PostgresStore(dsn)) as store:
        assert [1] == [kept.version for kept in store.history().applied]


def test_a_schema_with_an_odd_name_is_quoted(dsn):
    """
    Whatever stands in its name, it is a name.
    """
    with psycopg.connect(dsn) as connection:
        connection.execute('CREATE SCHEMA "a ""b"" %s%%"')
        connection.execute(
            'ALTER ROLE apirun IN DATABASE {} SET search_path = "a ""b"" %s%%"'.format(
                dsn.rpartition("/")[2]
            )
        )
    with closing(PostgresStore(dsn)) as store:
        store.begin(intent(1))
        store.finish(ending(intent(1)))
        assert [1] == [kept.version for kept in store.history().applied]
        assert 1 == len(store.runs())


def test_tables_that_were_made_in_part_are_completed(dsn):
    """
    What is there is kept, and what is missing is made.
    """
    with closing(PostgresStore(dsn)) as store:
        store.finish(ending(intent(1)))
    with psycopg.connect(dsn) as connection:
        connection.execute("DROP TABLE apirun_meta, apirun_stage, apirun_intents")
    with closing(PostgresStore(dsn)) as store:
        assert [1] == [kept.version for kept in store.history().applied]
        store.begin(intent(2))
        assert (intent(2),) == store.history().unsettled


def test_a_history_of_an_older_apirun_lacks_what_was_shown_and_nothing_else(dsn):
    """
    It is read as it is, and who writes adds the column.
    """
    with closing(PostgresStore(dsn)) as store:
        store.begin(intent(1))
    with psycopg.connect(dsn) as connection:
        connection.execute("ALTER TABLE apirun_intents DROP COLUMN shown")
    with closing(PostgresStore(dsn)) as store:
        assert (intent(1, shown=""),) == store.history().unsettled
        assert not _has_column(dsn)
        store.begin(intent(2))
        assert (intent(1, shown=""), intent(2)) == store.history().unsettled
    assert _has_column(dsn)


def _has_column(dsn):
    with psycopg.connect(dsn) as connection:
        found = connection.execute(
            "SELECT FROM information_schema.columns "
            "WHERE table_name = 'apirun_intents' AND column_name = 'shown'"
        )
        return found.fetchone() is not None
