"""A history is locked against other processes for as long as its holder lives."""

import json
import os
import pickle
import signal
import socket
from pathlib import Path

import pytest

from apirun.exceptions import StoreError, StoreLockedError
from apirun.settings import StoreSettings
from apirun.stores.sqlite import SqliteStore
from apirun.stores.tables import TableNames
from tests.stores.child import child

HOLDER = """
with store.lock(timeout_s=1):
    ready()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a history may stand."""
    return tmp_path / "apirun.db"


def test_a_second_process_is_told_who_holds_the_lock(path):
    """
    The error names host, pid and since when, and says what to do.
    """
    with child(HOLDER, path) as holder:
        owner = json.loads(path.with_name("apirun.db.lock.owner").read_text())
        store = SqliteStore(path)
        with pytest.raises(StoreLockedError) as caught, store.lock(timeout_s=0.05):
            pytest.fail("two runners at once")

        error = caught.value
        assert (socket.gethostname(), holder.pid) == (error.host, error.pid)
        assert owner["since"] == error.since
        assert (
            f"the history {path} is locked: process {holder.pid} on {error.host} holds "
            f"it since {error.since}, and did not let go within 50ms. Nothing was "
            "sent. Wait until that run has ended, or give it longer with "
            "--lock-timeout."
        ) == str(error)
        copy = pickle.loads(pickle.dumps(error))
        assert (error.pid, str(error)) == (copy.pid, str(copy))


def test_a_second_process_gets_the_lock_when_the_first_lets_go(path):
    """
    Who waits for the lock gets it as soon as it is free.
    """
    with child(HOLDER, path) as holder:
        assert holder.stdin is not None
        holder.stdin.close()
        with SqliteStore(path).lock(timeout_s=60):
            assert os.getpid() == _owner(path)["pid"]
        holder.wait()
    assert not path.with_name("apirun.db.lock.owner").exists()


def test_the_lock_is_free_after_sigkill_of_its_holder(path):
    """
    ``kill -9`` frees the lock at once; the owner that it leaves means nothing.
    """
    with child(HOLDER, path) as holder:
        holder.send_signal(signal.SIGKILL)
        holder.wait()

    assert holder.pid == _owner(path)["pid"]
    with SqliteStore(path).lock(timeout_s=0):
        assert os.getpid() == _owner(path)["pid"]


@pytest.mark.parametrize(
    "left",
    [
        '{"host": "elsewhere", "pid": 1, "since": "2024-05-06T07:08:09Z"}',
        '{"pid": 1, "ho',
        '{"pid": null}',
        "[]",
        "",
        "\x00\x00",
    ],
)
def test_a_stale_owner_file_is_no_lock(path, left):
    """
    Only the lock itself counts, whatever somebody left beside it.
    """
    path.with_name("apirun.db.lock.owner").write_text(left)
    path.with_name("apirun.db.lock").touch()
    with SqliteStore(path).lock(timeout_s=0):
        assert os.getpid() == _owner(path)["pid"]


@pytest.mark.parametrize("left", ['{"pid": null}', '{"pid": "x"}', "[]", "", "\xff{"])
def test_an_unreadable_owner_is_another_process(path, left):
    """
    A lock whose owner can't be told is refused all the same.
    """
    with child(HOLDER, path):
        path.with_name("apirun.db.lock.owner").write_text(left, encoding="latin-1")
        store = SqliteStore(path)
        with pytest.raises(StoreLockedError) as caught, store.lock(timeout_s=0):
            pytest.fail("two runners at once")

    assert ("", 0) == (caught.value.host, caught.value.pid)
    assert "is locked: another process holds it, and" in str(caught.value)


def test_stages_in_one_database_lock_each_for_itself(path):
    """
    Stages that share a file but no tables may run at the same time.
    """
    settings = StoreSettings(table_prefix="other")
    with child(HOLDER, path):
        other = SqliteStore(path, tables=TableNames.from_settings(settings))
        with other.lock(timeout_s=0):
            assert other.history().applied == ()


def test_taking_the_lock_makes_no_history(path):
    """
    The lock needs its own files only.
    """
    with SqliteStore(path).lock(timeout_s=0):
        assert not path.exists()


def test_a_lock_needs_the_directory_of_the_history(tmp_path):
    """
    No directory is made for the lock's sake.
    """
    path = tmp_path / "gone" / "apirun.db"
    with pytest.raises(StoreError) as caught, SqliteStore(path).lock(timeout_s=0):
        pytest.fail("locked what is not there")

    assert (
        f"the history {path} can't be locked: there is no directory {path.parent}. "
        "Nothing was sent. Make it, then run again."
    ) == str(caught.value)
    assert os.listdir(tmp_path) == []


def test_a_lock_file_that_is_a_directory_is_refused(path):
    """
    What stands in the lock's place is named.
    """
    lock = path.with_name("apirun.db.lock")
    lock.mkdir()
    with pytest.raises(StoreError) as caught, SqliteStore(path).lock(timeout_s=0):
        pytest.fail("locked a directory")

    assert str(caught.value).startswith(
        f"the history {path}: the lock file {lock} can't be made: "
    )
    assert "Is a directory" in str(caught.value)


def _owner(path: Path) -> "dict[str, object]":
    with open(f"{path}.lock.owner", encoding="utf-8") as file:
        owner = json.load(file)
    assert isinstance(owner, dict)
    return owner
