"""
What carries the stages: a pool of threads that the program shares, or processes.

    python executors.py threads
    python executors.py processes
"""

import os
import sys
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from typing import List

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

REGIONS = ("eu", "us", "asia")


def stages() -> List[Stage]:
    """Return one stage for each region; none waits for another."""
    login = AuthSettings(
        type="basic",
        name="cloud",
        config={"username": "deployer", "password": "{{.cloud_password}}"},
    )
    create = Migration(
        version=1,
        name="create_vpc",
        up=Request(
            "POST",
            "{{.api_base}}/vpcs",
            auth_name="cloud",
            body={"name": "{{.region}}", "cidr": "10.0.0.0/16"},
            response=Response(env_from={"vpc_id": "vpc.id"}),
        ),
        down=Request("DELETE", "{{.api_base}}/vpcs/{{.vpc_id}}", auth_name="cloud"),
    )
    return [
        Stage(
            name=region,
            migrations=[create],
            env={"region": region},
            auth=[login],
            # Not in memory: a process would keep its copy to itself.
            store=SqliteStore(f"{region}.db"),
        )
        for region in REGIONS
    ]


def run(executor: Executor) -> bool:
    """Bring all regions up and down; the executor stays the program's own."""
    orchestrator = Orchestrator(
        stages(),
        env=[
            EnvEntry("api_base", os.environ["CLOUD_URL"]),
            EnvEntry("cloud_password", value_from_env="CLOUD_PASSWORD", secret=True),
        ],
        executor=executor,
        max_concurrent_stages=len(REGIONS),
    )
    result = orchestrator.up()
    for stage in result.stages.values():
        print(stage.name, stage.outcome.value)
    return result.ok and orchestrator.down().ok


def main(kind: str) -> int:
    """Run in *kind*: ``threads`` or ``processes``."""
    pool = ProcessPoolExecutor if kind == "processes" else ThreadPoolExecutor
    with pool(max_workers=len(REGIONS)) as executor:
        return 0 if run(executor) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
