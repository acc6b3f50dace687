"""
A provisioning tool of one's own: two stages, composed without any file.

    python composed.py plan | up | status | down
"""

import os
import sys

from apirun import (
    ApirunError,
    AuthSettings,
    Direction,
    EnvEntry,
    Migration,
    Orchestrator,
    Poll,
    Request,
    Response,
    SqliteStore,
    Stage,
)

login = AuthSettings(
    type="basic",
    name="cloud",
    config={"username": "deployer", "password": "{{.cloud_password}}"},
)
network = Stage(
    name="network",
    auth=[login],
    env={"network": "composed", "cidr": "10.0.0.0/16"},
    store=SqliteStore("network.db"),
    migrations=[
        Migration(
            version=1,
            name="create_vpc",
            up=Request(
                "POST",
                "{{.api_base}}/vpcs",
                auth_name="cloud",
                body={"name": "{{.network}}", "cidr": "{{.cidr}}"},
                idempotency_key=True,
                response=Response(result_code=[201], env_from={"vpc_id": "vpc.id"}),
            ),
            down=Request("DELETE", "{{.api_base}}/vpcs/{{.vpc_id}}", auth_name="cloud"),
        )
    ],
)
database = Stage(
    name="database",
    depends_on=["network"],
    auth=[login],
    timeout_s="5m",
    store=SqliteStore("database.db"),
    migrations=[
        Migration(
            version=1,
            name="create_database",
            up=Request(
                "POST",
                "{{.api_base}}/databases",
                auth_name="cloud",
                body={"name": "orders", "vpc_id": "{{.vpc_id}}"},
                idempotency_key=True,
                response=Response(
                    result_code=[201],
                    env_from={"db_endpoint": "database.endpoint"},
                ),
            ),
            poll=Poll(
                request=Request(
                    "GET",
                    "{{.api_base}}/databases/orders",
                    auth_name="cloud",
                    response=Response(env_from={"db_vpc": "database.vpc_id"}),
                ),
                until="{{eq .db_vpc .vpc_id}}",
            ),
            down=Request("DELETE", "{{.api_base}}/databases/orders", auth_name="cloud"),
        )
    ],
)


def main(command: str) -> int:
    """Do what the first argument says, and return the exit code."""
    orchestrator = Orchestrator(
        [network, database],
        env=[
            EnvEntry("api_base", os.environ.get("CLOUD_URL", "http://127.0.0.1:8642")),
            EnvEntry("cloud_password", value_from_env="CLOUD_PASSWORD", secret=True),
        ],
        rollback_on_failure=True,
    )
    if command == "plan":
        for planned in orchestrator.plan(Direction.UP).stages.values():
            for each in planned.migrations:
                print(f"{planned.name}/{each.name}: {each.method} {each.url}")
        return 0
    if command == "status":
        for status in orchestrator.status().stages.values():
            print(f"{status.name}: {status.state.value}")
        return 0
    result = orchestrator.down() if command == "down" else orchestrator.up()
    for stage in result.stages.values():
        print(f"{stage.name}: {stage.outcome.value}")
    if result.failure is not None:
        print(f"{result.failure.message}\n{result.failure.advice}", file=sys.stderr)
    elif command == "up":
        print("the database is at", result.stages["database"].env["db_endpoint"])
    return 0 if result.ok else 1


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "up"))
    except ApirunError as error:
        sys.exit(str(error))
