"""A database that the Go tool wrote is taken over in place, and stays readable."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import List, Tuple

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
from apirun.stores.sqlite import SqliteStore
from apirun.stores.tables import TableNames
from tests.stores.records import ending, intent

RAN_AT = "2024-05-06T07:08:09.123456789Z"

TABLES = """
CREATE TABLE {0}schema_migrations (version INTEGER PRIMARY KEY);
CREATE TABLE {0}migration_runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL,
    direction TEXT NOT NULL, status_code INTEGER NOT NULL, body TEXT NULL,
    env_json TEXT NULL, failed INTEGER NOT NULL DEFAULT 0, ran_at TEXT NOT NULL);
CREATE TABLE {0}stored_env (
    version INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (version, name));
"""

# The tables of its first releases, which took these columns for given.
EARLY_TABLES = """
CREATE TABLE schema_migrations (version INTEGER PRIMARY KEY, applied_at TEXT NOT NULL);
CREATE TABLE migration_runs (
    id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL,
    direction TEXT NOT NULL, status_code INTEGER NOT NULL, body TEXT,
    ran_at TEXT NOT NULL);
CREATE TABLE stored_env (
    id INTEGER PRIMARY KEY AUTOINCREMENT, version INTEGER NOT NULL,
    name TEXT NOT NULL, value TEXT NOT NULL);
INSERT INTO schema_migrations VALUES (1, '2024-05-06T07:08:09Z');
INSERT INTO migration_runs (version, direction, status_code, ran_at)
    VALUES (1, 'up', 201, '2024-05-06T07:08:09Z');
INSERT INTO stored_env (version, name, value) VALUES (1, 'vpc_id', 'vpc-7');
"""


def _go_apply(
    path: Path, version: int, env: "dict[str, str]", prefix: str = ""
) -> None:
    """Record a version as the Go tool does, in the order that it does."""
    with closing(sqlite3.connect(str(path))) as connection, connection:
        connection.execute(
            f"INSERT INTO {prefix}migration_runs(version, direction, status_code, body,"
            " env_json, failed, ran_at) VALUES (?, 'up', 201, ?, ?, 0, ?)",
            (version, '{"ok": true}', '{"vpc_id":"vpc-7"}', RAN_AT),
        )
        connection.execute(
            f"INSERT OR IGNORE INTO {prefix}schema_migrations(version) VALUES (?)",
            (version,),
        )
        connection.executemany(
            f"INSERT OR REPLACE INTO {prefix}stored_env(version, name, value) "
            "VALUES (?, ?, ?)",
            [(version, name, value) for name, value in env.items()],
        )


def _go_remove(path: Path, version: int) -> None:
    with closing(sqlite3.connect(str(path))) as connection, connection:
        connection.execute(
            "DELETE FROM schema_migrations WHERE version = ?", (version,)
        )
        connection.execute("DELETE FROM stored_env WHERE version = ?", (version,))


def _rows(path: Path, query: str) -> List[Tuple[object, ...]]:
    with closing(sqlite3.connect(str(path))) as connection:
        return connection.execute(query).fetchall()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a database that the Go tool wrote: versions 1 and 2, 3 failed."""
    made = tmp_path / "apirun.db"
    with closing(sqlite3.connect(str(made))) as connection:
        connection.executescript(TABLES.format(""))
    _go_apply(made, 1, {"vpc_id": "vpc-7", "name": "größe"})
    _go_apply(made, 2, {})
    with closing(sqlite3.connect(str(made))) as connection, connection:
        connection.execute(
            "INSERT INTO migration_runs(version, direction, status_code, failed, "
            "ran_at) VALUES (3, 'up', 500, 1, ?)",
            (RAN_AT,),
        )
    return made


FOREIGN = (
    Applied(
        version=1,
        captures={"vpc_id": StoredValue("vpc-7"), "name": StoredValue("größe")},
    ),
    Applied(version=2),
)


def test_a_go_history_is_read_without_a_trace(path):
    """
    Versions, captured values and runs are there, and the file is as it was.
    """
    before = path.read_bytes()
    store = SqliteStore(path)

    assert History(applied=FOREIGN) == store.history()
    assert Recorded() == store.recorded(1)
    failed, _, first = store.runs()
    assert (
        RunRow(
            id=3,
            version=3,
            name="",
            direction=Direction.UP,
            status_code=500,
            failed=True,
            ran_at=RAN_AT,
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
            ran_at=RAN_AT,
            captures='{"vpc_id": "vpc-7"}',
            body='{"ok": true}',
        )
        == first
    )
    assert before == path.read_bytes()
    assert [path] == list(path.parent.iterdir())


def test_a_go_history_is_taken_over_in_place(path):
    """
    Our first write keeps all that was there, and what we add stands beside it.
    """
    runs = list(SqliteStore(path).runs())
    with closing(SqliteStore(path)) as store:
        store.begin(intent(3))
        assert History(applied=FOREIGN, unsettled=(intent(3),)) == store.history()
        assert runs == list(store.runs())
        store.finish(ending(intent(3), captures={"id": StoredValue("9")}))

    history = SqliteStore(path).history()
    assert FOREIGN == history.applied[:2]
    assert {"id": StoredValue("9")} == history.applied[2].captures
    assert intent(3).document == SqliteStore(path).recorded(3).document
    assert Recorded() == SqliteStore(path).recorded(1)


def test_the_go_tool_reads_what_we_wrote(path):
    """
    Its own queries find our rows, in the types that it scans them into.
    """
    captures = {"id": StoredValue("9"), "token": StoredValue("s3cr3t", secret=True)}
    with closing(SqliteStore(path)) as store:
        store.finish(ending(intent(3), captures=captures, body="done"))
        store.finish(ending(intent(4), EndingKind.FAILED, status_code=500))

    assert [(1,), (2,), (3,)] == _rows(
        path, "SELECT version FROM schema_migrations ORDER BY version"
    )
    assert {("id", "9"), ("token", "s3cr3t")} == set(
        _rows(path, "SELECT name, value FROM stored_env WHERE version = 3")
    )
    assert [
        (4, 3, "up", 201, "done", '{"id": "9", "token": "***"}', 0),
        (5, 4, "up", 500, None, "{}", 1),
    ] == _rows(
        path,
        "SELECT id, version, direction, status_code, body, env_json, failed "
        "FROM migration_runs WHERE id > 3 ORDER BY id ASC",
    )
    assert [("integer", "text", "integer", "integer", "text")] == _rows(
        path,
        "SELECT DISTINCT typeof(version), typeof(direction), typeof(status_code), "
        "typeof(failed), typeof(ran_at) FROM migration_runs",
    )


def test_both_tools_write_in_turns(path):
    """
    What the Go tool adds to a history of ours, or takes back, is seen by us.
    """
    with closing(SqliteStore(path)) as store:
        store.finish(ending(intent(3), captures={"id": StoredValue("9")}))
    _go_apply(path, 4, {"zone": "b"})
    _go_remove(path, 2)
    with closing(SqliteStore(path)) as store:
        store.finish(
            ending(intent(1, direction=Direction.DOWN), EndingKind.ROLLED_BACK)
        )
        history = store.history()

    assert [3, 4] == [kept.version for kept in history.applied]
    assert {"zone": StoredValue("b")} == history.applied[1].captures
    assert [] == _rows(path, "SELECT * FROM stored_env WHERE version = 1")


def test_what_the_go_tool_took_back_is_no_longer_recorded(path):
    """
    Our copy of a document does not outlive the version, nor its return.
    """
    with closing(SqliteStore(path)) as store:
        store.finish(ending(intent(3)))
    _go_remove(path, 3)
    assert Recorded() == SqliteStore(path).recorded(3)
    _go_apply(path, 3, {})
    assert Recorded() == SqliteStore(path).recorded(3)
    with closing(SqliteStore(path)) as store:
        store.finish(ending(intent(3, document="new")))
    assert "new" == SqliteStore(path).recorded(3).document


def test_secrets_in_a_go_history_are_told_by_their_names(path):
    """
    The Go tool marks no value as secret, so those with telling names are.
    """
    _go_apply(path, 5, {"db_password": "hunter2", "zone": "b"})
    with closing(sqlite3.connect(str(path))) as connection, connection:
        connection.execute(
            "UPDATE migration_runs SET env_json = ? WHERE version = 5",
            ('{"db_password": "hunter2", "zone": "b"}',),
        )
    kept = {
        "db_password": StoredValue("hunter2", secret=True),
        "zone": StoredValue("b"),
    }

    for taken_over in (False, True):
        with closing(SqliteStore(path)) as store:
            if taken_over:
                store.begin(intent(6))
            assert kept == store.history().applied[-1].captures
            assert '{"db_password": "***", "zone": "b"}' == store.runs()[0].captures


@pytest.mark.parametrize("text", ["", "nonsense", "[1]", "null"])
def test_captured_values_that_are_no_object_are_none(path, text):
    """
    A line of the history with a broken column is still a line.
    """
    with closing(sqlite3.connect(str(path))) as connection, connection:
        connection.execute("UPDATE migration_runs SET env_json = ?", (text,))

    assert ["{}"] * 3 == [row.captures for row in SqliteStore(path).runs()]


def test_a_go_history_under_other_names_is_taken_over(tmp_path):
    """
    With a prefix each of two histories in one database is its own.
    """
    path = tmp_path / "shared.db"
    with closing(sqlite3.connect(str(path))) as connection:
        connection.executescript(TABLES.format("a_") + TABLES.format("b_"))
    _go_apply(path, 1, {"x": "1"}, "a_")
    _go_apply(path, 2, {"x": "2"}, "b_")
    stores = [
        SqliteStore(
            path, tables=TableNames.from_settings(StoreSettings(table_prefix=name))
        )
        for name in ("a", "b")
    ]
    for store in stores:
        with closing(store):
            store.finish(ending(intent(3)))

    assert [[1, 3], [2, 3]] == [
        [kept.version for kept in store.history().applied] for store in stores
    ]


def test_the_tables_of_early_releases_are_taken_over(tmp_path):
    """
    Columns that its first releases lacked are added, those they had are filled.
    """
    path = tmp_path / "apirun.db"
    with closing(sqlite3.connect(str(path))) as connection:
        connection.executescript(EARLY_TABLES)
    (run,) = SqliteStore(path).runs()
    assert (False, "{}", 201) == (run.failed, run.captures, run.status_code)

    with closing(SqliteStore(path)) as store:
        store.finish(ending(intent(2), captures={"id": StoredValue("9")}))
        assert [1, 2] == [kept.version for kept in store.history().applied]
        assert 2 == len(store.runs())
    assert [(1, "vpc-7"), (2, "9")] == _rows(
        path, "SELECT version, value FROM stored_env ORDER BY version"
    )
    assert [(0,)] == _rows(
        path, "SELECT count(*) FROM schema_migrations WHERE applied_at IS NULL"
    )


def test_a_database_of_something_else_is_an_empty_history(tmp_path):
    """
    Tables of others are left alone, before our first write and after it.
    """
    path = tmp_path / "app.db"
    with closing(sqlite3.connect(str(path))) as connection, connection:
        connection.execute("CREATE TABLE users (name TEXT)")
        connection.execute("INSERT INTO users VALUES ('ann')")
    with closing(SqliteStore(path)) as store:
        assert History() == store.history()
        assert () == tuple(store.runs())
        store.begin(intent(1))
    assert [("ann",)] == _rows(path, "SELECT name FROM users")


def test_a_body_that_is_not_utf8_is_shown_all_the_same(path):
    """
    The Go tool keeps bodies as they came; what is no text is replaced.
    """
    with closing(sqlite3.connect(str(path))) as connection, connection:
        connection.execute(
            "UPDATE migration_runs SET body = CAST(? AS TEXT) WHERE id = 3",
            (b"\xff\x00ok",),
        )

    assert "\ufffd\x00ok" == SqliteStore(path).runs()[0].body


@settings(max_examples=25)
@given(
    foreign=st.dictionaries(
        st.integers(0, 9),
        st.dictionaries(st.text("abc", max_size=3), st.text("xyz☃", max_size=3)),
        max_size=4,
    ),
    ours=st.lists(st.integers(0, 9), max_size=4),
)
def test_any_go_history_keeps_its_versions_and_values(tmp_path_factory, foreign, ours):
    """
    Whatever stands there is read the same before and after we take it over.
    """
    path = tmp_path_factory.mktemp("go") / "apirun.db"
    with closing(sqlite3.connect(str(path))) as connection:
        connection.executescript(TABLES.format(""))
    for version, env in foreign.items():
        _go_apply(path, version, env)
    before = SqliteStore(path).history()
    assert foreign == {
        kept.version: {name: value.value for name, value in kept.captures.items()}
        for kept in before.applied
    }

    with closing(SqliteStore(path)) as store:
        store.begin(intent(99))
        assert before.applied == store.history().applied
        for version in ours:
            store.finish(ending(intent(version)))
        after = {kept.version: kept for kept in store.history().applied}
    assert set(foreign) | set(ours) == set(after)
    for kept in before.applied:
        if kept.version not in ours:
            assert kept == after[kept.version]
