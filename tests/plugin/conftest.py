"""A project with stages, tests that stand on them, and an API that counts."""

import json
import sys

import pytest

from tests.helpers.counting import serve_counting
from tests.helpers.stagetree import thing, write_stages

CONFTEST = """
import pytest

@pytest.fixture(scope="session")
def environment(apirun_stages):
    return apirun_stages("stages.yaml")
"""
PASSES = "def test_passes(environment): assert 'id-t1' == environment['t1_id']"
FAILS = "def test_fails(environment): assert 0"


class Project:
    """
    A directory with stages and tests, and the API that they talk to.

    Three things are made in two stages: ``t1``, then ``t2`` and ``t3``.
    """

    def __init__(self, pytester, api):
        self.pytester = pytester
        self.api = api
        self.path = pytester.path
        pytester.makeconftest(CONFTEST)
        self.write_stages()

    def write_stages(self, **settings):
        """Write the stages anew."""
        secret = thing("t2")
        capture = {"t2_id": "id", "t2_key": {"path": "name", "secret": True}}
        secret["up"]["response"] = {"env_from": capture}
        secret["probe"]["response"] = {"env_from": capture}
        stages = {"one": [thing("t1")], "two": [secret, thing("t3", kind="put")]}
        return write_stages(
            self.path, self.api.url, stages, {"two": ["one"]}, **settings
        )

    def write(self, *tests, name="test_it"):
        """Write a module of tests."""
        self.pytester.makepyfile(**{name: "\n\n".join(tests)})

    def arguments(self, *arguments):
        """Return what runs the tests."""
        return [sys.executable, "-m", "pytest", "-p", "no:randomly", *arguments]

    def run(self, *arguments):
        """Run the tests in a process of their own."""
        return self.pytester.run(*self.arguments(*arguments), timeout=60)

    @property
    def records(self):
        """What is recorded as standing."""
        directory = self.path / ".apirun" / "pytest"
        return [json.loads(path.read_text()) for path in directory.glob("*.json")]

    @property
    def sent(self):
        """What the API was asked, sorted, and forgotten."""
        with self.api.lock:
            sent, self.api.requests[:] = sorted(self.api.requests), []
        return sent


@pytest.fixture
def api():
    with serve_counting() as api:
        yield api


@pytest.fixture
def project(pytester, api, monkeypatch):
    # In a CI job pytest cuts nothing short in its summary.
    for name in ("CI", "BUILD_NUMBER"):
        monkeypatch.delenv(name, raising=False)
    return Project(pytester, api)
