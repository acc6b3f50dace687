"""What holds for all tests."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

MEMORY = Path("/dev/shm")
ROOM = 2 << 30

# Hundreds of processes are started, and each would compile all modules anew: that
# is half of what its start takes. The controller of pytest-xdist comes by here
# before it starts its workers.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


def _takes_all() -> bool:
    """Return whether directories in memory can hold what those on a disk can."""
    if not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK | os.X_OK):
        return False
    runs_programs = not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC
    return runs_programs and shutil.disk_usage(MEMORY).free > ROOM


# Each of some ten thousand transactions waits for the disk to say that it is
# written, which only matters when a machine goes down: no test can do that.
if "TMPDIR" not in os.environ and _takes_all():
    os.environ["TMPDIR"] = str(MEMORY)
    tempfile.tempdir = None

# How long an example takes is a matter of the machine.
settings.register_profile(
    "apirun", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("apirun")


@pytest.fixture
def api(apirun_api):
    """Return an API that remembers what it is sent."""
    return apirun_api
