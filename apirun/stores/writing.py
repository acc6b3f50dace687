"""What is added to a SQLite history, within the transaction that is open."""

import hashlib
import sqlite3

from apirun.state import Ending, EndingKind, Intent, StageRecord
from apirun.stores.reading import INTENT
from apirun.stores.rows import masked_captures
from apirun.stores.tables import TableNames

__all__ = ["write_ending", "write_intent", "write_stage"]


def write_intent(
    connection: sqlite3.Connection, tables: TableNames, intent: Intent
) -> None:
    """Record *intent*, replacing an earlier one of the same version."""
    connection.execute(
        f'INSERT OR REPLACE INTO "{tables.intents}" ({INTENT}) '
        "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
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
            _scope(connection, tables, intent.scope),
            intent.env,
            intent.reason,
            intent.shown,
        ),
    )


def write_ending(
    connection: sqlite3.Connection, tables: TableNames, ending: Ending
) -> None:
    """Record *ending*: its line, and what it changes."""
    _add_run(connection, tables, ending)
    if ending.kind is EndingKind.UNSETTLED:
        write_intent(connection, tables, ending.intent)
        return
    version = ending.intent.version
    connection.execute(f'DELETE FROM "{tables.intents}" WHERE version = ?', (version,))
    if ending.kind is EndingKind.FAILED:
        return
    for table in (tables.versions, tables.values, tables.records):
        connection.execute(f'DELETE FROM "{table}" WHERE version = ?', (version,))
    if ending.kind is EndingKind.APPLIED:
        _add_version(connection, tables, ending)


def write_stage(
    connection: sqlite3.Connection, tables: TableNames, record: StageRecord
) -> None:
    """Record how the last run of the stage ended."""
    connection.execute(
        f'INSERT OR REPLACE INTO "{tables.stage}" '
        "(id, outcome, run_id, started_at, elapsed_s, error) VALUES (1, ?, ?, ?, ?, ?)",
        (
            record.outcome.value,
            record.run_id,
            record.started_at,
            record.elapsed_s,
            record.error,
        ),
    )


def _add_run(
    connection: sqlite3.Connection, tables: TableNames, ending: Ending
) -> None:
    intent = ending.intent
    failed = ending.kind in (EndingKind.FAILED, EndingKind.UNSETTLED)
    connection.execute(
        f'INSERT INTO "{tables.runs}" (version, direction, status_code, '
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


def _add_version(
    connection: sqlite3.Connection, tables: TableNames, ending: Ending
) -> None:
    intent = ending.intent
    connection.execute(
        f'INSERT INTO "{tables.versions}" '
        "(version, name, digest, applied_at) VALUES (?,?,?,?)",
        (intent.version, intent.name, intent.document_digest, ending.ended_at),
    )
    connection.execute(
        f'INSERT INTO "{tables.records}" '
        "(version, document, scope, env) VALUES (?,?,?,?)",
        (
            intent.version,
            intent.document,
            _scope(connection, tables, intent.scope),
            intent.env,
        ),
    )
    connection.executemany(
        f'INSERT INTO "{tables.values}" '
        "(version, name, value, secret) VALUES (?,?,?,?)",
        [
            (intent.version, name, kept.value, int(kept.secret))
            for name, kept in ending.captures.items()
        ],
    )


def _scope(connection: sqlite3.Connection, tables: TableNames, text: str) -> str:
    """Keep a scope once, however many versions of a run share it."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    connection.execute(
        f'INSERT OR IGNORE INTO "{tables.scopes}" (digest, variables) VALUES (?,?)',
        (digest, text),
    )
    return digest
