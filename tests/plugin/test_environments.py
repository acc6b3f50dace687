"""Stages that tests stand on: set up once, shared, taken down."""

import json
import re
from pathlib import Path

import pytest

from tests.helpers.command import run_apirun
from tests.plugin.conftest import FAILS, PASSES

UP = [("POST", "/things"), ("POST", "/things"), ("PUT", "/things/t3")]
DOWN = [("DELETE", f"/things/t{number}") for number in (1, 2, 3)]
ALL_THINGS = ["t1", "t2", "t3"]
FAILED = """
stages.yaml could not be set up
Failed after 0ms: 2 versions applied.
two/002_two_2 failed
  where     two/002_two_2.yaml:6:12
  request   PUT http://api/things/t3
  reason    PUT http://api/things/t3 answered 418, but 'response.result_code' accepts \
any status below 400
  answer    418
  recorded  Version 2 stays pending.
  next      Correct what the message names, then run 'apirun stages up' as before.
Done after 0ms: 2 versions rolled back.
  undone    two/001_two_1, one/001_one_1
"""


def test_it_is_set_up_once_and_taken_down(project):
    """All tests see the variables, by name and by stage, and nothing is left."""
    project.write(
        PASSES,
        "def test_stages(environment, apirun_stages):\n"
        "    assert 'id-t2' == environment.stages['two']['t2_id']\n"
        "    assert environment is apirun_stages('stages.yaml')",
    )

    done = project.run("-W", "error", "-p", "no:xdist")

    done.assert_outcomes(passed=2)
    done.stdout.fnmatch_lines(
        [
            "apirun: state in .apirun/pytest, keep never",
            "apirun: stages.yaml: 3 versions set up",
            "apirun: stages.yaml: taken down",
        ]
    )
    assert sorted(DOWN + UP) == project.sent
    assert ([], []) == (project.api.standing, project.records)


def test_four_workers_ask_the_api_no_more_than_one(project):
    """Each worker sees all variables, secret ones too, and sends nothing more."""
    project.write(
        "import pytest, time\n"
        "@pytest.mark.parametrize('number', range(12))\n"
        "def test_it(environment, number, worker_id, tmp_path_factory):\n"
        "    assert ('id-t1', 't2') == (environment['t1_id'], environment['t2_key'])\n"
        "    seen = tmp_path_factory.getbasetemp().parent / 'seen'\n"
        "    seen.mkdir(exist_ok=True)\n"
        "    (seen / worker_id).touch()\n"
        "    while len(list(seen.iterdir())) < 4: time.sleep(0.01)\n"
    )

    done = project.run("-n", "4")

    done.assert_outcomes(passed=12)
    assert sorted(DOWN + UP) == project.sent
    assert ([], []) == (project.api.standing, project.records)
    assert 1 == done.stdout.str().count("3 versions set up")
    assert 1 == done.stdout.str().count("taken down")


def test_only_its_owner_can_read_what_it_knows(project):
    """The record, which holds secrets, and its directory are nobody else's."""
    project.write(PASSES)
    project.run("--apirun-keep=always", "-q")
    state = project.path / ".apirun" / "pytest"
    (record,) = state.glob("*.json")

    assert "t2_key" in record.read_text()
    assert (0o600, 0o700) == (
        record.stat().st_mode & 0o777,
        state.stat().st_mode & 0o777,
    )
    assert "*" in (state / ".gitignore").read_text()


@pytest.mark.parametrize(
    ("keep", "test", "stands"),
    [
        ("never", FAILS, False),
        ("failed", PASSES, False),
        ("failed", FAILS, True),
        ("always", PASSES, True),
    ],
)
def test_it_is_kept_as_asked_for(project, keep, test, stands):
    """It stands after the session if it was to; the ini file may say so too."""
    project.write(test)
    project.pytester.makeini(f"[pytest]\napirun_keep = {keep}")

    done = project.run()

    assert (ALL_THINGS if stands else []) == project.api.standing
    told = "*: kept (--apirun-keep=*; to take it down: apirun stages down --config *"
    done.stdout.fnmatch_lines([told if stands else "*stages.yaml: taken down"])


def test_a_quiet_run_tells_what_stands_and_nothing_else(project):
    """Nobody has to guess why the next session finds something."""
    project.write(PASSES)

    kept = project.run("-q", "--apirun-keep=always").stdout.str()
    taken_down = project.run("-q").stdout.str()

    assert ["kept (--apirun-keep=always)"] == re.findall(
        "apirun: stages.yaml: ([^;]*)", kept
    )
    assert "apirun" not in taken_down


def test_a_kept_one_is_used_again_and_taken_down_by_who_does_not_keep_it(project):
    """It is not sent again; it falls when a session uses it and keeps nothing."""
    project.write(PASSES)
    project.write("def test_other(): pass", name="test_other")
    project.run("--apirun-keep=always")
    assert UP == project.sent

    project.run("test_other.py")
    again = project.run("--apirun-keep=always", "-n", "2")
    assert ([], ALL_THINGS) == (project.sent, project.api.standing)
    again.stdout.fnmatch_lines(["apirun: *, standing: stages.yaml", "*stood already"])

    project.run()
    assert (DOWN, []) == (project.sent, project.records)


def test_what_stood_before_stays(project):
    """What somebody else applied is used, and not taken down."""
    project.write(PASSES)
    run_apirun("stages", "up", "--stage", "one", cwd=project.path)
    assert 1 == len(project.sent)

    project.run()

    assert sorted([*DOWN[1:], *UP[1:]]) == project.sent
    assert ["t1"] == project.api.standing


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_setup_that_fails_is_told_in_short_and_not_tried_again(project, workers):
    """All tests get the same block, in all workers; what was done is undone."""
    project.api.refuse["PUT t3"] = 418
    project.write(
        "def test_one(environment): pass",
        "def test_two(apirun_stages): apirun_stages('stages.yaml')",
        "def test_three(environment): pass",
    )

    done = project.run("-n", workers)

    done.assert_outcomes(errors=2, failed=1)
    text = done.stdout.str()
    told = re.sub(
        r"\b\d+(\.\d+)?m?s\b", "0ms", text.replace(project.api.url, "http://api")
    )
    assert 3 == told.count(FAILED)
    assert "Traceback" not in text
    assert "apirun/" not in text.replace(".apirun/", "")
    assert 1 == len([sent for sent in project.sent if sent[0] == "PUT"])
    assert ([], []) == (project.api.standing, project.records)


def test_one_that_cannot_be_taken_down_is_told_and_tried_again(project):
    """The session fails and says what is left; the next one takes it down."""
    project.api.refuse["DELETE t1"] = 500
    project.write(PASSES)

    done = project.run()
    assert (1, ["t1"]) == (done.ret, project.api.standing)
    done.stdout.fnmatch_lines(["*ERROR at teardown of test_passes*", "*t1*500*"])
    assert 1 == project.sent.count(("DELETE", "/things/t1"))
    project.api.refuse.clear()

    project.run("--version", "--version")
    assert ["t1"] == project.api.standing
    next_one = project.run()
    next_one.stdout.fnmatch_lines(["*taken down, which a session had left that died"])
    assert [] == project.api.standing


def test_what_was_set_up_last_is_taken_down_first(project):
    """It may stand on what was set up before it, whatever the names are."""
    project.write(
        "from apirun import Migration, Request, Stage\n"
        "def test_it(environment, apirun_stages):\n"
        f"    url = '{project.api.url}/things/'\n"
        "    for name in ('aa', 'zz'):\n"
        "        up, down = Request('PUT', url + name), Request('DELETE', url + name)\n"
        "        made = Migration(version=1, name=name, up=up, down=down)\n"
        "        stage = Stage(name=name, migrations=[made])\n"
        "        apirun_stages([stage], variables=environment)"
    )

    project.run().assert_outcomes(passed=1)

    undone = [path for method, path in project.api.requests if method == "DELETE"]
    expected = ["zz", "aa", "t3", "t2", "t1"]
    assert [f"/things/{name}" for name in expected] == undone


@pytest.mark.parametrize("workers", ["0", "2"])
def test_what_is_secret_stays_secret_in_every_worker(project, workers):
    """Neither results nor what pytest prints of an environment show it."""
    stages = json.loads((project.path / "stages.yaml").read_text())
    stages["global"]["env"]["hidden"] = "other"
    (project.path / "stages.yaml").write_text(json.dumps(stages))
    project.write(
        "import pytest\n"
        "@pytest.mark.parametrize('number', range(4))\n"
        "def test_it(environment, number):\n"
        "    told = environment.result.to_dict()['stages']['two']\n"
        "    assert (['t2_key'], '***') == (told['secrets'], told['env']['t2_key'])\n"
        "    stage = environment.stages['two']\n"
        "    assert environment == {'t2_key': 'a guess', 't1_id': 'other', 'x': ''}"
    )

    done = project.run("-n", workers, "-vv", "--showlocals", "-p", "no:logging")

    done.assert_outcomes(failed=4)
    done.stdout.fnmatch_lines(
        [
            "E*assert <Environment *> == <dict t1_id, t2_key, x>",
            "E*only left: *t2_id*",
            "E*only right: x",
            "E*t1_id: 'id-t1' != 'other'",
            "E*t2_key: [*][*][*] != [*][*][*]",
            "stage *= <StageEnvironment *t2_key*>",
        ]
    )
    assert "'t2'" not in done.stdout.str()


def test_a_version_without_a_way_down_is_refused(project):
    """Nothing is sent; what somebody else applied of it is used, and left."""
    path = project.path / "one" / "002_more.yaml"
    up = {"method": "PUT", "url": f"{project.api.url}/things/more"}
    path.write_text(json.dumps({"up": {"request": up}}))
    project.write(PASSES)

    done = project.run()
    sent = project.sent
    run_apirun("stages", "up", cwd=project.path)
    again = project.run()

    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines(["one/002_more: no 'down', so that nobody *"])
    assert ([], []) == (sent, project.records)
    again.assert_outcomes(passed=1)
    assert ["more", *ALL_THINGS] == project.api.standing


def test_a_version_without_a_way_down_may_stand_in_a_stage_that_is_skipped(project):
    """Nothing of it is applied, so nothing of it has to be taken down."""
    path = project.path / "one" / "002_more.yaml"
    up = {"method": "PUT", "url": f"{project.api.url}/things/more"}
    path.write_text(json.dumps({"up": {"request": up}}))
    stages = json.loads((project.path / "stages.yaml").read_text())
    stages["stages"][0]["condition"] = "false"
    (project.path / "stages.yaml").write_text(json.dumps(stages))
    project.write("def test_it(environment): assert 't1_id' not in environment")

    project.run().assert_outcomes(passed=1)

    assert sorted([*DOWN[1:], *UP[1:]]) == project.sent


@pytest.mark.parametrize("given", ["['s3cret']", "3", "{1: 's3cret'}", "'s3cret'"])
def test_variables_that_cannot_be_meant_are_told_in_a_line(project, given):
    """Both fixtures say what is meant, and show neither code nor values."""
    project.write(
        f"wrong = {given}\n"
        "def test_it(apirun_stages):\n"
        "    apirun_stages('stages.yaml', variables=wrong)",
        "def test_more(apirun_savepoint):\n"
        "    apirun_savepoint.up('stages.yaml', variables=wrong)",
    )

    done = project.run("--tb=short")

    done.assert_outcomes(failed=2)
    told = "*variables: a mapping of names to values is meant, such as *"
    done.stdout.fnmatch_lines([told, told])
    assert "runtime.py" not in done.stdout.str()
    assert "s3cret" not in done.stdout.str()
    assert [] == project.sent


def test_why_it_could_not_be_taken_down_is_told_once(project):
    """The block stands in the error; the summary has its first line."""
    project.api.refuse["DELETE t1"] = 500
    project.write(PASSES)

    told = project.run().stdout.str()

    assert 1 == told.count("  where     one/001_one_1.yaml")
    assert 2 == told.count("stages.yaml: NOT taken down, the next session")


def test_one_that_can_never_be_taken_down_is_given_up_as_told(project):
    """The file that the message names is all that has to be deleted."""
    project.api.refuse["DELETE t1"] = 500
    project.write(PASSES)
    told = project.run().stdout.str()

    (path,) = set(re.findall(r"to give it up, delete (\S+)", told))
    Path(path).unlink()
    project.write("def test_passes(): pass")
    project.api.requests.clear()
    next_one = project.run()

    assert (0, []) == (next_one.ret, project.sent)
    assert "NOT taken down" not in next_one.stdout.str()


def test_the_same_histories_for_other_variables_are_refused(project):
    """What one call applied is not taken for what another one asks for."""
    project.write(
        "def test_it(environment, apirun_stages):\n"
        "    apirun_stages('stages.yaml', variables={'x': '1'})"
    )

    done = project.run()

    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["*with other variables*apirun stages down*"])
    assert sorted(DOWN + UP) == project.sent


def test_stages_that_are_composed_need_no_store(project):
    """They get a history of this session, and every worker can take them down."""
    project.pytester.makeconftest(
        "import pytest\n"
        "from apirun import Migration, Request, Stage\n"
        "def make(context):\n"
        "    raise AssertionError\n"
        "@pytest.fixture(scope='session')\n"
        "def environment(apirun_stages):\n"
        "    up = Request('POST', '{{.api}}/things', body={'name': 'ada'})\n"
        "    down = Request('DELETE', '{{.api}}/things/ada')\n"
        "    ada = Migration(version=1, name='ada', up=up, down=down)\n"
        "    stage = Stage(name='people', migrations=[ada], env={'x': '1'})\n"
        f"    return apirun_stages([stage], variables={{'api': '{project.api.url}'}})\n"
    )
    project.write(
        "import pytest\n"
        "@pytest.mark.parametrize('number', range(6))\n"
        "def test_it(environment, number): assert '1' == environment['x']"
    )

    project.run("-n", "2").assert_outcomes(passed=6)

    assert [("DELETE", "/things/ada"), ("POST", "/things")] == project.sent
    assert [] == list(project.path.rglob("people.db"))


def test_stages_that_differ_in_a_secret_are_not_the_same(project):
    """What one call applied is not handed out to one with another password."""
    project.write(
        "from apirun import EnvEntry, Stage\n"
        "def test_it(apirun_stages):\n"
        "    def bring_up(pin):\n"
        "        entry = EnvEntry('pin', pin, secret=True)\n"
        "        return apirun_stages([Stage(name='s', env=[entry])])\n"
        "    first, again, other = map(bring_up, ('1234', '1234', '5678'))\n"
        "    assert first is again\n"
        "    assert ('1234', '5678') == (first['pin'], other['pin'])"
    )

    project.run().assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("store", "workers", "told"),
    [
        ("StoreSettings(disabled=True)", "0", "*keeps no history (store.disabled)*"),
        ("MemoryStore()", "2", "*keeps its history in memory, which no other worker*"),
    ],
)
def test_histories_that_nobody_could_take_down_are_refused(
    project, store, workers, told
):
    """Nothing is sent for a stage of which too little would be known."""
    project.write(
        "from apirun import MemoryStore, Migration, Request, Stage, StoreSettings\n"
        "def test_it(apirun_stages):\n"
        f"    up = Request('POST', '{project.api.url}/things')\n"
        "    made = [Migration(version=1, name='m', up=up)]\n"
        f"    stage = Stage(name='s', migrations=made, store={store}, directory='.')\n"
        "    apirun_stages([stage])"
    )

    done = project.run("-n", workers)

    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines([told])
    assert [] == project.sent


def test_a_name_that_is_not_provided_is_told_where_it_is_asked_for(project):
    """The test's own line is all that pytest shows of it."""
    project.write("def test_it(environment): environment['nope']")

    done = project.run()

    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines([">*environment[[]'nope']", "E*KeyError: 'nope'"])
    assert "environment.py" not in done.stdout.str()


def test_what_cannot_be_meant_is_told_in_a_line(project):
    """Nothing of the plugin's own code is shown, and nothing is sent."""
    project.write(
        "import pytest\n"
        "@pytest.mark.parametrize('given', ['nope.yaml', 42, [], ['stages.yaml']])\n"
        "def test_it(apirun_stages, given): apirun_stages(given)",
    )

    done = project.run()

    done.assert_outcomes(failed=4)
    told = "a path, an Orchestrator or a list of Stage is meant, not *. Nothing was *"
    done.stdout.fnmatch_lines(["there is no file */nope.yaml. *rootdir.", *[told] * 3])
    assert "sources.py" not in done.stdout.str()
    assert [] == project.sent
