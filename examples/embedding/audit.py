"""
An audit trail: every outcome as a line of JSON, by a listener and structlog.

apirun itself configures no logging. What it logs goes to the logger `apirun` of
the standard library, where the program's own configuration finds it; the audit
trail is made of events, so it has their data and not only a text.

    python audit.py ../stages/stages.yaml >> audit.jsonl
"""

import getpass
import logging
import os
import sys

import structlog

from apirun import Event, MigrationFinished, Orchestrator, RunFinished, Warned

audit = structlog.wrap_logger(
    structlog.PrintLogger(sys.stdout),
    processors=[
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.JSONRenderer(sort_keys=True),
    ],
    who=getpass.getuser(),
)


def keep(event: Event) -> None:
    """Write what an auditor asks for; secrets are masked in every event."""
    if isinstance(event, MigrationFinished):
        audit.info(
            event.result.outcome.value,
            stage=event.stage,
            migration=event.result.name,
            direction=event.result.direction.value,
            status=event.result.status_code,
            captures=dict(event.result.captures),
        )
    elif isinstance(event, Warned):
        audit.warning(event.message, stage=event.stage, **event.fields)
    elif isinstance(event, RunFinished):
        audit.info("run finished", ok=event.result.ok)


def main(path: str) -> int:
    """Bring the stages of *path* up and down again, and keep the trail."""
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)
    orchestrator = Orchestrator.from_file(
        path, variables={"api_base": os.environ["CLOUD_URL"]}, listeners=[keep]
    )
    return 0 if orchestrator.up().ok and orchestrator.down().ok else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
