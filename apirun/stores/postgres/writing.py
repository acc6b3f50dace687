"""What is added to a PostgreSQL history, by one statement each time."""

import hashlib
from datetime import datetime
from typing import List, Mapping, Sequence, Tuple

from apirun.durations import utc_now
from apirun.state import Ending, EndingKind, Intent, StageRecord, StoredValue
from apirun.stores.postgres.tables import Tables
from apirun.stores.postgres.texts import kept
from apirun.stores.rows import masked_captures

__all__ = ["INTENT", "Statements"]

INTENT = (
    "version",
    "name",
    "direction",
    "run_id",
    "method",
    "digest",
    "idempotency_key",
    "started_at",
    "host",
    "pid",
    "document",
    "document_digest",
    "scope",
    "env",
    "reason",
    "shown",
)
RUN = (
    "version",
    "direction",
    "status_code",
    "body",
    "env_json",
    "failed",
    "ran_at",
    "name",
    "run_id",
    "ended_at",
    "elapsed_s",
    "error",
)

Parameters = Sequence[object]
Step = Tuple[str, Parameters]


class Statements:
    """
    The statements that write the history of one stage.

    Each is a single one, so that it is a transaction by itself and takes one
    round trip. Its parts see what was there before it, none what another does;
    they name no unique key, as those of a foreign table are not known.

    Args:
        tables: The tables as they are in the database.
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._scope = (
            f"INSERT INTO {tables.sql('scopes')} (digest, variables) VALUES (%s, %s) "
            "ON CONFLICT (digest) DO NOTHING"
        )
        self._intent = _upsert(tables, "intents", INTENT)
        self._record = _upsert(
            tables, "records", ("version", "document", "scope", "env")
        )
        self._run = (
            f"INSERT INTO {tables.sql('runs')} ({', '.join(RUN)}) "
            f"VALUES ({', '.join(tables.value('runs', name) for name in RUN)})"
        )
        self._stage = _upsert(
            tables,
            "stage",
            ("id", "outcome", "run_id", "started_at", "elapsed_s", "error"),
        )

    def intent(self, intent: Intent) -> Step:
        """Return what records *intent*, replacing an earlier one of the version."""
        digest, scope = _scope(intent)
        return _joined([(self._scope, scope), (self._intent, _row(intent, digest))])

    def ending(self, ending: Ending) -> Step:
        """Return what records *ending*: its line, and what it changes."""
        intent = ending.intent
        digest, scope = _scope(intent)
        steps: List[Step] = [(self._run, _run(ending))]
        if ending.kind is EndingKind.UNSETTLED:
            steps += [(self._scope, scope), (self._intent, _row(intent, digest))]
            return _joined(steps)
        steps.append(self._gone("intents", intent.version))
        if ending.kind is EndingKind.ROLLED_BACK:
            steps += [
                self._gone(which, intent.version)
                for which in ("versions", "values", "records")
            ]
        elif ending.kind is EndingKind.APPLIED:
            text = kept(intent.document)
            record = (intent.version, text, digest, kept(intent.env))
            steps += [
                (self._scope, scope),
                (self._record, record),
                *self._version(ending),
                *self._values(intent.version, ending.captures),
            ]
        return _joined(steps)

    def stage(self, record: StageRecord) -> Step:
        """Return what records how the last run of the stage ended."""
        return self._stage, (
            1,
            record.outcome.value,
            kept(record.run_id),
            kept(record.started_at),
            record.elapsed_s,
            kept(record.error),
        )

    def _gone(self, which: str, version: int) -> Step:
        return f"DELETE FROM {self._tables.sql(which)} WHERE version = %s", (version,)

    def _version(self, ending: Ending) -> List[Step]:
        tables, intent = self._tables, ending.intent
        columns = ("name", "digest", "applied_at")
        values = [tables.value("versions", name) for name in columns]
        row = (
            kept(intent.name),
            kept(intent.document_digest),
            kept(ending.ended_at),
        )
        changed = ", ".join(f"{n} = {v}" for n, v in zip(columns, values))
        table = tables.sql("versions")
        update = f"UPDATE {table} SET {changed} WHERE version = %s"
        insert = (
            f"INSERT INTO {table} (version, {', '.join(columns)}) "
            f"SELECT %s::bigint, {', '.join(values)} "
            f"WHERE NOT EXISTS (SELECT FROM {table} WHERE version = %s)"
        )
        return [
            (update, (*row, intent.version)),
            (insert, (intent.version, *row, intent.version)),
        ]

    def _values(self, version: int, captures: Mapping[str, StoredValue]) -> List[Step]:
        table = self._tables.sql("values")
        names = [kept(name) for name in captures]
        rows = (
            names,
            [kept(value.value) for value in captures.values()],
            [value.secret for value in captures.values()],
        )
        given = "unnest(%s::text[], %s::text[], %s::boolean[]) g (name, value, secret)"
        delete = f"DELETE FROM {table} WHERE version = %s AND name <> ALL(%s::text[])"
        update = (
            f"UPDATE {table} t SET value = g.value, secret = g.secret "
            f"FROM {given} WHERE t.version = %s AND t.name = g.name"
        )
        insert = (
            f"INSERT INTO {table} (version, name, value, secret) "
            f"SELECT %s::bigint, g.name, g.value, g.secret FROM {given} "
            f"WHERE NOT EXISTS (SELECT FROM {table} t "
            "WHERE t.version = %s AND t.name = g.name)"
        )
        if not captures:
            return [(delete, (version, names))]
        return [
            (delete, (version, names)),
            (update, (*rows, version)),
            (insert, (version, *rows, version)),
        ]


def _joined(steps: Sequence[Step]) -> Step:
    """Return all *steps* as one statement."""
    parts = [f"s{number} AS ({text})" for number, (text, _) in enumerate(steps)]
    parameters = [value for _, values in steps for value in values]
    return f"WITH {', '.join(parts)} SELECT", parameters


def _upsert(tables: Tables, which: str, columns: Sequence[str]) -> str:
    """Return what puts a row in one of our own tables, whose key comes first."""
    changed = ", ".join(f"{name} = excluded.{name}" for name in columns[1:])
    return (
        f"INSERT INTO {tables.sql(which)} ({', '.join(columns)}) "
        f"VALUES ({', '.join(tables.value(which, name) for name in columns)}) "
        f"ON CONFLICT ({columns[0]}) DO UPDATE SET {changed}"
    )


def _scope(intent: Intent) -> Tuple[str, Parameters]:
    """Keep a scope once, however many versions of a run share it."""
    digest = hashlib.sha256(intent.scope.encode()).hexdigest()
    return digest, (digest, kept(intent.scope))


def _row(intent: Intent, scope: str) -> Parameters:
    return (
        intent.version,
        kept(intent.name),
        intent.direction.value,
        kept(intent.run_id),
        kept(intent.method),
        kept(intent.digest),
        kept(intent.idempotency_key),
        kept(intent.started_at),
        kept(intent.host),
        intent.pid,
        kept(intent.document),
        kept(intent.document_digest),
        scope,
        kept(intent.env),
        kept(intent.reason),
        kept(intent.shown),
    )


def _run(ending: Ending) -> Parameters:
    intent = ending.intent
    failed = ending.kind in (EndingKind.FAILED, EndingKind.UNSETTLED)
    shown = {
        kept(name): StoredValue(kept(value.value), value.secret)
        for name, value in ending.captures.items()
    }
    return (
        intent.version,
        intent.direction.value,
        ending.status_code,
        None if ending.body is None else kept(ending.body),
        masked_captures(shown),
        # Text and numbers take it as well as truth values do.
        str(int(failed)),
        _moment(ending.ended_at),
        kept(intent.name),
        kept(intent.run_id),
        kept(ending.ended_at),
        ending.elapsed_s,
        kept(ending.error),
    )


def _moment(text: str) -> str:
    """Return *text* if every column of the Go tool takes it as a moment, or now."""
    try:
        datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return utc_now()
    return text
