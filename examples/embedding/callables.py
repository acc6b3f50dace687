"""
A migration that is a Python function: many requests, one version.

What YAML can't say, a loop over a file for example, Python does, with the same
journal and rollback around it. The session has the settings of the stage, and
what it sends decides what a failure means; see `apirun.Call`.

    python callables.py vpcs.csv
"""

import csv
import os
import sys
from pathlib import Path

from apirun import (
    AuthSettings,
    Call,
    EnvEntry,
    Migration,
    MigrationContext,
    Migrator,
    SqliteStore,
    Stage,
)


def import_vpcs(context: MigrationContext) -> None:
    """Create a network for every line of the file, unless it is there already."""
    session = context.session
    session.headers["Authorization"] = context.token("cloud")
    address = context.render("{{.api_base}}/vpcs")
    known = {vpc["name"] for vpc in session.get(address).json()["vpcs"]}
    with Path(context.variables["file"]).open(encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    for line in lines:
        if line["name"] not in known:
            session.post(address, json=line).raise_for_status()
    context.capture("names", [line["name"] for line in lines])


def remove_vpcs(context: MigrationContext) -> None:
    """Remove what the import captured."""
    session = context.session
    session.headers["Authorization"] = context.token("cloud")
    for vpc in session.get(context.render("{{.api_base}}/vpcs")).json()["vpcs"]:
        if vpc["name"] in context.variables["names"]:
            url = context.render("{{.api_base}}/vpcs/" + vpc["id"])
            session.delete(url).raise_for_status()


def main(path: str) -> int:
    """Import the networks of *path*, and take them away again."""
    stage = Stage(
        name="networks",
        migrations=[
            Migration(
                version=1,
                name="import_vpcs",
                # Both look before they act: once more does no harm.
                up=Call(import_vpcs, idempotent=True),
                down=Call(remove_vpcs, idempotent=True),
            )
        ],
        env=[
            EnvEntry("api_base", os.environ["CLOUD_URL"]),
            EnvEntry("cloud_password", value_from_env="CLOUD_PASSWORD", secret=True),
            EnvEntry("file", path),
        ],
        auth=[
            AuthSettings(
                type="basic",
                name="cloud",
                config={"username": "deployer", "password": "{{.cloud_password}}"},
            )
        ],
        store=SqliteStore("networks.db"),
    )
    migrator = Migrator(stage)
    result = migrator.up()
    if result.failure is not None:
        print(result.failure.message, file=sys.stderr)
        return 1
    print("imported", result.env["names"])
    return 0 if migrator.down().ok else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
