"""A directory of stages, and the counting API that it talks to."""

import pytest

from tests.helpers.command import run_apirun
from tests.helpers.counting import serve_counting
from tests.helpers.stagetree import thing, write_stages

GRAPH = {"network": (), "database": ("network",), "app": ("database",)}


class Project:
    """Three stages with one migration each, in a directory of their own."""

    def __init__(self, directory, server):
        self.directory = directory
        self.server = server

    def write(self, kind="put", **settings):
        """Write the stages anew; their things are named like them."""
        stages = {name: [thing(name, kind=kind)] for name in GRAPH}
        write_stages(self.directory, self.server.url, stages, GRAPH, **settings)

    def run(self, *arguments, **settings):
        """Run ``apirun`` here, in a fresh process."""
        return run_apirun(*arguments, cwd=self.directory, **settings)

    def stages(self, *arguments, **settings):
        """Run ``apirun stages`` here, in a fresh process."""
        return self.run("stages", *arguments, **settings)

    def migration(self, stage):
        """Return the path of the stage's migration."""
        return self.directory / stage / f"001_{stage}_1.yaml"


@pytest.fixture
def project(tmp_path):
    with serve_counting() as server:
        project = Project(tmp_path, server)
        project.write()
        yield project
