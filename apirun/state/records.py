"""What is recorded of one version: before it is sent, and after."""

from enum import Enum
from typing import Mapping, Optional

from attrs import field, frozen

__all__ = [
    "Direction",
    "Ending",
    "EndingKind",
    "Intent",
    "StoredValue",
]


class Direction(str, Enum):
    """
    Which way a migration runs.

    Example:
        >>> plan = Orchestrator([network]).plan(Direction.DOWN)
        >>> plan.stages["network"].migrations
        ()
    """

    UP = "up"
    DOWN = "down"


class EndingKind(str, Enum):
    """
    How an intent ended.

    Example:
        >>> intent = Intent(
        ...     version=1,
        ...     name="001_create_vpc",
        ...     direction=Direction.UP,
        ...     run_id="r1",
        ...     method="POST",
        ...     digest="",
        ... )
        >>> store = MemoryStore()
        >>> store.begin(intent)
        >>> store.finish(Ending(intent=intent, kind=EndingKind.FAILED, status_code=409))
        >>> store.history().applied, store.runs()[0].failed
        ((), True)
    """

    APPLIED = "applied"
    ROLLED_BACK = "rolled_back"
    FAILED = "failed"
    """The API did nothing; the version is what it was before."""
    UNSETTLED = "unsettled"
    """Not known; the intent stands."""


@frozen
class StoredValue:
    """
    A captured value.

    Attributes:
        value: Its text.
        secret: Whether it is shown as ``***`` everywhere.

    Example:
        >>> token = StoredValue("abc", secret=True)
        >>> token, token.value
        (StoredValue(secret=True), 'abc')
    """

    value: str = field(repr=False)
    secret: bool = False


@frozen(kw_only=True)
class Intent:
    """
    What is about to be sent, recorded before it is.

    Attributes:
        version: The migration's version.
        name: The migration's label, such as ``001_create_vpc``.
        direction: Which way.
        run_id: Identifies the run, the same for all versions of one run.
        method: HTTP method of the main request.
        digest: Digest of the rendered request: of method and URL, a hyphen,
            and of the body.
        idempotency_key: What is sent as ``Idempotency-Key``; empty for none.
        started_at: When, as ISO 8601 in UTC.
        host: Name of the machine that runs it.
        pid: Process id there.
        document: The migration as canonical JSON text.
        document_digest: SHA-256 of *document*, hexadecimal.
        scope: JSON object of the variables from outside the stage's history
            that the run sees, secrets left out; the same text for all
            versions of a run.
        env: JSON object of the request's own rendered ``env`` block, secrets
            left out.
        reason: Why it is not settled, if it was tried; empty after a crash.
        shown: The request as people are told of it: method and URL, secrets
            masked. Empty if masking is off, or an older apirun recorded it.

    Example:
        >>> answer = Response(env_from={"vpc_id": "vpc.id"}, env_missing="fail")
        >>> up = Request("POST", f"{api_base}/vpcs", response=answer)
        >>> vpc = Migration(version=1, name="create_vpc", up=up)
        >>> store = MemoryStore()
        >>> Migrator(Stage(name="network", migrations=[vpc], store=store)).up().ok
        False
        >>> intent = store.history().unsettled[0]
        >>> intent.name, intent.direction.value, intent.method
        ('001_create_vpc', 'up', 'POST')
    """

    version: int
    name: str
    direction: Direction
    run_id: str
    method: str
    digest: str
    idempotency_key: str = ""
    started_at: str = ""
    host: str = ""
    pid: int = 0
    document: str = field(default="", repr=False)
    document_digest: str = ""
    scope: str = field(default="{}", repr=False)
    env: str = field(default="{}", repr=False)
    reason: str = ""
    shown: str = ""


@frozen(kw_only=True)
class Ending:
    """
    What became of an intent.

    Attributes:
        intent: The intent as it was recorded.
        kind: How it ended.
        status_code: Status code of the answer, 0 when there was none.
        captures: Values taken from the answer (``APPLIED`` only).
        body: The answer's body, secrets masked; None when it is not kept.
        error: What went wrong, secrets masked; empty when nothing did.
        ended_at: When, as ISO 8601 in UTC.
        elapsed_s: Seconds from intent to ending.

    Example:
        >>> intent = Intent(
        ...     version=1,
        ...     name="001_create_vpc",
        ...     direction=Direction.UP,
        ...     run_id="r1",
        ...     method="POST",
        ...     digest="",
        ... )
        >>> ending = Ending(
        ...     intent=intent,
        ...     kind=EndingKind.APPLIED,
        ...     status_code=201,
        ...     captures={"vpc_id": StoredValue("vpc-1")},
        ... )
        >>> store = MemoryStore()
        >>> store.begin(intent)
        >>> store.finish(ending)
        >>> store.history().applied[0].captures["vpc_id"].value
        'vpc-1'
    """

    intent: Intent
    kind: EndingKind
    status_code: int = 0
    captures: Mapping[str, StoredValue] = field(factory=dict)
    body: Optional[str] = None
    error: str = ""
    ended_at: str = ""
    elapsed_s: float = 0.0
