"""`apirun adopt` and `apirun stages adopt`, as a user meets them."""

import json

import pytest

from tests.helpers.directory import Directory
from tests.helpers.stagetree import thing
from tests.helpers.terminal import run_on_terminal, without_styles


@pytest.fixture
def single(project):
    """Write a directory of three migrations, of which two are there."""
    directory = Directory(project.directory / "single", project.server.url)
    for version, name in enumerate(("one", "two", "three"), start=1):
        directory.write(version, name, thing(name))
    project.server.things.update(one=1, two=1)
    return directory


CONFIG = ("--config", "single/config.yaml")


def test_a_system_that_exists_is_taken_over_and_torn_down(project, single):
    """Adopt, then up for the rest, then down for all of it."""
    adopted = project.run("adopt", *CONFIG)
    history = project.run("status", *CONFIG, "--history").out
    applied = project.run("up", *CONFIG)
    down = project.run("down", *CONFIG, "--to", "0")

    assert [0, 0, 0] == [each.code for each in (adopted, applied, down)]
    assert "2 versions adopted in" in adopted.out
    assert "003_three is not there and stays pending" in adopted.out
    assert "'apirun up' applies it" in adopted.out
    assert "001_one adopted (200" in adopted.err
    assert 2 == history.count("adopted by its probe")
    assert {"three": 1} == dict(project.server.created)
    assert [] == project.server.standing


def test_the_dry_run_shows_each_probe(project, single):
    """Nothing is sent, nothing is written."""
    done = project.run("adopt", *CONFIG, "--dry-run", "--to", "2")

    assert 0 == done.code
    assert f"GET {project.server.url}/things?name=two" in done.out
    assert "2 probes would be sent. Nothing was sent, nothing was written." in done.out
    assert [] == project.server.requests
    assert [] == list(single.root.glob("apirun.db*"))


def test_json_tells_what_was_found(project, single):
    """One document, with what each probe found."""
    told = json.loads(project.run("adopt", *CONFIG, "--json").out)

    assert [(True, "present"), (True, "present"), (False, "absent")] == [
        (each["adopted"], each["probe"]) for each in told["migrations"]
    ]
    assert told["ok"]
    assert "003_three is not there" in told["reason"]


def test_without_a_probe_the_flag_is_named(project, single):
    """The command refuses with 2; with the flag and a value it records."""
    single.write(1, "one", thing("one", kind="put"))

    refused = project.run("adopt", *CONFIG)
    sent = len(project.server.requests)
    dry = project.run("adopt", *CONFIG, "--unprobed", "--dry-run")
    done = project.run("adopt", *CONFIG, "--unprobed", "--var", "one_id=id-one")

    assert (2, 0) == (refused.code, sent)
    assert "001_one of single has no probe" in refused.err
    assert "--unprobed" in refused.err
    assert "no probe: recorded as applied, unseen" in dry.out
    assert (0, "warning" in done.err) == (done.code, False)
    assert "id-one" in project.run("status", *CONFIG, "-v").out


def test_a_capture_that_is_missing_is_warned_of(project, single):
    """What later versions and down may need has no value."""
    single.write(1, "one", thing("one", kind="put"))

    done = project.run("adopt", *CONFIG, "--unprobed", "--to", "1")

    assert 0 == done.code
    assert "warning: 001_one captures one_id: what uses it will be refused" in done.err


def test_a_probe_that_can_not_tell_fails_in_one_block(project, single):
    """Exit code 1, and what is recorded so far."""
    second = thing("two")
    second["probe"]["request"]["url"] = "{{.api_base}}/broken"
    single.write(2, "two", second)
    project.server.refuse["GET broken"] = 403

    done = project.run("adopt", *CONFIG)
    block = done.err[done.err.index("Error: ") :]

    assert 1 == done.code
    assert "Stopped: 1 version adopted in" in done.out
    assert "Error: single/002_two failed" in block
    assert "single/002_two.yaml:" in block
    assert "answered 403" in block
    assert "recorded  Version 2 stays pending." in block
    assert "applied   001_one" in block
    assert "run 'apirun adopt --config single/config.yaml'" in block


def test_what_is_unsettled_comes_first(project, single):
    """Exit code 3, with the command that settles it."""
    first = thing("one", kind="post")
    single.write(1, "one", first)
    project.server.drop_answers_of.add("one")
    project.run("up", *CONFIG)

    done = project.run("adopt", *CONFIG, "--unprobed")

    assert 3 == done.code
    assert "apirun settle 1 --config single/config.yaml --as applied" in done.err
    assert "nothing was adopted" in done.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--to", "9"), "there is no version 9; the nearest is 3"),
        (("--to", "x"), "not a valid integer"),
        (("--var", "x"), "has no value"),
        (("--probed",), "No such option"),
        (("--config", "nowhere.yaml"), "there is no file 'nowhere.yaml'"),
    ],
)
def test_what_can_not_be_meant_is_refused(project, single, words, told):
    """Exit code 2, and nothing is sent."""
    done = project.run("adopt", *CONFIG, *words)

    assert (2, []) == (done.code, project.server.requests)
    assert told in done.err


def test_stages_are_taken_over_with_what_they_hand_on(project):
    """A table of the stages, and what is left for up."""
    project.write(kind="probe")
    project.server.things.update(network=1, database=1)

    done = project.stages("adopt")
    again = project.stages("adopt", "--json")

    assert 0 == done.code
    assert "network   1" in done.out
    assert "app                001_app_1 is not there" in done.out
    assert "2 versions adopted in" in done.out
    assert "'apirun stages up' applies what is not there" in done.out
    assert "absent" == json.loads(again.out)["stages"]["app"]["migrations"][0]["probe"]
    assert 0 == project.stages("up").code
    assert {"app": 1} == dict(project.server.created)


def test_stages_are_selected_as_for_up(project):
    """--to takes what the stage needs; a dependency that is not complete is named."""
    project.write(kind="probe")
    project.server.things.update(network=1, database=1, app=1)

    refused = project.stages("adopt", "--stage", "app")
    shown = project.stages("adopt", "--to", "database", "--dry-run")
    done = project.stages("adopt", "--to", "database")

    assert (2, 0, 0) == (refused.code, shown.code, done.code)
    assert "apirun stages adopt --stage database" in refused.err
    assert "2 probes would be sent" in shown.out
    assert "2 versions adopted" in done.out


def test_on_a_narrow_terminal_no_line_of_the_table_is_too_long(project):
    """At 70 columns the remarks wrap."""
    project.write(kind="probe")

    shown = run_on_terminal("stages", "adopt", cwd=project.directory, columns=70)
    text = without_styles(shown.out)
    table = text[text.index("stage     adopted") : text.index("0 versions")]

    assert 0 == shown.code
    assert [] == [line for line in table.splitlines() if len(line) > 70]


def test_quiet_says_nothing_that_went_well(project, single):
    """-q leaves errors only."""
    done = project.run("adopt", *CONFIG, "-q")

    assert (0, "", "") == (done.code, done.out, done.err)
