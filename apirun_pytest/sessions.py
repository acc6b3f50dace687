"""
One run of pytest, in one process or in several that share a directory.

Who lives is told by locks, which the operating system takes from a process
that dies, however it dies: a number that another process got meanwhile says
nothing wrong.
"""

import json
import os
import time
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from typing import Iterator, List, NamedTuple, Optional

from filelock import FileLock, Timeout

from apirun_pytest.files import make_private, read_json, write_json

__all__ = ["Note", "Session", "clear_away", "is_alive", "only_orphans"]

MAIN = "main"
BEGINNING_S = 60.0
ASKED_S = 0.1


class Note(NamedTuple):
    """
    What the summary tells.

    Attributes:
        text: One line, or more.
        left: Whether something stands that should not.
        kept: Whether something stands that should.
    """

    text: str
    left: bool = False
    kept: bool = False


class Session:
    """
    One run of pytest, as one of its processes sees it.

    Args:
        directory: Shared by the processes of this run and by no other run.
        name: Of this process: ``main``, or the worker's id.
    """

    def __init__(self, directory: Path, name: str = MAIN) -> None:
        self.directory = directory
        self.name = name
        self._alive: Optional[FileLock] = None

    def join(self) -> None:
        """Be alive, in the eyes of other processes, until `leave` or death."""
        if self._alive is None:
            make_private(self.directory)
            self._alive = FileLock(self.directory / f"{self.name}.alive")
            self._alive.acquire()

    def leave(self) -> None:
        """Be no longer alive."""
        if self._alive is not None:
            self._alive.release()
            self._alive = None

    def expect(self, worker: str) -> None:
        """Note that *worker* is to begin."""
        (self.directory / f"{worker}.begun").touch()

    def finish(self, worker: str) -> bool:
        """Note that *worker* has ended; return whether it was the last one."""
        if not self.directory.is_dir():
            return False
        with self._locked("tally"):
            (self.directory / f"{worker}.ended").touch()
            begun = {path.stem for path in self.directory.glob("*.begun")}
            ended = {path.stem for path in self.directory.glob("*.ended")}
        return begun <= ended

    def fail(self) -> None:
        """Note that a test failed."""
        if self.directory.is_dir():
            (self.directory / "failed").touch()

    @property
    def failed(self) -> bool:
        """Whether a test failed, in any of the processes."""
        return (self.directory / "failed").exists()

    def refuse(self, key: str, reason: str) -> None:
        """Note why the environment *key* can't be set up in this run."""
        write_json(self.directory / f"{key}.refused", reason)

    def refusal(self, key: str) -> str:
        """Return why the environment *key* can't be set up; empty if it can."""
        return str(read_json(self.directory / f"{key}.refused") or "")

    def tell(self, note: Note) -> None:
        """Put *note* into the summary of the run."""
        make_private(self.directory)
        with self._locked("notes"), _appending(self.directory / "notes") as line:
            os.write(line, (json.dumps(note) + "\n").encode())

    def notes(self) -> List[Note]:
        """Return what the summary tells."""
        path = self.directory / "notes"
        if not path.exists():
            return []
        lines = path.read_text("utf-8").splitlines()
        return [Note(*json.loads(line)) for line in lines]

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        with FileLock(self.directory / f"{name}.lock"):
            yield


@contextmanager
def _appending(path: Path) -> Iterator[int]:
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        yield file
    finally:
        os.close(file)


def is_alive(directory: Path) -> bool:
    """Return whether a process of the run with this *directory* lives."""
    return any(_is_held(path) for path in directory.glob("*.alive"))


def clear_away(directory: Path, mine: Path) -> None:
    """Delete what dead sessions left in *directory*, but for *mine*."""
    for other in directory.glob("*"):
        try:
            # One that has just begun may not have said yet that it is alive.
            old = time.time() - other.stat().st_mtime > BEGINNING_S
        except OSError:
            continue  # another session clears away as well
        if other != mine and old and not is_alive(other):
            rmtree(other, ignore_errors=True)


def only_orphans(directory: Path) -> bool:
    """Return whether workers live whose pytest is dead, and so soon end."""
    return is_alive(directory) and not _is_held(directory / f"{MAIN}.alive")


def _is_held(path: Path) -> bool:
    try:
        # Who asks holds it, too, for a moment.
        with FileLock(path).acquire(timeout=ASKED_S, poll_interval=0.02):
            return False
    except Timeout:
        return True
    except OSError:
        return False  # the directory of a run that ended goes away at any moment
