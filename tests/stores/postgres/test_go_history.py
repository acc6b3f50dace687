"""A PostgreSQL database that the Go tool wrote is taken over in place."""

from contextlib import closing
from datetime import datetime, timezone

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apirun.settings import StoreSettings
from apirun.state import (
    Applied,
    Direction,
    EndingKind,
    History,
    Recorded,
    RunRow,
    StoredValue,
)
from apirun.stores.postgres import PostgresStore
from apirun.stores.tables import TableNames
from tests.stores.records import HIGHEST_VERSION, ending, intent

RAN_AT = datetime(2024, 5, 6, 7, 8, 9, 123456, tzinfo=timezone.utc)

# As its releases make them.
NARROW = """
CREATE TABLE {0}schema_migrations (version INTEGER PRIMARY KEY);
CREATE TABLE {0}migration_runs (id SERIAL PRIMARY KEY, version INTEGER NOT NULL,
    direction TEXT NOT NULL, status_code INTEGER NOT NULL, body TEXT NULL,
    env_json TEXT NULL, failed BOOLEAN NOT NULL DEFAULT FALSE,
    ran_at TIMESTAMPTZ NOT NULL);
CREATE TABLE {0}stored_env (version INTEGER NOT NULL, name TEXT NOT NULL,
    value TEXT NOT NULL, PRIMARY KEY (version, name));
"""
WIDE = NARROW.replace("version INTEGER", "version BIGINT").replace(
    "SERIAL", "BIGSERIAL"
)
# As somebody else may have made them, who moved the history there.
OTHER = """
CREATE TABLE {0}schema_migrations (version BIGINT);
CREATE TABLE {0}migration_runs (
    id BIGINT GENERATED ALWAYS AS IDENTITY, version BIGINT NOT NULL,
    direction VARCHAR(8) NOT NULL, status_code SMALLINT NOT NULL, body TEXT,
    env_json JSONB, failed INTEGER NOT NULL DEFAULT 0, ran_at TEXT NOT NULL);
CREATE TABLE {0}stored_env (id SERIAL PRIMARY KEY, version BIGINT NOT NULL,
    name VARCHAR(200) NOT NULL, value TEXT NOT NULL);
"""
# The tables of its first releases lack what came later.
EARLY = """
CREATE TABLE schema_migrations (version INTEGER PRIMARY KEY, applied_at TIMESTAMPTZ);
CREATE TABLE migration_runs (id SERIAL PRIMARY KEY, version INTEGER NOT NULL,
    direction TEXT NOT NULL, status_code INTEGER NOT NULL, body TEXT,
    ran_at TIMESTAMP NOT NULL);
CREATE TABLE stored_env (id SERIAL PRIMARY KEY, version INTEGER NOT NULL,
    name TEXT NOT NULL, value TEXT NOT NULL);
INSERT INTO schema_migrations VALUES (1, '2024-05-06T07:08:09Z');
INSERT INTO migration_runs (version, direction, status_code, ran_at)
    VALUES (1, 'up', 201, '2024-05-06T07:08:09');
INSERT INTO stored_env (version, name, value) VALUES (1, 'vpc_id', 'vpc-7');
"""
KINDS = {"narrow": NARROW, "wide": WIDE, "other": OTHER}


def _run(dsn, sql, parameters=None):
    with closing(psycopg.connect(dsn, autocommit=True)) as connection:
        cursor = connection.execute(sql, parameters)
        return cursor.fetchall() if cursor.description else []


def _go_apply(dsn, version, env, prefix=""):
    """Record a version as the Go tool does, in the order that it does."""
    kind = _run(
        dsn,
        "SELECT data_type FROM information_schema.columns "
        "WHERE table_name = %s AND column_name = 'failed'",
        (f"{prefix}migration_runs",),
    )[0][0]
    ran_at = RAN_AT if kind == "boolean" else RAN_AT.isoformat()
    _run(
        dsn,
        f"INSERT INTO {prefix}migration_runs(version, direction, status_code, body, "
        "env_json, failed, ran_at) VALUES(%s,'up',201,%s,%s,%s,%s)",
        (
            version,
            '{"ok": true}',
            '{"vpc_id": "vpc-7"}',
            False if kind == "boolean" else 0,
            ran_at,
        ),
    )
    _run(dsn, f"INSERT INTO {prefix}schema_migrations(version) VALUES(%s)", (version,))
    for name, value in env.items():
        _run(
            dsn,
            f"INSERT INTO {prefix}stored_env(version,name,value) VALUES(%s,%s,%s)",
            (version, name, value),
        )


def _go_remove(dsn, version):
    _run(dsn, "DELETE FROM schema_migrations WHERE version = %s", (version,))
    _run(dsn, "DELETE FROM stored_env WHERE version = %s", (version,))


@pytest.fixture(params=sorted(KINDS))
def go(request, dsn):
    """Return a database that the Go tool wrote: versions 1 and 2, 3 failed."""
    _run(dsn, KINDS[request.param].format(""))
    _go_apply(dsn, 1, {"vpc_id": "vpc-7", "name": "größe"})
    _go_apply(dsn, 2, {})
    failed = "1" if request.param == "other" else "true"
    _run(
        dsn,
        "INSERT INTO migration_runs(version, direction, status_code, failed, ran_at) "
        f"VALUES(3, 'up', 500, {failed}, '{RAN_AT.isoformat()}')",
    )
    return dsn


FOREIGN = (
    Applied(
        version=1,
        captures={"vpc_id": StoredValue("vpc-7"), "name": StoredValue("größe")},
    ),
    Applied(version=2),
)


def _columns(dsn):
    return _run(
        dsn,
        "SELECT table_name, column_name, data_type FROM information_schema.columns "
        "WHERE table_schema = 'public' ORDER BY 1, 2",
    )


def test_a_go_history_is_read_without_a_trace(go):
    """
    Versions, captured values and runs are there, and no column is added.
    """
    before = _columns(go)
    with closing(PostgresStore(go)) as store:
        assert History(applied=FOREIGN) == store.history()
        assert Recorded() == store.recorded(1)
        failed, _, first = store.runs()

    moments = ("2024-05-06T07:08:09.123456Z", RAN_AT.isoformat())
    assert failed.ran_at in moments
    assert (
        RunRow(
            id=3,
            version=3,
            name="",
            direction=Direction.UP,
            status_code=500,
            failed=True,
            ran_at=failed.ran_at,
        )
        == failed
    )
    assert (
        RunRow(
            id=1,
            version=1,
            name="",
            direction=Direction.UP,
            status_code=201,
            failed=False,
            ran_at=failed.ran_at,
            captures='{"vpc_id": "vpc-7"}',
            body='{"ok": true}',
        )
        == first
    )
    assert before == _columns(go)


def test_a_go_history_is_taken_over_in_place(go):
    """
    Our first write keeps all that was there, and what we add stands beside it.
    """
    with closing(PostgresStore(go)) as store:
        runs = list(store.runs())
        store.begin(intent(3))
        assert History(applied=FOREIGN, unsettled=(intent(3),)) == store.history()
        assert runs == list(store.runs())
        store.finish(ending(intent(3), captures={"id": StoredValue("9")}))
        history = store.history()

        assert FOREIGN == history.applied[:2]
        assert {"id": StoredValue("9")} == history.applied[2].captures
        assert intent(3).document == store.recorded(3).document
        assert Recorded() == store.recorded(1)


def test_the_go_tool_reads_what_we_wrote(go):
    """
    Its own queries find our rows, in the types that it scans them into.
    """
    captures = {"id": StoredValue("9"), "token": StoredValue("s3cr3t", secret=True)}
    before = [row for row in _columns(go) if row[1] != "version"]
    with closing(PostgresStore(go)) as store:
        store.finish(ending(intent(3), captures=captures, body="done"))
        store.finish(ending(intent(4), EndingKind.FAILED, status_code=500))

    assert [(1,), (2,), (3,)] == _run(
        go, "SELECT version FROM schema_migrations ORDER BY version ASC"
    )
    assert {("id", "9"), ("token", "s3cr3t")} == set(
        _run(go, "SELECT name, value FROM stored_env WHERE version = 3")
    )
    assert [
        (4, 3, "up", 201, "done", '{"id": "9", "token": "***"}', "0"),
        (5, 4, "up", 500, None, "{}", "1"),
    ] == _run(
        go,
        "SELECT id, version, direction, status_code, body, env_json::text, "
        "failed::integer::text FROM migration_runs WHERE id > 3 ORDER BY id ASC",
    )
    assert {2024} == {
        moment.year
        for (moment,) in _run(go, "SELECT ran_at::timestamptz FROM migration_runs")
    }
    assert set(before) <= set(_columns(go))


def test_the_go_tool_writes_on(go):
    """
    None of our columns has to be given, and its own statements still work.
    """
    with closing(PostgresStore(go)) as store:
        store.finish(ending(intent(3), captures={"id": StoredValue("9")}))
        _go_apply(go, 4, {"zone": "b"})
        _go_remove(go, 2)
        store.finish(
            ending(intent(1, direction=Direction.DOWN), EndingKind.ROLLED_BACK)
        )
        history = store.history()

    assert [3, 4] == [kept.version for kept in history.applied]
    assert {"zone": StoredValue("b")} == history.applied[1].captures
    assert [] == _run(go, "SELECT * FROM stored_env WHERE version = 1")


def test_a_version_is_applied_again_over_what_the_go_tool_captured(go):
    """
    What it captured then is gone, with or without a key on its tables.
    """
    with closing(PostgresStore(go)) as store:
        captures = {"vpc_id": StoredValue("vpc-8"), "new": StoredValue("1")}
        store.finish(ending(intent(1), captures=captures))
        applied = store.history().applied

    assert [1, 2] == [kept.version for kept in applied]
    assert captures == applied[0].captures


def test_timestamps_are_versions_after_the_takeover(go):
    """
    The Go tool's integers count to 2^31 only, ours to 2^63.
    """
    with closing(PostgresStore(go)) as store:
        for version in (20240506070809, HIGHEST_VERSION):
            begun = intent(version)
            store.begin(begun)
            store.finish(ending(begun, captures={"id": StoredValue("1")}))
        kept = [each.version for each in store.history().applied]

        assert [1, 2, 20240506070809, HIGHEST_VERSION] == kept
        assert intent(HIGHEST_VERSION).document == store.recorded(kept[-1]).document


def test_what_the_go_tool_took_back_is_no_longer_recorded(go):
    """
    Our copy of a document does not outlive the version, nor its return.
    """
    with closing(PostgresStore(go)) as store:
        store.finish(ending(intent(3)))
        _go_remove(go, 3)
        assert Recorded() == store.recorded(3)
        _go_apply(go, 3, {})
        assert Recorded() == store.recorded(3)
        store.finish(ending(intent(3, document="new")))
        assert "new" == store.recorded(3).document


def test_secrets_in_a_go_history_are_told_by_their_names(go):
    """
    The Go tool marks no value as secret, so those with telling names are.
    """
    _go_apply(go, 5, {"db_password": "hunter2", "zone": "b"})
    _run(
        go,
        "UPDATE migration_runs SET env_json = %s WHERE version = 5",
        ('{"db_password": "hunter2", "zone": "b"}',),
    )
    kept = {
        "db_password": StoredValue("hunter2", secret=True),
        "zone": StoredValue("b"),
    }

    with closing(PostgresStore(go)) as store:
        for taken_over in (False, True):
            if taken_over:
                store.begin(intent(6))
            assert kept == store.history().applied[-1].captures
            shown = store.runs()[0].captures
            assert "hunter2" not in shown
            assert '"zone": "b"' in shown


def test_text_comes_back_as_it_was_from_its_columns(go):
    """
    Also from columns of type jsonb, and with what PostgreSQL can't hold.
    """
    odd = "Ü ☃ \U0001f600 'q' \"q\" \\u0000 \x00 \x1a0 \x1a %s"
    captures = {"b": StoredValue(odd), "a": StoredValue("1")}
    with closing(PostgresStore(go)) as store:
        store.finish(ending(intent(3), captures=captures, body=odd, error=odd))
        row = store.runs()[0]

        assert captures == store.history().applied[-1].captures
        assert (odd, odd) == (row.body, row.error)
        assert row.captures.startswith('{"a": "1", "b": "Ü ☃')
        assert "\\u0000 \\u001a0" in row.captures


def test_the_tables_of_early_releases_are_taken_over(dsn):
    """
    Columns that its first releases lacked are added, those they had are filled.
    """
    _run(dsn, EARLY)
    with closing(PostgresStore(dsn)) as store:
        (run,) = store.runs()
        assert (False, "{}", 201, "2024-05-06T07:08:09Z") == (
            run.failed,
            run.captures,
            run.status_code,
            run.ran_at,
        )
        store.finish(ending(intent(2), captures={"id": StoredValue("9")}))
        applied = store.history().applied
        assert [1, 2] == [kept.version for kept in applied]
        assert "2024-05-06T07:08:10Z" == applied[1].applied_at
        assert 2 == len(store.runs())
    assert [(1, "vpc-7"), (2, "9")] == _run(
        dsn, "SELECT version, value FROM stored_env ORDER BY version"
    )
    assert [(0,)] == _run(
        dsn, "SELECT count(*) FROM schema_migrations WHERE applied_at IS NULL"
    )


def test_a_go_history_under_other_names_is_taken_over(dsn):
    """
    With a prefix each of two histories in one database is its own.
    """
    _run(dsn, NARROW.format("Aa_") + NARROW.format("b_"))
    _go_apply(dsn, 1, {"x": "1"}, "aa_")
    _go_apply(dsn, 2, {"x": "2"}, "b_")
    kept = []
    for name in ("Aa", "b"):
        tables = TableNames.from_settings(StoreSettings(table_prefix=name))
        with closing(PostgresStore(dsn, tables=tables)) as store:
            store.finish(ending(intent(3)))
            kept.append([each.version for each in store.history().applied])

    assert [[1, 3], [2, 3]] == kept


def test_a_database_of_something_else_is_an_empty_history(dsn):
    """
    Tables of others are left alone, before our first write and after it.
    """
    _run(dsn, "CREATE TABLE users (name TEXT); INSERT INTO users VALUES ('ann')")
    with closing(PostgresStore(dsn)) as store:
        assert History() == store.history()
        assert () == tuple(store.runs())
        store.begin(intent(1))
    assert [("ann",)] == _run(dsn, "SELECT name FROM users")


@settings(max_examples=10)
@given(
    foreign=st.dictionaries(
        st.integers(0, 9),
        st.dictionaries(st.text("abc", max_size=3), st.text("xyz☃", max_size=3)),
        max_size=4,
    ),
    ours=st.lists(st.integers(0, 9), max_size=4),
)
def test_any_go_history_keeps_its_versions_and_values(postgres_server, foreign, ours):
    """
    Whatever stands there is read the same before and after we take it over.
    """
    dsn = postgres_server.dsn(postgres_server.create_database())
    _run(dsn, NARROW.format(""))
    for version, env in foreign.items():
        _go_apply(dsn, version, env)
    with closing(PostgresStore(dsn)) as store:
        before = store.history()
        assert foreign == {
            kept.version: {name: value.value for name, value in kept.captures.items()}
            for kept in before.applied
        }
        store.begin(intent(99))
        assert before.applied == store.history().applied
        for version in ours:
            store.finish(ending(intent(version)))
        after = {kept.version: kept for kept in store.history().applied}

    assert set(foreign) | set(ours) == set(after)
    for kept in before.applied:
        if kept.version not in ours:
            assert kept == after[kept.version]
