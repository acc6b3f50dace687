"""One rich run, and the very text of its reports."""

import os
from pathlib import Path

import pytest

from apirun.reports import to_json, to_junit, to_markdown
from tests.reports.rich import normal

GOLDEN = Path(__file__).parent / "golden"
REWRITE = "APIRUN_REWRITE_GOLDEN"


@pytest.mark.parametrize(
    ("name", "write"),
    [("rich.json", to_json), ("rich.md", to_markdown), ("rich.xml", to_junit)],
)
def test_a_run_is_told_in_these_words(name, write, told):
    """
    Every report is the file that lies here, but for moments and durations.

    Set APIRUN_REWRITE_GOLDEN=1 to write them anew, and read the diff.
    """
    expected = GOLDEN / name
    text = normal(write(told.report))
    if os.environ.get(REWRITE):
        expected.write_text(text, encoding="utf-8")

    assert expected.read_text(encoding="utf-8") == text
