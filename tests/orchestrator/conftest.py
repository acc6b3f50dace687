"""Stages written for a test, and the counting API that they talk to."""

import json

import pytest

from apirun import Orchestrator
from tests.helpers.counting import serve_counting
from tests.helpers.stagetree import thing, write_stages


class Tree:
    """Stages in files, with things named like the stage and a number."""

    def __init__(self, root, server):
        self.root = root
        self.server = server

    def write(self, graph, *, count=1, kind="put", **settings):
        """Write *count* versions for each stage of *graph*."""
        stages = {
            name: [thing(f"{name}{n}", kind=kind) for n in range(1, count + 1)]
            for name in graph
        }
        write_stages(self.root, self.server.url, stages, graph, **settings)

    def path(self, stage, version=1):
        """Return the path of one migration."""
        return self.root / stage / f"{version:03d}_{stage}_{version}.yaml"

    def change(self, stage, version=1, **parts):
        """Replace keys below ``up`` of one migration."""
        document = json.loads(self.path(stage, version).read_text())
        document["up"].update(parts)
        self.path(stage, version).write_text(json.dumps(document))

    def load(self, **arguments):
        """Return an orchestrator that has read the files as they are now."""
        return Orchestrator.from_file(self.root / "stages.yaml", **arguments)

    @property
    def sent(self):
        """What the API was asked for, in order: method and thing."""
        return [
            f"{method} {path.rpartition('/')[2]}"
            for method, path in self.server.requests
        ]


@pytest.fixture
def tree(tmp_path):
    with serve_counting() as server:
        yield Tree(tmp_path, server)
