"""The command line in a fresh process, as a user runs it, or in this one."""

import io
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Mapping, Optional

from attrs import frozen

from apirun_cli.app import cli

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
    *arguments: str, cwd: Path, env: Optional[Mapping[str, str]] = None
) -> Finished:
    """
    Run ``apirun`` and return how it ended.

    Args:
        arguments: What follows the command's name.
        cwd: Its working directory.
        env: Process variables besides those of the tests.
    """
    done = subprocess.run(
        [sys.executable, "-m", "apirun_cli", *arguments],
        cwd=str(cwd),
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "200", **(env or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=TIMEOUT_S,
        check=False,
    )
    return Finished(done.returncode, done.stdout, done.stderr)


def run_apirun_here(*arguments: str) -> Finished:
    """
    Run ``apirun`` in this process, which takes a tenth of the time.

    What it does not expect is raised, where a process would tell of a defect.
    """
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = cli.main(list(arguments), prog_name="apirun", standalone_mode=False)
    return Finished(code or 0, out.getvalue(), err.getvalue())
