"""What reading documents may import."""

import subprocess
import sys

HEAVY = ("requests", "jsonpath_ng", "urllib3", "psycopg", "rich", "structlog", "click")


def test_documents_are_read_without_heavy_imports():
    """
    Neither HTTP nor JSONPath is paid for by validating files.
    """
    code = (
        "import sys, apirun.documents; "
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )

    told = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout

    assert "[]" == told.strip()
