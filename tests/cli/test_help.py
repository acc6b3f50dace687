"""What every command tells of itself, and what it costs to ask."""

import subprocess
import sys

import pytest

from tests.helpers.command import run_apirun

COMMANDS = (
    ["up"],
    ["down"],
    ["status"],
    ["create"],
    ["validate"],
    ["settle"],
    ["adopt"],
    ["schema"],
    ["stages"],
    ["stages", "up"],
    ["stages", "down"],
    ["stages", "status"],
    ["stages", "validate"],
    ["stages", "adopt"],
    ["stages", "graph"],
)
HEAVY = ("requests", "urllib3", "jsonpath_ng", "rich", "structlog", "psycopg")


def modules_after(code, cwd):
    """Run *code* in a fresh process and return the names of what it imported."""
    listing = "import sys; print(' '.join(sys.modules), file=sys.__stdout__)"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{listing}"],
        cwd=str(cwd),
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    )
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_each_command_has_help_with_an_example(tmp_path, command):
    """--help says what the command does and shows it used, line by line."""
    done = run_apirun(*command, "--help", cwd=tmp_path, typed=True)

    assert (0, "") == (done.code, done.err)
    assert "  Example:\n" in done.out
    assert f"    apirun {' '.join(command)}" in done.out


def test_the_list_of_commands_is_complete(tmp_path):
    """Every command that exists stands in the list with a summary."""
    root = run_apirun("--help", cwd=tmp_path).out
    stages = run_apirun("stages", "--help", cwd=tmp_path).out

    for words in COMMANDS:
        listed = root if len(words) == 1 else stages
        assert f"\n  {words[-1]} " in listed


def test_help_imports_neither_the_library_nor_anything_heavy(tmp_path):
    """Asking for help costs little more than click."""
    imported = modules_after(
        "from apirun_cli.app import cli\n"
        "cli.main(['--help'], prog_name='apirun', standalone_mode=False)",
        tmp_path,
    )

    assert not imported & {"apirun", *HEAVY}


def test_validating_imports_nothing_heavy(tmp_path):
    """Checking documents needs no HTTP library."""
    (tmp_path / "stages.yaml").write_text(
        "stages: [{name: a, config_path: a/config.yaml}]\n"
    )
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "config.yaml").write_text("env: {x: y}\n")
    (tmp_path / "a" / "001_x.yaml").write_text(
        "up: {request: {url: 'http://127.0.0.1/{{.x}}'}}\n"
    )
    imported = modules_after(
        "from apirun_cli.app import cli\n"
        "cli.main(['stages', 'validate'], standalone_mode=False)",
        tmp_path,
    )

    assert "apirun" in imported
    assert not imported & set(HEAVY)


def test_the_version_is_told(tmp_path):
    """--version prints the command's name and version."""
    assert run_apirun("--version", cwd=tmp_path, typed=True).out.startswith("apirun 0.")


def test_names_of_stages_are_completed(tmp_path):
    """After --stage the shell is offered the names that stand in the file."""
    (tmp_path / "stages.yaml").write_text(
        "stages:\n  - {name: network}\n  - {name: nodes}\n  - {name: app}\n"
    )
    done = run_apirun(
        cwd=tmp_path,
        typed=True,
        env={
            "_APIRUN_COMPLETE": "bash_complete",
            "COMP_WORDS": "apirun stages up --stage n",
            "COMP_CWORD": "4",
        },
    )

    assert ["plain,network", "plain,nodes"] == done.out.split()


def test_completion_survives_a_broken_file(tmp_path):
    """A file that can't be read offers nothing and says nothing."""
    (tmp_path / "stages.yaml").write_text("stages: [\n")
    done = run_apirun(
        cwd=tmp_path,
        typed=True,
        env={
            "_APIRUN_COMPLETE": "bash_complete",
            "COMP_WORDS": "apirun stages up --from ",
            "COMP_CWORD": "4",
        },
    )

    assert ("", "") == (done.out.strip(), done.err)
