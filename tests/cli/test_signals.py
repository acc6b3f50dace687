"""Ctrl-C, SIGTERM, and readers that go away."""

import signal
import subprocess
import sys
import time

import pytest


def hear_every_signal():
    """Undo what ``nohup`` or ``&`` above the tests made the process ignore."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def ignore_hangup():
    """Do what ``nohup`` does."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)


def start(project, *arguments, prepare=hear_every_signal):
    """Start ``apirun`` and return the process."""
    return subprocess.Popen(
        [sys.executable, "-m", "apirun_cli", *arguments],
        cwd=str(project.directory),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        preexec_fn=prepare,  # noqa: PLW1509 - nothing but signal()
    )


def wait_for_a_request(process):
    """Wait until the log says that a request is about to be sent."""
    for line in process.stderr:
        if "PUT http" in line or "POST http" in line:
            # The line comes just before the request goes out.
            time.sleep(0.2)
            return
    pytest.fail("no request was ever begun")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_one_signal_finishes_what_is_under_way(project, number):
    """The request under way is recorded, nothing new starts, the code is 130."""
    project.server.delay_s = 0.5
    process = start(project, "stages", "up", "-v")
    wait_for_a_request(process)
    process.send_signal(number)
    out, err = process.communicate(timeout=30)

    assert 130 == process.returncode, err
    assert ["network"] == project.server.standing
    assert "Traceback" not in err
    assert "Interrupted" in out
    project.server.delay_s = 0
    assert 0 == project.stages("up").code
    assert {"network": 1, "database": 1, "app": 1} == project.server.created


def test_a_run_under_nohup_outlives_its_terminal(project):
    """A hang-up that the process was told to ignore stays ignored."""
    project.server.delay_s = 0.5
    process = start(project, "stages", "up", "-v", prepare=ignore_hangup)
    wait_for_a_request(process)
    process.send_signal(signal.SIGHUP)
    _, err = process.communicate(timeout=30)

    assert 0 == process.returncode, err
    assert ["app", "database", "network"] == sorted(project.server.standing)


def test_a_second_ctrl_c_stops_at_once_and_leaves_it_unsettled(project):
    """What became of the request is found out by the next run."""
    project.server.delay_s = 3
    process = start(project, "stages", "up", "-v")
    wait_for_a_request(process)
    started_s = time.monotonic()
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    took_s = time.monotonic() - started_s
    project.server.delay_s = 0

    assert 130 == process.returncode, err
    assert took_s < 3
    assert "Traceback" not in err
    assert "unsettled" in project.stages("status").out
    assert 0 == project.stages("up").code
    assert ["app", "database", "network"] == project.server.standing


def test_a_reader_that_goes_away_ends_it_quietly(project):
    """Piping into head prints no complaint; the code tells that not all was read."""
    process = start(project, "stages", "status", "--json")
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()

    assert (1, "") == (process.wait(timeout=30), err)


def test_a_full_disk_under_the_output_is_told(project):
    """The message says what is so with what was recorded."""
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "apirun_cli", "stages", "up", "-q", "--json"],
            cwd=str(project.directory),
            stdout=full,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            check=False,
        )

    assert 1 == done.returncode
    assert "can't be written: No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    assert ["app", "database", "network"] == project.server.standing
