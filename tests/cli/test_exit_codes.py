"""What the process tells the shell, for each way of ending."""

import json
import os
import socket

import pytest

from apirun import SqliteStore


def test_done_is_0_also_when_there_is_nothing_to_do(project):
    """A second run sends nothing and ends well."""
    assert 0 == project.stages("up", typed=True).code
    before = len(project.server.requests)
    again = project.stages("up")

    assert (0, before) == (again.code, len(project.server.requests))
    assert "Nothing to do" in again.out


def test_a_no_of_the_api_is_1(project):
    """A stage that fails ends the run with 1, and stays failed in the status."""
    project.server.refuse["PUT database"] = 409

    done = project.stages("up")

    assert 1 == done.code
    assert "failed" in project.stages("status").out
    assert ["network"] == project.server.standing


def test_a_failure_that_the_policy_tolerates_is_0(project):
    """Under `continue` the run ends well, and the summary tells the failure."""
    project.write(stage_database={"on_failure": "continue"})
    project.server.refuse["PUT database"] = 409

    done = project.stages("up")

    assert 0 == done.code
    assert "1 failed, which its policy tolerates" in done.out


@pytest.mark.parametrize(
    "wrong",
    [
        ["stages", "up", "--nonsense"],
        ["stages", "upp"],
        ["stages", "up", "--config", "nowhere.yaml"],
        ["stages", "up", "--var", "novalue"],
        ["up", "--config", "network/config.yaml", "--to", "x"],
        ["schema", "pizza"],
        ["stages", "graph", "--dot"],
        ["create", "a b", "--config", "network/config.yaml"],
        ["settle", "7", "--as", "applied", "--config", "network/config.yaml"],
        ["status", "--config", "network"],
    ],
)
def test_a_wrong_command_is_2_and_sends_nothing(project, wrong):
    """One line says what is wrong; nothing of a traceback is seen."""
    done = project.run(*wrong, typed=True)

    assert (2, "", []) == (done.code, done.out, project.server.requests)
    assert "Error: " in done.err
    assert "Traceback" not in done.err


def test_a_wrong_document_is_2(project):
    """The place, the line and a caret are shown, and nothing is sent."""
    project.migration("app").write_text("up:\n  reqest: {url: x}\n")

    done = project.stages("up")

    assert (2, []) == (done.code, project.server.requests)
    assert "app/001_app_1.yaml:2:3" in done.err
    assert "did you mean 'request'" in done.err


@pytest.mark.parametrize("dry", [["--dry-run"], []], ids=str)
def test_text_from_outside_that_is_no_utf_8_is_2(project, dry):
    """Another encoding of the terminal or the environment is told, and where it is."""
    latin = os.fsdecode(b"M\xfcller")
    project.write(env={"api_base": project.server.url, "who": {"valueFromEnv": "WHO"}})

    given = project.stages("up", *dry, "--var", f"name={latin}", env={"WHO": "ada"})
    taken = project.stages("up", *dry, env={"WHO": latin})

    assert (2, 2) == (given.code, taken.code)
    assert "the variable 'name' holds bytes that are no UTF-8" in given.err
    told = taken.out + taken.err
    assert "the process variable WHO, which 'who' takes its value from" in told
    assert "defect" not in given.err + taken.err
    assert [] == project.server.requests


def test_a_lost_answer_that_nobody_can_judge_is_3_until_it_is_settled(project):
    """A POST without a probe is never repeated: a person looks and decides."""
    project.write(kind="post")
    project.server.drop_answers_of.add("database")

    lost = project.stages("up")
    again = project.stages("up")
    status = project.stages("status")
    settled = project.run(
        *("settle", "1", "--config", "database/config.yaml"),
        *("--as", "applied", "--var", "database_id=id-database"),
    )
    done = project.stages("up")

    assert (3, 3, 0, 0) == (lost.code, again.code, settled.code, done.code)
    assert "unsettled" in status.out
    assert "apirun settle 1 --config database/config.yaml --as applied" in lost.err
    assert "apirun settle 1 --config database/config.yaml --as applied" in again.err
    assert {} == project.server.doubled
    assert ["app", "database", "network"] == project.server.standing


def test_settling_as_pending_sends_it_again(project):
    """What a person found missing is made by the next run."""
    project.write(kind="post")
    project.server.drop_answers_of.add("network")
    project.stages("up")
    project.server.things.clear()

    settled = project.run(
        "settle", "1", "--config", "network/config.yaml", "--as", "pending"
    )
    done = project.stages("up")

    assert (0, 0) == (settled.code, done.code)
    assert {"network": 2, "database": 1, "app": 1} == project.server.created


def test_settling_without_the_captured_value_warns(project):
    """What would be missing later is said now."""
    project.write(kind="post")
    project.server.drop_answers_of.add("network")
    project.stages("up")

    settled = project.run(
        "settle", "1", "--config", "network/config.yaml", "--as", "applied"
    )

    assert 0 == settled.code
    assert "network_id" in settled.err


def test_a_held_lock_is_4(project):
    """Another run of the same history is named with its process id."""
    project.stages("up", "--stage", "network")
    project.migration("network").rename(project.directory / "network/002_other.yaml")
    store = SqliteStore(str(project.directory / "network/apirun.db"))

    with store.lock(timeout_s=1):
        done = project.run(
            *("up", "--config", "network/config.yaml"),
            *("--var", f"api_base={project.server.url}"),
            *("--lock-timeout", "100ms", "--allow-out-of-order"),
        )

    assert 4 == done.code, done
    assert f"process {os.getpid()} on {socket.gethostname()}" in done.err


def test_exit_code_of_status_tells_whether_something_is_pending(project):
    """Status --exit-code is 1 before, 0 after."""
    before = project.stages("status", "--exit-code").code
    project.stages("up")
    after = project.stages("status", "--exit-code").code
    project.run("down", "--config", "app/config.yaml")
    single = project.run("status", "--config", "app/config.yaml", "--exit-code").code

    assert (1, 0, 1) == (before, after, single)


def test_errors_are_a_document_under_json(project):
    """--json answers with one document on stdout, whatever happens."""
    done = project.stages("up", "--stage", "database", "--json")
    told = json.loads(done.out)

    assert (2, False) == (done.code, told["ok"])
    assert "PrerequisiteError" == told["error"]["kind"]
    assert 2 == told["error"]["exit_code"]
