"""The command line on a real pseudo-terminal of a given size."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import Mapping, Optional

from tests.helpers.command import TIMEOUT_S, Finished

__all__ = ["run_on_terminal", "without_styles"]

# pytest-xdist gives its workers a size of their own.
SIZE_OR_COLOUR = frozenset({"COLUMNS", "LINES", "NO_COLOR"})

_ESCAPES = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]|\r")


def without_styles(text: str) -> str:
    """Return *text* without colours and movements of the cursor."""
    return _ESCAPES.sub("", text)


def run_on_terminal(
    *arguments: str,
    cwd: Path,
    columns: int = 80,
    rows: int = 24,
    env: Optional[Mapping[str, str]] = None,
) -> Finished:
    """
    Run ``apirun`` on a terminal and return how it ended; all output is ``out``.

    Args:
        arguments: What follows the command's name.
        cwd: Its working directory.
        columns: Width of the terminal.
        rows: Its height.
        env: Process variables besides those of the tests.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    plain = {k: v for k, v in os.environ.items() if k not in SIZE_OR_COLOUR}
    process = subprocess.Popen(
        [sys.executable, "-m", "apirun_cli", *arguments],
        cwd=str(cwd),
        env={**plain, "TERM": "xterm-256color", **(env or {})},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    written = _read_all(ours)
    os.close(ours)
    code = process.wait(timeout=TIMEOUT_S)
    return Finished(code, written.decode("utf-8", "replace"), "")


def _read_all(descriptor: int) -> bytes:
    chunks = []
    deadline_s = time.monotonic() + TIMEOUT_S
    while time.monotonic() < deadline_s:
        try:
            chunk = os.read(descriptor, 65536)
        except OSError:
            # Linux says so when the last process has closed the other end.
            break
        if not chunk:
            break
        chunks.append(chunk)
    return b"".join(chunks)
