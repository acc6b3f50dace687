"""The site, built once for all tests and all workers."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

ROOT = Path(__file__).parents[2]


class Site:
    """What the build said, and where the pages are."""

    def __init__(self, directory: Path, said: str, code: int) -> None:
        self.directory = directory
        self.said = said
        self.code = code

    def html(self, page: str) -> str:
        """Return a page as it was built."""
        return (self.directory / page).read_text("utf-8")


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """Build the site as `make docs` does."""
    if importlib.util.find_spec("mkdocstrings") is None:
        pytest.skip("the extra 'docs' is not installed here")
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    directory, said = shared / "site", shared / "site.txt"
    with FileLock(shared / "site.lock"):
        if not said.exists():
            done = subprocess.run(
                [
                    *(sys.executable, "-m", "mkdocs", "build", "--strict"),
                    *("-f", "docs/mkdocs.yml", "-d", str(directory)),
                ],
                cwd=str(ROOT),
                env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                encoding="utf-8",
                timeout=110,
                check=False,
            )
            said.write_text(f"{done.returncode}\n{done.stdout}", "utf-8")
    code, _, text = said.read_text("utf-8").partition("\n")
    return Site(directory, text, int(code))
