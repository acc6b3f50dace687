"""Python code in a process of its own, which a test may kill."""

import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Dict, Iterator, Optional

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT_S = 60.0

# What every child may use: a store at the path or URL that is its first argument.
PRELUDE = """
import os, sys, time
from apirun.exceptions import StoreError
from apirun.state import EndingKind
from apirun.stores.postgres import PostgresStore
from apirun.stores.sqlite import SqliteStore
from tests.stores.records import ending, intent

def ready():
    print("ready", flush=True)
    sys.stdin.read()

path = sys.argv[1]
store = (PostgresStore if "://" in path else SqliteStore)(path)
"""


@contextmanager
def child(code: str, *arguments: object) -> Iterator["subprocess.Popen[str]"]:
    """
    Run *code* until it calls ``ready()``, and end it with the block.

    Args:
        code: What to run after `PRELUDE`.
        arguments: What it finds in `sys.argv`.
    """
    process = subprocess.Popen(
        _command(code, arguments),
        cwd=str(ROOT),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    with process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            process.kill()


def run_child(
    code: str, *arguments: object, env: Optional[Dict[str, str]] = None
) -> str:
    """
    Run *code* to its end and return what it wrote.

    Args:
        code: What to run after `PRELUDE`.
        arguments: What it finds in `sys.argv`.
        env: Its process variables, if not those of the tests.
    """
    done = subprocess.run(
        _command(code, arguments),
        cwd=str(ROOT),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        timeout=TIMEOUT_S,
        check=True,
        env=env,
    )
    return done.stdout.rstrip("\n")


def _command(code: str, arguments: "tuple[object, ...]") -> "list[str]":
    return [sys.executable, "-c", PRELUDE + code, *map(str, arguments)]
