"""
Write reports of a run for a CI server, a program, a job's page and a reader.

A run that is refused before it begins leaves its reports, too: JUnit then has an
error instead of nothing, and a page says why.

    python reports.py ../stages/stages.yaml out
"""

import os
import sys
from contextlib import ExitStack
from pathlib import Path

from apirun import ApirunError, Orchestrator
from apirun.reports import FileReport, Recorder, RunReport

NAMES = ("junit.xml", "run.json", "summary.md", "page.html")


def slowest(report: RunReport) -> str:
    """Return which request took longest: what a report of one's own could tell."""
    exchanges = [
        exchange
        for stage in report.stages.values()
        for migration in stage.migrations
        for exchange in migration.exchanges
    ]
    return max(exchanges, key=lambda exchange: exchange.elapsed_s).request


def main(path: str, folder: str) -> int:
    """Bring the stages of *path* up, with reports in *folder*."""
    Path(folder).mkdir(exist_ok=True)
    recorder = Recorder()
    with ExitStack() as files:
        reports = [
            files.enter_context(FileReport(Path(folder, name), title=path))
            for name in NAMES
        ]
        orchestrator = Orchestrator.from_file(
            path,
            variables={"api_base": os.environ["CLOUD_URL"]},
            listeners=[recorder, *reports],
        )
        result = orchestrator.up()
    if recorder.report is not None:
        print("slowest:", slowest(recorder.report))
    return 0 if result.ok else 1


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]) if len(sys.argv) == 3 else __doc__)
    except ApirunError as error:
        sys.exit(str(error))
