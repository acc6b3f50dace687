"""What a run that waits shows, and how it is broken off."""

import json
import signal
import subprocess
import sys
import time

import pytest

from apirun.testing import Reply, serve_api
from tests.helpers.command import run_apirun
from tests.helpers.directory import Directory
from tests.helpers.signals import hear_every_signal
from tests.helpers.terminal import run_on_terminal, without_styles

STARTING = Reply(200, {"state": "starting", "token": "hunter22"})
RUNNING = Reply(200, {"state": "running"})


@pytest.fixture
def api():
    with serve_api() as server:
        server.reply("POST", "/vms", Reply(201, {"id": "vm-1"}))
        server.reply("GET", "/vms", Reply(200, {"id": "vm-1"}))
        server.reply("GET", "/vms/vm-1", STARTING)
        yield server


class Waiting:
    """A directory with one version that is polled."""

    def __init__(self, root, api):
        self.directory = root
        self.api = api
        self.config = {}

    def write(self, *, probe=True, **poll):
        """Write it, with further keys of its poll."""
        made = {"env_from": {"vm_id": "id"}}
        migration = {
            "up": {
                "request": {"method": "POST", "url": "{{.api_base}}/vms"},
                "response": made,
                "poll": {
                    "request": {"url": "{{.api_base}}/vms/{{.vm_id}}"},
                    "until": '{{eq .state "running"}}',
                    "response": {"env_from": {"state": "state", "token": "token"}},
                    "interval": "20ms",
                    **poll,
                },
            }
        }
        down = {"method": "DELETE", "url": "{{.api_base}}/vms/{{.vm_id}}"}
        migration["down"] = down
        if probe:
            url = "{{.api_base}}/vms"
            migration["probe"] = {"request": {"url": url}, "response": made}
        directory = Directory(self.directory, self.api.url, **self.config)
        directory.write(1, "vm", migration)

    def run(self, *arguments):
        """Run ``apirun`` here, in a fresh process."""
        return run_apirun(*arguments, "--config", "config.yaml", cwd=self.directory)

    def start(self, *arguments):
        """Start ``apirun`` here, and return the process."""
        return subprocess.Popen(
            [sys.executable, "-m", "apirun_cli", *arguments, "--config", "config.yaml"],
            cwd=str(self.directory),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            preexec_fn=hear_every_signal,  # noqa: PLW1509 - nothing but signal()
        )

    def await_polls(self, count):
        """Wait until it was polled that often."""
        for _ in range(2000):
            if self.api.lines.count("GET /vms/vm-1") >= count:
                return
            time.sleep(0.01)
        pytest.fail("it is not polled")


@pytest.fixture
def waiting(tmp_path, api):
    return Waiting(tmp_path / "work", api)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("probe", [True, False], ids=["probe", "no probe"])
def test_a_signal_breaks_the_poll_off_and_leaves_it_unsettled(waiting, number, probe):
    """The code is 130, and the next run goes on where it can."""
    waiting.write(probe=probe)
    process = waiting.start("up")
    waiting.await_polls(3)
    process.send_signal(number)
    _, err = process.communicate(timeout=30)

    assert 130 == process.returncode, err
    assert "work/001_vm is unsettled" in err
    assert "is polled no longer: the run was stopped; the last time it answered" in err
    assert "Traceback" not in err
    waiting.api.reply("GET", "/vms/vm-1", RUNNING)
    assert (0 if probe else 3) == waiting.run("up").code
    assert 1 == waiting.api.lines.count("POST /vms")


def test_a_signal_in_a_long_interval_is_heard_at_once(waiting):
    """Nobody waits for the next poll of a run that is stopped."""
    waiting.write(interval="1h", timeout="2h")
    process = waiting.start("up")
    waiting.await_polls(1)
    time.sleep(0.2)
    process.send_signal(signal.SIGINT)
    started_s = time.monotonic()
    process.communicate(timeout=30)

    assert 130 == process.returncode
    assert time.monotonic() - started_s < 5


def test_a_run_killed_while_it_polls_is_settled_by_probe_and_poll(waiting):
    """After kill -9 the next run asks the probe, then polls, and makes nothing new."""
    waiting.write()
    process = waiting.start("up")
    waiting.await_polls(2)
    process.kill()
    process.communicate()
    waiting.api.requests.clear()
    waiting.api.reply("GET", "/vms/vm-1", STARTING, STARTING, RUNNING)

    done = waiting.run("up")

    assert 0 == done.code, done.err
    assert ["GET /vms", *["GET /vms/vm-1"] * 3] == waiting.api.lines
    assert "001_vm was unsettled, now applied" in done.err


def test_the_failure_block_shows_the_last_answer_and_what_to_do(waiting):
    """A poll that runs out of time is told in one block, its secrets masked."""
    waiting.write(timeout="500ms", interval="300ms")

    done = waiting.run("up")
    block = done.err[done.err.index("Error: ") :].replace(waiting.api.url, "API")
    told = dict(line.strip().split(maxsplit=1) for line in block.splitlines()[1:])

    assert 1 == done.code
    assert block.startswith("Error: work/001_vm is unsettled\n")
    assert "001_vm.yaml:16:14" == told["where"]
    assert told["reason"].startswith("GET API/vms/vm-1 was polled ")
    assert told["reason"].endswith("answered 200 with state=starting, token=***")
    assert '200 {"state": "starting", "token": "***"}' == told["answer"]
    assert told["recorded"].startswith("The API said yes, and what must hold")
    assert "it asks the probe and polls again" in told["next"]
    assert "unsettled" in waiting.run("status").out


def test_plain_lines_come_sparsely(waiting):
    """Fifty polls within a second are one line of the log; so are fifty waits."""
    health = [Reply(503, "not yet")] * 50
    waiting.api.reply("GET", "/health", *health, Reply(200))
    waiting.api.reply("GET", "/vms/vm-1", *[STARTING] * 50, RUNNING)
    url = f"{waiting.api.url}/health"
    waiting.config["wait"] = {"url": url, "interval": "5ms"}
    waiting.write(interval="5ms")

    done = waiting.run("up")

    assert 0 == done.code, done.err
    assert 51 == waiting.api.lines.count("GET /vms/vm-1")
    assert 1 == done.err.count(f"work: waiting for GET {url}: answered 503 (")
    assert 1 == done.err.count("work: 001_vm is not ready yet: GET ")
    assert "answered 200 with state=starting, token=*** (" in done.err
    assert "hunter22" not in done.err


def test_a_log_in_json_has_the_last_answer(waiting):
    """The sparse lines are objects like all others."""
    waiting.api.reply("GET", "/vms/vm-1", STARTING, RUNNING)
    waiting.config["logging"] = {"format": "json"}
    waiting.write()

    lines = [json.loads(line) for line in waiting.run("up").err.splitlines()]
    (told,) = [line for line in lines if "timeout_s" in line]

    assert ("work", "001_vm", 1) == (told["stage"], told["migration"], told["tries"])
    assert "answered 200 with state=starting, token=***" == told["reason"]


def test_the_live_view_shows_what_is_waited_for(waiting):
    """On a terminal the line of the stage says it, and the log stays clean."""
    waiting.api.reply("GET", "/health", *[Reply(503)] * 3, Reply(200))
    waiting.api.reply("GET", "/vms/vm-1", *[STARTING] * 3, RUNNING)
    url = f"{waiting.api.url}/health"
    waiting.config["wait"] = {"url": url, "interval": "250ms"}
    waiting.write(interval="250ms")

    shown = run_on_terminal(
        "up", "--config", "config.yaml", cwd=waiting.directory, columns=160
    )
    text = without_styles(shown.out)

    assert 0 == shown.code
    assert f"waiting for GET {url}: answered 503" in text
    assert "answered 200 with state=starting, token=***" in text
    assert "is not ready yet" not in text


def test_the_plan_shows_the_poll(waiting):
    """A dry run says what would be polled after the request."""
    waiting.write()

    done = waiting.run("up", "--dry-run")

    assert 0 == done.code
    assert f"then polls GET {waiting.api.url}/vms/(known after work/001_vm)" in done.out


def test_settling_by_hand_takes_what_the_poll_would_have_captured(waiting):
    """Both kinds of captures are named, given, kept and masked."""
    waiting.write(probe=False, timeout="50ms")
    refused = waiting.run("up")
    again = waiting.run("up")

    assert (3, 3) == (refused.code, again.code)
    assert "--var vm_id=VALUE --var state=VALUE --var token=VALUE" in refused.err
    variables = ["--var", "vm_id=vm-1", "--var", "state=on", "--var", "token=hunter22"]
    done = waiting.run("settle", "1", "--as", "applied", *variables)
    status = waiting.run("status", "-v")

    assert (0, 0) == (done.code, status.code)
    assert "vm-1" in status.out
    assert "hunter22" not in done.out + done.err + status.out


def test_what_can_not_become_ready_can_be_taken_back(waiting):
    """The advice names both ways, and both go."""
    failed = Reply(200, {"state": "error"})
    waiting.api.reply("GET", "/vms/vm-1", failed)
    waiting.api.reply("DELETE", "/vms/vm-1", Reply(204))
    waiting.write(fail_if='{{eq .state "error"}}')

    first, second = waiting.run("up"), waiting.run("up")
    down = waiting.run("down")

    advice = (
        "Run 'apirun up --config config.yaml' as before: it asks the probe and polls "
        "again, which settles this, and goes on. If it can't become ready any more, "
        "'apirun down --config config.yaml' takes it back."
    )
    assert (1, 1, 0) == (first.code, second.code, down.code), down.err
    assert advice in first.err
    assert "001_vm is still unsettled" in second.err
    assert "DELETE /vms/vm-1" == waiting.api.lines[-1]


def test_a_stage_whose_poll_failed_can_be_rolled_back(waiting):
    """What the advice says of stages goes too."""
    waiting.api.reply("GET", "/vms/vm-1", Reply(200, {"state": "error"}))
    waiting.api.reply("DELETE", "/vms/vm-1", Reply(204))
    waiting.write(fail_if='{{eq .state "error"}}')
    stages = {"stages": [{"name": "vms", "config_path": "config.yaml"}]}
    (waiting.directory / "stages.yaml").write_text(json.dumps(stages))

    up = run_apirun("stages", "up", cwd=waiting.directory)
    down = run_apirun("stages", "down", "--stage", "vms", cwd=waiting.directory)

    assert (1, 0) == (up.code, down.code), down.err
    assert "'apirun stages down --stage vms' rolls its stage back" in up.err
    assert "DELETE /vms/vm-1" == waiting.api.lines[-1]
