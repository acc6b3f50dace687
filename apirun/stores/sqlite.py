"""A store that keeps its history in a SQLite database."""

import hashlib
import os
import sqlite3
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import Dict, Iterator, Optional, Sequence, Union

from apirun.exceptions import StoreError
from apirun.state import (
    Ending,
    EndingKind,
    History,
    Intent,
    Recorded,
    RunRow,
    StageRecord,
)
from apirun.stores.faults import translated
from apirun.stores.locking import held
from apirun.stores.reading import INTENT, read_history, read_recorded, read_runs
from apirun.stores.rows import masked_captures
from apirun.stores.schema import SCHEMA_VERSION, create_tables, schema_version
from apirun.stores.tables import TableNames

__all__ = ["SqliteStore"]

BUSY_TIMEOUT_S = 10.0


class SqliteStore:
    """
    A store that keeps its history in a SQLite database.

    Every commit survives a power cut (write-ahead log, ``synchronous=FULL``).
    The file is readable by its owner only. Reading makes no file.

    Args:
        path: The database; its directory must be there.
        tables: What the tables are called.

    Example:
        >>> SqliteStore("no-such.db").history().applied
        ()
    """

    def __init__(
        self,
        path: Union[str, "os.PathLike[str]"],
        *,
        tables: Optional[TableNames] = None,
    ) -> None:
        self._path = os.path.abspath(os.fspath(path))
        self._tables = tables or TableNames()
        self._guard = threading.RLock()
        self._writer: Optional[sqlite3.Connection] = None
        self._owner_pid = 0
        self._scopes: Dict[str, str] = {}

    def __reduce__(self) -> "tuple[object, ...]":
        return _revive, (self._path, self._tables)

    @property
    def identity(self) -> str:
        """The database and the name of the table with the applied versions."""
        return f"sqlite:{os.path.realpath(self._path)}:{self._tables.versions}"

    @contextmanager
    def lock(self, *, timeout_s: float) -> Iterator[None]:
        """Keep every other runner out; see `StateStore.lock`."""
        name = self._tables.versions
        suffix = "" if name == TableNames().versions else f".{name}"
        with held(
            f"{self._path}{suffix}.lock",
            store=f"the history {self._path}",
            timeout_s=timeout_s,
        ):
            yield

    def history(self) -> History:
        """Return what is recorded; see `StateStore.history`."""
        with self._reading() as connection:
            if connection is None:
                return History()
            return read_history(connection, self._tables)

    def recorded(self, version: int) -> Recorded:
        """Return what was recorded with a version; see `StateStore.recorded`."""
        with self._reading() as connection:
            if connection is None:
                return Recorded()
            return read_recorded(connection, self._tables, version)

    def runs(self, *, limit: Optional[int] = None) -> Sequence[RunRow]:
        """Return the lines of the history, newest first."""
        with self._reading() as connection:
            if connection is None:
                return []
            return read_runs(connection, self._tables, -1 if limit is None else limit)

    def begin(self, intent: Intent) -> None:
        """Record an intent; see `StateStore.begin`."""
        with self._writing() as connection:
            connection.execute(
                f'INSERT OR REPLACE INTO "{self._tables.intents}" ({INTENT}) '
                "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                (
                    intent.version,
                    intent.name,
                    intent.direction.value,
                    intent.run_id,
                    intent.method,
                    intent.digest,
                    intent.idempotency_key,
                    intent.started_at,
                    intent.host,
                    intent.pid,
                    intent.document,
                    intent.document_digest,
                    self._scope(connection, intent.scope),
                    intent.env,
                    intent.reason,
                ),
            )

    def finish(self, ending: Ending) -> None:
        """Record an ending; see `StateStore.finish`."""
        version, tables = ending.intent.version, self._tables
        with self._writing() as connection:
            self._add_run(connection, ending)
            if ending.kind is EndingKind.UNSETTLED:
                connection.execute(
                    f'UPDATE "{tables.intents}" SET reason = ? WHERE version = ?',
                    (ending.intent.reason, version),
                )
                return
            connection.execute(
                f'DELETE FROM "{tables.intents}" WHERE version = ?', (version,)
            )
            if ending.kind is EndingKind.APPLIED:
                self._add_version(connection, ending)
            elif ending.kind is EndingKind.ROLLED_BACK:
                for table in (tables.versions, tables.values, tables.records):
                    connection.execute(
                        f'DELETE FROM "{table}" WHERE version = ?', (version,)
                    )

    def record_stage(self, record: StageRecord) -> None:
        """Record how the stage ended; see `StateStore.record_stage`."""
        with self._writing() as connection:
            connection.execute(
                f'INSERT OR REPLACE INTO "{self._tables.stage}" '
                "(id, outcome, run_id, started_at, elapsed_s, error) "
                "VALUES (1, ?, ?, ?, ?, ?)",
                (
                    record.outcome.value,
                    record.run_id,
                    record.started_at,
                    record.elapsed_s,
                    record.error,
                ),
            )

    def close(self) -> None:
        """Give up the connection; a later call opens it again."""
        with self._guard:
            writer, self._writer = self._writer, None
            if writer is not None and self._owner_pid == os.getpid():
                with translated(self._path, "write"):
                    writer.close()

    def _add_run(self, connection: sqlite3.Connection, ending: Ending) -> None:
        intent = ending.intent
        failed = ending.kind in (EndingKind.FAILED, EndingKind.UNSETTLED)
        connection.execute(
            f'INSERT INTO "{self._tables.runs}" (version, direction, status_code, '
            "body, env_json, failed, ran_at, name, run_id, elapsed_s, error) "
            "VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            (
                intent.version,
                intent.direction.value,
                ending.status_code,
                ending.body,
                masked_captures(ending.captures),
                int(failed),
                ending.ended_at,
                intent.name,
                intent.run_id,
                ending.elapsed_s,
                ending.error,
            ),
        )

    def _add_version(self, connection: sqlite3.Connection, ending: Ending) -> None:
        intent, tables = ending.intent, self._tables
        connection.execute(
            f'INSERT OR REPLACE INTO "{tables.versions}" '
            "(version, name, digest, applied_at) VALUES (?,?,?,?)",
            (intent.version, intent.name, intent.document_digest, ending.ended_at),
        )
        connection.execute(
            f'INSERT OR REPLACE INTO "{tables.records}" '
            "(version, document, scope, env) VALUES (?,?,?,?)",
            (
                intent.version,
                intent.document,
                self._scope(connection, intent.scope),
                intent.env,
            ),
        )
        connection.executemany(
            f'INSERT OR REPLACE INTO "{tables.values}" '
            "(version, name, value, secret) VALUES (?,?,?,?)",
            [
                (intent.version, name, kept.value, int(kept.secret))
                for name, kept in ending.captures.items()
            ],
        )

    def _scope(self, connection: sqlite3.Connection, text: str) -> str:
        """Keep a scope once, however many versions of a run share it."""
        if text not in self._scopes:
            digest = hashlib.sha256(text.encode()).hexdigest()
            connection.execute(
                f'INSERT OR IGNORE INTO "{self._tables.scopes}" '
                "(digest, variables) VALUES (?,?)",
                (digest, text),
            )
            self._scopes = {text: digest}
        return self._scopes[text]

    @contextmanager
    def _reading(self) -> Iterator[Optional[sqlite3.Connection]]:
        with self._guard, translated(self._path, "read"):
            if self._writer is not None and self._owner_pid == os.getpid():
                yield self._writer
                return
            if not os.path.exists(self._path):
                yield None
                return
            connection = sqlite3.connect(
                _read_only(self._path), uri=True, timeout=BUSY_TIMEOUT_S
            )
            try:
                self._refuse_newer(connection)
                yield connection
            finally:
                connection.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._guard, translated(self._path, "write"):
            connection = self._open()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                self._scopes = {}
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def _open(self) -> sqlite3.Connection:
        if self._writer is not None and self._owner_pid == os.getpid():
            return self._writer
        directory = os.path.dirname(self._path)
        if not os.path.isdir(directory):
            raise StoreError(
                f"the history {self._path} can't be made: there is no directory "
                f"{directory}. Nothing was sent. Make it, then run again."
            )
        # Made here, so that it is never readable by others, not even at first.
        os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
        connection = sqlite3.connect(
            self._path,
            timeout=BUSY_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,
        )
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        self._writer, self._owner_pid, self._scopes = connection, os.getpid(), {}
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        self._refuse_newer(connection)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA journal_mode = WAL")
        if schema_version(connection, self._tables) == SCHEMA_VERSION:
            return
        connection.execute("BEGIN IMMEDIATE")
        create_tables(connection, self._tables)
        connection.execute("COMMIT")

    def _refuse_newer(self, connection: sqlite3.Connection) -> None:
        found = schema_version(connection, self._tables)
        if found > SCHEMA_VERSION:
            raise StoreError(
                f"the history {self._path} was written by a newer apirun (version "
                f"{found} of its tables, this one knows {SCHEMA_VERSION}). Nothing was "
                "sent, and the file is left as it was. Update apirun, then run again."
            )


def _read_only(path: str) -> str:
    """Return the URI that reads *path* without making files beside it."""
    uri = Path(path).as_uri()
    # Without a write-ahead log nobody is writing, and what stands is all there is.
    mode = "mode=ro" if os.path.exists(f"{path}-wal") else "mode=ro&immutable=1"
    return f"{uri}?{mode}"


def _revive(path: str, tables: TableNames) -> SqliteStore:
    return SqliteStore(path, tables=tables)
