"""The command line in a process of its own, as a user runs it, or in this one."""

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Mapping, Optional

from attrs import frozen

from apirun_cli.app import cli
from tests.helpers.forked import can_fork, run_forked

TIMEOUT_S = 60.0


@frozen
class Finished:
    """
    How a command ended.

    Attributes:
        code: Its exit code.
        out: What it wrote to stdout.
        err: What it wrote to stderr.
    """

    code: int
    out: str
    err: str


def run_apirun(
    *arguments: str,
    cwd: Path,
    env: Optional[Mapping[str, str]] = None,
    typed: bool = False,
) -> Finished:
    """
    Run ``apirun`` in a process of its own and return how it ended.

    Args:
        arguments: What follows the command's name.
        cwd: Its working directory.
        env: Process variables besides those of the tests.
        typed: Whether the interpreter starts anew, as when a user types it.
    """
    told = {**os.environ, "NO_COLOR": "1", "COLUMNS": "200", **(env or {})}
    if not typed and can_fork(told):
        forked = run_forked(arguments, cwd=cwd, env=told, timeout_s=TIMEOUT_S)
        return Finished(*forked)
    done = subprocess.run(
        [sys.executable, "-m", "apirun_cli", *arguments],
        cwd=str(cwd),
        env=told,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=TIMEOUT_S,
        check=False,
    )
    return Finished(done.returncode, done.stdout, done.stderr)


def run_apirun_here(*arguments: str) -> Finished:
    """
    Run ``apirun`` in this process, which takes least of the time.

    What it does not expect is raised, where a process would tell of a defect.
    """
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = cli.main(list(arguments), prog_name="apirun", standalone_mode=False)
    return Finished(code or 0, out.getvalue(), err.getvalue())
