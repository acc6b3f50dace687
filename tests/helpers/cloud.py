"""The cloud of examples/stages, inside the test's own process."""

import shutil
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

from examples.stages.cloud import CloudServer

EXAMPLES = Path(__file__).parents[2] / "examples"
PASSWORD = "open-sesame"


@contextmanager
def serve_cloud(directory: Path, *, port: int = 0) -> Iterator[CloudServer]:
    """Serve a cloud that keeps what it is told in *directory*."""
    server = CloudServer(directory / "cloud.json", port, PASSWORD)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def copy_example(name: str, directory: Path) -> Path:
    """Copy one of the examples into *directory*, without any history."""
    target = directory / name
    unwanted = shutil.ignore_patterns("*.db*", "cloud.json", "__pycache__")
    shutil.copytree(str(EXAMPLES / name), str(target), ignore=unwanted)
    return target
