"""The example of the fixtures: the same requests by one process and by several."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from apirun.testing import serve_api

pytestmark = pytest.mark.e2e

EXAMPLE = Path(__file__).parents[2] / "examples" / "pytest"


def run(directory, *arguments):
    """Run pytest in the example, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=str(directory),
        env={k: v for k, v in os.environ.items() if not k.startswith("PYTEST_")},
        stdout=subprocess.PIPE,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("workers", ["0", "2"])
def test_the_example_does_what_it_says(tmp_path, workers):
    """It passes, prints the lines of its README, and leaves an empty shop."""
    directory = tmp_path / "pytest"
    shutil.copytree(EXAMPLE, directory, ignore=shutil.ignore_patterns("*.db*", ".*"))
    readme = (EXAMPLE / "README.md").read_text("utf-8")
    (told,) = re.findall("```text\n(.*?)```", readme, re.DOTALL)

    with serve_api() as api:
        done = run(directory, "-n", workers, "--apirun-var", f"api_base={api.url}")

    assert 0 == done.returncode, done.stdout
    assert told in done.stdout
    sent = [line for line in api.lines if not line.startswith("GET")]
    things = ["products", "orders", "returns", "returns"]
    assert sorted(f"POST /{name}" for name in things) == sorted(
        line for line in sent if line.startswith("POST")
    )
    assert {"products": {}, "orders": {}, "returns": {}} == api.items


def test_the_api_of_the_example_serves_by_itself():
    """``python -m apirun.testing`` prints its address and serves until the end."""
    server = subprocess.Popen(
        [sys.executable, "-m", "apirun.testing"],
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    try:
        assert re.match(r"http://127\.0\.0\.1:\d+\n", server.stdout.readline())
    finally:
        server.terminate()
        server.communicate()
