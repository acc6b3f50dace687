"""The tables of one stage in PostgreSQL: what is there, and what is added."""

from typing import Any, Dict, Mapping, Tuple

from attrs import frozen
from psycopg import Connection

from apirun.stores.tables import TableNames

__all__ = ["SCHEMA_VERSION", "Columns", "Tables", "create_tables", "find_tables"]

SCHEMA_VERSION = 1

Columns = Mapping[str, str]

# What the Go tool's tables lack, and intents that an older release of ours made;
# none of it has to be given.
ADDED: Dict[str, Tuple[Tuple[str, str], ...]] = {
    "versions": (("name", "text"), ("digest", "text"), ("applied_at", "text")),
    "runs": (
        ("env_json", "text"),
        ("failed", "boolean NOT NULL DEFAULT false"),
        ("name", "text"),
        ("run_id", "text"),
        ("ended_at", "text"),
        ("elapsed_s", "double precision"),
        ("error", "text"),
    ),
    "values": (("secret", "boolean"),),
    "intents": (("shown", "text"),),
}
NARROW = ("smallint", "integer")

FIND = """
SELECT s.name, c.relname, a.attname, format_type(a.atttypid, a.atttypmod)
FROM (SELECT current_schema() AS name) s
LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = s.name
LEFT JOIN pg_catalog.pg_class c
    ON c.relnamespace = n.oid AND c.relname = ANY(%s) AND c.relkind IN ('r', 'p', 'v')
LEFT JOIN pg_catalog.pg_attribute a
    ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
"""


@frozen
class Tables:
    """
    The tables of one stage as they are found in a database.

    Attributes:
        names: What they are called.
        schema: The schema that holds them; empty if there is none to hold any.
        columns: The types of the columns of each table that is there.
        version: The version of the tables; 0 if they are not ours yet.
    """

    names: TableNames
    schema: str
    columns: Mapping[str, Columns]
    version: int = 0

    def sql(self, which: str) -> str:
        """Return the name of a table as it stands in a statement."""
        return f"{_quoted(self.schema)}.{_quoted(getattr(self.names, which))}"

    def of(self, which: str) -> Columns:
        """Return the columns of a table; none if it is not there."""
        return self.columns.get(getattr(self.names, which), {})

    def value(self, which: str, column: str) -> str:
        """Return a parameter in the type of the column that takes it."""
        return f"%s::{self.of(which)[column]}"

    @property
    def is_complete(self) -> bool:
        """Whether the tables are ours, and those that are there lack nothing."""
        # A table that is gone is no older one: whoever uses it is told.
        return self.version == SCHEMA_VERSION and all(
            name in self.of(which)
            for which, added in ADDED.items()
            if self.of(which)
            for name, _ in added
        )

    @property
    def key(self) -> str:
        """What tells these tables from all others of the database."""
        return f"{_quoted(self.schema)}.{_quoted(self.names.versions)}"


def find_tables(connection: "Connection[Any]", names: TableNames) -> Tables:
    """
    Return what there is of the tables *names*; nothing is made.

    Only the schema counts in which tables would be made, the first on the
    search path that exists.
    """
    ours = [getattr(names, which) for which in _WHICH]
    schema = ""
    columns: Dict[str, Dict[str, str]] = {}
    for place, table, column, kind in connection.execute(FIND, (ours,)):
        schema = place or ""
        if table is not None:
            columns.setdefault(table, {})[column] = kind
    found = Tables(names, schema, columns)
    if not found.of("meta"):
        return found
    row = connection.execute(
        f"SELECT max(version) FROM {found.sql('meta')}", ()
    ).fetchone()
    version = row[0] if row else None
    return Tables(names, schema, columns, int(version or 0))


def create_tables(connection: "Connection[Any]", found: Tables) -> None:
    """Make what is missing, within the transaction that is open."""
    for which, columns in _MADE.items():
        if not found.of(which):
            connection.execute(f"CREATE TABLE {found.sql(which)} ({columns})", ())
    for which, added in ADDED.items():
        there = found.of(which)
        if not there:
            continue
        # The Go tool counts to 2^31 only; it reads the wider type all the same.
        changes = [
            f"ADD COLUMN {name} {kind}" for name, kind in added if name not in there
        ]
        if there["version"] in NARROW:
            changes.append("ALTER COLUMN version TYPE bigint")
        if changes:
            connection.execute(
                f"ALTER TABLE {found.sql(which)} {', '.join(changes)}", ()
            )
    connection.execute(
        f"INSERT INTO {found.sql('meta')} (version) VALUES (%s) ON CONFLICT DO NOTHING",
        (SCHEMA_VERSION,),
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""').replace("%", "%%") + '"'


def _with_added(which: str, columns: str) -> str:
    there = [column.split()[0] for column in columns.split(", ")]
    added = (f"{name} {kind}" for name, kind in ADDED[which] if name not in there)
    return ", ".join((columns, *added))


_MADE = {
    "versions": _with_added("versions", "version bigint PRIMARY KEY"),
    "runs": _with_added(
        "runs",
        "id bigserial PRIMARY KEY, version bigint NOT NULL, direction text NOT NULL, "
        "status_code integer NOT NULL, body text, env_json text, "
        "failed boolean NOT NULL DEFAULT false, ran_at timestamptz NOT NULL",
    ),
    "values": (
        "version bigint NOT NULL, name text NOT NULL, value text NOT NULL, "
        "secret boolean, PRIMARY KEY (version, name)"
    ),
    "intents": (
        "version bigint PRIMARY KEY, name text, direction text, run_id text, "
        "method text, digest text, idempotency_key text, started_at text, "
        "host text, pid bigint, document text, document_digest text, scope text, "
        "env text, reason text, shown text"
    ),
    "records": "version bigint PRIMARY KEY, document text, scope text, env text",
    "scopes": "digest text PRIMARY KEY, variables text",
    "stage": (
        "id integer PRIMARY KEY CHECK (id = 1), outcome text, run_id text, "
        "started_at text, elapsed_s double precision, error text"
    ),
    "meta": "version integer PRIMARY KEY",
}
_WHICH = tuple(_MADE)
