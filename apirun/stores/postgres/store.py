"""A store that keeps its history in a PostgreSQL database."""

from contextlib import contextmanager
from typing import Iterator, Optional, Sequence

from apirun.exceptions import UsageError
from apirun.state import Ending, History, Intent, Recorded, RunRow, StageRecord
from apirun.stores.tables import TableNames

__all__ = ["PostgresStore"]


class PostgresStore:
    """
    A store that keeps its history in a PostgreSQL database.

    Every statement that writes is a transaction of its own, and on the
    server's disk when it returns. The lock is a session advisory lock on the
    connection that writes: when that is lost, so is the lock, and nothing more
    is written. So the server has to be reached directly, or through a pooler
    that gives each client a session of its own. Reading makes no tables.

    Needs psycopg 3: ``pip install 'apirun-core[postgres]'``.

    Args:
        dsn: A URL or list of ``key=value``, as libpq takes it; what it leaves
            out comes from ``PGHOST`` and the like, and from ``~/.pgpass``.
        tables: What the tables are called.

    Raises:
        UsageError: If *dsn* can't be understood, or psycopg is not installed.

    Example:
        >>> store = PostgresStore("postgresql://me@db/infra")  # doctest: +SKIP
        >>> store.history().applied  # doctest: +SKIP
        ()
    """

    def __init__(self, dsn: str, *, tables: Optional[TableNames] = None) -> None:
        try:
            # Heavy, and needed by those only who keep their history there.
            from apirun.stores.postgres.address import Address  # noqa: PLC0415
            from apirun.stores.postgres.session import Session  # noqa: PLC0415
        except ImportError as error:
            raise UsageError(
                f"the store 'postgres' needs psycopg, which can't be imported "
                f"({error}): pip install 'apirun-core[postgres]'"
            ) from error
        self._dsn = dsn
        self._tables = tables or TableNames()
        self._address = Address.parse(dsn)
        self._session = Session(self._address, self._tables)

    def __reduce__(self) -> "tuple[object, ...]":
        return _revive, (self._dsn, self._tables)

    @property
    def identity(self) -> str:
        """The database, and the tables that a stage can give names to."""
        named = (self._tables.versions, self._tables.runs, self._tables.values)
        return f"postgres:{self._address.identity}:{','.join(named)}"

    @contextmanager
    def lock(self, *, timeout_s: float) -> Iterator[None]:
        """Keep every other runner out; see `StateStore.lock`."""
        with self._session.lock(timeout_s=timeout_s):
            yield

    def history(self) -> History:
        """Return what is recorded; see `StateStore.history`."""
        return self._session.history()

    def recorded(self, version: int) -> Recorded:
        """Return what was recorded with a version; see `StateStore.recorded`."""
        return self._session.recorded(version)

    def runs(self, *, limit: Optional[int] = None) -> Sequence[RunRow]:
        """Return the lines of the history, newest first."""
        return self._session.runs(limit)

    def begin(self, intent: Intent) -> None:
        """Record an intent; see `StateStore.begin`."""
        self._session.write(lambda statements: statements.intent(intent))

    def finish(self, ending: Ending) -> None:
        """Record an ending; see `StateStore.finish`."""
        self._session.write(lambda statements: statements.ending(ending))

    def record_stage(self, record: StageRecord) -> None:
        """Record how the stage ended; see `StateStore.record_stage`."""
        self._session.write(lambda statements: statements.stage(record))

    def close(self) -> None:
        """Give up the connection; a later call opens it again."""
        self._session.close()


def _revive(dsn: str, tables: TableNames) -> PostgresStore:
    return PostgresStore(dsn, tables=tables)
