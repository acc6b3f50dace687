"""Over PostgreSQL, with runners that compete and a server that is killed, too."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Iterator

import pytest

from tests.helpers.command import run_apirun
from tests.helpers.counting import CountingServer, serve_counting
from tests.helpers.postgres import Server, find_programs, remove_server, start_server
from tests.helpers.stagetree import thing, write_stages

KILLS = int(os.environ.get("APIRUN_STRESS_KILLS", "12"))
GRAPH = {"a": (), "b": ("a",), "c": ("a",), "d": ("b", "c")}
NAMES = sorted(f"{stage}{number}" for stage in GRAPH for number in (1, 2, 3))
KINDS = ("probe", "put", "key")
LONGEST_S = 2.0

pytestmark = [
    pytest.mark.stress,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(find_programs() is None, reason="no PostgreSQL runs here"),
]


@pytest.fixture
def database() -> Iterator[Server]:
    """Serve a PostgreSQL of this test alone."""
    server = start_server()
    try:
        yield server
    finally:
        remove_server(server)


def _write(directory: Path, api: CountingServer, dsn: str) -> None:
    """Write four stages of three versions that share one database."""
    stages = {
        name: [
            thing(f"{name}{number}", kind=KINDS[number % len(KINDS)])
            for number in (1, 2, 3)
        ]
        for name in GRAPH
    }
    write_stages(directory, api.url, stages, GRAPH)
    for name in GRAPH:
        config = {"store": {"type": "postgres", "postgres": {"dsn": dsn}}}
        (directory / name / "config.yaml").write_text(json.dumps(config))


def _start(directory: Path, direction: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "apirun_cli", "stages", direction],
        cwd=str(directory),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _kill_after(process: "subprocess.Popen[bytes]", seconds: float) -> bool:
    """Kill *process* in so many seconds; return whether it was still there."""
    try:
        process.wait(timeout=max(0.0, seconds))
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    return process.wait() < 0


def _span_s(directory: Path) -> float:
    """Return how long an undisturbed run takes here."""
    started_s = time.monotonic()
    assert run_apirun("stages", "up", cwd=directory, typed=True).code == 0
    took_s = time.monotonic() - started_s
    assert run_apirun("stages", "down", cwd=directory).code == 0
    return min(took_s, LONGEST_S)


def _finish(directory: Path, direction: str) -> None:
    """Run once more: that must be enough, and nobody is asked."""
    done = run_apirun("stages", direction, cwd=directory)
    assert 0 == done.code, done.err


def _check(api: CountingServer, direction: str) -> None:
    assert {} == api.doubled
    assert (NAMES if direction == "up" else []) == api.standing
    if direction == "up":
        assert {1} == set(api.created.values())


def test_killed_runners_that_compete_make_everything_once(tmp_path, database):
    """
    Two runners of the same stages are killed, and the next one finishes the work.
    """
    dice, struck = random.Random(), 0
    with serve_counting(delay_s=0.004) as api:
        _write(tmp_path, api, database.dsn(database.create_database()))
        span_s = _span_s(tmp_path)
        for _ in range(max(1, KILLS // 4)):
            api.created.clear()
            api.keys.clear()
            for direction in ("up", "down"):
                runners = [_start(tmp_path, direction) for _ in range(2)]
                moments = sorted(dice.uniform(0.1, 1.5 * span_s) for _ in runners)
                dice.shuffle(runners)
                struck += _kill_after(runners[0], moments[0])
                struck += _kill_after(runners[1], moments[1] - moments[0])
                _finish(tmp_path, direction)
                _check(api, direction)
    assert struck > 0


def test_a_database_that_is_killed_loses_and_doubles_nothing(tmp_path, database):
    """
    The server goes in the middle and comes back: the next run finishes the work.
    """
    dice, codes = random.Random(), set()
    with serve_counting(delay_s=0.004) as api:
        _write(tmp_path, api, database.dsn(database.create_database()))
        span_s = _span_s(tmp_path)
        for _ in range(max(1, KILLS // 2)):
            api.created.clear()
            api.keys.clear()
            for direction in ("up", "down"):
                runner = _start(tmp_path, direction)
                time.sleep(dice.uniform(0.1, span_s))
                database.kill()
                codes.add(runner.wait(timeout=60))
                database.start()
                _finish(tmp_path, direction)
                _check(api, direction)
    assert codes - {0}, "no kill ever struck"
    assert codes <= {0, 1, 2}
