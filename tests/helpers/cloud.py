"""The cloud of examples/stages, inside the test's own process."""

import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

from apirun.testing.serving import serving
from examples.stages.cloud import CloudServer

EXAMPLES = Path(__file__).parents[2] / "examples"
PASSWORD = "open-sesame"


@contextmanager
def serve_cloud(directory: Path, *, port: int = 0) -> Iterator[CloudServer]:
    """Serve a cloud that keeps what it is told in *directory*."""
    server = CloudServer(directory / "cloud.json", port, PASSWORD)
    with serving(server):
        yield server


def copy_example(name: str, directory: Path) -> Path:
    """Copy one of the examples into *directory*, without any history."""
    target = directory / name
    unwanted = shutil.ignore_patterns("*.db*", "cloud.json", "__pycache__")
    shutil.copytree(str(EXAMPLES / name), str(target), ignore=unwanted)
    return target
