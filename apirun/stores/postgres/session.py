"""A connection to PostgreSQL: opened when it is needed, one lock for its life."""

import hashlib
import os
import socket
import threading
import time
from contextlib import contextmanager
from typing import Callable, Iterator, Optional, Sequence, TypeVar
from weakref import finalize

import psycopg

from apirun.exceptions import StoreError
from apirun.state import History, Recorded, RunRow
from apirun.stores.postgres.address import Address
from apirun.stores.postgres.connecting import (
    LIMIT,
    Connection,
    connect,
    make_tables,
    refuse_newer,
    settled_names,
)
from apirun.stores.postgres.faults import locked_error, lost_error, translated
from apirun.stores.postgres.holder import Holder, holder_name, read_holder
from apirun.stores.postgres.naming import Naming
from apirun.stores.postgres.reading import read_history, read_recorded, read_runs
from apirun.stores.postgres.tables import Tables, find_tables
from apirun.stores.postgres.writing import Statements, Step

__all__ = ["Session"]

POLL_S = 0.05

TAKE = """
SELECT CASE WHEN pg_try_advisory_lock(%s)
THEN set_config('application_name', %s, false) END
"""
LET_GO = """
SELECT set_config('application_name', 'apirun', false), pg_advisory_unlock(%s)
"""

T = TypeVar("T")
Query = Callable[[Connection, Tables], T]


class Session:
    """
    The connection to one stage's tables.

    While the lock is held, only the connection that took it is written to:
    when it is lost, nothing more is written until the block ends.

    Args:
        address: Where the database is.
        naming: What the tables are called.
    """

    def __init__(self, address: Address, naming: Naming) -> None:
        self._address = address
        self._naming = naming
        self._names = naming.names
        self._pid = 0
        self._guard = threading.RLock()
        self._runner = threading.Lock()
        self._connection: Optional[Connection] = None
        self._end: Optional[finalize[[Connection, int], Session]] = None
        self._statements: Optional[Statements] = None
        self._held = False
        self._closing = False
        self._lost: Optional[StoreError] = None

    def history(self) -> History:
        """Return what is recorded; see `StateStore.history`."""
        return self._read(read_history)

    def recorded(self, version: int) -> Recorded:
        """Return what was recorded with a version; see `StateStore.recorded`."""
        return self._read(
            lambda connection, tables: read_recorded(connection, tables, version)
        )

    def runs(self, limit: Optional[int]) -> Sequence[RunRow]:
        """Return the lines of the history, newest first, at most *limit*."""
        return self._read(
            lambda connection, tables: read_runs(connection, tables, limit)
        )

    def write(self, step: Callable[[Statements], Step]) -> None:
        """
        Do one durable statement; the tables are made before the first.

        Raises:
            StoreError: If the database can't be written, or the lock that was
                taken is lost.
        """
        self._own()
        with self._guard, self._kept_lock("write"):
            connection = self._connected("write")
            with translated(self._address, "write", limit=LIMIT):
                if self._statements is None:
                    tables = make_tables(connection, self._names, self._address)
                    self._statements = Statements(tables)
                connection.execute(*step(self._statements), prepare=True)

    @contextmanager
    def lock(self, *, timeout_s: float) -> Iterator[None]:
        """Keep every other runner out; see `StateStore.lock`."""
        self._own()
        timeout_s = max(0.0, timeout_s)
        deadline_s = time.monotonic() + timeout_s
        runner = self._runner
        if not runner.acquire(timeout=timeout_s):
            here = Holder(socket.gethostname(), os.getpid(), "")
            raise locked_error(self._address, here, timeout_s)
        try:
            key = self._take(timeout_s, deadline_s)
            try:
                yield
            finally:
                self._let_go(key)
        finally:
            runner.release()

    def close(self) -> None:
        """Give up the connection, at the end of the block if the lock is held."""
        self._own()
        with self._guard:
            if self._held:
                self._closing = True
            else:
                self._disconnect()

    def _own(self) -> None:
        """Leave connection and lock to the process that has them, after a fork."""
        if self._pid != os.getpid():
            if self._pid:
                Session.__init__(self, self._address, self._naming)
            self._pid = os.getpid()

    def _read(self, query: Query[T]) -> T:
        """Return what *query* reads in one transaction; nothing is made."""
        self._own()
        with self._guard, self._kept_lock("read"):
            kept = self._connection is not None
            try:
                return self._at_once(query)
            except StoreError:
                # A server may have been started anew since the connection was made.
                if self._held or not kept or not self._is_lost():
                    raise
            return self._at_once(query)

    def _at_once(self, query: Query[T]) -> T:
        connection = self._connected("read")
        with translated(self._address, "read", limit=LIMIT):
            connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            try:
                tables = find_tables(connection, self._names)
                refuse_newer(tables, self._address)
                return query(connection, tables)
            finally:
                if not connection.closed:
                    connection.execute("ROLLBACK")

    @contextmanager
    def _kept_lock(self, doing: str) -> Iterator[None]:
        """Let an error say so if the lock was lost with the connection."""
        try:
            yield
        except StoreError as error:
            if not (self._held and self._is_lost()) or self._lost is not None:
                raise
            cause = error.__cause__ or error
            self._lost = lost_error(self._address, doing, cause)
            raise self._lost from error.__cause__

    def _connected(self, doing: str) -> Connection:
        if self._lost is not None:
            raise self._lost
        if self._connection is not None and self._is_lost():
            if self._held:
                self._lost = lost_error(self._address, doing, None)
                raise self._lost
            self._disconnect()
        if self._connection is None:
            self._connection = self._open()
        return self._connection

    def _open(self) -> Connection:
        connection = connect(self._address)
        # Whoever forgets to close the store need not, but a fork must not.
        self._end = finalize(self, _close, connection, os.getpid())
        try:
            with translated(self._address, "read", limit=LIMIT):
                self._names = settled_names(connection, self._naming, self._address)
        except BaseException:
            self._end()
            raise
        return connection

    def _is_lost(self) -> bool:
        return self._connection is None or self._connection.closed

    def _disconnect(self) -> None:
        self._connection, self._statements, self._closing = None, None, False
        if self._end is not None:
            self._end()

    def _take(self, timeout_s: float, deadline_s: float) -> int:
        """Take the lock, and return its key."""
        while True:
            with self._guard:
                connection = self._connected("read")
                with translated(self._address, "read", limit=LIMIT):
                    key = self._key(connection)
                    row = connection.execute(TAKE, (key, holder_name())).fetchone()
                    if row is not None and row[0] is not None:
                        self._held = True
                        return key
                    left_s = deadline_s - time.monotonic()
                    if left_s <= 0:
                        holder = read_holder(connection, key)
                        raise locked_error(self._address, holder, timeout_s)
            time.sleep(min(POLL_S, left_s))

    def _key(self, connection: Connection) -> int:
        """Return the key of these tables' lock, the same for every runner."""
        tables = find_tables(connection, self._names)
        digest = hashlib.sha256(f"apirun {tables.key}".encode()).digest()
        return int.from_bytes(digest[:8], "big", signed=True)

    def _let_go(self, key: int) -> None:
        if self._pid != os.getpid():
            return  # forked within the block: the lock is its parent's
        with self._guard:
            self._held, self._lost = False, None
            if self._connection is not None:
                try:
                    self._connection.execute(LET_GO, (key,))
                except psycopg.Error:
                    self._closing = True  # without its connection there is no lock
            if self._closing:
                self._disconnect()


def _close(connection: Connection, pid: int) -> None:
    if pid == os.getpid():
        connection.close()
