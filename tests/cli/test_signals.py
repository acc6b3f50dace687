"""Ctrl-C, SIGTERM, and readers that go away."""

import json
import signal
import subprocess
import sys
import threading

import pytest

from tests.helpers.signals import hear_every_signal

TIMEOUT_S = 60

INTERRUPTED_WHILE_IMPORTING = """
import os, signal, sys

awaited = sys.argv.pop(1)

class Interrupting:
    def find_spec(self, name, path, target=None):
        if name == awaited:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupting())
from apirun_cli.__main__ import main
main()
"""


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


def hold_a_request(project, process):
    """Wait until *process* has sent a request, which gets no answer yet."""
    assert project.server.arrived.wait(TIMEOUT_S), process.communicate()


def wait_to_be_heard(process):
    """Wait until the log says that the first signal was heard."""
    for line in process.stderr:
        if "interrupt again to stop at once" in line:
            return
    pytest.fail("no signal was heard")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_one_signal_finishes_what_is_under_way(project, number):
    """The request under way is recorded, nothing new starts, the code is 130."""
    project.server.go_on.clear()
    process = start(project, "stages", "up", "-v")
    hold_a_request(project, process)
    process.send_signal(number)
    wait_to_be_heard(process)
    project.server.go_on.set()
    out, err = process.communicate(timeout=TIMEOUT_S)

    assert 130 == process.returncode, err
    assert ["network"] == project.server.standing
    assert "Traceback" not in err
    assert "Interrupted" in out
    assert 0 == project.stages("up").code
    assert {"network": 1, "database": 1, "app": 1} == project.server.created


def test_a_run_under_nohup_outlives_its_terminal(project):
    """A hang-up that the process was told to ignore stays ignored."""
    project.server.go_on.clear()
    process = start(project, "stages", "up", "-v", prepare=ignore_hangup)
    hold_a_request(project, process)
    process.send_signal(signal.SIGHUP)
    project.server.go_on.set()
    _, err = process.communicate(timeout=TIMEOUT_S)

    assert 0 == process.returncode, err
    assert ["app", "database", "network"] == sorted(project.server.standing)


def test_a_second_ctrl_c_stops_at_once_and_leaves_it_unsettled(project):
    """What became of the request is found out by the next run."""
    project.server.go_on.clear()
    process = start(project, "stages", "up", "-v")
    hold_a_request(project, process)
    process.send_signal(signal.SIGINT)
    wait_to_be_heard(process)
    process.send_signal(signal.SIGINT)
    # It gets no answer before it has ended.
    _, err = process.communicate(timeout=TIMEOUT_S)

    assert 130 == process.returncode, err
    assert "Traceback" not in err
    assert "unsettled" in project.stages("status").out
    project.server.go_on.set()
    assert 0 == project.stages("up").code
    assert ["app", "database", "network"] == project.server.standing


@pytest.mark.parametrize("as_json", [True, False])
def test_an_interruption_outside_a_run_is_told_too(project, as_json):
    """Whatever was under way, --json answers with one document on stdout."""
    answering = threading.Event()
    project.write(kind="probe")
    project.server.delay_s = 0.5
    project.server.acted = lambda method, name: answering.set()
    flags = ["--json"] if as_json else []
    process = start(project, "stages", "status", "--probe", *flags)
    assert answering.wait(30)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)

    assert (130, "Error: interrupted\n") == (process.returncode, err)
    if as_json:
        error = json.loads(out)["error"]
        assert ("CancelledError", 130) == (error["kind"], error["exit_code"])
    else:
        assert "" == out


@pytest.mark.parametrize(
    "module", ["apirun_cli.process", "click", "apirun", "apirun.migrator"]
)
def test_an_interruption_while_it_starts_is_told_too(project, module):
    """Ctrl-C before the command has begun leaves no traceback, and a document."""
    done = subprocess.run(
        [
            *(sys.executable, "-c", INTERRUPTED_WHILE_IMPORTING, module),
            *("stages", "validate", "--json"),
        ],
        cwd=str(project.directory),
        capture_output=True,
        encoding="utf-8",
        preexec_fn=hear_every_signal,
        check=False,
    )

    assert (130, "Error: interrupted") == (done.returncode, done.stderr.strip())
    assert "CancelledError" == json.loads(done.stdout)["error"]["kind"]


def test_an_interruption_of_one_directory_is_not_told_as_a_failure(project):
    """The block says that it was interrupted, and how to go on."""
    path = project.directory / "network"
    (path / "config.yaml").write_text(
        'wait: {url: "http://127.0.0.1:1/", timeout: 1h, interval: 30s}\n'
    )
    process = start(
        *(project, "up", "--config", "network/config.yaml"),
        *("--var", f"api_base={project.server.url}"),
    )
    for line in process.stderr:
        if "waiting for" in line:
            break
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)

    assert 130 == process.returncode
    assert "Error: stage network was interrupted\n" in err
    assert "next      Run again to go on.\n" in err


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_streams_that_the_caller_closed_lead_nowhere(project, closed):
    """What was to be done is done; nothing is written into a file by mistake."""
    for command in ("up", "status", "down"):
        done = subprocess.run(
            [
                *("sh", "-c", f'exec "$0" -m apirun_cli stages {command} {closed}'),
                sys.executable,
            ],
            cwd=str(project.directory),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert 0 == done.returncode, done.stderr
        assert "Traceback" not in done.stderr
        assert (">&-" in closed.split()) <= (done.stdout == "")

    assert [] == project.server.standing
    assert {"network": 1, "database": 1, "app": 1} == project.server.created


def test_a_reader_that_goes_away_ends_it_quietly(project):
    """Piping into head prints no complaint; the code tells that not all was read."""
    process = start(project, "stages", "status", "--json")
    process.stdout.close()
    err = process.stderr.read()
    process.stderr.close()

    assert (1, "") == (process.wait(timeout=TIMEOUT_S), err)


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
