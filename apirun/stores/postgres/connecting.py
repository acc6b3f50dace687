"""A connection that is durable, does not hang, and finds the tables of one stage."""

import time
from typing import Any, Dict, Generator

import psycopg

from apirun.durations import format_duration
from apirun.exceptions import StoreError
from apirun.stores.postgres.address import Address
from apirun.stores.postgres.faults import connection_error, translated
from apirun.stores.postgres.naming import PLAIN, Naming
from apirun.stores.postgres.tables import (
    SCHEMA_VERSION,
    Tables,
    create_tables,
    find_tables,
)
from apirun.stores.tables import TableNames

__all__ = [
    "LIMIT",
    "Connection",
    "connect",
    "make_tables",
    "refuse_newer",
    "settled_names",
]

Connection = psycopg.Connection[Any]

STATEMENT_TIMEOUT_S = 60
SILENCE_S = STATEMENT_TIMEOUT_S + 10.0
LIMIT = format_duration(STATEMENT_TIMEOUT_S)
CREATION_KEY = 0x6170_6972_756E  # one for all tables: their names may collide

# What a server may have set otherwise: nothing hangs for ever, a run may be waiting
# for its API as long as it takes, and a runner whose machine is gone loses its lock.
SETTINGS: Dict[str, str] = {
    "statement_timeout": f"{STATEMENT_TIMEOUT_S}s",
    "idle_session_timeout": "0",
    "tcp_keepalives_idle": "20",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
    "DateStyle": "ISO",
    "TimeZone": "UTC",
}
# No commit may be acknowledged before it is on the disk.
SETTLE = """
SELECT set_config(wanted.name, wanted.value, false)
FROM (SELECT unnest(%s::text[]) AS name, unnest(%s::text[]) AS value) wanted
JOIN pg_catalog.pg_settings USING (name)
UNION ALL
SELECT set_config('synchronous_commit', 'on', false)
WHERE current_setting('synchronous_commit') = 'off'
"""


class _Patient(psycopg.Connection[Any]):
    """A connection that is given up when a server says nothing at all any more."""

    def wait(self, gen: Any, *arguments: Any, **settings: Any) -> Any:  # noqa: ANN401 - psycopg's own types differ from version to version
        """Wait as psycopg does, which calls this for every statement."""
        return super().wait(self._bounded(gen), *arguments, **settings)

    def _bounded(self, steps: Any) -> Generator[Any, Any, Any]:  # noqa: ANN401 - as above
        deadline_s = time.monotonic() + SILENCE_S
        ready = None
        while True:
            try:
                state = steps.send(ready)
            except StopIteration as end:
                return end.value
            ready = yield state
            # Nothing is ready each time that psycopg's interval is over.
            if not ready and time.monotonic() > deadline_s:
                self.pgconn.finish()
                raise psycopg.OperationalError(
                    f"the server said nothing for {format_duration(SILENCE_S)}"
                )


def connect(address: Address) -> Connection:
    """
    Return a new connection on which each statement is a transaction.

    Raises:
        StoreError: If the server can't be reached, or lets nobody in.
    """
    try:
        connection = _Patient.connect(address.conninfo, autocommit=True)
    except (psycopg.Error, OSError, ValueError) as error:
        raise connection_error(address, error) from error
    try:
        with translated(address, "read", limit=LIMIT):
            connection.execute(SETTLE, (list(SETTINGS), list(SETTINGS.values())))
    except BaseException:
        connection.close()
        raise
    return connection


def settled_names(
    connection: Connection, naming: Naming, address: Address
) -> TableNames:
    """
    Return what the tables of a stage are called in this database.

    Raises:
        StoreError: If there is a history that may be the stage's, or not.
    """
    if not naming.stage:
        return naming.tables
    if find_tables(connection, naming.own).of("versions"):
        return naming.own
    if naming.shared and not naming.told:
        plain = find_tables(connection, PLAIN)
        if plain.of("versions") and _holds_any(connection, plain.sql("versions")):
            raise StoreError(
                f"the history in PostgreSQL at {address.shown}: the stage "
                f"'{naming.stage}' shares this database with other stages, and there "
                f"is no table {naming.own.versions} yet. But the table "
                f"{PLAIN.versions} holds a history without a stage's name: of the Go "
                "tool, or of a stage that was alone here. Nothing was sent, and the "
                "database is left as it was. Say whose it is, with "
                f"'table_schema_migrations: {PLAIN.versions}' under 'store' of that "
                "stage, or with a 'table_prefix' for each stage, then run again."
            )
    return naming.names


def _holds_any(connection: Connection, table: str) -> bool:
    row = connection.execute(f"SELECT EXISTS (SELECT FROM {table})", ()).fetchone()
    return bool(row and row[0])


def make_tables(connection: Connection, names: TableNames, address: Address) -> Tables:
    """
    Return the tables, and make before what is missing of them.

    Raises:
        StoreError: If a newer apirun wrote them.
        psycopg.Error: If they can't be made.
    """
    tables = find_tables(connection, names)
    refuse_newer(tables, address)
    if tables.is_complete:
        return tables
    with connection.transaction():
        # Not even CREATE TABLE IF NOT EXISTS is safe against another one.
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (CREATION_KEY,))
        tables = find_tables(connection, names)
        if not tables.schema:
            raise psycopg.errors.InvalidSchemaName("there is none")
        if not tables.is_complete:
            create_tables(connection, tables)
    return find_tables(connection, names)


def refuse_newer(tables: Tables, address: Address) -> None:
    """
    Let only tables pass that this version knows.

    Raises:
        StoreError: If a newer apirun wrote them.
    """
    if tables.version > SCHEMA_VERSION:
        raise StoreError(
            f"the history in PostgreSQL at {address.shown} was written by a newer "
            f"apirun (version {tables.version} of its tables, this one knows "
            f"{SCHEMA_VERSION}). Nothing was sent, and the database is left as it "
            "was. Update apirun, then run again."
        )
