"""The programs of examples/embedding, against the cloud of examples/stages."""

import subprocess
import sys

from tests.helpers.cloud import EXAMPLES, PASSWORD, serve_cloud

PROGRAM = EXAMPLES / "embedding" / "in_memory.py"


def test_a_short_program_provisions_and_rolls_back_without_a_file(tmp_path):
    """Nothing is left on the disk or in the cloud."""
    empty = tmp_path / "empty"
    empty.mkdir()
    with serve_cloud(tmp_path) as cloud:
        done = subprocess.run(
            [sys.executable, str(PROGRAM), cloud.url, PASSWORD],
            cwd=str(empty),
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        standing = cloud.cloud.overview()

    assert (0, "") == (done.returncode, done.stderr)
    assert done.stdout.splitlines()[0].endswith(" is up")
    assert [] == standing["vpcs"]
    assert ["POST /vpcs 201", "DELETE /vpcs/vpc-1 200"] == standing["log"]
    assert [] == list(empty.iterdir())
