"""SIGKILL at random moments loses nothing and doubles nothing."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.helpers.command import run_apirun
from tests.helpers.counting import CountingServer, serve_counting
from tests.helpers.stagetree import thing, write_stages

KILLS = int(os.environ.get("APIRUN_STRESS_KILLS", "12"))
GRAPH = {"a": (), "b": ("a",), "c": ("a",), "d": ("b", "c")}
KINDS = ("probe", "put", "key")
# What a start takes before the first request, and what a run takes after it.
LONGEST_S = 2.0

pytestmark = [pytest.mark.stress, pytest.mark.timeout(1800)]


def _tree(tmp_path: Path, server: CountingServer, kinds: "tuple[str, ...]") -> Path:
    stages = {
        name: [
            thing(f"{name}{number}", kind=kinds[number % len(kinds)])
            for number in range(1, 4)
        ]
        for name in GRAPH
    }
    return write_stages(tmp_path, server.url, stages, GRAPH).parent


def _killed(directory: Path, direction: str, after_s: float) -> int:
    """Run apirun, kill it *after_s* seconds, and return its exit code."""
    process = subprocess.Popen(
        [sys.executable, "-m", "apirun_cli", "stages", direction],
        cwd=str(directory),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        return process.wait(timeout=after_s)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        return process.wait()


def _span_s(directory: Path) -> float:
    """Return how long an undisturbed run takes here."""
    started_s = time.monotonic()
    assert run_apirun("stages", "up", cwd=directory, typed=True).code == 0
    took_s = time.monotonic() - started_s
    assert run_apirun("stages", "down", cwd=directory).code == 0
    return min(took_s, LONGEST_S)


@pytest.mark.parametrize("kinds", [KINDS, ("poll",)], ids=["answered", "polled"])
def test_killed_runs_are_finished_by_the_next_one(tmp_path, kinds):
    """
    With a probe, a harmless method or a key, running again finishes the work.
    """
    names = sorted(f"{stage}{number}" for stage in GRAPH for number in (1, 2, 3))
    dice = random.Random()
    with serve_counting(delay_s=0.004) as server:
        directory = _tree(tmp_path, server, kinds)
        span_s = _span_s(directory)
        struck = 0
        for _ in range(max(1, KILLS // 2)):
            server.created.clear()
            server.keys.clear()
            struck += _killed(directory, "up", dice.uniform(0.1, span_s)) < 0
            done = run_apirun("stages", "up", cwd=directory)
            assert (0, {}) == (done.code, server.doubled), done.err
            assert names == server.standing
            assert set(server.created.values()) == {1}
            struck += _killed(directory, "down", dice.uniform(0.1, span_s)) < 0
            done = run_apirun("stages", "down", cwd=directory)
            assert (0, []) == (done.code, server.standing), done.err
    assert struck > 0


def test_without_probe_nothing_is_doubled_and_the_choices_are_named(tmp_path):
    """
    A plain POST that may have happened is never sent again: a person decides.
    """
    dice = random.Random()
    with serve_counting(delay_s=0.02) as server:
        directory = _tree(tmp_path, server, ("post",))
        span_s = _span_s(directory)
        for _ in range(max(1, KILLS // 4)):
            _killed(directory, "up", dice.uniform(0.1, span_s))
            _finish_by_hand(directory, server)
            assert {} == server.doubled
            assert run_apirun("stages", "down", cwd=directory).code == 0
            assert [] == server.standing


def _finish_by_hand(directory: Path, server: CountingServer) -> None:
    """Run up until it is done, settling what it asks by looking at the API."""
    for _ in range(20):
        done = run_apirun("stages", "up", cwd=directory)
        if done.code == 0:
            return
        assert done.code == 3, done.err
        choice = next(
            line for line in done.err.splitlines() if "--as applied" in line
        ).split()
        version, config = choice[2], choice[choice.index("--config") + 1]
        stage = Path(config).parent.name
        name = f"{stage}{version}"
        there = server.things[name] > 0
        answer = (
            ["--as", "applied", "--var", f"{name}_id=id-{name}"]
            if there
            else ["--as", "pending"]
        )
        settled = run_apirun(
            "settle", version, "--config", config, *answer, cwd=directory
        )
        assert settled.code == 0, settled.err
    pytest.fail("it never came to an end")
