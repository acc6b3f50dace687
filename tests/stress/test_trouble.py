"""Two runs at once, a disk that fills up, and answers that are lost."""

import os
import subprocess
import sys
import threading

import pytest

from tests.helpers.command import run_apirun
from tests.helpers.counting import serve_counting
from tests.helpers.stagetree import thing, write_stages

GRAPH = {"a": (), "b": ("a",), "c": ("a",), "d": ("b", "c")}
NAMES = sorted(f"{stage}{number}" for stage in GRAPH for number in (1, 2, 3))

pytestmark = pytest.mark.e2e


def write(directory, server, *kinds):
    """Write four stages of three versions each."""
    stages = {
        name: [
            thing(f"{name}{number}", kind=kinds[number % len(kinds)])
            for number in (1, 2, 3)
        ]
        for name in GRAPH
    }
    write_stages(directory, server.url, stages, GRAPH)


def test_two_runs_at_once_make_everything_once(tmp_path):
    """One runner does the work of a stage, the other waits, and finds it done."""
    with serve_counting(delay_s=0.02) as server:
        write(tmp_path, server, "post")
        ended = []

        def go():
            ended.append(run_apirun("stages", "up", cwd=tmp_path))

        runners = [threading.Thread(target=go) for _ in range(3)]
        for runner in runners:
            runner.start()
        for runner in runners:
            runner.join()

        assert [0, 0, 0] == [done.code for done in ended], ended
        assert NAMES == server.standing
        assert {1} == set(server.created.values())


def test_a_runner_that_waits_too_long_says_who_holds_the_history(tmp_path):
    """Exit code 4, and the other run is not disturbed."""
    with serve_counting(delay_s=0.4) as server:
        write(tmp_path, server, "post")
        first = subprocess.Popen(
            [sys.executable, "-m", "apirun_cli", "stages", "up", "-v", "--stage", "a"],
            cwd=str(tmp_path),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        assert first.stderr is not None
        for line in first.stderr:
            if "POST" in line:
                break
        second = run_apirun("stages", "up", "--lock-timeout", "0", cwd=tmp_path)
        first.communicate(timeout=60)

        assert ["a1", "a2", "a3"] == server.standing
        assert (0, 4) == (first.returncode, second.code), second
        assert f"process {first.pid} on " in second.err
        assert {1} == set(server.created.values())


@pytest.fixture
def small_disk(tmp_path):
    """Make a file system of 1 MiB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False).returncode:
        pytest.skip("a small file system can't be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_a_disk_that_is_full_in_the_middle_loses_and_doubles_nothing(small_disk):
    """The run stops with a message; with room again the next one finishes it."""
    with serve_counting() as server:
        write(small_disk, server, "probe", "put", "key")
        assert 0 == run_apirun("stages", "up", "--stage", "a", cwd=small_disk).code
        ballast = small_disk / "ballast"
        with open(ballast, "wb", buffering=0) as stream:
            try:
                while True:
                    stream.write(bytes(4096))
            except OSError:
                pass

        full = run_apirun("stages", "up", cwd=small_disk)
        ballast.unlink()
        done = run_apirun("stages", "up", cwd=small_disk)

        assert full.code in (1, 2), full
        assert "the disk is full" in full.err
        assert "Traceback" not in full.err
        assert 0 == done.code, done
        assert NAMES == server.standing
        assert {1} == set(server.created.values())


@pytest.mark.parametrize("kind", ["probe", "put", "key"])
def test_answers_that_are_lost_are_settled_by_the_next_run(tmp_path, kind):
    """The API commits and drops the connection: each thing is still made once."""
    with serve_counting() as server:
        write(tmp_path, server, kind)
        server.drop_answers_of.update(NAMES)

        for _ in range(len(NAMES) + 1):
            done = run_apirun("stages", "up", cwd=tmp_path)
            if done.code == 0:
                break
            assert 1 == done.code, done

        assert NAMES == server.standing
        assert {1} == set(server.created.values())
