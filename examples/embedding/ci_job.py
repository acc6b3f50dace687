"""
Bring stages up in one process, and take exactly that away in another.

A pipeline sets an environment up, tests it, and takes it away in a job of its
own, which may run on after the first one was lost. What the first job applied is
plain data; what had been there before is left alone.

    python ci_job.py up   ../stages/stages.yaml applied.json
    python ci_job.py back ../stages/stages.yaml applied.json
"""

import json
import os
import sys
from pathlib import Path

from apirun import Orchestrator


def main(command: str, stages: str, path: str) -> int:
    """Do what *command* says, and print what came of it."""
    orchestrator = Orchestrator.from_file(
        stages, variables={"api_base": os.environ["CLOUD_URL"]}
    )
    if command == "up":
        result = orchestrator.up()
        Path(path).write_text(json.dumps(result.applied), "utf-8")
    else:
        applied = [(stage, version) for stage, version in json.loads(_read(path))]
        result = orchestrator.roll_back(applied)
    print(result)
    return 0 if result.ok else 1


def _read(path: str) -> str:
    return Path(path).read_text("utf-8")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) == 4 else __doc__)
