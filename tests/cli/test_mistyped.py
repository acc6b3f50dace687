"""What is said to a person who typed it wrong."""

import json

import pytest

from apirun_cli.app import cli
from apirun_cli.command import ENDINGS


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("stauts", "Did you mean 'status'?"),
        ("stages upp", "Did you mean 'up'?"),
        ("graph", "Did you mean 'apirun stages graph'?"),
        ("stages settle 1", "Did you mean 'apirun settle'?"),
        ("plan", "Did you mean 'up --dry-run'?"),
        ("stages destroy", "Did you mean 'down'?"),
        ("stages history", "Did you mean 'status --history'?"),
        ("stages init", "There are: up, down, status, validate, adopt, graph."),
        ("help", "Did you mean '--help'?"),
        ("--versoin", "Did you mean '--version'?"),
        ("--quiet stages up", "stand behind it: apirun COMMAND --quiet"),
        ("stages -v up", "stand behind it: apirun stages COMMAND -v"),
        ("stages up network", "'network' belongs to no option: a stage is selected by"),
        ("stages up stages.yaml", "a file is named by --config stages.yaml"),
        ("up 3 --config network/config.yaml", "a version is named by --to 3"),
        ("create a b --config network/config.yaml", "'b' belongs to no option"),
        ("stages up --lock-timeout \u00b2", "'\u00b2' is not a duration"),
        ("stages status --history-limit many", "'many' is not a valid integer."),
        ("up", "There is a stages.yaml: it is run by 'apirun stages'."),
    ],
)
def test_what_was_meant_is_told(project, typed, told):
    """One message names it; nothing is sent, and nothing is shown as a result."""
    done = project.run(*typed.split(" "))

    assert (2, "", []) == (done.code, done.out, project.server.requests)
    assert told in done.err.splitlines()[-1]


def test_the_file_that_is_there_is_told(project):
    """Who stands in the directory of one stage learns how to name its settings."""
    project.directory /= "network"
    single = project.run("up")
    (project.directory / "config").mkdir()
    (project.directory / "config" / "config.yaml").write_text("{}")
    several = project.stages("up")

    assert "There is a config.yaml: --config config.yaml." in single.err
    assert "There is a config/config.yaml: without 'stages' it is run." in several.err


def test_a_value_without_a_name_is_not_repeated(project):
    """It may be a secret."""
    done = project.stages("up", "--var", "=hunter2")

    assert 2 == done.code
    assert "a value has no name: write NAME=VALUE" in done.err
    assert "hunter2" not in done.err


def test_a_control_character_in_a_word_is_shown_only(project):
    """What was typed does not move the cursor when it is told."""
    done = project.stages("up", "--config", "a\x1b[2Jb")

    assert "\\x1b[2Jb" in done.err
    assert "\x1b" not in done.err


def test_no_limit_of_a_history_is_too_large(project):
    """More than any database can count shows all."""
    project.stages("up", "-q")
    done = project.stages("status", "--history", "--history-limit", "9" * 30)

    assert (0, "") == (done.code, done.err)
    assert "001_app_1" in done.out


def test_without_a_command_the_help_is_shown(project):
    """It goes to stderr, since nothing was asked for."""
    done = project.run()

    assert (2, "") == (done.code, done.out)
    assert done.err == project.run("--help").out


def test_a_schema_is_refused_as_a_document_under_json(project):
    """Like every command it has the options of output."""
    done = project.run("schema", "pizza", "--json")

    assert 2 == done.code
    assert "UsageError" == json.loads(done.out)["error"]["kind"]


def test_the_first_help_tells_the_same_exit_codes_as_those_of_commands():
    """What they mean is written down twice, since the first is read before all."""
    told = [f"{code}  {meaning}" for code, meaning in ENDINGS.items()]
    first = (cli.help or "").partition("Exit codes:")[2].splitlines()

    assert told == [line.strip() for line in first if line.strip()]


@pytest.mark.parametrize("command", ["stages up", "up --config app/config.yaml"])
def test_a_variable_that_nothing_uses_is_warned_of(project, command):
    """It is misspelt, as a rule; the run goes on, as another file may use it."""
    known = f"api_base={project.server.url}"
    done = project.run(*command.split(" "), "--var", "api_bsae=x", "--var", known)

    assert 0 == done.code
    assert 1 == done.err.count("'api_bsae' is given, and nothing here uses it")
