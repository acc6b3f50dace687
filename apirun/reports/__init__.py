"""
Reports of a run: listeners that keep what happened, and write it to a file.

`apirun.reports.html.to_html` is a room of its own: only who wants a page pays
for it.

Example:
    >>> from pathlib import Path
    >>> from apirun.reports import FileReport
    >>> reports = [FileReport("network.xml"), FileReport("network.json")]
    >>> Orchestrator([network], listeners=reports).up().ok
    True
    >>> "<testsuites" in Path("network.xml").read_text("utf-8")
    True
"""

from apirun.reports.document import to_json
from apirun.reports.file_report import FileReport
from apirun.reports.junit import to_junit
from apirun.reports.markdown import to_markdown
from apirun.reports.recorder import Recorder
from apirun.reports.run_report import ReportedMigration, ReportedStage, RunReport

__all__ = [
    "FileReport",
    "Recorder",
    "ReportedMigration",
    "ReportedStage",
    "RunReport",
    "to_json",
    "to_junit",
    "to_markdown",
]
