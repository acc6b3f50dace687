"""What the README shows works as it stands there."""

import json
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.helpers.command import run_apirun

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


class Handler(BaseHTTPRequestHandler):
    """The API of the README's first stages.yaml: networks and databases."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def _answer(self):
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        things = self.server.things
        parts = self.path.strip("/").split("/")
        status = 200
        if self.command == "POST":
            things["vpcs"] = {"id": "vpc-7", **json.loads(raw)}
            status = 201
        elif self.command == "PUT":
            things["databases"] = json.loads(raw)
        elif self.command == "DELETE":
            status = 200 if things.pop(parts[0], None) else 404
        elif parts[0] not in things:
            status = 404
        body = json.dumps({"vpc": things.get("vpcs")}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815  # names that http.server calls

    def log_message(self, format, *args):  # noqa: A002  # the base class names it so
        pass


@pytest.fixture
def api():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.things = {}
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


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
        assert {} == api.things

    up = run_apirun("stages", "up", cwd=project)
    made = dict(api.things)
    status = run_apirun("stages", "status", "--verbose", cwd=project)
    down = run_apirun("stages", "down", cwd=project)

    assert (0, 0, 0) == (up.code, status.code, down.code), (up, status, down)
    assert {
        "vpcs": {"id": "vpc-7", "name": "main", "cidr": "10.0.0.0/16"},
        "databases": {"engine": "postgres", "vpc_id": "vpc-7"},
    } == made
    assert "vpc-7" in status.out
    assert {} == api.things


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

    assert (0, "vpc-7\n") == (done.returncode, done.stdout), done.stderr
    assert {"engine": "postgres", "vpc_id": "vpc-7"} == api.things["databases"]


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
    assert {} == api.things


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
