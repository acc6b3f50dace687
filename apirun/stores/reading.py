"""What a SQLite history says, read at once; also one of the Go tool."""

import sqlite3
from typing import Dict, Optional, Tuple

from apirun.secret_names import is_secret_name
from apirun.state import (
    Applied,
    Direction,
    History,
    Intent,
    Recorded,
    RunRow,
    StageOutcome,
    StageRecord,
    StoredValue,
)
from apirun.stores.rows import intent_column, masked_names
from apirun.stores.schema import columns_of, schema_version
from apirun.stores.tables import TableNames

__all__ = ["read_history", "read_recorded", "read_runs"]

INTENT = (
    "version, name, direction, run_id, method, digest, idempotency_key, started_at, "
    "host, pid, document, document_digest, scope, env, reason, shown"
)
INTENT_TEXTS = (
    "name",
    "run_id",
    "method",
    "digest",
    "idempotency_key",
    "started_at",
    "host",
    "document",
    "document_digest",
    "reason",
    "shown",
)
RUN = (
    "id, version, direction, status_code, failed, ran_at, env_json, name, elapsed_s, "
    "error"
)


def read_history(connection: sqlite3.Connection, tables: TableNames) -> History:
    """Return what is recorded, in few queries and linear time."""
    if not schema_version(connection, tables):
        return _read_foreign(connection, tables)
    captures = _captures(connection, tables, "secret")
    applied = tuple(
        Applied(
            version=version,
            name=_text(name),
            document_digest=_text(digest),
            applied_at=_text(applied_at),
            captures=captures.get(version, {}),
        )
        for version, name, digest, applied_at in connection.execute(
            f'SELECT version, name, digest, applied_at FROM "{tables.versions}" '
            "ORDER BY version"
        )
    )
    there = columns_of(connection, tables.intents)
    selected = ", ".join(intent_column(name, there) for name in INTENT.split(", "))
    unsettled = tuple(
        _intent(row)
        for row in connection.execute(
            f'SELECT {selected} FROM "{tables.intents}" i '
            f'LEFT JOIN "{tables.scopes}" s ON s.digest = i.scope ORDER BY i.version'
        )
    )
    row = connection.execute(
        f'SELECT outcome, run_id, started_at, elapsed_s, error FROM "{tables.stage}"'
    ).fetchone()
    stage = None
    if row is not None:
        stage = StageRecord(
            outcome=StageOutcome(row[0]),
            run_id=_text(row[1]),
            started_at=_text(row[2]),
            elapsed_s=float(row[3] or 0),
            error=_text(row[4]),
        )
    return History(applied=applied, unsettled=unsettled, stage=stage)


def read_recorded(
    connection: sqlite3.Connection, tables: TableNames, version: int
) -> Recorded:
    """Return what was recorded with *version*; empty if nothing was."""
    if not schema_version(connection, tables):
        return Recorded()
    # A version that the Go tool took back or applied anew has no digest, and what
    # we recorded with it is out of date.
    row = connection.execute(
        f"SELECT r.document, coalesce(s.variables, '{{}}'), r.env "
        f'FROM "{tables.records}" r JOIN "{tables.versions}" v '
        "ON v.version = r.version AND v.digest IS NOT NULL "
        f'LEFT JOIN "{tables.scopes}" s ON s.digest = r.scope WHERE r.version = ?',
        (version,),
    ).fetchone()
    if row is None:
        return Recorded()
    return Recorded(
        document=_text(row[0]),
        scope=_text(row[1]) or "{}",
        env=_text(row[2]) or "{}",
    )


def read_runs(
    connection: sqlite3.Connection, tables: TableNames, limit: Optional[int]
) -> Tuple[RunRow, ...]:
    """Return the lines of the history, newest first, at most *limit*."""
    there = columns_of(connection, tables.runs)
    if not there:
        return ()
    wanted = ", ".join(
        column if column in there else f"NULL AS {column}" for column in RUN.split(", ")
    )
    rows = connection.execute(
        # The Go tool keeps bodies as they came, and those are not always UTF-8.
        f"SELECT {wanted}, CAST(body AS BLOB) "
        f'FROM "{tables.runs}" ORDER BY id DESC LIMIT ?',
        (-1 if limit is None else max(0, limit),),
    )
    return tuple(
        RunRow(
            id=row[0],
            version=row[1],
            direction=Direction(row[2]),
            status_code=row[3] or 0,
            failed=bool(row[4]),
            ran_at=_text(row[5]),
            captures=masked_names(row[6]) if row[8] is None else _text(row[6]),
            name=_text(row[7]),
            elapsed_s=row[8],
            error=_text(row[9]),
            body=None if row[10] is None else row[10].decode("utf-8", "replace"),
        )
        for row in rows
    )


def _read_foreign(connection: sqlite3.Connection, tables: TableNames) -> History:
    """Read a history that was never written by us: the Go tool's, or an empty one."""
    if not columns_of(connection, tables.versions):
        return History()
    has_values = bool(columns_of(connection, tables.values))
    captures = _captures(connection, tables, "NULL") if has_values else {}
    versions = connection.execute(
        f'SELECT version FROM "{tables.versions}" ORDER BY version'
    )
    return History(
        applied=tuple(
            Applied(version=version, captures=captures.get(version, {}))
            for (version,) in versions
        )
    )


def _captures(
    connection: sqlite3.Connection, tables: TableNames, secret: str
) -> Dict[int, Dict[str, StoredValue]]:
    captures: Dict[int, Dict[str, StoredValue]] = {}
    for version, name, value, is_secret in connection.execute(
        f'SELECT version, name, value, {secret} FROM "{tables.values}"'
    ):
        # The Go tool doesn't say what is secret; the name does.
        secret_here = is_secret_name(name) if is_secret is None else bool(is_secret)
        kept = StoredValue(_text(value), secret_here)
        captures.setdefault(version, {})[_text(name)] = kept
    return captures


def _intent(row: Tuple[object, ...]) -> Intent:
    fields = dict(zip(INTENT.split(", "), row))
    return Intent(
        version=int(str(fields["version"])),
        direction=Direction(fields["direction"]),
        pid=int(str(fields["pid"] or 0)),
        scope=_text(fields["scope"]) or "{}",
        env=_text(fields["env"]) or "{}",
        **{name: _text(fields[name]) for name in INTENT_TEXTS},
    )


def _text(value: object) -> str:
    """Return what stands in a column of text, whatever SQLite let in."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return "" if value is None else str(value)
