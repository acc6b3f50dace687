"""
The stages of a file, with variables and a progress display of one's own.

    python progress.py ../stages/stages.yaml environment=testing
"""

import os
import sys
from typing import Dict

from apirun import (
    ApirunError,
    Event,
    MigrationFinished,
    MigrationStarted,
    Orchestrator,
    RequestRetried,
    StageFinished,
    StageStarted,
    Waiting,
    format_duration,
)


class Progress:
    """
    Prints one line for each thing that happens.

    A listener is told of one event at a time, however many stages run.
    """

    def __init__(self) -> None:
        self._total: Dict[str, int] = {}

    def __call__(self, event: Event) -> None:
        """Take an event."""
        if isinstance(event, StageStarted):
            self._total[event.stage] = event.total
        elif isinstance(event, MigrationStarted):
            place = f"{event.position}/{self._total[event.stage]}"
            print(f"{event.stage} {place} {event.name} ...", flush=True)
        elif isinstance(event, (RequestRetried, Waiting)):
            print(f"{event.stage} waits: {event.reason}", flush=True)
        elif isinstance(event, MigrationFinished):
            took = format_duration(event.result.elapsed_s)
            print(f"{event.stage} {event.result.outcome.value} in {took}", flush=True)
        elif isinstance(event, StageFinished):
            print(f"{event.result.name} is {event.result.outcome.value}", flush=True)


def main(path: str, *settings: str) -> int:
    """Bring the stages of *path* up, with NAME=VALUE for variables."""
    variables = dict(setting.split("=", 1) for setting in settings)
    variables.setdefault("api_base", os.environ["CLOUD_URL"])
    try:
        orchestrator = Orchestrator.from_file(path, variables=variables)
        result = orchestrator.up(listeners=[Progress()])
    except ApirunError as error:
        print(error, file=sys.stderr)
        return 2
    return 0 if result.ok else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]) if len(sys.argv) > 1 else __doc__)
