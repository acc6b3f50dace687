"""One runner at a time: a lock file that says who holds it."""

import json
import os
import socket
from contextlib import contextmanager
from typing import Dict, Iterator

from filelock import FileLock, Timeout

from apirun.durations import utc_now
from apirun.exceptions import StoreError, StoreLockedError

__all__ = ["held"]


@contextmanager
def held(path: str, *, store: str, timeout_s: float) -> Iterator[None]:
    """
    Hold the lock file *path* until the block ends.

    The file itself is locked; who holds it stands in another one beside it,
    which means nothing while the lock is free, as after ``kill -9``.

    Args:
        path: The lock file.
        store: What it locks, for messages.
        timeout_s: Seconds to wait for another holder.

    Raises:
        StoreLockedError: If another runner still holds it then.
        StoreError: If the file can't be made.
    """
    directory = os.path.dirname(path)
    if not os.path.isdir(directory):
        raise StoreError(
            f"{store} can't be locked: there is no directory {directory}. Nothing was "
            "sent. Make it, then run again."
        )
    timeout_s = max(0.0, timeout_s)
    lock = FileLock(path, timeout=timeout_s, mode=0o600, thread_local=False)
    try:
        lock.acquire(poll_interval=min(0.05, max(0.001, timeout_s / 10)))
    except Timeout:
        raise _locked(path, store, timeout_s) from None
    except OSError as error:
        raise StoreError(
            f"{store}: the lock file {path} can't be made: {error.strerror or error}. "
            "Nothing was sent. Make its directory writable, then run again."
        ) from error
    try:
        _say_who(f"{path}.owner")
        yield
    finally:
        _forget(f"{path}.owner")
        lock.release()


def _say_who(path: str) -> None:
    owner = {"host": socket.gethostname(), "pid": os.getpid(), "since": utc_now()}
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    try:
        with os.fdopen(os.open(path, flags, 0o600), "w") as file:
            json.dump(owner, file)
    except OSError:
        return  # a full disk must not keep a run from ending in order


def _forget(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return  # whoever locks next writes it anew


def _locked(path: str, store: str, timeout_s: float) -> StoreLockedError:
    owner = _read(f"{path}.owner")
    host, since = str(owner.get("host", "")), str(owner.get("since", ""))
    pid = owner.get("pid")
    if not isinstance(pid, int):
        pid = 0
    who = (
        f"process {pid} on {host} holds it since {since}"
        if pid
        else "another process holds it"
    )
    return StoreLockedError(
        f"{store} is locked: {who}",
        host=host,
        pid=pid,
        since=since,
        waited_s=timeout_s,
    )


def _read(path: str) -> Dict[str, object]:
    try:
        with open(path, encoding="utf-8") as file:
            owner = json.load(file)
    except (OSError, ValueError):
        return {}
    return owner if isinstance(owner, dict) else {}
