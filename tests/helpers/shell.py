"""A shell in which the commands of a page are run, one after the other."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Callable, List, Tuple

from tests.helpers.ports import free_port

__all__ = ["HOME", "Shell", "normal"]

HOME = "/home/ada/shop"
"""What stands on the pages for the directory in which they are run."""

PORT = "8000"
SERVE = re.compile(r"python -m apirun\.testing (\d+)")
END = "-- end of the command --"
ALIKE = (
    (re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?Z?"), "DATE"),
    (re.compile(r"\b\d\d:\d\d:\d\d\b"), "TIME"),
    (re.compile(r"\b\d+m\d+(\.\d+)?s\b|\b\d+(\.\d+)?(ms|s)\b"), "DURATION"),
    (re.compile(r"\bprocess \d+ on [\w.-]+"), "process PID on HOST"),
    (re.compile(r"\bin \d+\.\d+s\b"), "in DURATION"),
    # Columns are as wide as what stands in them.
    (re.compile(r"(?<=\S) +"), " "),
    (re.compile(r" +$", re.MULTILINE), ""),
    (re.compile(r"─+|={3,}|-{3,}"), "LINE"),
)


def normal(text: str) -> str:
    """Return what is printed without what differs from run to run."""
    for pattern, same in ALIKE:
        text = pattern.sub(same, text)
    return text.strip("\n")


class Shell:
    """
    A bash in a directory, with the address of the pages on a port of its own.

    Args:
        directory: Where the commands are run.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.port = str(free_port())
        self._servers: List[subprocess.Popen[str]] = []
        bash = shutil.which("bash")
        assert bash is not None
        self._bash = self._start([bash, "--norc", "--noprofile"], stdin=subprocess.PIPE)

    def close(self) -> None:
        """End the shell and the servers that were started in it."""
        self._stop_servers()
        # With what was started in it and left to itself.
        os.killpg(self._bash.pid, signal.SIGKILL)
        self._bash.communicate()

    def real(self, text: str) -> str:
        """Return *text* of a page with the port and directory of this shell."""
        return re.sub(rf"\b{PORT}\b", self.port, text).replace(
            HOME, str(self.directory)
        )

    def shown(self, text: str) -> str:
        """Return what was printed as a page shows it."""
        text = text.replace(str(self.directory), HOME).replace(self.port, PORT)
        return text.replace(socket.gethostname(), "build-1")

    def run(self, command: str) -> Tuple[str, int]:
        """Run a command; return what it prints, as a page shows it, and its code."""
        if SERVE.fullmatch(command):
            return self._serve(command), 0
        assert self._bash.stdin is not None
        self._bash.stdin.write(
            f"{self.real(command)}\n"
            f"__code=$?; echo; echo '{END}' $__code; (exit $__code)\n"
        )
        self._bash.stdin.flush()
        printed = self._read_until(lambda line: line.startswith(END))
        # An empty line stands before the end, or what had no line's end.
        output = "".join(printed[:-1])
        output = output[:-1] if output.endswith("\n") else output
        return self.shown(output), int(printed[-1].split()[-1])

    def _serve(self, command: str) -> str:
        # The one before has the same port, and ends here as it does on the page.
        self._stop_servers()
        words = self.real(command).split()
        server = self._start([sys.executable, *words[1:]])
        self._servers.append(server)
        assert server.stdout is not None
        return self.shown(server.stdout.readline())

    def _stop_servers(self) -> None:
        while self._servers:
            process = self._servers.pop()
            process.kill()
            process.communicate()

    def _read_until(self, ended: Callable[[str], bool]) -> List[str]:
        assert self._bash.stdout is not None
        printed: List[str] = []
        while not (printed and ended(printed[-1])):
            line = self._bash.stdout.readline()
            assert line, f"the shell ended: {''.join(printed)}"
            printed.append(line)
        return printed

    def _start(self, command: List[str], **settings: int) -> "subprocess.Popen[str]":
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("APIRUN_", "PYTEST_"))
        }
        path = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}"
        return subprocess.Popen(
            command,
            cwd=str(self.directory),
            env={**kept, "PATH": path, "COLUMNS": "100", "LC_ALL": "C.UTF-8"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            start_new_session=True,
            **{"stdin": subprocess.DEVNULL, **settings},
        )
