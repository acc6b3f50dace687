"""Histories that are broken, foreign, or hold nonsense, through the command line."""

import json
import os
import sqlite3
from contextlib import closing

import pytest

from tests.helpers.command import run_apirun
from tests.helpers.counting import serve_counting
from tests.helpers.stagetree import thing

pytestmark = pytest.mark.e2e

SECRET = "s3cr3t-of-the-corpus"
COMMANDS = (["status", "--history-all", "-v"], ["up"], ["down"])


def garbage(path):
    path.write_bytes(os.urandom(8192))


def text(path):
    path.write_text("this is no database\n" * 100)


def a_header_only(path):
    path.write_bytes(path.read_bytes()[:100])


def cut_in_the_middle(path):
    path.write_bytes(path.read_bytes()[:6000])


def flipped_bytes(path):
    content = bytearray(path.read_bytes())
    for at in range(4096, len(content), 97):
        content[at] ^= 0xFF
    path.write_bytes(bytes(content))


def zeroed_pages(path):
    content = path.read_bytes()
    path.write_bytes(content[:4096] + bytes(len(content) - 4096))


def a_directory(path):
    path.unlink()
    path.mkdir()


def a_link_to_itself(path):
    path.unlink()
    path.symlink_to(path.name)


def a_pipe(path):
    path.unlink()
    os.mkfifo(str(path))


def sql(*statements):
    """Return what runs *statements* on the database."""

    def change(path):
        with closing(sqlite3.connect(str(path))) as connection:
            connection.execute("PRAGMA writable_schema = ON")
            for statement in statements:
                connection.execute(statement)
            connection.commit()

    return change


# The file is no history, or one of another kind: exit code 2, left as it was.
REFUSED = {
    "garbage": garbage,
    "text": text,
    "a_header_only": a_header_only,
    "cut_in_the_middle": cut_in_the_middle,
    "flipped_bytes": flipped_bytes,
    "zeroed_pages": zeroed_pages,
    "a_directory": a_directory,
    "a_link_to_itself": a_link_to_itself,
    "a_pipe": a_pipe,
    "a_newer_version": sql("INSERT INTO apirun_meta VALUES (999)"),
    "a_broken_schema": sql(
        "UPDATE sqlite_master SET sql = 'CREATE TABLE oops' WHERE type = 'table'"
    ),
    "a_view_in_the_place_of_a_table": sql(
        "DROP TABLE schema_migrations",
        "CREATE VIEW schema_migrations AS SELECT 1 AS other",
    ),
    "a_table_with_other_columns": sql(
        "DROP TABLE schema_migrations", "CREATE TABLE schema_migrations (x TEXT)"
    ),
    "versions_of_words": sql(
        "DROP TABLE schema_migrations",
        "CREATE TABLE schema_migrations (version TEXT)",
        "INSERT INTO schema_migrations VALUES ('one')",
    ),
    "a_recorded_outcome_of_nonsense": sql("UPDATE apirun_stage SET outcome = 'great'"),
    "an_intent_in_no_direction": sql(
        "INSERT INTO apirun_intents (version, direction) VALUES (2, 'sideways')"
    ),
    "an_intent_without_anything": sql(
        "INSERT INTO apirun_intents (version) VALUES (2)"
    ),
}

# Odd contents that can be lived with: nothing crashes, and no code but these.
BEARABLE = {
    "a_negative_version": sql("INSERT INTO schema_migrations (version) VALUES (-5)"),
    "the_largest_version": sql(
        f"INSERT INTO schema_migrations (version) VALUES ({2**63 - 1})"
    ),
    "a_recorded_document_of_nonsense": sql(
        "UPDATE apirun_records SET document = 'not json'"
    ),
    "a_recorded_document_of_another_shape": sql(
        "UPDATE apirun_records SET document = '[1, 2]'"
    ),
    "a_recorded_scope_of_nonsense": sql("UPDATE apirun_scopes SET variables = '{{'"),
    "a_recorded_env_of_nonsense": sql("UPDATE apirun_records SET env = '7'"),
    "a_blob_for_a_value": sql(
        "INSERT INTO stored_env (version, name, value) VALUES (1, 'b', x'ff00fe')"
    ),
    "a_value_of_no_version": sql(
        "INSERT INTO stored_env (version, name, value) VALUES (77, 'orphan', 'x')"
    ),
    "a_long_value": sql(
        "INSERT INTO stored_env (version, name, value) "
        "VALUES (1, 'long', hex(zeroblob(3000000)))"
    ),
    "an_env_json_of_nonsense": sql("UPDATE migration_runs SET env_json = '{'"),
    "a_row_in_no_direction": sql("UPDATE migration_runs SET direction = 'sideways'"),
    "a_time_of_nonsense": sql("UPDATE migration_runs SET ran_at = 'yesterday'"),
    "terminal_escapes_in_a_value": sql(
        "UPDATE stored_env SET value = char(27) || '[2J'"
    ),
    "an_empty_file": lambda path: path.write_bytes(b""),
    "a_missing_table": sql("DROP TABLE migration_runs"),
    "missing_tables_of_ours": sql("DROP TABLE apirun_records"),
}


@pytest.fixture
def project(tmp_path):
    with serve_counting() as server:
        config = {
            "env": [
                {"name": "api_base", "value": server.url},
                {"name": "key", "value": SECRET, "secret": True},
            ]
        }
        (tmp_path / "config.yaml").write_text(json.dumps(config))
        (tmp_path / "001_a.yaml").write_text(json.dumps(thing("a", kind="put")))
        assert 0 == run(tmp_path, "up").code
        (tmp_path / "002_b.yaml").write_text(json.dumps(thing("b", kind="put")))
        yield tmp_path


def run(directory, *arguments):
    """Run ``apirun`` there, and see that it ends as it should."""
    done = run_apirun(*arguments, "--config", "config.yaml", cwd=directory)
    shown = done.out + done.err
    assert "Traceback" not in shown
    assert "defect" not in shown
    assert SECRET not in shown
    assert "\x1b" not in shown
    return done


def broken(directory, damage):
    """Damage the history and return its path and what it holds."""
    path = directory / "apirun.db"
    # What SQLite had not copied into the file yet must not mend the damage.
    with closing(sqlite3.connect(str(path))) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
    damage(path)
    return path, path.read_bytes() if path.is_file() else None


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_history_is_refused_and_left_as_it_was(project, name):
    """Each command names the file, says what to do, and changes nothing."""
    path, before = broken(project, REFUSED[name])

    for command in COMMANDS:
        done = run(project, *command)
        assert 2 == done.code, done
        assert "apirun.db" in done.err
    assert before == (path.read_bytes() if path.is_file() else None)


@pytest.mark.parametrize("name", BEARABLE)
def test_odd_contents_crash_nothing(project, name):
    """What can't be understood is left aside or told; no command falls over it."""
    broken(project, BEARABLE[name])

    for command in COMMANDS:
        done = run(project, *command)
        assert done.code in (0, 1, 2), done
        assert done.code == 0 or "Error: " in done.err
