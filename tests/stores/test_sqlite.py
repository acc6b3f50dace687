"""A SQLite history says clearly what is wrong, and leaves the file as it was."""

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Callable, Dict, Iterator

import pytest

from apirun.exceptions import StoreError
from apirun.state import EndingKind, History
from apirun.stores import database
from apirun.stores.sqlite import SqliteStore
from tests.stores.child import child, run_child
from tests.stores.records import ending, intent

UNTOUCHED = "Nothing was sent, and the file is left as it was."
UNCHANGED = "What is recorded stands as it was; nothing was added to it."

# Every way to ask something of a store.
USES: Dict[str, Callable[[SqliteStore], object]] = {
    "history": lambda store: store.history(),
    "recorded": lambda store: store.recorded(1),
    "runs": lambda store: store.runs(),
    "begin": lambda store: store.begin(intent(2)),
    "finish": lambda store: store.finish(ending(intent(2))),
}
WRITING = ("begin", "finish")

# As root nothing is read-only, so the child becomes somebody else.
AS_NOBODY = """
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
print([kept.version for kept in store.history().applied])
try:
    store.begin(intent(2))
except StoreError as error:
    print(error)
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a history stands that is closed and knows version 1."""
    made = tmp_path / "apirun.db"
    with closing(SqliteStore(made)) as store:
        store.finish(ending(intent(1), body="x" * 20_000))
    assert os.listdir(tmp_path) == ["apirun.db"]
    return made


@pytest.fixture
def open_directory() -> Iterator[Path]:
    """Return a directory that every user may reach and write to."""
    with tempfile.TemporaryDirectory() as made:
        os.chmod(made, 0o777)
        yield Path(made)
        os.chmod(made, 0o777)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a directory on a file system with 256 KiB."""
    where = tmp_path / "disk"
    where.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(where)],
        stderr=subprocess.DEVNULL,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("no file system can be mounted here")
    yield where
    subprocess.run(["umount", str(where)], check=True)


def _refusal(store: SqliteStore, use: str) -> str:
    with closing(store), pytest.raises(StoreError) as caught:
        USES[use](store)
    return str(caught.value)


@pytest.mark.parametrize("use", USES)
def test_a_file_that_is_no_database_is_refused(tmp_path, use):
    """
    Another file in the database's place is told from one, and left alone.
    """
    path = tmp_path / "notes.txt"
    path.write_text("Dear diary, today I wrote no database at all.\n")
    means = UNCHANGED if use in WRITING else UNTOUCHED

    assert (
        f"the history {path} is no SQLite database. {means} Put the right file in its "
        "place, then run again."
    ) == _refusal(SqliteStore(path), use)
    assert path.read_text() == "Dear diary, today I wrote no database at all.\n"
    assert os.listdir(tmp_path) == ["notes.txt"]


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("kept", [1, 99, 100, 4095, 4096, 0.5, -4096, -1])
def test_a_truncated_database_is_refused(path, use, kept):
    """
    A database that lost its end is told from a whole one, wherever it was cut.
    """
    whole = path.read_bytes()
    cut = whole[: int(kept * len(whole)) if isinstance(kept, float) else kept]
    path.write_bytes(cut)

    refusal = _refusal(SqliteStore(path), use)

    assert f"the history {path} is " in refusal
    assert "is damaged" in refusal or "is no SQLite database" in refusal
    assert "then run again." in refusal
    assert cut == path.read_bytes()


def test_an_empty_file_is_an_empty_history(tmp_path):
    """
    What is left of a process that died while it made the file is taken over.
    """
    path = tmp_path / "apirun.db"
    path.touch()
    with closing(SqliteStore(path)) as store:
        assert store.history() == History()
        assert path.read_bytes() == b""
        store.begin(intent(1))
        assert store.history().unsettled == (intent(1),)


@pytest.mark.parametrize("use", USES)
def test_a_newer_version_of_our_tables_is_refused(path, use):
    """
    A history of a later apirun is neither read nor written.
    """
    with closing(sqlite3.connect(str(path))) as connection:
        connection.execute("INSERT INTO apirun_meta VALUES (2)")
        connection.commit()
    before = path.read_bytes()

    assert (
        f"the history {path} was written by a newer apirun (version 2 of its tables, "
        f"this one knows 1). {UNTOUCHED} Update apirun, then run again."
    ) == _refusal(SqliteStore(path), use)
    assert before == path.read_bytes()


def test_a_history_of_an_older_apirun_lacks_what_was_shown_and_nothing_else(path):
    """
    It is read as it is; who writes adds the column, which the older one leaves alone.
    """
    with closing(SqliteStore(path)) as store:
        store.begin(intent(2))
    with closing(sqlite3.connect(str(path))) as connection:
        listed = connection.execute("PRAGMA table_info(apirun_intents)").fetchall()
        older = ", ".join(row[1] for row in listed if row[1] != "shown")
        # Not every SQLite can drop a column.
        connection.execute(f"CREATE TABLE kept AS SELECT {older} FROM apirun_intents")
        connection.execute("DROP TABLE apirun_intents")
        connection.execute(
            f"CREATE TABLE apirun_intents (version PRIMARY KEY, {older[9:]})"
        )
        connection.execute("INSERT INTO apirun_intents SELECT * FROM kept")
        connection.execute("DROP TABLE kept")
        connection.commit()
    before = path.read_bytes()

    assert (intent(2, shown=""),) == SqliteStore(path).history().unsettled
    assert before == path.read_bytes()
    with closing(SqliteStore(path)) as store:
        store.begin(intent(3))
        assert (intent(2, shown=""), intent(3)) == store.history().unsettled
    with closing(sqlite3.connect(str(path))) as connection:
        connection.execute(
            f"INSERT OR REPLACE INTO apirun_intents ({older}) "
            f"SELECT {older} FROM apirun_intents WHERE version = 3"
        )
        connection.commit()
    assert (intent(2, shown=""), intent(3, shown="")) == (
        SqliteStore(path).history().unsettled
    )


@pytest.mark.parametrize("use", USES)
def test_a_directory_in_the_place_of_the_file_is_refused(tmp_path, use):
    """
    A path that names a directory is told as such.
    """
    assert (
        f"the history {tmp_path} is a directory. Nothing was sent. Name a file in it, "
        "then run again."
    ) == _refusal(SqliteStore(tmp_path), use)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("use", WRITING)
def test_a_missing_directory_is_not_made(tmp_path, use):
    """
    Where there is no directory the history is empty, and writing says so.
    """
    path = tmp_path / "gone" / "apirun.db"
    store = SqliteStore(path)

    assert store.history() == History()
    assert (
        f"the history {path} can't be made: there is no directory {path.parent}. "
        "Nothing was sent. Make it, then run again."
    ) == _refusal(store, use)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("use", WRITING)
@pytest.mark.parametrize("journal", ["WAL", "DELETE"])
def test_a_database_that_somebody_writes_to_is_refused(path, use, journal, monkeypatch):
    """
    While another program keeps a transaction open the history can only be read.
    """
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.05)
    with closing(sqlite3.connect(str(path))) as connection:
        connection.execute(f"PRAGMA journal_mode = {journal}")
    before = path.read_bytes()
    foreign = """
    import sqlite3
    connection = sqlite3.connect(path)
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("DELETE FROM schema_migrations")
    ready()
    """.replace("\n    ", "\n")

    with child(foreign, path):
        store = SqliteStore(path)
        assert [1] == [kept.version for kept in store.history().applied]
        assert (
            f"the history {path} is locked by another program. {UNCHANGED} Wait until "
            "that has ended, then run again."
        ) == _refusal(store, use)
        assert before == path.read_bytes()

    with closing(store):
        USES[use](store)


def test_a_read_only_file_is_read_but_not_written(open_directory):
    """
    Whoever may only read the file sees the history, and is told on writing.
    """
    path = open_directory / "apirun.db"
    with closing(SqliteStore(path)) as store:
        store.finish(ending(intent(1)))
    before = path.read_bytes()
    path.chmod(0o444)

    assert (
        f"[1]\nthe history {path} is read-only. {UNCHANGED} Make the file and its "
        "directory writable, then run again."
    ) == run_child(AS_NOBODY, path)
    assert before == path.read_bytes()
    assert os.listdir(open_directory) == ["apirun.db"]


def test_a_read_only_directory_is_read_but_not_written(open_directory):
    """
    Where no log can be made beside the file the history can still be read.
    """
    path = open_directory / "apirun.db"
    with closing(SqliteStore(path)) as store:
        store.finish(ending(intent(1)))
    before = path.read_bytes()
    path.chmod(0o666)
    open_directory.chmod(0o555)

    assert (
        f"[1]\nthe history {path} is read-only. {UNCHANGED} Make the file and its "
        "directory writable, then run again."
    ) == run_child(AS_NOBODY, path)
    assert before == path.read_bytes()
    assert os.listdir(open_directory) == ["apirun.db"]


def test_a_new_file_in_a_read_only_directory_is_refused(open_directory):
    """
    A history that can't be made says so.
    """
    path = open_directory / "apirun.db"
    open_directory.chmod(0o555)

    assert (
        f"[]\nthe history {path} may not be opened by this user. {UNCHANGED} Make the "
        "file and its directory writable, then run again."
    ) == run_child(AS_NOBODY, path)
    assert os.listdir(open_directory) == []


def test_a_file_that_may_not_be_read_is_refused(open_directory):
    """
    A history of another user is told from an empty one.
    """
    path = open_directory / "apirun.db"
    path.write_bytes(b"")
    path.chmod(0)
    code = AS_NOBODY.replace(
        "print([kept.version for kept in store.history().applied])\n", ""
    ).replace("store.begin(intent(2))", "store.history()")

    assert (
        f"the history {path} can't be opened. {UNTOUCHED} Check that it is a file, and "
        "that its directory is there and writable, then run again."
    ) == run_child(code, path)


def test_only_the_owner_may_read_the_files(tmp_path):
    """
    Captured secrets are for the owner only, whatever the process's mask.
    """
    before = os.umask(0)
    try:
        store = SqliteStore(tmp_path / "apirun.db")
        with closing(store), store.lock(timeout_s=1):
            store.begin(intent(1))
            names = os.listdir(tmp_path)
            modes = {name: (tmp_path / name).stat().st_mode & 0o777 for name in names}
    finally:
        os.umask(before)

    assert {
        "apirun.db",
        "apirun.db-shm",
        "apirun.db-wal",
        "apirun.db.lock",
        "apirun.db.lock.owner",
    } == set(names)
    assert set(modes.values()) == {0o600}


def test_a_full_disk_takes_nothing(small_disk):
    """
    What does not fit is refused as a whole; what was recorded stands.
    """
    path = small_disk / "apirun.db"
    with closing(SqliteStore(path)) as store:
        store.begin(intent(1))
        before, content = store.history(), path.read_bytes()
        with pytest.raises(StoreError) as caught:
            store.finish(ending(intent(1), body="x" * 1_000_000))

        assert (
            f"the history {path} could not be written: the disk is full. {UNCHANGED} "
            "Make room, then run again."
        ) == str(caught.value)
        assert before == store.history()
        assert content == path.read_bytes()
        store.finish(ending(intent(1)))
    with closing(SqliteStore(path)) as store:
        assert [1] == [kept.version for kept in store.history().applied]


@pytest.mark.skipif(sys.platform == "win32", reason="no limits on files there")
def test_a_limit_on_files_takes_nothing(path):
    """
    A file that may not grow keeps what it has, and the process says why it stops.
    """
    before = path.read_bytes()
    code = """
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
    store.begin(intent(2))
    try:
        store.finish(ending(intent(2), body="x" * 1_000_000))
    except StoreError as error:
        print(error)
    ready_to_die = os.kill(os.getpid(), 9)
    """.replace("\n    ", "\n").replace("ready_to_die = ", "sys.stdout.flush()\n")

    with pytest.raises(subprocess.CalledProcessError) as caught:
        run_child(code, path)

    assert (
        f"the history {path} could not be read or written: disk I/O error. {UNCHANGED} "
        "Mend the disk, then run again.\n"
    ) == caught.value.stdout
    assert before == path.read_bytes()
    with closing(SqliteStore(path)) as store:
        history = store.history()
    assert [1] == [kept.version for kept in history.applied]
    assert history.unsettled == (intent(2),)


@pytest.mark.parametrize("fresh", [True, False])
def test_sigkill_right_after_begin_leaves_the_intent(path, fresh):
    """
    Once `begin` has returned the intent is there, however the process ends.
    """
    where = path.with_name("fresh.db") if fresh else path
    with child("store.begin(intent(2)); ready()", where) as process:
        process.send_signal(signal.SIGKILL)
        process.wait()

    with closing(SqliteStore(where)) as store:
        assert store.history().unsettled == (intent(2),)
        store.finish(ending(intent(2), EndingKind.FAILED))
        assert store.history().unsettled == ()


def test_a_forked_process_opens_its_own_connection(tmp_path):
    """
    Parent and child of a fork both write, and neither breaks the other's log.
    """
    code = """
    store.begin(intent(1))
    pid = os.fork()
    if not pid:
        store.begin(intent(2))
        store.close()
        os._exit(0)
    assert os.waitpid(pid, 0)[1] == 0
    store.begin(intent(3))
    store.close()
    print([kept.version for kept in store.history().unsettled])
    """.replace("\n    ", "\n")

    assert run_child(code, tmp_path / "apirun.db") == "[1, 2, 3]"


def test_a_link_to_the_database_is_the_database(path):
    """
    Two paths to one file have one identity, one lock and one history.
    """
    link = path.with_name("elsewhere") / "link.db"
    link.parent.mkdir()
    link.symlink_to(path)
    with closing(SqliteStore(path)) as real, closing(SqliteStore(link)) as linked:
        real.begin(intent(2))
        assert real.identity == linked.identity
        assert real.history() == linked.history()
        refused = pytest.raises(StoreError, match="is locked")
        with real.lock(timeout_s=0), refused, linked.lock(timeout_s=0):
            pytest.fail("two runners at once")


def test_a_version_of_more_than_63_bits_is_refused(path):
    """
    What SQLite can't count to is a `StoreError` like any other.
    """
    with closing(SqliteStore(path)) as store:
        with pytest.raises(StoreError, match="too large"):
            store.begin(intent(2**63))
        assert store.history().unsettled == ()
