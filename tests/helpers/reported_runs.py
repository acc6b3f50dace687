"""Runs against the local API, as what a report tells of them."""

from typing import List, Mapping, Sequence

from apirun import (
    Call,
    EnvEntry,
    EnvFromStage,
    MemoryStore,
    Migration,
    MigrationContext,
    Orchestrator,
    Poll,
    Probe,
    Request,
    Response,
    RetryPolicy,
    Stage,
)
from apirun.reports import Recorder, RunReport
from apirun.testing import ApiServer, Reply

__all__ = ["PASSWORD", "failed_run", "long_run", "quiet_run", "report_of", "stuck_run"]

PASSWORD = "open-sesame-42"


def report_of(
    stages: Sequence[Stage],
    variables: Mapping[str, object],
    *,
    title: str = "",
    **settings: object,
) -> RunReport:
    """Run *stages* up, and return what a report tells of it."""
    recorder = Recorder(title=title)
    Orchestrator(stages, variables=variables, listeners=[recorder], **settings).up()
    assert recorder.report is not None
    return recorder.report


def creation(
    version: int, name: str, collection: str, body: Mapping[str, object], **more: object
) -> Migration:
    """Return a migration that posts *body*, captures the id, and deletes it."""
    variable = f"{name}_id"
    return Migration(
        version=version,
        name=name,
        up=Request(
            "POST",
            f"{{{{.api}}}}/{collection}",
            body=body,
            response=Response(result_code=[201], env_from={variable: "id"}),
        ),
        down=Request("DELETE", f"{{{{.api}}}}/{collection}/{{{{.{variable}}}}}"),
        **more,
    )


def failed_run(api: ApiServer) -> RunReport:
    """Fail in a run in which all that a page can show happens, and roll it back."""
    slow = Reply(200, {"state": "building", "percent": 40})
    ready = Reply(200, {"state": "ready", "percent": 100, "load": 0.10})
    api.reply("GET", "/databases/databases-1", *[slow] * 15, ready)
    api.reply("POST", "/machines", _quick_then_refused())
    api.reply("PUT", "/flags/new", Reply(503, "busy"), Reply(200, {"on": True}))
    return report_of(
        [network(), database(), mail(), services(), monitoring(), shop(), _demo()],
        {"api": api.url},
        title="Shop, staging",
        rollback_on_failure=True,
        max_concurrent_stages=3,
    )


def _quick_then_refused() -> Reply:
    reason = "<script>alert('quota')</script> exceeded: 0 machines of size “groß” left"
    detail = {"zone": "eu-1", "requested": 4, "free": 0, "日本語": "容量不足"}
    return Reply(422, {"error": reason, "detail": detail}, delay_s=0.05)


def network() -> Stage:
    """Return two versions, one of which answers at length."""
    rules = [
        {"port": 1024 + at, "protocol": "tcp", "from": f"10.0.{at}.0/24"}
        for at in range(80)
    ]
    return Stage(
        name="network",
        migrations=[
            creation(1, "create_vpc", "vpcs", {"cidr": "10.0.0.0/16"}),
            creation(2, "open_ports", "rules", {"rules": rules}),
        ],
        env={"region": "eu-1", "certificate": "MIIBszCCAVmgAwIBAgIUf" * 12},
        store=MemoryStore(),
    )


def database() -> Stage:
    """Return a database that has to be waited for, and a user with a secret."""
    return Stage(
        name="database",
        depends_on=["network"],
        env=[EnvEntry("db_password", PASSWORD, secret=True)],
        env_from_stages=[EnvFromStage("network", ["create_vpc_id", "no_such_name"])],
        migrations=[
            creation(
                1,
                "create_database",
                "databases",
                {"size": "large", "vpc": "{{.create_vpc_id}}"},
                poll=Poll(
                    request=Request(
                        "GET",
                        "{{.api}}/databases/{{.create_database_id}}",
                        response=Response(env_from={"state": "state"}),
                    ),
                    until='{{eq .state "ready"}}',
                    interval_s=0.01,
                    timeout_s=10,
                ),
            ),
            creation(
                2,
                "create_user",
                "users",
                {
                    "name": "ada",
                    "password": "{{.db_password}}",
                    "note": "grüße ☂" + "w" * 90,
                },
            ),
        ],
        store=MemoryStore(),
    )


def mail() -> Stage:
    """Return a Python callable instead of a request."""

    def register(context: MigrationContext) -> None:
        answer = context.session.post(
            f"{context.variables['api']}/domains",
            json={"domain": "example.org", "vpc": context.variables["create_vpc_id"]},
        )
        context.capture("domain_id", answer.json()["id"])

    def remove(context: MigrationContext) -> None:
        context.session.delete(
            f"{context.variables['api']}/domains/{context.variables['domain_id']}"
        )

    return Stage(
        name="mail",
        depends_on=["network"],
        migrations=[
            Migration(version=1, name="register", up=Call(register), down=Call(remove))
        ],
        store=MemoryStore(),
    )


def services() -> Stage:
    """Return a version that is tried twice, and one that the API refuses."""
    long_name = "{{.api}}/machines?zone=eu-1&labels=" + "tier-web-" * 16
    return Stage(
        name="services",
        depends_on=["database", "mail"],
        migrations=[
            Migration(
                version=1,
                name="set_flag",
                up=Request(
                    "PUT",
                    "{{.api}}/flags/new",
                    headers={"X-Request": "set-flag", "X-Api-Key": PASSWORD},
                    body={"on": True},
                    retry=RetryPolicy(wait_initial_s=0.01, wait_max_s=0.02),
                ),
                down=Request(
                    "DELETE",
                    "{{.api}}/flags/new",
                    response=Response(result_code=["2xx", "404"]),
                ),
            ),
            Migration(
                version=2,
                name="start_machines",
                up=Request("POST", long_name, body={"count": 4, "size": "large"}),
                down=Request("DELETE", "{{.api}}/machines"),
                probe=Probe(Request("GET", "{{.api}}/machines")),
            ),
            creation(3, "add_balancer", "balancers", {"name": "web"}),
        ],
        store=MemoryStore(),
    )


def monitoring() -> Stage:
    """Return versions that run beside the others."""
    return Stage(
        name="monitoring",
        migrations=[
            creation(at, f"add_alert_{at}", "alerts", {"level": at})
            for at in range(1, 6)
        ],
        store=MemoryStore(),
    )


def shop() -> Stage:
    """Return what does not start any more."""
    return Stage(
        name="shop",
        depends_on=["services"],
        migrations=[creation(1, "open_shop", "shops", {"name": "web"})],
        store=MemoryStore(),
    )


def _demo() -> Stage:
    return Stage(
        name="demo data",
        depends_on=["network"],
        condition="false",
        migrations=[creation(1, "add_demo", "demos", {})],
        store=MemoryStore(),
    )


def stuck_run(api: ApiServer) -> RunReport:
    """Fail in the last of three stages, and at the rollback of the first."""
    api.reply("DELETE", "/vpcs/vpcs-1", Reply(409, {"error": "it is in use"}))
    api.reply("POST", "/shops", Reply(422, {"error": "no more shops"}))
    disk = Stage(
        name="disk",
        migrations=[creation(1, "create_disk", "disks", {})],
        store=MemoryStore(),
    )
    last = Stage(
        name="shop",
        depends_on=["network", "disk"],
        migrations=[creation(1, "open_shop", "shops", {})],
        store=MemoryStore(),
    )
    return report_of(
        [network(), disk, last],
        {"api": api.url},
        title="Stuck",
        rollback_on_failure=True,
        max_concurrent_stages=1,
    )


def quiet_run(api: ApiServer) -> RunReport:
    """Run where nothing is to be done."""
    stage = network()
    report_of([stage], {"api": api.url})
    return report_of([stage], {"api": api.url})


def long_run(api: ApiServer, *, stages: int = 300, versions: int = 1000) -> RunReport:
    """Run many stages in layers, of which one in the middle fails."""
    made: List[Stage] = []
    for at in range(stages):
        mine = versions // stages + (at < versions % stages)
        above = {f"stage-{at - gap:03d}" for gap in (17, 23) if at % gap and at >= gap}
        made.append(
            Stage(
                name=f"stage-{at:03d}",
                depends_on=sorted(above),
                migrations=[
                    creation(number, f"make_{at}_{number}", "things", {"name": f"{at}"})
                    for number in range(1, mine + 1)
                ],
                store=MemoryStore(),
                on_failure="skip_dependents",
            )
        )
    refuse = Request("POST", "{{.api}}/things/no-such-thing", body={"name": "x"})
    broken = Migration(version=99, name="breaks", up=refuse)
    made[stages // 2] = made[stages // 2].with_migrations(broken)
    return report_of(made, {"api": api.url}, title="Everything, everywhere")
