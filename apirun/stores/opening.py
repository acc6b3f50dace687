"""The store that a stage's settings ask for."""

import os
from typing import Mapping, Union

from apirun.exceptions import UsageError
from apirun.settings import StoreSettings
from apirun.state import StateStore
from apirun.stores.memory import MemoryStore
from apirun.stores.postgres import PostgresStore
from apirun.stores.registry import find_store
from apirun.stores.tables import TableNames

__all__ = ["open_store"]


def open_store(
    settings: StoreSettings, *, directory: str, base: str, stage: str
) -> StateStore:
    """
    Return the store that *settings* ask for; nothing is opened or made yet.

    Args:
        settings: The ``store`` block of a config.yaml.
        directory: Where a database stands by default.
        base: What a relative path is relative to.
        stage: Name of the stage, for messages.

    Raises:
        UsageError: If the type is unknown, or its options don't fit.
    """
    if settings.disabled:
        return MemoryStore()
    if settings.type == "memory":
        return MemoryStore()
    if settings.type == "sqlite":
        # sqlite3 is paid for only by stages that keep their history there.
        from apirun.stores.sqlite import SqliteStore  # noqa: PLC0415

        path = str(settings.options.get("path") or os.path.join(directory, "apirun.db"))
        return SqliteStore(
            os.path.join(base, path), tables=TableNames.from_settings(settings)
        )
    if settings.type in ("postgres", "postgresql"):
        return PostgresStore(
            _conninfo(settings.options), tables=TableNames.from_settings(settings)
        )
    kind = find_store(settings.type)
    try:
        store: StateStore = kind(**settings.options)
    except TypeError as error:
        raise UsageError(
            f"stage {stage}: the store '{settings.type}' does not take these "
            f"settings: {error}"
        ) from error
    return store


def _conninfo(options: Mapping[str, Union[str, int]]) -> str:
    """Return the address of a PostgreSQL database, as libpq takes it."""
    if "dsn" in options:
        return str(options["dsn"])
    quoted = {
        key: str(value).replace("\\", "\\\\").replace("'", "\\'")
        for key, value in options.items()
    }
    return " ".join(f"{key}='{value}'" for key, value in quoted.items())
