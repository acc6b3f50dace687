"""
Processes that have imported the command line when they begin.

A server is started once, imports it, and forks for each command: a process of
its own like any other, without the start that takes most of its time.
"""

import atexit
import os
import sys
import tempfile
import threading
from multiprocessing import get_context
from multiprocessing.connection import wait
from pathlib import Path
from subprocess import TimeoutExpired
from typing import Dict, Mapping, Tuple

__all__ = ["can_fork", "run_forked"]

IMPORTED = [
    *("apirun", "apirun_cli.__main__", "apirun_cli.commands.directory"),
    *("apirun_cli.commands.stages", "apirun.stores.sqlite", "apirun.stores.postgres"),
    *("jsonpath_ng.ext", "requests", "rich.live", "structlog"),
]
# What an interpreter reads when it starts is late for one that runs already.
AT_START = ("PYTHON", "LANG", "LC_", "LD_", "TZ")

_context = get_context("forkserver")
_context.set_forkserver_preload(IMPORTED)
_lock = threading.Lock()


def _read_at_start(env: Mapping[str, str]) -> Dict[str, str]:
    return {name: env[name] for name in env if name.startswith(AT_START)}


_at_start = _read_at_start(os.environ)


def can_fork(env: Mapping[str, str]) -> bool:
    """Return whether a forked process would see *env* as a fresh one does."""
    return _read_at_start(env) == _at_start


def run_forked(
    arguments: Tuple[str, ...], *, cwd: Path, env: Mapping[str, str], timeout_s: float
) -> Tuple[int, str, str]:
    """
    Run ``apirun`` and return its exit code, its stdout and its stderr.

    Raises:
        subprocess.TimeoutExpired: If it did not end in time.
    """
    with tempfile.TemporaryDirectory() as name:
        out, err = Path(name, "out"), Path(name, "err")
        process = _context.Process(
            target=_main, args=(arguments, str(cwd), dict(env), str(out), str(err))
        )
        # A start looks after all others, and how one ended can be read once only.
        with _lock:
            process.start()
        in_time = wait([process.sentinel], timeout_s)
        if not in_time:
            process.kill()
        with _lock:
            process.join()
        if not in_time:
            raise TimeoutExpired(arguments, timeout_s)
        code = process.exitcode
        assert code is not None
        return code, out.read_text("utf-8"), err.read_text("utf-8")


def _main(
    arguments: Tuple[str, ...], cwd: str, env: Mapping[str, str], out: str, err: str
) -> None:
    os.environ.clear()
    os.environ.update(env)
    os.chdir(cwd)
    sys.path.insert(0, cwd)
    sys.argv = ["apirun", *arguments]
    for number, path, flags in (
        (0, os.devnull, os.O_RDONLY),
        (1, out, os.O_WRONLY | os.O_CREAT),
        (2, err, os.O_WRONLY | os.O_CREAT),
    ):
        opened = os.open(path, flags, 0o600)
        os.dup2(opened, number)
        os.close(opened)

    from apirun_cli.__main__ import main  # noqa: PLC0415 - where it runs only

    try:
        main()
    finally:
        atexit._run_exitfuncs()
