"""What a test applies on top ends with the test."""

import json

import pytest

from tests.helpers.stagetree import thing as stagething

MIGRATIONS = """
import pytest
from apirun import Migration, Request

def thing(name):
    return Migration(
        version=1, name=name,
        up=Request("POST", "{{.api_base}}/things", body={"name": name}),
        down=Request("DELETE", "{{.api_base}}/things/" + name),
    )
"""


def test_it_is_rolled_back_after_its_test(project):
    """Newest first, also when the test fails, and the rest stands on."""
    project.write(
        MIGRATIONS,
        "def test_one(environment, apirun_savepoint):\n"
        f"    base = {{**environment, 'api_base': '{project.api.url}'}}\n"
        "    apirun_savepoint.up(thing('a'), variables=base)\n"
        "    apirun_savepoint.up(thing('b'), variables=base)\n"
        "    assert 0",
        "def test_two(environment, apirun_savepoint):\n"
        "    apirun_savepoint.up('stages.yaml')\n"
        f"    base = {{'api_base': '{project.api.url}'}}\n"
        "    apirun_savepoint.up(thing('c'), variables=base)",
    )

    project.run().assert_outcomes(passed=1, failed=1)

    undone = [path[-1] for method, path in project.api.requests if method == "DELETE"]
    assert ["b", "a", "c", "3", "2", "1"] == undone
    assert ([], []) == (project.api.standing, project.records)


def test_each_worker_has_its_own(project):
    """The same migration, applied in two workers, is each one's alone."""
    project.write(
        MIGRATIONS,
        "@pytest.mark.parametrize('number', range(2))\n"
        "def test_it(apirun_savepoint, number, tmp_path_factory):\n"
        "    import time\n"
        f"    variables = {{'api_base': '{project.api.url}'}}\n"
        "    apirun_savepoint.up(thing('a'), variables=variables)\n"
        "    seen = tmp_path_factory.getbasetemp().parent\n"
        "    (seen / f'here-{number}').touch()\n"
        "    while len(list(seen.glob('here-*'))) < 2: time.sleep(0.01)",
    )

    project.run("-n", "2").assert_outcomes(passed=2)

    assert (2, []) == (project.api.created["a"], project.api.standing)


def test_one_that_fails_is_told_in_short(project):
    """The test sees the error; its own line and the block are all that is shown."""
    project.api.refuse["POST b"] = 418
    project.write(
        MIGRATIONS,
        "def test_it(environment, apirun_savepoint):\n"
        f"    variables = {{'api_base': '{project.api.url}'}}\n"
        "    apirun_savepoint.up(thing('b'), variables=variables)",
    )

    done = project.run()

    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines([">*apirun_savepoint.up*", "E*RunFailedError*", "*418*"])
    assert "savepoint.py" not in done.stdout.str()
    assert ([], []) == (project.api.standing, project.records)


def test_what_a_killed_test_applied_is_taken_down(project):
    """By the session, whose other workers live on."""
    project.write(
        "import os, signal",
        MIGRATIONS,
        "def test_it(apirun_savepoint):\n"
        f"    variables = {{'api_base': '{project.api.url}'}}\n"
        "    apirun_savepoint.up(thing('a'), variables=variables)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)",
    )

    project.run("-n", "2")

    assert (1, []) == (project.api.created["a"], project.api.standing)


def test_the_same_file_twice_is_applied_once(project):
    """The second time nothing is left to do, and nobody waits for anybody."""
    project.write(
        "def test_it(apirun_savepoint):\n"
        "    for _ in range(2):\n"
        "        stages = apirun_savepoint.up('stages.yaml')\n"
        "        assert 'id-t1' == stages['t1_id']"
    )

    project.run().assert_outcomes(passed=1)

    assert {"t1": 1, "t2": 1, "t3": 1} == project.api.created
    assert ([], []) == (project.api.standing, project.records)


@pytest.mark.parametrize("first", ["apirun_stages", "apirun_savepoint.up"])
def test_the_same_histories_for_other_variables_are_refused(project, first):
    """What was applied with some is not taken for what is asked with others."""
    project.write(
        "def test_it(apirun_stages, apirun_savepoint):\n"
        f"    {first}('stages.yaml')\n"
        "    apirun_savepoint.up('stages.yaml', variables={'x': '1'})"
    )

    done = project.run()

    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["E*UsageError*with other variables or stages*"])
    assert ([], []) == (project.api.standing, project.records)


def test_a_file_is_one_tests_at_a_time_whatever_the_variables(project):
    """Another worker's test waits until what it would find is gone."""
    project.write(
        "import pytest, time\n"
        "@pytest.mark.parametrize('number', range(2))\n"
        "def test_it(apirun_savepoint, number, tmp_path_factory):\n"
        "    seen = tmp_path_factory.getbasetemp().parent\n"
        "    (seen / f'here-{number}').touch()\n"
        "    while len(list(seen.glob('here-*'))) < 2: time.sleep(0.01)\n"
        "    apirun_savepoint.up('stages.yaml', variables={'x': number})\n"
        "    time.sleep(0.2)"
    )

    project.run("-n", "2").assert_outcomes(passed=2)

    assert {"t1": 2, "t2": 2, "t3": 2} == project.api.created
    assert ([], []) == (project.api.standing, project.records)


def test_tests_that_wait_for_each_other_do_not_wait_for_ever(project):
    """One of them is told why it can't go on, and nothing is left."""
    tops = json.loads((project.path / "stages.yaml").read_text())
    tops["stages"] = [{"name": "tops", "config_path": "tops/config.yaml"}]
    (project.path / "tops.yaml").write_text(json.dumps(tops))
    (project.path / "tops").mkdir()
    (project.path / "tops" / "config.yaml").write_text("{}")
    (project.path / "tops" / "001_t4.yaml").write_text(json.dumps(stagething("t4")))
    project.write(
        "import apirun_pytest.savepoint, pytest, time\n"
        "apirun_pytest.savepoint.PATIENCE_S = 0.5\n"
        "@pytest.mark.parametrize('files', ['stages tops', 'tops stages'])\n"
        "def test_it(apirun_savepoint, files, tmp_path_factory):\n"
        "    first, second = files.split()\n"
        "    apirun_savepoint.up(f'{first}.yaml')\n"
        "    seen = tmp_path_factory.getbasetemp().parent\n"
        "    (seen / f'here-{first}').touch()\n"
        "    while len(list(seen.glob('here-*'))) < 2: time.sleep(0.01)\n"
        "    apirun_savepoint.up(f'{second}.yaml')"
    )

    done = project.run("-n", "2")

    assert 1 <= done.parseoutcomes()["failed"]
    done.stdout.fnmatch_lines(
        ["E*UsageError: another test has had *.yaml applied for*"]
    )
    assert "filelock" not in done.stdout.str()
    assert ([], []) == (project.api.standing, project.records)


def test_stages_without_a_store_are_each_tests_own(project):
    """Two workers have the same ones standing at the same time."""
    project.write(
        MIGRATIONS,
        "@pytest.mark.parametrize('number', range(2))\n"
        "def test_it(apirun_savepoint, number, tmp_path_factory):\n"
        "    import time\n"
        "    from apirun import Stage\n"
        f"    variables = {{'api_base': '{project.api.url}'}}\n"
        "    stage = Stage(name='s', migrations=[thing('a')])\n"
        "    apirun_savepoint.up([stage], variables=variables)\n"
        "    seen = tmp_path_factory.getbasetemp().parent\n"
        "    (seen / f'here-{number}').touch()\n"
        "    while len(list(seen.glob('here-*'))) < 2: time.sleep(0.01)",
    )

    project.run("-n", "2").assert_outcomes(passed=2)

    assert (2, []) == (project.api.created["a"], project.api.standing)
    assert [] == list(project.path.rglob("s.db"))


@pytest.mark.parametrize("handed", ["environment", "{**environment}"])
def test_what_is_secret_in_an_environment_is_so_on_top_of_it(project, handed):
    """The block of what fails does not show it, though it was sent."""
    project.api.refuse["PUT t2"] = 418
    project.write(
        "from apirun import Migration, Request\n"
        "def test_it(environment, apirun_savepoint):\n"
        f"    variables = {handed}\n"
        "    url = 'URL/things/{{.t2_key}}?key={{.t2_key}}'\n"
        f"    up = Request('PUT', url.replace('URL', '{project.api.url}'))\n"
        "    made = Migration(version=1, name='secret', up=up, down=up)\n"
        "    apirun_savepoint.up(made, variables=variables)"
    )

    done = project.run("-p", "no:logging")

    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["E*request*PUT */things/[*][*][*]?key=[*][*][*]"])
    assert ("PUT", "/things/t2?key=t2") in project.sent
