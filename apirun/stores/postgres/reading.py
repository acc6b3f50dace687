"""What a PostgreSQL history says, read at once; also one of the Go tool."""

import json
from datetime import datetime, timezone
from typing import Any, Dict, Optional, Tuple

from psycopg import Connection

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
from apirun.stores.postgres.tables import Tables
from apirun.stores.postgres.texts import restored
from apirun.stores.postgres.writing import INTENT
from apirun.stores.rows import intent_column, masked_names

__all__ = ["read_history", "read_recorded", "read_runs"]

RUN = (
    "id",
    "version",
    "direction",
    "status_code",
    "failed",
    "ended_at",
    "ran_at",
    "env_json",
    "name",
    "elapsed_s",
    "error",
    "body",
)
NO_TEXT = ("version", "direction", "pid", "scope", "env")


def read_history(connection: "Connection[Any]", tables: Tables) -> History:
    """Return what is recorded, in few queries and linear time."""
    if not tables.of("versions"):
        return History()
    captures = _captures(connection, tables)
    ours = "name, digest, applied_at" if tables.version else "NULL, NULL, NULL"
    applied = tuple(
        Applied(
            version=version,
            name=restored(name),
            document_digest=restored(digest),
            applied_at=_moment(applied_at),
            captures=captures.get(version, {}),
        )
        for version, name, digest, applied_at in connection.execute(
            f"SELECT version, {ours} FROM {tables.sql('versions')} ORDER BY version",
            (),
        )
    )
    if not tables.version:
        return History(applied=applied)
    there = tables.of("intents")
    selected = ", ".join(intent_column(name, there) for name in INTENT)
    unsettled = tuple(
        _intent(row)
        for row in connection.execute(
            f"SELECT {selected} FROM {tables.sql('intents')} i LEFT JOIN "
            f"{tables.sql('scopes')} s ON s.digest = i.scope ORDER BY i.version",
            (),
        )
    )
    row = connection.execute(
        "SELECT outcome, run_id, started_at, elapsed_s, error "
        f"FROM {tables.sql('stage')}",
        (),
    ).fetchone()
    stage = None
    if row is not None:
        stage = StageRecord(
            outcome=StageOutcome(row[0]),
            run_id=restored(row[1]),
            started_at=restored(row[2]),
            elapsed_s=float(row[3] or 0),
            error=restored(row[4]),
        )
    return History(applied=applied, unsettled=unsettled, stage=stage)


def read_recorded(
    connection: "Connection[Any]", tables: Tables, version: int
) -> Recorded:
    """Return what was recorded with *version*; empty if nothing was."""
    if not tables.version:
        return Recorded()
    # A version that the Go tool took back or applied anew has no digest, and what
    # we recorded with it is out of date.
    row = connection.execute(
        "SELECT r.document, s.variables, r.env "
        f"FROM {tables.sql('records')} r JOIN {tables.sql('versions')} v "
        "ON v.version = r.version AND v.digest IS NOT NULL "
        f"LEFT JOIN {tables.sql('scopes')} s ON s.digest = r.scope "
        "WHERE r.version = %s",
        (version,),
    ).fetchone()
    if row is None:
        return Recorded()
    return Recorded(
        document=restored(row[0]),
        scope=restored(row[1]) or "{}",
        env=restored(row[2]) or "{}",
    )


def read_runs(
    connection: "Connection[Any]", tables: Tables, limit: Optional[int]
) -> Tuple[RunRow, ...]:
    """Return the lines of the history, newest first, at most *limit*."""
    there = tables.of("runs")
    if not there:
        return ()
    wanted = [name if name in there else f"NULL AS {name}" for name in RUN]
    # JSON types would arrive as what they stand for.
    text = [f"{n}::text" if n in ("env_json", "failed") else n for n in wanted]
    rows = connection.execute(
        f"SELECT {', '.join(text)} FROM {tables.sql('runs')} ORDER BY id DESC LIMIT %s",
        (None if limit is None else max(0, limit),),
    )
    return tuple(_run(dict(zip(RUN, row))) for row in rows)


def _run(row: Dict[str, Any]) -> RunRow:
    foreign = row["elapsed_s"] is None
    return RunRow(
        id=row["id"],
        version=row["version"],
        direction=Direction(row["direction"]),
        status_code=row["status_code"] or 0,
        failed=row["failed"] in ("true", "t", "1"),
        ran_at=_moment(row["ran_at" if row["ended_at"] is None else "ended_at"]),
        captures=masked_names(row["env_json"])
        if foreign
        else _captured(row["env_json"]),
        name=restored(row["name"]),
        elapsed_s=row["elapsed_s"],
        error=restored(row["error"]),
        body=None if row["body"] is None else _body(row["body"]),
    )


def _captures(
    connection: "Connection[Any]", tables: Tables
) -> Dict[int, Dict[str, StoredValue]]:
    captures: Dict[int, Dict[str, StoredValue]] = {}
    if not tables.of("values"):
        return captures
    secret = "secret" if "secret" in tables.of("values") else "NULL"
    for version, name, value, is_secret in connection.execute(
        f"SELECT version, name, value, {secret} FROM {tables.sql('values')}",
        (),
    ):
        # The Go tool doesn't say what is secret; the name does.
        secret_here = is_secret_name(name) if is_secret is None else bool(is_secret)
        stored = StoredValue(restored(value), secret_here)
        captures.setdefault(version, {})[restored(name)] = stored
    return captures


def _captured(text: Optional[str]) -> str:
    """Return the captures of a line of ours, also from a column of type jsonb."""
    if not text or text == "{}":
        return "{}"
    shown = {restored(n): restored(v) for n, v in json.loads(text).items()}
    return json.dumps(shown, ensure_ascii=False, sort_keys=True)


def _intent(row: Tuple[Any, ...]) -> Intent:
    fields = dict(zip(INTENT, row))
    texts = {n: restored(fields[n]) for n in INTENT if n not in NO_TEXT}
    return Intent(
        version=fields["version"],
        direction=Direction(fields["direction"]),
        pid=fields["pid"] or 0,
        scope=restored(fields["scope"]) or "{}",
        env=restored(fields["env"]) or "{}",
        **texts,
    )


def _moment(value: object) -> str:
    """Return a moment as text, whatever type the Go tool's column has."""
    if isinstance(value, datetime):
        moment = value if value.tzinfo else value.replace(tzinfo=timezone.utc)
        text = moment.astimezone(timezone.utc).replace(tzinfo=None).isoformat()
        return f"{text}Z"
    return "" if value is None else restored(str(value))


def _body(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return restored(str(value))
