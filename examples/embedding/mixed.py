"""
Files and Python together: the directories of ../stages, and a stage composed here.

The infrastructure comes from files that another team keeps; what this program
needs on top of it, it composes. `infrastructure` is set up first, because the
composed stage depends on it, and only then does the composed one see `vpc_id`.

    python mixed.py
"""

import os
import sys
from pathlib import Path

from apirun import (
    AuthSettings,
    EnvEntry,
    EnvFromStage,
    Migration,
    Orchestrator,
    Request,
    Response,
    SqliteStore,
    Stage,
)

FILES = Path(__file__).resolve().parent.parent / "stages"

infrastructure = Stage.from_config(
    str(FILES / "infrastructure" / "config.yaml"),
    name="infrastructure",
    env={"region": "eu-central-1"},
)
worker = Stage(
    name="worker",
    depends_on=["infrastructure"],
    env_from_stages=[EnvFromStage("infrastructure", ["vpc_id", "db_endpoint"])],
    auth=[
        AuthSettings(
            type="basic",
            name="cloud",
            config={"username": "deployer", "password": "{{.cloud_password}}"},
        )
    ],
    store=SqliteStore("worker.db"),
    migrations=[
        Migration(
            version=1,
            name="deploy_worker",
            up=Request(
                "POST",
                "{{.api_base}}/services",
                auth_name="cloud",
                body={
                    "name": "worker",
                    "image": "registry.example/worker:3",
                    "vpc_id": "{{.vpc_id}}",
                    "db_endpoint": "{{.db_endpoint}}",
                },
                response=Response(env_from={"worker_url": "service.url"}),
            ),
            down=Request("DELETE", "{{.api_base}}/services/worker", auth_name="cloud"),
        )
    ],
)


def main() -> int:
    """Set both up, show what they are told, and take both away again."""
    orchestrator = Orchestrator(
        [infrastructure, worker],
        env=[
            EnvEntry("api_base", os.environ.get("CLOUD_URL", "http://127.0.0.1:8642")),
            EnvEntry("cloud_password", value_from_env="CLOUD_PASSWORD", secret=True),
            EnvEntry("project_name", "mixed"),
            EnvEntry("environment", "staging"),
        ],
        rollback_on_failure=True,
    )
    result = orchestrator.up()
    if result.failure is not None:
        print(f"{result.failed_stage}: {result.failure.message}", file=sys.stderr)
        return 1
    print("the worker is at", result.stages["worker"].env["worker_url"])
    print("it was told", result.stages["infrastructure"].env["db_endpoint"])
    return 0 if orchestrator.down().ok else 1


if __name__ == "__main__":
    sys.exit(main())
