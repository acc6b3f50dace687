"""What the tables of one stage are called."""

import re

from attrs import frozen

from apirun.exceptions import UsageError
from apirun.settings import StoreSettings

__all__ = ["TableNames"]

PATTERN = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")


@frozen(kw_only=True)
class TableNames:
    """
    What the tables of one stage are called.

    The first three are those of the Go tool; the others are our own.

    Attributes:
        versions: The applied versions.
        runs: The history.
        values: What was captured.
        intents: What was begun and has no outcome.
        records: What was recorded with each version.
        scopes: The variables that runs saw.
        stage: How the last run ended.
        meta: The version of these tables.

    Example:
        >>> shop = SqliteStore("shared.db", tables=TableNames.prefixed("shop"))
        >>> shop.identity == SqliteStore("shared.db").identity
        False
    """

    versions: str = "schema_migrations"
    runs: str = "migration_runs"
    values: str = "stored_env"
    intents: str = "apirun_intents"
    records: str = "apirun_records"
    scopes: str = "apirun_scopes"
    stage: str = "apirun_stage"
    meta: str = "apirun_meta"

    @classmethod
    def prefixed(cls, prefix: str) -> "TableNames":
        """
        Return the names with *prefix* and an underscore before each of them.

        Raises:
            UsageError: If *prefix* can't begin a table's name.

        Example:
            >>> TableNames.prefixed("shop").versions
            'shop_schema_migrations'
        """
        return cls.from_settings(StoreSettings(table_prefix=prefix))

    @classmethod
    def from_settings(cls, settings: StoreSettings) -> "TableNames":
        """
        Return the names that *settings* ask for.

        Our own tables go with the name of the applied versions. A prefix moves
        all tables; a stage that renames only one of the first three would share
        the others with the stages that don't, which are refused beside it.

        Raises:
            UsageError: If a name is no table's name.
        """
        prefix = f"{settings.table_prefix}_" if settings.table_prefix else ""
        versions = settings.table_schema_migrations or f"{prefix}schema_migrations"
        own = prefix
        if versions != f"{prefix}schema_migrations":
            own = f"{settings.table_schema_migrations}_"
        names = cls(
            versions=versions,
            runs=settings.table_migration_runs or f"{prefix}migration_runs",
            values=settings.table_stored_env or f"{prefix}stored_env",
            intents=f"{own}apirun_intents",
            records=f"{own}apirun_records",
            scopes=f"{own}apirun_scopes",
            stage=f"{own}apirun_stage",
            meta=f"{own}apirun_meta",
        )
        for name in (names.versions, names.runs, names.values, names.intents):
            if not PATTERN.fullmatch(name):
                raise UsageError(
                    f"'{name}' can't name a table: use letters, digits and underscores"
                )
        return names
