"""
What programs write with apirun, and the types that they may rely on.

Nothing here is run: ``mypy --strict`` and pyright read it (``make types``).
"""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import (
    TYPE_CHECKING,
    Callable,
    ContextManager,
    Dict,
    List,
    Mapping,
    Optional,
    Sequence,
    Tuple,
)

from typing_extensions import assert_type

import apirun
from apirun import (
    AuthProvider,
    AuthSettings,
    Call,
    Capture,
    ClientSettings,
    Direction,
    DurationLike,
    EnvEntry,
    EnvFromStage,
    Environment,
    Event,
    Failure,
    Listener,
    Location,
    Masker,
    MemoryStore,
    Migration,
    MigrationContext,
    MigrationFinished,
    MigrationResult,
    Migrator,
    OnFailure,
    Orchestrator,
    Outcome,
    Poll,
    PostgresStore,
    Probe,
    Request,
    Response,
    RetryPolicy,
    RunFinished,
    RunPlan,
    RunResult,
    RunRow,
    SqliteStore,
    Stage,
    StageFinished,
    StageResult,
    StageState,
    StateStore,
    StatusReport,
    StoreSettings,
    TableNames,
    Token,
    WaitSettings,
    WireRequest,
    WireResponse,
)
from apirun.capture import MISSING, as_text, parse_document
from apirun.capture import Path as JsonPath
from apirun.state import Ending, History, Intent, Recorded, StageRecord
from apirun.template import MissingKeyError, Template

if TYPE_CHECKING:
    import requests


def composed() -> Stage:
    """Compose a stage from everything that a request may be made of."""
    request = Request(
        "post",
        "{{.api_base}}/vpcs",
        headers={"X-Team": "network"},
        queries=[("notify", "true")],
        body={"cidr": "{{.cidr}}", "zones": ["a", "b"], "size": 3},
        timeout_s="10s",
        retry=RetryPolicy(attempts=5, wait_max_s=timedelta(minutes=1)),
        idempotency_key=True,
        auth_name="admin",
        env={"name": "main", "replicas": 3, "debug": True},
        response=Response(
            result_code=[201, "409", "2xx"],
            env_missing="fail",
            env_from={"vpc_id": "vpc.id", "key": Capture("key", secret=True)},
        ),
    )
    assert_type(request.method, str)
    assert_type(request.timeout_s, Optional[float])
    assert_type(request.headers, Tuple[Tuple[str, str], ...])
    assert_type(request.response.env_from, Mapping[str, Capture])
    asked = Request("GET", "{{.api_base}}/vpcs/main")
    create = Migration(
        version=1,
        name="create_vpc",
        up=request,
        down=Request("DELETE", "{{.api_base}}/vpcs/{{.vpc_id}}"),
        probe=Probe(asked),
        poll=Poll(request=asked, until="{{.ready}}", interval_s="1s", timeout_s=60),
    )
    return Stage(
        name="network",
        migrations=[create],
        depends_on=["account"],
        env={"api_base": "http://127.0.0.1:8000", "cidr": "10.0.0.0/16"},
        private_env=[EnvEntry("key", value_from_env="API_KEY", secret=True)],
        env_from_stages=[EnvFromStage("account", ["account_id"])],
        condition='{{eq .environment "production"}}',
        timeout_s="300s",
        on_failure="skip_dependents",
        store=SqliteStore(Path("network.db"), tables=TableNames(versions="net")),
        auth=[AuthSettings(type="basic", name="admin", config={"username": "a"})],
        client=ClientSettings(timeout_s=5, ca_file="ca.pem"),
        wait=WaitSettings(url="{{.api_base}}/health", headers={"X-Team": "network"}),
        delay_between_migrations_s=timedelta(seconds=1),
    )


def other_forms() -> Sequence[object]:
    """Write the same arguments in their other forms."""
    return (
        Response(result_code=204),
        Response(result_code="2xx"),
        Request("PUT", "http://127.0.0.1", body=["a", {"b": 1}]),
        Request("PUT", "http://127.0.0.1", body=b"raw", headers=[("a", "b")]),
        Stage(name="a", on_failure=OnFailure.CONTINUE, timeout_s=3.5),
        Stage(name="a", store=StoreSettings(type="postgres", options={"port": 5432})),
        Stage(name="a", store=MemoryStore(), env=[EnvEntry("a", "b")]),
        Stage(name="a", store=PostgresStore("postgresql://127.0.0.1/infra")),
        Stage.from_config("a/config.yaml", name="a", depends_on=("b",), env={"n": 1}),
    )


def run(stages: Sequence[Stage], variables: Mapping[str, str]) -> bool:
    """Bring stages up, and read all that a run tells."""
    with ThreadPoolExecutor(4) as executor:
        orchestrator = Orchestrator(
            stages,
            env={"environment": "staging"},
            variables=variables,
            listeners=[print],
            executor=executor,
            max_concurrent_stages=2,
            wait_between_stages_s="10s",
            rollback_on_failure=True,
        )
        assert_type(orchestrator.stages, Tuple[Stage, ...])
        plan = orchestrator.plan(Direction.DOWN, from_stage="network")
        assert_type(plan, RunPlan)
        result = orchestrator.up(stages=["network"], lock_timeout_s=5)
    assert_type(result, RunResult)
    assert_type(result.stages, Mapping[str, StageResult])
    assert_type(result.stages["network"].env["vpc_id"], str)
    assert_type(result.stages["network"].migrations, Tuple[MigrationResult, ...])
    assert_type(result.stages["network"].outcome, Outcome)
    if result.failure is not None:
        assert_type(result.failure, Failure)
        assert_type(result.failure.status, int)
    return result.ok


def look(orchestrator: Orchestrator, migrator: Migrator) -> Dict[str, bool]:
    """Read where things stand."""
    report = orchestrator.status(probe=True, history=None)
    assert_type(report, StatusReport)
    assert_type(report.stages["network"].history, Tuple[RunRow, ...])
    assert_type(migrator.status(history=3).history, Tuple[RunRow, ...])
    assert_type(orchestrator.history(limit=None), Mapping[str, Tuple[RunRow, ...]])
    assert_type(migrator.history(), Tuple[RunRow, ...])
    assert_type(migrator.settle(3, as_="applied"), MigrationResult)
    assert_type(migrator.up(to=3), StageResult)
    return {
        name: stage.state is StageState.UP_TO_DATE
        for name, stage in report.stages.items()
    }


def told(orchestrator: Orchestrator, migrator: Migrator) -> List[Dict[str, object]]:
    """Print what a program gets, and convert it to plain data."""
    validation = orchestrator.validate(variables={"replicas": 3})
    assert_type(validation, apirun.Validation)
    assert_type(validation.ok, bool)
    assert_type(validation.ready, bool)
    assert_type(validation.stages["network"].migrations, int)
    assert_type(validation.missing[0].name, str)
    assert_type(validation.problems, Tuple[apirun.Problem, ...])
    values: List[apirun.PlainData] = [
        validation,
        migrator.validate(),
        orchestrator.plan(),
        migrator.plan(),
        orchestrator.status(),
        orchestrator.graph(),
        migrator.up(),
        *migrator.history(),
        apirun.ErrorReport.of(apirun.UsageError("no"), exit_code=2),
    ]
    assert_type(orchestrator.up().to_dict(), Dict[str, object])
    assert_type(apirun.to_dict(migrator.history()), object)
    assert_type(apirun.schema("run"), Dict[str, object])
    return [value.to_dict() for value in values]


def keep(event: Event) -> Dict[str, object]:
    """Convert any event: it tells which it is."""
    assert_type(event.event, str)
    return event.to_dict()


def for_a_while(orchestrator: Orchestrator, migrator: Migrator) -> str:
    """Bring stages up for a block, stop them, and roll back what they applied."""
    with orchestrator as environment:
        assert_type(environment, Environment)
        assert_type(environment["vpc_id"], str)
        assert_type(environment.stages, Mapping[str, Mapping[str, str]])
    try:
        with orchestrator.environment(to_stage="network", timeout="5m") as inner:
            assert_type(inner.result, RunResult)
    except apirun.RunFailedError as error:
        assert_type(error.result, RunResult)
        assert_type(error.rollback, Optional[RunResult])
    orchestrator.cancel()
    migrator.cancel(at_once=True)
    result = orchestrator.up(timeout=timedelta(minutes=5))
    assert_type(result.applied, Tuple[Tuple[str, int], ...])
    assert_type(result.warnings, Tuple[str, ...])
    orchestrator.roll_back(result)
    orchestrator.roll_back([("network", 2), ("network", 1)])
    assert_type(migrator.down(timeout=60), StageResult)
    assert_type(orchestrator.graph(), apirun.GraphView)
    return str(result)


def from_files(path: Path, extra: Sequence[Listener]) -> RunResult:
    """Run what stands in files."""
    Migrator.from_config(path / "config.yaml", variables={"replicas": 3}).down(to=0)
    return Orchestrator.from_file(path, listeners=extra).up(listeners=[progress])


def progress(event: Event) -> None:
    """Tell how far a run is; the type checker knows every event."""
    if isinstance(event, MigrationFinished):
        assert_type(event.result, MigrationResult)
        logging.info("%s %s", event.stage, event.result.outcome.value)
    elif isinstance(event, StageFinished):
        assert_type(event.result, StageResult)
    elif isinstance(event, RunFinished):
        assert_type(event.result, RunResult)


class Progress:
    """A listener may be any object that can be called with an event."""

    def __call__(self, event: Event) -> None:
        """Take an event."""
        progress(event)


LISTENERS: List[Listener] = [progress, Progress(), lambda event: None, print]


def create_user(context: MigrationContext) -> None:
    """Create a user in Python instead of by a request."""
    session: requests.Session = context.session
    answer = session.post(context.render("{{.api_base}}/users"), json={"name": "ada"})
    answer.raise_for_status()
    assert_type(context.variables["api_base"], str)
    context.capture("user_id", answer.json()["id"])
    context.capture("password", "s3cret", secret=True)


USERS = (
    Migration(version=1, name="create_user", up=create_user, down=create_user),
    Migration(version=2, name="grant", up=Call(create_user, idempotent=True)),
)


class VaultAuth:
    """A provider of tokens of one's own."""

    def __init__(self, url: str) -> None:
        self.url = url

    @classmethod
    def from_config(cls, config: Mapping[str, object]) -> "VaultAuth":
        """Return a provider with these settings."""
        return cls(str(config["url"]))

    def acquire(self, send: Callable[[WireRequest], WireResponse]) -> Token:
        """Return a token."""
        answer = send(WireRequest(method="POST", url=self.url, body=b"{}"))
        assert_type(answer, WireResponse)
        return Token(f"Bearer {answer.text}", expires_in_s=60)


PROVIDER: AuthProvider = VaultAuth("http://127.0.0.1")
ORCHESTRATOR = Orchestrator([composed()], auth_providers={"vault": VaultAuth})


class FileStore:
    """A store of one's own; nothing of the library need be derived from."""

    @property
    def identity(self) -> str:
        """Where it is."""
        return "file:"

    def lock(self, *, timeout_s: float) -> ContextManager[None]:
        """Keep others out."""
        return MemoryStore().lock(timeout_s=timeout_s)

    def history(self) -> History:
        """Return what is recorded."""
        return History()

    def recorded(self, version: int) -> Recorded:
        """Return what was recorded with a version."""
        return Recorded(document=str(version))

    def begin(self, intent: Intent) -> None:
        """Record an intent."""

    def finish(self, ending: Ending) -> None:
        """Record an ending."""

    def record_stage(self, record: StageRecord) -> None:
        """Record how the stage ended."""

    def runs(self, *, limit: Optional[int] = None) -> Sequence[RunRow]:
        """Return the lines of the history."""
        return ()[:limit]

    def close(self) -> None:
        """Give up the connection."""


STORES: List[StateStore] = [FileStore(), MemoryStore(), SqliteStore("a.db")]
KEPT = Stage(name="kept", store=FileStore())


def engines(body: bytes, timeout: DurationLike) -> str:
    """Use the engines of templates and paths alone, and the small helpers."""
    found = JsonPath("vpc.id").get(parse_document(body))
    text = "" if found is MISSING else as_text(found)
    assert_type(apirun.to_seconds(timeout), float)
    assert_type(apirun.format_duration(2.5), str)
    assert_type(apirun.scaffold("network", "create_vpc"), str)
    assert_type(apirun.stage_names("stages.yaml"), Tuple[str, ...])
    assert_type(Masker(["s3cret"]).mask(text), str)
    try:
        return Template("{{.vpc}}").render({"vpc": text})
    except MissingKeyError as error:
        return error.key


def errors() -> Optional[Location]:
    """Read what errors carry."""
    try:
        ORCHESTRATOR.up()
    except apirun.DocumentError as error:
        return error.problems[0].location
    except apirun.RenderError as error:
        return error.location
    except apirun.StoreLockedError as error:
        assert_type(error.pid, int)
    except apirun.HistoryError as error:
        assert_type(error.versions, Tuple[int, ...])
    except apirun.ApirunError:
        logging.exception("not set up")
    return None
