"""The tables of one stage in SQL, made anew or added to a foreign history."""

import sqlite3
from typing import Dict, List, Tuple

from apirun.stores.tables import TableNames

__all__ = ["SCHEMA_VERSION", "create_tables", "is_complete", "schema_version"]

SCHEMA_VERSION = 1

# The columns that the Go tool's tables lack, the first two only those of its first
# releases, and that of intents, which older releases of ours lack and do not miss;
# none of them has to be given.
ADDED: Dict[str, Tuple[Tuple[str, str], ...]] = {
    "versions": (("name", "TEXT"), ("digest", "TEXT"), ("applied_at", "TEXT")),
    "runs": (
        ("env_json", "TEXT"),
        ("failed", "INTEGER NOT NULL DEFAULT 0"),
        ("name", "TEXT"),
        ("run_id", "TEXT"),
        ("elapsed_s", "REAL"),
        ("error", "TEXT"),
    ),
    "values": (("secret", "INTEGER"),),
    "intents": (("shown", "TEXT"),),
}


def schema_version(connection: sqlite3.Connection, tables: TableNames) -> int:
    """Return the version of the tables; 0 if they are not ours, or not there."""
    if tables.meta not in _existing(connection):
        return 0
    row = connection.execute(f'SELECT max(version) FROM "{tables.meta}"').fetchone()
    return int(row[0] or 0)


def is_complete(connection: sqlite3.Connection, tables: TableNames) -> bool:
    """Return whether the tables are ours, and those that are there lack nothing."""
    if schema_version(connection, tables) != SCHEMA_VERSION:
        return False
    for which, added in ADDED.items():
        there = columns_of(connection, getattr(tables, which))
        # A table that is gone is no older one: whoever uses it is told.
        if there and not {name for name, _ in added}.issubset(there):
            return False
    return True


def create_tables(connection: sqlite3.Connection, tables: TableNames) -> None:
    """Make what is missing, within the transaction that is open."""
    for statement in _statements(tables):
        connection.execute(statement)
    for which, columns in ADDED.items():
        table = getattr(tables, which)
        there = columns_of(connection, table)
        for name, kind in columns:
            if name not in there:
                connection.execute(f'ALTER TABLE "{table}" ADD COLUMN {name} {kind}')
    connection.execute(
        f'INSERT OR IGNORE INTO "{tables.meta}" (version) VALUES (?)', (SCHEMA_VERSION,)
    )


def columns_of(connection: sqlite3.Connection, table: str) -> List[str]:
    """Return the names of a table's columns; none if there is no such table."""
    return [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]


def _existing(connection: sqlite3.Connection) -> List[str]:
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return [row[0] for row in rows]


def _statements(tables: TableNames) -> Tuple[str, ...]:
    columns = {
        tables.versions: "version INTEGER PRIMARY KEY",
        tables.runs: (
            "id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL, "
            "direction TEXT NOT NULL, status_code INTEGER NOT NULL, body TEXT, "
            "env_json TEXT, failed INTEGER NOT NULL DEFAULT 0, ran_at TEXT NOT NULL"
        ),
        tables.values: (
            "version INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL, "
            "PRIMARY KEY (version, name)"
        ),
        tables.intents: (
            "version INTEGER PRIMARY KEY, name TEXT, direction TEXT, run_id TEXT, "
            "method TEXT, digest TEXT, idempotency_key TEXT, started_at TEXT, "
            "host TEXT, pid INTEGER, document TEXT, document_digest TEXT, "
            "scope TEXT, env TEXT, reason TEXT, shown TEXT"
        ),
        tables.records: (
            "version INTEGER PRIMARY KEY, document TEXT, scope TEXT, env TEXT"
        ),
        tables.scopes: "digest TEXT PRIMARY KEY, variables TEXT",
        tables.stage: (
            "id INTEGER PRIMARY KEY CHECK (id = 1), outcome TEXT, run_id TEXT, "
            "started_at TEXT, elapsed_s REAL, error TEXT"
        ),
        tables.meta: "version INTEGER PRIMARY KEY",
    }
    return tuple(
        f'CREATE TABLE IF NOT EXISTS "{table}" ({listed})'
        for table, listed in columns.items()
    )
