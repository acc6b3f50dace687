"""Workers and sessions that die: the next one ends with nothing left."""

import os
import signal
import subprocess

import pytest

from tests.plugin.conftest import PASSES

UP = [("POST", "/things"), ("POST", "/things"), ("PUT", "/things/t3")]
DOWN = [("DELETE", f"/things/t{number}") for number in (1, 2, 3)]
ALL_THINGS = ["t1", "t2", "t3"]
KILL = "import os, pytest, signal\n"
SEVERAL = "@pytest.mark.parametrize('number', range(8))\n"


def test_a_worker_that_dies_takes_nothing_with_it(project):
    """The others go on with the same environment, and it falls at the end."""
    project.write(
        f"{KILL}{SEVERAL}"
        "def test_it(environment, number):\n"
        "    if number == 3: os.kill(os.getpid(), signal.SIGKILL)"
    )

    done = project.run("-n", "4")

    done.assert_outcomes(passed=7, failed=1)
    assert sorted(DOWN + UP) == project.sent
    assert ([], []) == (project.api.standing, project.records)


def test_when_all_workers_die_their_pytest_takes_it_down(project):
    """No worker is left that could, so the controller does."""
    project.write(
        f"{KILL}def test_it(environment): os.kill(os.getpid(), signal.SIGKILL)"
    )

    project.run("-n", "1", "--max-worker-restart=0")

    assert sorted(DOWN + UP) == project.sent
    assert ([], []) == (project.api.standing, project.records)


@pytest.mark.parametrize("workers", ["0", "2"])
def test_what_a_killed_pytest_left_is_taken_down_by_the_next_one(project, workers):
    """Also if no test of it asks for an environment."""
    victim = "os.getppid()" if workers != "0" else "os.getpid()"
    project.write(
        f"{KILL}{SEVERAL}"
        "def test_it(environment, number):\n"
        f"    os.kill({victim}, signal.SIGKILL)\n"
        "    if os.environ.get('PYTEST_XDIST_WORKER'):\n"
        "        os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    project.write("def test_other(): pass", name="test_other")

    killed = subprocess.run(
        project.arguments("-n", workers, "test_it.py"),
        stdout=subprocess.DEVNULL,
        check=False,
    )
    assert (-signal.SIGKILL, ALL_THINGS) == (killed.returncode, project.api.standing)
    done = project.run("test_other.py")

    assert ([], []) == (project.api.standing, project.records)
    told = "apirun: stages.yaml: taken down, which a session had left that died"
    done.stdout.fnmatch_lines([told])


def test_what_was_being_made_when_it_died_is_settled_and_taken_down(project):
    """The probe tells that it is there; what is half made is not kept either."""
    project.write(PASSES)
    arguments = project.arguments("--apirun-keep=always")
    running = subprocess.Popen(arguments, stdout=subprocess.DEVNULL)

    def kill(method, name):
        if (method, name) == ("POST", "t2"):
            os.kill(running.pid, signal.SIGKILL)

    project.api.acted = kill
    assert -signal.SIGKILL == running.wait()
    assert ["t1", "t2"] == project.api.standing

    project.run("--collect-only")
    assert ["t1", "t2"] == project.api.standing
    project.run()

    assert ([], [], {}) == (project.api.standing, project.records, project.api.doubled)


def test_two_sessions_at_a_time_share_what_stands(project):
    """The first to end leaves it to the other one, which takes it down."""
    project.write(PASSES, name="test_quick")
    project.write(
        "import pathlib, time\n"
        "def test_it(environment):\n"
        "    pathlib.Path('up').touch()\n"
        "    while not pathlib.Path('go').exists(): time.sleep(0.01)\n"
        "    assert 'id-t1' == environment['t1_id']",
        name="test_slow",
    )
    slow = subprocess.Popen(
        project.arguments("test_slow.py"), stdout=subprocess.PIPE, encoding="utf-8"
    )
    while not (project.path / "up").exists():
        assert slow.poll() is None

    quick = project.run("test_quick.py")
    standing = project.api.standing
    (project.path / "go").touch()
    told, _ = slow.communicate()

    quick.assert_outcomes(passed=1)
    quick.stdout.fnmatch_lines(["*another session uses it, and takes it down"])
    assert (ALL_THINGS, 0) == (standing, slow.returncode)
    assert "stages.yaml: taken down" in told
    assert sorted(DOWN + UP) == project.sent
    assert ([], []) == (project.api.standing, project.records)


def test_a_worker_that_dies_while_it_sets_up_is_relieved(project):
    """Another worker settles what it left, goes on, and doubles nothing."""
    project.pytester.makeconftest(
        "import os, pathlib, pytest\n"
        "@pytest.fixture(scope='session')\n"
        "def environment(apirun_stages):\n"
        "    pathlib.Path('pid').write_text(str(os.getpid()))\n"
        "    return apirun_stages('stages.yaml')"
    )
    test = PASSES.replace("(environment)", "(environment, number)")
    project.write(f"{KILL}{SEVERAL}{test}")

    def kill_once(method, name):
        if (method, name) == ("POST", "t2"):
            project.api.acted = lambda method, name: None
            os.kill(int((project.path / "pid").read_text()), signal.SIGKILL)

    project.api.acted = kill_once
    done = project.run("-n", "1")

    done.assert_outcomes(passed=7, failed=1)
    assert {"t1": 1, "t2": 1, "t3": 1} == project.api.created
    assert ([], []) == (project.api.standing, project.records)
