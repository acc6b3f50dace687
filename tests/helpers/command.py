"""The command line in a fresh process, as a user runs it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Mapping, Optional

from attrs import frozen

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
