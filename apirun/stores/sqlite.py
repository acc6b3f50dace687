"""A store that keeps its history in a SQLite database."""

import os
from contextlib import contextmanager
from typing import Iterator, Optional, Sequence, Union

from apirun.arguments import misused
from apirun.state import Ending, History, Intent, Recorded, RunRow, StageRecord
from apirun.stores.database import Database
from apirun.stores.locking import held
from apirun.stores.reading import read_history, read_recorded, read_runs
from apirun.stores.tables import TableNames
from apirun.stores.writing import write_ending, write_intent, write_stage

__all__ = ["SqliteStore"]


class SqliteStore:
    """
    A store that keeps its history in a SQLite database.

    Every commit survives a power cut (write-ahead log, ``synchronous=FULL``).
    The file is readable by its owner only. Reading makes no file.

    Args:
        path: The database; its directory must be there.
        tables: What the tables are called.

    Example:
        >>> from attrs import evolve
        >>> Migrator(evolve(network, store=SqliteStore("network.db"))).up().ok
        True
        >>> SqliteStore("network.db").history().applied[0].name
        '001_create_vpc'
    """

    def __init__(
        self,
        path: Union[str, "os.PathLike[str]"],
        *,
        tables: Optional[TableNames] = None,
    ) -> None:
        if not isinstance(path, (str, os.PathLike)) or not os.fspath(path):
            raise misused("path", f"this must be the path of a file, not {path!r:.80}")
        self._path = os.path.abspath(os.fspath(path))
        self._tables = tables or TableNames()
        self._database = Database(self._path, self._tables)

    def __reduce__(self) -> "tuple[object, ...]":
        return _revive, (self._path, self._tables)

    def __repr__(self) -> str:
        return f"SqliteStore({self._path!r})"

    @property
    def identity(self) -> str:
        """The database, and the tables that a stage can give names to."""
        named = (self._tables.versions, self._tables.runs, self._tables.values)
        return f"sqlite:{os.path.realpath(self._path)}:{','.join(named)}"

    @contextmanager
    def lock(self, *, timeout_s: float) -> Iterator[None]:
        """Keep every other runner out; see `StateStore.lock`."""
        name = self._tables.versions
        suffix = "" if name == TableNames().versions else f".{name}"
        with held(
            f"{os.path.realpath(self._path)}{suffix}.lock",
            store=f"the history {self._path}",
            timeout_s=timeout_s,
        ):
            yield

    def history(self) -> History:
        """Return what is recorded; see `StateStore.history`."""
        return self._database.read(
            lambda connection: read_history(connection, self._tables),
            nothing=History(),
        )

    def recorded(self, version: int) -> Recorded:
        """Return what was recorded with a version; see `StateStore.recorded`."""
        return self._database.read(
            lambda connection: read_recorded(connection, self._tables, version),
            nothing=Recorded(),
        )

    def runs(self, *, limit: Optional[int] = None) -> Sequence[RunRow]:
        """Return the lines of the history; see `StateStore.runs`."""
        return self._database.read(
            lambda connection: read_runs(connection, self._tables, limit),
            nothing=(),
        )

    def begin(self, intent: Intent) -> None:
        """Record an intent; see `StateStore.begin`."""
        with self._database.writing() as connection:
            write_intent(connection, self._tables, intent)

    def finish(self, ending: Ending) -> None:
        """Record an ending; see `StateStore.finish`."""
        with self._database.writing() as connection:
            write_ending(connection, self._tables, ending)

    def record_stage(self, record: StageRecord) -> None:
        """Record how the stage ended; see `StateStore.record_stage`."""
        with self._database.writing() as connection:
            write_stage(connection, self._tables, record)

    def close(self) -> None:
        """Give up the connection; see `StateStore.close`."""
        self._database.close()


def _revive(path: str, tables: TableNames) -> SqliteStore:
    return SqliteStore(path, tables=tables)
