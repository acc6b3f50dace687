"""Every way of embedding that the examples show does what it says."""

import base64
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from apirun import Orchestrator, SqliteStore
from examples.embedding import webapp
from tests.helpers.cloud import PASSWORD, copy_example, serve_cloud

pytestmark = pytest.mark.e2e

EXAMPLES = Path(webapp.__file__).parent
README = EXAMPLES.joinpath("README.md").read_text("utf-8")
NOTHING = {"vpcs": [], "databases": [], "services": [], "users": [], "settings": []}


class Desk:
    """A directory with the examples in it, and the cloud that they talk to."""

    def __init__(self, directory, server):
        self.directory = directory
        self.server = server
        self.env = {"CLOUD_URL": server.url, "CLOUD_PASSWORD": PASSWORD}

    def command(self, script, *arguments):
        """Return what runs one of the scripts."""
        return [sys.executable, f"{self.directory}/embedding/{script}", *arguments]

    def start(self, script):
        """Start one of the scripts, and leave it to itself."""
        return subprocess.Popen(
            self.command(script),
            cwd=str(self.directory),
            env={**os.environ, **self.env},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def run(self, script, *arguments, stdin="", cwd=None):
        """Run one of the scripts in a fresh process."""
        return subprocess.run(
            self.command(script, *arguments),
            cwd=str(cwd or self.directory),
            env={**os.environ, **self.env},
            input=stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )

    def print(self, script, *arguments, stdin=""):
        """Run a script that has to end well, and return the lines it prints."""
        done = self.run(script, *arguments, stdin=stdin)
        assert (0, "") == (done.returncode, done.stderr)
        return done.stdout.splitlines()

    @property
    def there(self):
        """The names of all that is in the cloud."""
        overview = self.server.cloud.overview()
        return {kind: overview[kind] for kind in NOTHING}

    @property
    def requests(self):
        """How many requests the cloud has seen."""
        return self.server.cloud.overview()["requests"]


@pytest.fixture
def desk(tmp_path):
    copy_example("embedding", tmp_path)
    copy_example("stages", tmp_path)
    with serve_cloud(tmp_path) as server:
        yield Desk(tmp_path, server)


@pytest.mark.skipif(not shutil.which("curl"), reason="the README calls curl")
def test_what_the_readme_calls_ends_well(desk):
    """Each script, in that order, with what its commands write for it before."""
    (_, commands) = re.findall(r"^```sh\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    told, _, web = commands.partition("pip install flask\n")
    path = f"{os.path.dirname(sys.executable)}{os.pathsep}{os.environ['PATH']}"

    done = subprocess.run(
        ["sh", "-ec", told],
        cwd=str(desk.directory / "embedding"),
        env={**os.environ, **desk.env, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=110,
        check=False,
    )

    assert 0 == done.returncode, done.stdout
    assert "Traceback" not in done.stdout
    assert done.stdout.endswith("OFFICE-60 \n")
    scripts = {path.name for path in EXAMPLES.glob("*.py")} - {"webapp.py"}
    assert scripts == set(re.findall(r"python (\w+\.py)", told))
    assert "--app webapp" in web


@pytest.mark.parametrize(
    "script",
    [
        path.name
        for path in sorted(EXAMPLES.glob("*.py"))
        if "len(sys.argv)" in path.read_text("utf-8") and path.name != "composed.py"
    ],
)
def test_a_script_that_is_called_wrongly_says_how(desk, script):
    """It prints what stands at its top, and no traceback."""
    done = desk.run(script)

    top = EXAMPLES.joinpath(script).read_text("utf-8").split('"""')[1]
    assert (1, "", top.strip()) == (done.returncode, done.stdout, done.stderr.strip())


def test_composed_stages_go_up_once_and_down(desk):
    """A second up sends nothing, and down leaves nothing."""
    plan = desk.print("composed.py", "plan")
    assert ["network/001_create_vpc: POST", "database/001_create_database: POST"] == [
        line.rpartition(" ")[0] for line in plan
    ]
    assert 0 == desk.requests

    up = desk.print("composed.py", "up")
    assert ["network: applied", "database: applied"] == up[:2]
    assert "the database is at orders.vpc-1.internal:5432" == up[2]
    before = desk.requests
    assert "network: unchanged" == desk.print("composed.py")[0]
    assert before == desk.requests

    assert "network: up to date" == desk.print("composed.py", "status")[0]
    assert ["database: rolled_back", "network: rolled_back"] == sorted(
        desk.print("composed.py", "down")
    )
    assert NOTHING == desk.there


def test_composed_stages_tell_why_they_failed(desk):
    """The failure and what to do next go to stderr, and what was done is undone."""
    desk.env["CLOUD_PASSWORD"] = "wrong"

    done = desk.run("composed.py", "up")

    assert 1 == done.returncode
    assert "answered 401" in done.stderr
    assert "wrong" not in done.stdout + done.stderr


def test_files_and_composed_stages_mix(desk):
    """The composed stage sees what the stage of the files captured."""
    lines = desk.print("mixed.py")

    assert f"the worker is at {desk.server.url}/run/worker" == lines[0]
    assert lines[1].startswith("it was told mixed-db.vpc-")
    assert NOTHING == desk.there


def test_progress_is_told_as_it_is_made(desk):
    """Each migration has its place among those of its stage."""
    lines = desk.print("progress.py", "stages/stages.yaml", "project_name=shown")

    assert "infrastructure 1/2 001_create_vpc ..." == lines[0]
    assert "configuration is applied" == lines[-1]
    assert ["shown-staging"] == desk.there["vpcs"]


def test_progress_of_a_wrong_file_is_its_error(desk):
    """The file, the line and the key are named, and nothing was sent."""
    (desk.directory / "wrong.yaml").write_text("stages: [{nam: a}]", "utf-8")

    done = desk.run("progress.py", "wrong.yaml")

    assert (2, 0) == (done.returncode, desk.requests)
    assert done.stderr.startswith("wrong.yaml:1:")


def test_the_audit_trail_has_every_outcome_and_no_secret(desk):
    """It is JSON, a line for each migration there and back; the log goes elsewhere."""
    done = desk.run("audit.py", "stages/stages.yaml")

    trail = [json.loads(line) for line in done.stdout.splitlines()]
    outcomes = [each["event"] for each in trail if "migration" in each]
    assert 0 == done.returncode
    assert ["applied"] * 6 + ["rolled_back"] * 6 == outcomes
    assert "stage finished" in done.stderr
    assert PASSWORD not in done.stdout + done.stderr


def test_reports_are_there_also_of_a_run_that_is_refused(desk):
    """JUnit has the cases of the run, or the error that kept it from beginning."""
    (line,) = desk.print("reports.py", "stages/stages.yaml", "out")
    junit, document, page = (
        desk.directory / "out" / name
        for name in ("junit.xml", "run.json", "summary.md")
    )

    assert re.match(r"slowest: (POST|PUT|GET) http://", line)
    assert 6 == junit.read_text("utf-8").count("<testcase ")
    assert json.loads(document.read_text("utf-8"))["ok"]
    assert "6 versions applied" in page.read_text("utf-8")
    assert PASSWORD not in document.read_text("utf-8")

    refused = desk.run("reports.py", "no-such.yaml", "out")
    assert 1 == refused.returncode
    assert 'type="DocumentError"' in junit.read_text("utf-8")
    assert "refused, nothing was sent" in page.read_text("utf-8")


def test_one_directory_goes_step_by_step(desk):
    """The history has what was done, newest first."""
    lines = desk.print("one_directory.py", "stages/infrastructure/config.yaml")

    assert "first: 001_create_vpc" == lines[0]
    assert ["then: 002_create_database", "pending: 0"] == lines[1:3]
    assert "down 001_create_vpc 200" == lines[3]
    assert NOTHING == desk.there


def test_a_callable_imports_and_removes(desk):
    """What is there already is left alone, and what was imported is removed."""
    (desk.directory / "vpcs.csv").write_text(
        "name,cidr\na,10.1.0.0/16\nb,10.2.0.0/16\n"
    )

    lines = desk.print("callables.py", "vpcs.csv")

    assert ['imported ["a","b"]'] == lines
    assert NOTHING == desk.there


def test_a_token_comes_from_a_file(desk):
    """The token is taken as it stands there, and a missing file is told."""
    token = base64.b64encode(f"deployer:{PASSWORD}".encode()).decode()
    (desk.directory / "token").write_text(token + "\n")

    assert ["networks: []"] == desk.print("own_auth.py", "token")
    missing = desk.run("own_auth.py", "no-token")
    assert (1, True) == (missing.returncode, "no token in no-token" in missing.stderr)


def test_a_store_of_ones_own_keeps_the_history(desk):
    """The file tells what was made, and nothing is left in the cloud."""
    assert ["001_create_vpc made vpc-1"] == desk.print("own_store.py", "history.json")
    assert 2 == len(json.loads((desk.directory / "history.json").read_text())["runs"])
    assert NOTHING == desk.there


@pytest.mark.parametrize("kind", ["threads", "processes"])
def test_an_executor_of_the_program_carries_the_stages(desk, kind):
    """Every region is set up, and taken away again."""
    assert ["asia applied", "eu applied", "us applied"] == sorted(
        desk.print("executors.py", kind)
    )
    assert NOTHING == desk.there


def test_a_web_service_sets_tenants_up_side_by_side(desk, tmp_path, monkeypatch):
    """Every tenant gets its own, and a locked one is told so."""
    monkeypatch.chdir(tmp_path)
    for name, value in desk.env.items():
        monkeypatch.setenv(name, value)
    client = webapp.app.test_client
    names = [f"tenant-{number}" for number in range(6)]

    with ThreadPoolExecutor(len(names)) as pool:
        asked = [pool.submit(client().post, f"/tenants/{name}") for name in names]
        replies = [each.result() for each in asked]

    assert [201] * len(names) == [each.status_code for each in replies]
    assert len(names) == len({each.json["vpc_id"] for each in replies})
    assert sorted(names) == sorted(desk.there["vpcs"])
    assert "up to date" == client().get("/tenants/tenant-0").json["state"]
    with SqliteStore("tenant-0.db").lock(timeout_s=0):
        assert 409 == client().delete("/tenants/tenant-0").status_code
    assert 200 == client().delete("/tenants/tenant-0").status_code
    assert sorted(names[1:]) == sorted(desk.there["vpcs"])


def test_the_engines_work_alone(desk):
    """A path finds, a template prints, and what is wrong is told."""
    users = json.dumps({"users": [{"name": "ada"}, {"name": "bob"}]})
    names = "{{range .found}}<{{.name | upper}}>{{end}}"

    assert ["<ADA><BOB>"] == desk.print("engines.py", "users", names, stdin=users)
    nothing = desk.run("engines.py", "vpcs", names, stdin=users)
    assert (1, "nothing at vpcs\n") == (nothing.returncode, nothing.stderr)
    wrong = desk.run("engines.py", "users", "{{.fund}}", stdin=users)
    assert (2, True) == (wrong.returncode, 'no entry for key "fund"' in wrong.stderr)


def test_a_short_program_provisions_and_rolls_back_without_a_file(desk, tmp_path):
    """Nothing is left on the disk or in the cloud."""
    empty = tmp_path / "empty"
    empty.mkdir()

    done = desk.run("in_memory.py", desk.server.url, PASSWORD, cwd=empty)

    assert (0, "") == (done.returncode, done.stderr)
    assert done.stdout.splitlines()[0].endswith(" is up")
    log = desk.server.cloud.overview()["log"]
    assert ["POST /vpcs 201", "DELETE /vpcs/vpc-1 200"] == log
    assert [] == list(empty.iterdir())


def test_a_job_that_is_stopped_goes_on_where_it_ended(desk):
    """After SIGTERM nothing is in doubt, and the next start does the rest."""
    begun = desk.start("stoppable.py")
    while desk.requests < 3:
        assert begun.poll() is None
    begun.send_signal(signal.SIGTERM)
    out, err = begun.communicate(timeout=60)
    stopped = len(desk.there["vpcs"])

    assert (128 + signal.SIGTERM, "") == (begun.returncode, err)
    assert f"{stopped} done now, {60 - stopped} to be done\n" == out
    assert 3 <= stopped < 60
    assert [f"{60 - stopped} done now, 0 to be done"] == desk.print("stoppable.py")
    assert 60 == len(desk.there["vpcs"])


def test_another_job_rolls_back_what_the_first_one_applied(desk):
    """What had been there before stays."""
    files = ("stages/stages.yaml", "applied.json")
    variables = {"api_base": desk.server.url, "cloud_password": PASSWORD}
    Orchestrator.from_file(
        desk.directory / "stages" / "stages.yaml", variables=variables
    ).up(to_stage="infrastructure")

    desk.print("ci_job.py", "up", *files)
    assert ["demo-db"] == desk.there["databases"]
    assert ["auth", "api"] == desk.there["services"]
    desk.print("ci_job.py", "back", *files)

    assert {**NOTHING, "vpcs": ["demo-staging"], "databases": ["demo-db"]} == desk.there


def test_what_is_told_can_be_printed_and_read_back(desk):
    """A person sees lines of at most 80 cells; a program finds every document."""
    shown = desk.print("as_data.py", "stages/stages.yaml")
    lines = desk.print("as_data.py", "stages/stages.yaml", "--json")
    told = [json.loads(line) for line in lines]

    assert (
        "stages/stages.yaml: 3 stages, 6 migrations, all documents are in order."
        in (shown)
    )
    assert "6 requests in 3 stages would be sent." in shown
    assert [] == [line for line in shown if len(line) > 80]
    assert told[0]["ready"]
    assert "RunFinished" in [line.get("event") for line in told]
    assert told[-2]["ok"]
    assert "up to date" == told[-1]["stages"]["services"]["state"]
