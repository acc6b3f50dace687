"""`status --probe`, as a user meets it."""

import json
import signal

import pytest

from apirun.testing.failing import serve_failing, stall
from tests.cli.test_signals import start
from tests.helpers.command import TIMEOUT_S
from tests.helpers.terminal import run_on_terminal, without_styles


@pytest.fixture
def probed(project):
    """Three stages with probes, all applied."""
    project.write(kind="probe")
    assert 0 == project.stages("up").code
    return project


def test_no_drift_is_said_in_one_line(probed):
    """Exit code 0, and how many versions were asked."""
    done = probed.stages("status", "--probe", "--exit-code")

    assert 0 == done.code
    assert "3 versions with a probe: no drift." in done.out


def test_what_has_drifted_is_listed(probed):
    """Stage, version, state, what was found; the exit code is 1."""
    probed.server.things["database"] = 0

    done = probed.stages("status", "--probe", "--exit-code")
    without = probed.stages("status", "--exit-code")

    assert (1, 0) == (done.code, without.code)
    assert "database/001_database_1  applied  absent  it is gone" in done.out
    assert "3 versions with a probe: 1 drifted." in done.out
    assert "network/001" not in done.out


def test_one_directory_lists_every_version(probed):
    """What is as recorded is shown, too."""
    probed.server.things["database"] = 0
    url = ("--var", f"api_base={probed.server.url}")

    done = probed.run("status", "--config", "database/config.yaml", "--probe", *url)

    assert 0 == done.code
    assert "  001_database_1  applied  absent  it is gone" in done.out
    assert "1 version with a probe: 1 drifted." in done.out


def test_json_has_what_was_found(probed):
    """For each version, and counted for each stage."""
    probed.server.things["database"] = 0

    told = json.loads(probed.stages("status", "--probe", "--json").out)["stages"]
    plain = json.loads(probed.stages("status", "--json").out)["stages"]

    assert {"found": "absent", "drifted": True, "changes": [], "reason": ""} == (
        told["database"]["versions"][0]["probe"]
    )
    assert (0, 1) == (told["network"]["drifted"], told["database"]["drifted"])
    assert (None, None) == (
        plain["network"]["drifted"],
        plain["network"]["versions"][0]["probe"],
    )


def test_what_is_not_known_is_no_success(probed):
    """An API that can't be asked is told with its reason; the exit code is 1."""
    probed.server.refuse["GET things"] = 500
    probed.server.shutdown()
    probed.server.server_close()

    done = probed.stages("status", "--probe", "--exit-code")

    assert 1 == done.code
    assert "3 versions with a probe: 3 not known." in done.out
    assert "can't be reached" in done.out


def test_a_narrow_terminal_wraps_the_reasons(probed):
    """At 80 columns no line is longer, and colours can be left out."""
    for stage in ("network", "database"):
        path = probed.migration(stage)
        document = json.loads(path.read_text())
        document["probe"]["request"]["url"] = "{{.api_base}}/{{.a_variable_of_nobody}}"
        path.write_text(json.dumps(document))
    probed.server.things["app"] = 0

    shown = run_on_terminal(
        "stages", "status", "--probe", cwd=probed.directory, columns=80
    )
    plain = run_on_terminal(
        "stages", "status", "--probe", "--no-color", cwd=probed.directory
    )

    assert "\x1b[31m" in shown.out
    assert "\x1b[3" not in plain.out
    lines = without_styles(shown.out).splitlines()
    assert [] == [line for line in lines if len(line) > 80]
    assert any("a_variable_of_nobody" in line for line in lines)


def test_ctrl_c_ends_it_at_once(project):
    """Nothing is recorded, so nothing has to be finished: 130, and no traceback."""
    with serve_failing(stall) as api:
        project.write(kind="probe", env={"api_base": api.url})
        process = start(project, "stages", "status", "--probe")
        assert api.busy.wait(TIMEOUT_S)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=TIMEOUT_S)

    assert 130 == process.returncode
    assert "Error: interrupted" in err
    assert "Traceback" not in err
