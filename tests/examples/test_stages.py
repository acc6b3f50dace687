"""The example of the README: three stages against a small cloud."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.cloud import EXAMPLES, PASSWORD, copy_example, serve_cloud
from tests.helpers.command import run_apirun

pytestmark = pytest.mark.e2e

STAGES = ("infrastructure", "services", "configuration")
NOTHING = {"vpcs": [], "databases": [], "services": [], "users": [], "settings": []}
EVERYTHING = {
    "vpcs": ["demo-staging"],
    "databases": ["demo-db"],
    "services": ["auth", "api"],
    "users": ["admin"],
    "settings": ["defaults"],
}


class Example:
    """A copy of the example, and the cloud that it talks to."""

    def __init__(self, directory, server):
        self.directory = directory
        self.server = server

    def run(self, *arguments):
        """Run ``apirun stages`` in a fresh process."""
        return run_apirun(
            "stages", *arguments, cwd=self.directory, env={"CLOUD_PASSWORD": PASSWORD}
        )

    def send(self, *arguments):
        """Run a command that talks to the cloud; it must end well."""
        done = self.run(*arguments, "--var", f"api_base={self.server.url}")
        assert 0 == done.code, done
        return done

    @property
    def there(self):
        """The names of all that is in the cloud."""
        overview = self.server.cloud.overview()
        return {kind: overview[kind] for kind in NOTHING}

    @property
    def requests(self):
        """How many requests the cloud has seen."""
        return self.server.cloud.overview()["requests"]

    def items(self, kind):
        """Everything of one kind, by name."""
        state = json.loads((self.directory / "cloud.json").read_text("utf-8"))
        return {item["name"]: item for item in state["items"][kind].values()}


@pytest.fixture
def example(tmp_path):
    directory = copy_example("stages", tmp_path)
    with serve_cloud(directory) as server:
        yield Example(directory, server)


def files(directory):
    """Every file below *directory* with its content."""
    return {
        path.relative_to(directory): path.read_bytes()
        for path in directory.rglob("*")
        if path.is_file()
    }


def test_validate_finds_nothing_wrong(example):
    """The documents are in order, and nothing is sent to find that out."""
    assert 0 == example.run("validate").code
    assert 0 == example.requests


def test_a_dry_run_changes_nothing(example):
    """Nothing is sent and no file is written, and later values are announced."""
    before = files(example.directory)

    done = example.send("up", "--dry-run")

    assert "(known after infrastructure/001_create_vpc)" in done.out
    assert (0, NOTHING) == (example.requests, example.there)
    assert before == files(example.directory)


def test_up_makes_everything(example):
    """Every resource is there, and each carries what earlier ones answered."""
    example.send("up")

    vpc = example.items("vpcs")["demo-staging"]
    database = example.items("databases")["demo-db"]
    services = example.items("services")
    settings = example.items("settings")["defaults"]
    assert EVERYTHING == example.there
    assert vpc["id"] == database["vpc_id"] == services["auth"]["vpc_id"]
    assert vpc["security_groups"][0]["id"] == database["security_group_id"]
    assert database["endpoint"] == services["api"]["db_endpoint"]
    assert services["auth"]["url"] == services["api"]["environment"]["AUTH_URL"]
    assert 2 == services["api"]["replicas"]
    assert "admin@demo.example" == example.items("users")["admin"]["email"]
    assert example.items("users")["admin"]["id"] == settings["owner"]


def test_a_second_up_sends_nothing(example):
    """What is applied is not asked for again."""
    example.send("up")
    before = example.requests

    example.send("up")

    assert before == example.requests


def test_status_tells_where_each_stage_stands(example):
    """In fresh processes: never run, then up to date, with the captured values."""
    never = example.run("status").out
    example.send("up")
    done = example.run("status", "--verbose").out

    assert len(STAGES) == never.count("never run")
    assert len(STAGES) == done.count("up to date")
    assert example.items("databases")["demo-db"]["endpoint"] in done
    assert PASSWORD not in done


def test_a_migration_added_later_is_all_that_is_sent(example):
    """A new file in a stage that was finished costs exactly its own request."""
    example.send("up")
    before = example.requests
    (example.directory / "services" / "migration" / "003_deploy_web.yaml").write_text(
        """
up:
  request:
    auth_name: cloud
    method: POST
    url: "{{.api_base}}/services"
    body: {name: web, image: web, vpc_id: "{{.vpc_id}}"}
down: {auth: cloud, method: DELETE, url: "{{.api_base}}/services/web"}
""",
        encoding="utf-8",
    )

    example.send("up")

    assert ["auth", "api", "web"] == example.there["services"]
    assert before + 1 == example.requests


def test_down_leaves_nothing(example):
    """Everything is taken down in the order that the cloud allows."""
    example.send("up")

    example.send("down")

    assert NOTHING == example.there
    assert len(STAGES) == example.run("status").out.count("2 pending")


def test_it_goes_on_where_it_stopped(example):
    """Once the name that was taken is free again, up finishes the rest."""
    example.server.cloud.ask("POST", "/vpcs", {"name": "x", "cidr": "::/0"}, "")
    blocker = {"name": "auth", "image": "i", "vpc_id": "vpc-1"}
    example.server.cloud.ask("POST", "/services", blocker, "")

    failed = example.run("up", "--var", f"api_base={example.server.url}")
    example.server.cloud.ask("DELETE", "/services/auth", {}, "")
    example.server.cloud.ask("DELETE", "/vpcs/x", {}, "")
    example.send("up")

    assert 1 == failed.code, failed
    assert "001_deploy_auth_service" in failed.err + failed.out
    assert EVERYTHING == example.there


def test_the_demo_ends_well():
    """The script behind make demo shows each command and leaves nothing behind."""
    before = files(EXAMPLES / "stages")
    beside = str(Path(sys.executable).parent)
    done = subprocess.run(
        [str(shutil.which("sh")), str(EXAMPLES / "stages" / "demo.sh")],
        env={**os.environ, "PATH": os.pathsep.join([beside, os.environ["PATH"]])},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=100,
        check=False,
    )

    assert 0 == done.returncode, done.stdout
    for command in ("validate", "up --dry-run", "up", "status --verbose", "down"):
        assert f"$ apirun stages {command}" in done.stdout
    assert before == files(EXAMPLES / "stages")
