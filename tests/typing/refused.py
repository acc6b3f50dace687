"""
What a type checker refuses.

Both are told to complain of a comment that ignores nothing, so each comment is
an assertion. Nothing here is run.
"""

from apirun import (
    AuthProvider,
    EnvFromStage,
    Event,
    MemoryStore,
    Migration,
    MigrationContext,
    Migrator,
    Orchestrator,
    Poll,
    Request,
    Response,
    Stage,
    StateStore,
)


def no_argument() -> None:
    """Take no event, and no context."""


def two_arguments(context: MigrationContext, more: str) -> None:
    """Take more than a context."""


class NoStore:
    """It forgets to be a store."""

    def close(self) -> None:
        """Close nothing."""


stage = Stage(name="network")

# fmt: off
Stage()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
Stage("network")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
Stage(name="a", timeout_s=[])  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Stage(name="a", timeout="5m")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
Stage(name="a", migrations=[stage])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
Stage(name="a", depends_on=[stage])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
Stage(name="a", store=NoStore())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Stage(name="a", auth=[{"type": "basic"}])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
Stage(name="a", env_from_stages=EnvFromStage("b", ["c"]))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
stage.name = "shop"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]

Request("GET")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
Request("GET", "/", {"a": "b"})  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
Request("GET", "/", headers="a: b")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Request("GET", "/", body=3)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Response(result_code=[b"201"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
Response(env_from={"id": 3})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
Migration(version="1", name="a", up=Request("GET", "/"))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Migration(version=1, name="a", up="GET /")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Migration(version=1, name="a", up=no_argument)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Migration(version=1, name="a", up=two_arguments)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Poll(request=Request("GET", "/"))  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]

Orchestrator(stage)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
Orchestrator([stage], listeners=[no_argument])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
Orchestrator([stage], auth_providers={"vault": NoStore})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
Orchestrator([stage]).up("network")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
Orchestrator([stage]).up().stages["network"].ok = True  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
Migrator(stage).settle(1, as_="done")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

store: StateStore = NoStore()  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
provider: AuthProvider = NoStore()  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
event: Event = MemoryStore()  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
# fmt: on
