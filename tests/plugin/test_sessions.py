"""Who lives, as several sessions ask at the same time."""

import os
import threading
import time

import pytest
from filelock import FileLock

from apirun_pytest import sessions
from apirun_pytest.sessions import Session, clear_away, is_alive


@pytest.fixture
def session(tmp_path):
    """Return a session that is alive."""
    made = Session(tmp_path / "sessions" / "one")
    made.join()
    yield made
    made.leave()


def test_a_session_lives_until_it_leaves(session):
    """Asking does not end it."""
    before = [is_alive(session.directory) for _ in range(2)]
    session.leave()

    assert ([True, True], False) == (before, is_alive(session.directory))


def test_whoever_asks_at_the_same_time_is_not_taken_for_alive(session, monkeypatch):
    """Another one that asks holds the lock, too, but only for a moment."""
    # As long as a busy machine may need for that moment.
    monkeypatch.setattr(sessions, "ASKED_S", 30.0)
    session.leave()
    asking = FileLock(session.directory / "main.alive", thread_local=False)
    asking.acquire()
    threading.Timer(0.02, asking.release).start()

    assert not is_alive(session.directory)


def test_what_another_session_clears_away_meanwhile_is_no_matter(tmp_path, session):
    """The old and dead go, what lives and what is gone already does not matter."""
    parent = session.directory.parent
    (parent / "dead").mkdir()
    (parent / "gone").symlink_to(tmp_path / "gone")
    long_ago_s = time.time() - 3600
    os.utime(parent / "dead", (long_ago_s, long_ago_s))
    os.utime(session.directory, (long_ago_s, long_ago_s))

    clear_away(parent, parent / "mine")

    assert {"one", "gone"} == {path.name for path in parent.iterdir()}
