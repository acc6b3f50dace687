"""What happens to one version, and to its requests."""

from typing import Mapping, Tuple

from attrs import frozen

from apirun.plain_data import PlainEvent
from apirun.results import MigrationResult
from apirun.state import Direction

__all__ = [
    "Exchanged",
    "MigrationFinished",
    "MigrationStarted",
    "Polled",
    "RequestHeld",
    "RequestRetried",
    "Waiting",
]


@frozen(kw_only=True)
class Waiting(PlainEvent):
    """
    The API of a stage was asked whether it is healthy, and is not yet.

    Attributes:
        stage: Name of the stage.
        request: Method and URL, secrets masked.
        reason: What came, secrets masked.
        tries: How often it was asked so far.
        elapsed_s: Seconds since the first time.
        timeout_s: Seconds after which the stage fails.

    Example:
        >>> from attrs import evolve
        >>> heard = []
        >>> wait = WaitSettings(
        ...     url="{{.api_base}}/health/db", timeout_s=0.1, interval_s=0.01
        ... )
        >>> asleep = evolve(network, wait=wait, store=MemoryStore())
        >>> Migrator(asleep, listeners=[heard.append]).up().ok
        False
        >>> [event.reason for event in heard if isinstance(event, Waiting)][0]
        'answered 404'
    """

    stage: str
    request: str
    reason: str
    tries: int
    elapsed_s: float
    timeout_s: float


@frozen(kw_only=True)
class MigrationStarted(PlainEvent):
    """
    A version is about to be sent.

    Attributes:
        stage: Name of the stage.
        version: The migration's version.
        name: Its label.
        direction: Which way.
        request: Method and URL, secrets masked.
        position: Its place in this run of the stage, counted from 1.

    Example:
        >>> def tell(event: Event) -> None:
        ...     if isinstance(event, MigrationStarted):
        ...         print(f"{event.position}. {event.direction.value} {event.name}")
        >>> Migrator(network, listeners=[tell]).up().ok
        1. up 001_create_vpc
        True
    """

    stage: str
    version: int
    name: str
    direction: Direction
    request: str
    position: int


@frozen(kw_only=True)
class RequestRetried(PlainEvent):
    """
    A request is going to be tried again.

    Attributes:
        stage: Name of the stage.
        request: Method and URL, secrets masked.
        reason: Why.
        tries: Tries made so far.
        wait_s: Seconds until the next.

    Example:
        >>> from attrs import evolve
        >>> def tell(event: Event) -> None:
        ...     if isinstance(event, RequestRetried):
        ...         print("try", event.tries, "failed: once more")
        >>> twice = ClientSettings(retry=RetryPolicy(attempts=2, wait_max_s="1ms"))
        >>> nobody = {"api_base": "http://127.0.0.1:1"}
        >>> stage = evolve(network, client=twice, store=MemoryStore())
        >>> Migrator(stage, variables=nobody, listeners=[tell]).up().ok
        try 1 failed: once more
        False
    """

    stage: str
    request: str
    reason: str
    tries: int
    wait_s: float


@frozen(kw_only=True)
class RequestHeld(PlainEvent):
    """
    A request waits, because its host asked to be left alone.

    Attributes:
        stage: Name of the stage.
        request: Method and URL, secrets masked.
        host: Name or address, and port.
        wait_s: Seconds until it may be sent.

    Example:
        >>> def tell(event: Event) -> None:
        ...     if isinstance(event, RequestHeld):
        ...         print(f"{event.host} rests for {format_duration(event.wait_s)}")
        >>> tell(
        ...     RequestHeld(
        ...         stage="network",
        ...         request="GET http://127.0.0.1:8000/vpcs",
        ...         host="127.0.0.1:8000",
        ...         wait_s=2.5,
        ...     )
        ... )
        127.0.0.1:8000 rests for 2.5s
    """

    stage: str
    request: str
    host: str
    wait_s: float


@frozen(kw_only=True)
class Polled(PlainEvent):
    """
    What a version made was asked after, and is not ready yet.

    Attributes:
        stage: Name of the stage.
        version: The migration's version.
        name: Its label.
        request: Method and URL of the poll, secrets masked.
        reason: What came, secrets masked.
        captures: What was captured from it; a secret as ``***``.
        tries: Polls made so far.
        elapsed_s: Seconds since the first began.
        timeout_s: Seconds after which the poll has failed.

    Example:
        >>> answer = Response(env_from={"state": "state"})
        >>> ask = Request("GET", "{{.api_base}}/vms/a", response=answer)
        >>> up = Request("PUT", "{{.api_base}}/vms/a", body={"state": "building"})
        >>> ready = Poll(
        ...     request=ask, until='{{eq .state "up"}}', interval_s=0.01, timeout_s=0.1
        ... )
        >>> boot = Migration(version=1, name="boot", up=up, poll=ready)
        >>> stage = Stage(name="vms", migrations=[boot], store=MemoryStore())
        >>> heard = []
        >>> migrator = Migrator(
        ...     stage, variables={"api_base": api_base}, listeners=[heard.append]
        ... )
        >>> migrator.up().failure.kind
        'PollError'
        >>> [event.captures for event in heard if isinstance(event, Polled)][0]
        {'state': 'building'}
    """

    stage: str
    version: int
    name: str
    request: str
    reason: str
    captures: Mapping[str, str]
    tries: int
    elapsed_s: float
    timeout_s: float


@frozen(kw_only=True)
class Exchanged(PlainEvent):
    """
    A request of a version was sent, and this came of it; secrets are masked.

    It comes before the `MigrationFinished` of its version. What waits for a
    stage and what acquires tokens is not told.

    Attributes:
        stage: Name of the stage.
        part: Which part of the migration sent it: ``request``, ``find``,
            ``poll``, ``probe``, or ``call`` if it was a callable.
        request: Method and URL.
        headers: Pairs of name and value.
        body: The beginning of what was sent.
        status: Status code of the answer, 0 when there was none.
        answer_headers: Pairs of name and value.
        answer: The beginning of the answer's body.
        reason: Why there is no answer; else empty.
        tries: How often it was sent.
        started_at: When the first of them began, as ISO 8601 in UTC.
        elapsed_s: Seconds until the answer was there, or was given up.

    Example:
        >>> def tell(event: Event) -> None:
        ...     if isinstance(event, Exchanged):
        ...         print(event.body, event.status, event.answer)
        >>> Orchestrator([network], listeners=[tell]).up().ok
        {"cidr": "10.0.0.0/16"} 201 {"cidr": "10.0.0.0/16", "id": "vpcs-1"}
        True
    """

    stage: str
    part: str
    request: str
    headers: Tuple[Tuple[str, str], ...] = ()
    body: str = ""
    status: int = 0
    answer_headers: Tuple[Tuple[str, str], ...] = ()
    answer: str = ""
    reason: str = ""
    tries: int = 1
    started_at: str = ""
    elapsed_s: float = 0.0


@frozen(kw_only=True)
class MigrationFinished(PlainEvent):
    """
    A version has an outcome.

    Attributes:
        stage: Name of the stage.
        result: Its outcome, secrets masked.

    Example:
        >>> def tell(event: Event) -> None:
        ...     if isinstance(event, MigrationFinished):
        ...         print(event.result.name, event.result.status_code)
        >>> Migrator(network, listeners=[tell]).up().ok
        001_create_vpc 201
        True
    """

    stage: str
    result: MigrationResult
