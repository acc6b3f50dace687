"""
A web service that sets tenants up: one run for each request, many at a time.

`POST /tenants/NAME` brings a tenant up, `DELETE` takes it away, `GET` tells where
it stands. Every handler composes an orchestrator of its own, which costs next to
nothing: nothing is shared between threads but the databases, and of two requests
for the same tenant one gets the lock, the other 409.

    flask --app webapp run
"""

import os
from typing import Dict, Tuple

from flask import Flask

from apirun import (
    AuthSettings,
    EnvEntry,
    Failure,
    Migration,
    Orchestrator,
    Request,
    Response,
    SqliteStore,
    Stage,
    StoreLockedError,
)

app = Flask(__name__)
Reply = Tuple[Dict[str, str], int]


def tenant(name: str) -> Orchestrator:
    """Return what a tenant consists of."""
    create = Migration(
        version=1,
        name="create_vpc",
        up=Request(
            "POST",
            "{{.api_base}}/vpcs",
            auth_name="cloud",
            body={"name": "{{.tenant}}", "cidr": "10.0.0.0/16"},
            idempotency_key=True,
            response=Response(result_code=[201], env_from={"vpc_id": "vpc.id"}),
        ),
        down=Request("DELETE", "{{.api_base}}/vpcs/{{.vpc_id}}", auth_name="cloud"),
    )
    network = Stage(
        name="network",
        migrations=[create],
        auth=[
            AuthSettings(
                type="basic",
                name="cloud",
                config={"username": "deployer", "password": "{{.cloud_password}}"},
            )
        ],
        timeout_s="30s",
        store=SqliteStore(f"{name}.db"),
    )
    return Orchestrator(
        [network],
        env=[
            EnvEntry("api_base", os.environ["CLOUD_URL"]),
            EnvEntry("cloud_password", value_from_env="CLOUD_PASSWORD", secret=True),
            EnvEntry("tenant", name),
        ],
        rollback_on_failure=True,
    )


@app.post("/tenants/<name>")
def create(name: str) -> Reply:
    """Bring a tenant up; doing it again changes nothing."""
    result = tenant(name).up(lock_timeout_s=0)
    if result.failure is not None:
        return refusal(result.failure)
    return {"vpc_id": result.stages["network"].env["vpc_id"]}, 201


@app.delete("/tenants/<name>")
def remove(name: str) -> Reply:
    """Take a tenant away."""
    result = tenant(name).down(lock_timeout_s=0)
    return refusal(result.failure) if result.failure else ({}, 200)


@app.get("/tenants/<name>")
def show(name: str) -> Reply:
    """Tell where a tenant stands."""
    status = tenant(name).status().stages["network"]
    return {"state": status.state.value, "since": status.last_run_at}, 200


def refusal(failure: Failure) -> Reply:
    """Return why a run failed, masked as it is."""
    locked = failure.kind == StoreLockedError.__name__
    return {"error": failure.message}, 409 if locked else 502
