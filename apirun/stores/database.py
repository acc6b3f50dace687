"""A SQLite file: opened when it is needed, written durably, read without a trace."""

import os
import sqlite3
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Callable, Iterator, List, Optional, Tuple, TypeVar

from apirun.exceptions import StoreError
from apirun.stores.faults import translated
from apirun.stores.schema import (
    SCHEMA_VERSION,
    create_tables,
    is_complete,
    schema_version,
)
from apirun.stores.tables import TableNames

__all__ = ["Database"]

BUSY_TIMEOUT_S = 10.0
RETRY_S = 0.01

T = TypeVar("T")
_Traces = Tuple[Tuple[int, int, int], bool, bool]

# Connections that a forked process inherited: closing one there would act on the
# files of its parent, so they are kept and never used.
_inherited: List[sqlite3.Connection] = []


class Database:
    """
    The file that holds the tables of one stage, and our connection to it.

    Args:
        path: The absolute path of the file.
        tables: What the tables are called.
    """

    def __init__(self, path: str, tables: TableNames) -> None:
        self.path = path
        self.tables = tables
        self._guard = threading.RLock()
        self._writer: Optional[sqlite3.Connection] = None
        self._owner_pid = 0

    def read(self, query: Callable[[sqlite3.Connection], T], *, nothing: T) -> T:
        """
        Return what *query* reads in one transaction.

        Args:
            query: Gets the connection.
            nothing: What to return if there is no file; none is made.

        Raises:
            StoreError: If the file can't be read.
        """
        with self._guard, translated(self.path, "read"):
            writer = self._own_writer()
            if writer is not None:
                return _at_once(writer, query)
            try:
                os.stat(self.path)
            except FileNotFoundError:
                return nothing
            self._refuse_no_file()
            before = self._traces()
            # Without a journal nobody is writing, and what stands is all there is.
            if not any(before[1:]):
                try:
                    result = self._read_only(query, "mode=ro&immutable=1")
                except sqlite3.DatabaseError:
                    if self._traces() == before:
                        raise
                else:
                    if self._traces() == before:
                        return result
            return self._read_only(query, "mode=ro")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """
        Keep a transaction that is durable when the block has ended.

        Raises:
            StoreError: If the file can't be made, opened or written.
        """
        with self._guard, translated(self.path, "write"):
            connection = self._own_writer() or self._open()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Give up the connection; a later call opens it again."""
        with self._guard:
            writer, self._writer = self._own_writer(), None
            if writer is not None:
                with translated(self.path, "write"):
                    writer.close()

    def _own_writer(self) -> Optional[sqlite3.Connection]:
        if self._writer is not None and self._owner_pid != os.getpid():
            _inherited.append(self._writer)
            self._writer = None
        return self._writer

    def _traces(self) -> _Traces:
        """Return what changes when somebody writes."""
        path = os.path.realpath(self.path)
        stat = os.stat(path)
        return (
            (stat.st_ino, stat.st_size, stat.st_mtime_ns),
            os.path.exists(f"{path}-wal"),
            os.path.exists(f"{path}-journal"),
        )

    def _read_only(self, query: Callable[[sqlite3.Connection], T], mode: str) -> T:
        found = self._traces()
        connection = sqlite3.connect(
            f"{Path(self.path).as_uri()}?{mode}", uri=True, timeout=BUSY_TIMEOUT_S
        )
        try:
            connection.isolation_level = None
            self._refuse_unfit(connection, found)
            return _at_once(connection, query)
        finally:
            connection.close()

    def _open(self) -> sqlite3.Connection:
        fresh = self._make()
        found = self._traces()
        connection = sqlite3.connect(
            self.path,
            timeout=BUSY_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            self._refuse_unfit(connection, found)
            self._prepare(connection, fresh=fresh)
        except BaseException:
            connection.close()
            raise
        self._writer, self._owner_pid = connection, os.getpid()
        return connection

    def _make(self) -> bool:
        """Return whether the file was not there, and make it then."""
        directory = os.path.dirname(self.path)
        if not os.path.isdir(directory):
            raise StoreError(
                f"the history {self.path} can't be made: there is no directory "
                f"{directory}. Nothing was sent. Make it, then run again."
            )
        self._refuse_no_file()
        try:
            # Made here, so that it is never readable by others, not even at first.
            os.close(os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        except FileExistsError:
            # SQLite would leave a log beside a file that it may not write.
            if not os.access(self.path, os.W_OK):
                raise sqlite3.OperationalError("readonly") from None
            return False
        return True

    def _prepare(self, connection: sqlite3.Connection, *, fresh: bool) -> None:
        if fresh and not connection.execute("PRAGMA page_count").fetchone()[0]:
            # A new file holds nothing that a crash could take. Its first page has to
            # be on the disk before the log is, the tables go there with the first
            # transaction that is written after them.
            connection.execute("PRAGMA synchronous = NORMAL")
            _keep_journal(connection, "MEMORY")
            _keep_journal(connection, "WAL")
            connection.execute("PRAGMA synchronous = OFF")
            self._create(connection)
            connection.execute("PRAGMA synchronous = FULL")
            return
        connection.execute("PRAGMA synchronous = FULL")
        _keep_journal(connection, "WAL")
        if not is_complete(connection, self.tables):
            self._create(connection)

    def _create(self, connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN IMMEDIATE")
        create_tables(connection, self.tables)
        connection.execute("COMMIT")

    def _refuse_no_file(self) -> None:
        if os.path.isdir(self.path):
            raise StoreError(
                f"the history {self.path} is a directory. Nothing was sent. Name a "
                "file in it, then run again."
            )
        if os.path.exists(self.path) and not os.path.isfile(self.path):
            # SQLite would wait for ever for the other end of a pipe.
            raise StoreError(
                f"the history {self.path} is no regular file. Nothing was sent. Name "
                "another one, then run again."
            )

    def _refuse_unfit(self, connection: sqlite3.Connection, found: _Traces) -> None:
        version = schema_version(connection, self.tables)
        if version > SCHEMA_VERSION:
            raise StoreError(
                f"the history {self.path} was written by a newer apirun (version "
                f"{version} of its tables, this one knows {SCHEMA_VERSION}). Nothing "
                "was sent, and the file is left as it was. Update apirun, then run "
                "again."
            )
        # SQLite takes what is missing of the last page for zeros; while there is a
        # journal it still has to be written.
        (page_size,) = connection.execute("PRAGMA page_size").fetchone()
        (_, size, _), *journals = found
        if size % page_size and not any(journals):
            raise sqlite3.DatabaseError("malformed: the end of the file is missing")


def _at_once(
    connection: sqlite3.Connection, query: Callable[[sqlite3.Connection], T]
) -> T:
    """Return what *query* reads while nothing changes under it."""
    connection.execute("BEGIN")
    try:
        return query(connection)
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _keep_journal(connection: sqlite3.Connection, mode: str) -> None:
    """Switch to that journal; SQLite itself does not wait for others here."""
    deadline_s = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute(f"PRAGMA journal_mode = {mode}")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline_s:
                raise
            time.sleep(RETRY_S)
        else:
            return
