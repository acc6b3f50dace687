"""What the README shows works as it stands there."""

import re
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from apirun.testing import serve_api
from tests.failing.catalogue import WAYS
from tests.helpers.command import run_apirun as run

run_apirun = partial(run, typed=True)
ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
COMMANDS = sorted(
    {
        command.strip()
        for command in re.findall(r"`(apirun [^`]+)`", TEXT)
        + [
            line.split("#")[0]
            for kind, block in BLOCKS
            if kind == "sh"
            for line in block.splitlines()
            if line.startswith("apirun ")
        ]
        if "COMMAND" not in command
    }
)


@pytest.fixture
def api():
    """Serve what `python -m apirun.testing` serves, as the README says."""
    with serve_api() as server:
        yield server


def things_of(api):
    """Return what the API holds, by collection; those that are empty left out."""
    return {name: [*items.values()] for name, items in api.items.items() if items}


@pytest.fixture
def project(tmp_path, api):
    """Write the README's documents, each at the path that its first line names."""
    for kind, block in BLOCKS:
        if kind == "yaml":
            path = tmp_path / re.match(r"# (\S+)\n", block).group(1)
            path.parent.mkdir(exist_ok=True)
            path.write_text(block.replace("http://127.0.0.1:8000", api.url), "utf-8")
    return tmp_path


def test_the_first_stages_yaml_does_what_is_said(project, api):
    """The commands that follow it end well, and the API holds what it should."""
    for command in ("validate", "up --dry-run"):
        assert 0 == run_apirun("stages", *command.split(), cwd=project).code
        assert {} == things_of(api)

    up = run_apirun("stages", "up", cwd=project)
    made = things_of(api)
    status = run_apirun("stages", "status", "--verbose", cwd=project)
    down = run_apirun("stages", "down", cwd=project)

    assert (0, 0, 0) == (up.code, status.code, down.code), (up, status, down)
    assert {
        "vpcs": [{"id": "vpcs-1", "name": "main", "cidr": "10.0.0.0/16"}],
        "databases": [{"id": "main", "engine": "postgres", "vpc_id": "vpcs-1"}],
    } == made
    assert "vpcs-1" in status.out
    assert {} == things_of(api)


def test_the_api_of_the_readme_is_the_one_that_is_tested():
    """Who follows it is told to start it, on the port that the files name."""
    assert "`python -m apirun.testing 8000`" in TEXT
    assert "api_base: http://127.0.0.1:8000\n" in TEXT


def test_the_python_snippet_runs(project, api):
    """The snippet runs in a fresh process and prints the captured id."""
    snippet = next(block for kind, block in BLOCKS if kind == "python")
    done = subprocess.run(
        [sys.executable, "-c", snippet.replace("http://127.0.0.1:8000", api.url)],
        cwd=str(project),
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )

    assert (0, "vpcs-1\n") == (done.returncode, done.stdout), done.stderr
    assert "vpcs-1" == things_of(api)["databases"][0]["vpc_id"]


def test_the_program_without_files_is_the_one_that_is_tested():
    """It stands in the README as in the examples, in at most 30 lines."""
    shown = [block for kind, block in BLOCKS if kind == "python"][1]

    assert (ROOT / "examples" / "embedding" / "in_memory.py").read_text(
        "utf-8"
    ) == shown
    assert len(shown.splitlines()) <= 30


def test_the_promise_is_kept_in_the_words_of_the_readme(project, api):
    """The message that the README shows is the one that a misspelt name gets."""
    (shown,) = [block for kind, block in BLOCKS if kind == "text"]
    document = project / "database" / "001_create_database.yaml"
    wrong = document.read_text("utf-8").replace("{{.vpc_id}}", "{{.vpc_idd}}")
    document.write_text(wrong, "utf-8")

    done = run_apirun("stages", "up", cwd=project)

    assert 2 == done.code, done
    assert shown in done.err
    assert {} == things_of(api)


def test_the_ways_of_failing_are_counted():
    """As many are run as the README says."""
    (told,) = re.findall(r"Every way a server can fail that we know of, (\d+) of", TEXT)

    assert len(WAYS) == int(told)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_in_it_exists(command, tmp_path):
    """Each command answers --help, and knows the flags that are shown with it."""
    words = command.split()[1:]
    flags = [word for word in words if word.startswith("--")]
    path = [word for word in words if re.match(r"[a-z]+$", word)]
    path = path[: 2 if path[0] == "stages" else 1]

    done = run_apirun(*path, "--help", cwd=tmp_path)

    assert 0 == done.code, done
    for flag in flags:
        assert flag in done.out


@pytest.mark.parametrize(
    "document",
    [
        "README.md",
        "CONTRIBUTING.md",
        "examples/embedding/README.md",
        "examples/pytest/README.md",
        "examples/stages/README.md",
        "examples/kinto/README.md",
        "examples/pocketbase/README.md",
        "examples/rabbitmq/README.md",
    ],
)
def test_every_link_leads_somewhere(document):
    """Each file that a document links to is there."""
    text = (ROOT / document).read_text("utf-8")
    links = re.findall(r"\]\((?!https?://)([^)#]+)", text)
    missing = [
        link for link in links if not (ROOT / document).parent.joinpath(link).exists()
    ]

    assert [] == missing
