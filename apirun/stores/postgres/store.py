"""A store that keeps its history in a PostgreSQL database."""

from contextlib import contextmanager
from typing import Iterator, Optional, Sequence

from attrs import evolve

from apirun.arguments import given
from apirun.exceptions import UsageError
from apirun.state import Ending, History, Intent, Recorded, RunRow, StageRecord
from apirun.stores.postgres.naming import PLAIN, Naming, fitted
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
        tables: What the tables are called, in small letters and 63 of them at
            most: a longer name is shortened, and ends in a digest.
        stage: A stage whose settings name no tables: those that begin with
            its name are taken if they are there.

    Raises:
        UsageError: If *dsn* can't be understood, or psycopg is not installed.

    Example:
        >>> store = PostgresStore("postgresql://me:secret@127.0.0.1:5432/infra")
        >>> Stage(name="network", store=store).store
        <PostgresStore postgres:localhost:5432/infra>
    """

    def __init__(
        self, dsn: str, *, tables: Optional[TableNames] = None, stage: str = ""
    ) -> None:
        given("dsn", dsn, str, "a connection string")
        self._start(dsn, Naming(tables=fitted(tables or PLAIN), stage=stage))

    def __reduce__(self) -> "tuple[object, ...]":
        return _revive, (self._dsn, self._naming)

    def __repr__(self) -> str:
        return f"<PostgresStore {self.place}>"

    @property
    def stage(self) -> str:
        """The stage whose settings name no tables; empty for one that does."""
        return self._naming.stage

    @property
    def place(self) -> str:
        """The database: server, port and name."""
        return f"postgres:{self._address.identity}"

    @property
    def identity(self) -> str:
        """The database, and the tables that a stage can give names to."""
        names = self._naming.names
        return f"{self.place}:{','.join((names.versions, names.runs, names.values))}"

    def apart(self, *, told: bool) -> "PostgresStore":
        """
        Return the store of the same stage beside others in its database.

        Args:
            told: Whether another stage says that the plain tables are its own.

        Example:
            >>> alone = PostgresStore("postgresql://127.0.0.1/infra", stage="shop")
            >>> alone.apart(told=True).identity.rpartition(":")[2]
            'shop_schema_migrations,shop_migration_runs,shop_stored_env'
        """
        return _revive(self._dsn, evolve(self._naming, shared=True, told=told))

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
        """Return the lines of the history; see `StateStore.runs`."""
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
        """Give up the connection; see `StateStore.close`."""
        self._session.close()

    def _start(self, dsn: str, naming: Naming) -> None:
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
        self._naming = naming
        self._address = Address.parse(dsn)
        self._session = Session(self._address, naming)


def _revive(dsn: str, naming: Naming) -> PostgresStore:
    store = PostgresStore.__new__(PostgresStore)
    store._start(dsn, naming)  # noqa: SLF001 - of its own class
    return store
