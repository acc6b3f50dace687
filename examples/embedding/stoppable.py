"""
A job that a cluster may stop at any time, and that has a deadline.

On SIGTERM the request under way is finished and recorded, and nothing new
begins: the next start goes on where this one ended.

    python stoppable.py
"""

import os
import signal
import sys
from types import FrameType
from typing import Optional

from apirun import (
    AuthSettings,
    EnvEntry,
    Migration,
    Orchestrator,
    Request,
    Response,
    SqliteStore,
    Stage,
)

OFFICES = 60

stage = Stage(
    name="offices",
    migrations=[
        Migration(
            version=number,
            name=f"office_{number}",
            up=Request(
                "POST",
                "{{.api_base}}/vpcs",
                auth_name="cloud",
                body={"name": f"office-{number}", "cidr": f"10.{number}.0.0/16"},
                response=Response(result_code=[201]),
            ),
            down=Request(
                "DELETE", f"{{{{.api_base}}}}/vpcs/office-{number}", auth_name="cloud"
            ),
        )
        for number in range(1, OFFICES + 1)
    ],
    auth=[
        AuthSettings(
            type="basic",
            name="cloud",
            config={"username": "deployer", "password": "{{.cloud_password}}"},
        )
    ],
    delay_between_migrations_s="20ms",
    store=SqliteStore("offices.db"),
)


def main() -> int:
    """Set all offices up, as far as there is time."""
    orchestrator = Orchestrator(
        [stage],
        env=[
            EnvEntry("api_base", os.environ["CLOUD_URL"]),
            EnvEntry("cloud_password", value_from_env="CLOUD_PASSWORD", secret=True),
        ],
    )

    def stop(_signum: int, _frame: Optional[FrameType]) -> None:
        orchestrator.cancel()

    signal.signal(signal.SIGTERM, stop)
    result = orchestrator.up(timeout="10m")
    status = orchestrator.status().stages["offices"]
    print(f"{len(result.applied)} done now, {status.pending} to be done")
    if result.interrupted:
        return 128 + signal.SIGTERM
    return 0 if result.ok else 1


if __name__ == "__main__":
    sys.exit(main())
