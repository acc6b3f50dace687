"""The store that a stage's settings ask for."""

import os
from collections import Counter
from typing import Dict, Iterable, Mapping, Sequence, Union

from apirun.exceptions import UsageError
from apirun.settings import StoreSettings
from apirun.state import StateStore
from apirun.stores.memory import MemoryStore
from apirun.stores.postgres import PostgresStore
from apirun.stores.registry import find_store
from apirun.stores.tables import TableNames

__all__ = ["open_store", "set_apart"]


def open_store(
    settings: StoreSettings, *, directory: str, base: str, stage: str
) -> StateStore:
    """
    Return the store that *settings* ask for; nothing is opened or made yet.

    Args:
        settings: The ``store`` block of a config.yaml.
        directory: Where a database stands by default.
        base: What a relative path is relative to.
        stage: Name of the stage, for messages and for its tables in a database
            that stages share.

    Raises:
        UsageError: If the type is unknown, its options don't fit, or one of them
            stands in a process variable that is not set.
    """
    if settings.disabled:
        return MemoryStore()
    options = {**settings.options, **_from_process(settings, stage)}
    if settings.type == "memory":
        _require_known(settings.type, options, (), stage)
        return MemoryStore()
    if settings.type == "sqlite":
        _require_known(settings.type, options, ("path",), stage)
        # sqlite3 is paid for only by stages that keep their history there.
        from apirun.stores.sqlite import SqliteStore  # noqa: PLC0415

        path = str(options.get("path") or os.path.join(directory, "apirun.db"))
        return SqliteStore(
            os.path.join(base, path), tables=TableNames.from_settings(settings)
        )
    if settings.type in ("postgres", "postgresql"):
        return PostgresStore(
            _conninfo(options),
            tables=TableNames.from_settings(settings),
            stage="" if settings.names_tables else stage,
        )
    kind = find_store(settings.type)
    try:
        store: StateStore = kind(**options)
    except TypeError as error:
        raise UsageError(
            f"stage {stage}: the store '{settings.type}' does not take these "
            f"settings: {error}"
        ) from error
    return store


def set_apart(stores: Mapping[str, StateStore]) -> Dict[str, StateStore]:
    """
    Return *stores*, where stages that share a PostgreSQL database each have tables.

    Stages that neither name their tables nor have a prefix get their name as
    prefix, if there are several of them in one database; the only one has the
    tables of the Go tool.

    Args:
        stores: The store of every stage, by the stage's name.
    """
    here = [store for store in stores.values() if isinstance(store, PostgresStore)]
    unnamed = Counter(store.place for store in here if store.stage)
    told = {store.identity for store in here if not store.stage}
    apart = dict(stores)
    for name, store in stores.items():
        if isinstance(store, PostgresStore) and store.stage:
            plain_is_told = store.identity in told
            if plain_is_told or unnamed[store.place] > 1:
                apart[name] = store.apart(told=plain_is_told)
    return apart


def _require_known(
    kind: str, options: Iterable[str], known: Sequence[str], stage: str
) -> None:
    for name in options:
        if name not in known:
            takes = f"it takes: {', '.join(known)}" if known else "it takes none"
            raise UsageError(
                f"stage {stage}: the store '{kind}' has no setting '{name}'; {takes}"
            )


def _from_process(settings: StoreSettings, stage: str) -> Dict[str, str]:
    """Return the settings that stand in variables of the process."""
    for setting, variable in settings.options_from_env.items():
        if variable not in os.environ:
            raise UsageError(
                f"stage {stage}: '{setting}' of its store stands in the process "
                f"variable {variable}, which is not set. Nothing was sent. Set it, "
                "then run again."
            )
    return {
        setting: os.environ[variable]
        for setting, variable in settings.options_from_env.items()
    }


def _conninfo(options: Mapping[str, Union[str, int]]) -> str:
    """Return the address of a PostgreSQL database, as libpq takes it."""
    if "dsn" in options:
        return str(options["dsn"])
    quoted = {
        key: str(value).replace("\\", "\\\\").replace("'", "\\'")
        for key, value in options.items()
    }
    return " ".join(f"{key}='{value}'" for key, value in quoted.items())
