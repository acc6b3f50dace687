"""A store in a process of its own, which a test may kill."""

import os
import pickle
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Callable, Dict, Iterator

from apirun.state import EndingKind, StateStore
from apirun.testing.records import ending, intent

__all__ = ["another_process"]

TURNS = 20


@contextmanager
def another_process(
    store: StateStore, action: str, directory: Path
) -> "Iterator[subprocess.Popen[str]]":
    """
    Let another process do something with *store*, and end it with the block.

    Args:
        store: What it gets a pickled copy of.
        action: ``hold`` takes the lock until its input ends; ``begin`` and
            ``finish`` do that with version 2; ``append`` waits for the end of
            its input and then adds lines.
        directory: Where the copy may be handed over.
    """
    path = directory / f"store-{os.urandom(4).hex()}.pickle"
    path.write_bytes(pickle.dumps(store))
    process = subprocess.Popen(
        [sys.executable, "-m", "apirun.testing.processes", action, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        # It finds what this process finds, also the modules of the tests.
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    with process:
        try:
            assert process.stdout is not None
            told = process.stdout.readline()
            assert told == "ready\n", f"the other process said {told!r}"
            yield process
        finally:
            process.kill()
            path.unlink()


def _ready() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()


def _hold(store: StateStore) -> None:
    with store.lock(timeout_s=30):
        _ready()
        sys.stdin.read()


def _begin(store: StateStore) -> None:
    store.begin(intent(2))
    _ready()
    sys.stdin.read()


def _finish(store: StateStore) -> None:
    store.finish(ending(intent(2)))
    _ready()


def _append(store: StateStore) -> None:
    _ready()
    sys.stdin.read()
    for _ in range(TURNS):
        store.finish(ending(intent(1), EndingKind.FAILED))


ACTIONS: Dict[str, Callable[[StateStore], None]] = {
    "append": _append,
    "begin": _begin,
    "finish": _finish,
    "hold": _hold,
}


def main() -> None:
    """Do to the store what the arguments say."""
    store = pickle.loads(Path(sys.argv[2]).read_bytes())  # noqa: S301 - of our maker
    ACTIONS[sys.argv[1]](store)
    store.close()


if __name__ == "__main__":
    main()
