"""What happens to a run and to its stages."""

from typing import Mapping, Tuple

from attrs import field, frozen

from apirun.plain_data import PlainEvent
from apirun.results import RunResult, StageResult
from apirun.state import Direction

__all__ = [
    "RollbackStarted",
    "RunFinished",
    "RunStarted",
    "StageFinished",
    "StageStarted",
    "Warned",
]


@frozen(kw_only=True)
class RunStarted(PlainEvent):
    """
    A run begins.

    Attributes:
        direction: Which way.
        stages: Names of the selected stages, in order.
        depends_on: What each of them depends on, within the selection.
        started_at: When it began, as ISO 8601 in UTC.
        slots: How many stages run at a time; 0 means no limit.

    Example:
        >>> def tell(event: Event) -> None:
        ...     if isinstance(event, RunStarted):
        ...         print("going", event.direction.value, "with", *event.stages)
        >>> Orchestrator([network], listeners=[tell]).up().ok
        going up with network
        True
    """

    direction: Direction
    stages: Tuple[str, ...]
    depends_on: Mapping[str, Tuple[str, ...]] = field(factory=dict)
    started_at: str = ""
    slots: int = 0


@frozen(kw_only=True)
class StageStarted(PlainEvent):
    """
    A stage begins.

    Attributes:
        stage: Its name.
        total: How many versions it will run.
        unsettled: How many it settles before, which an earlier run began.

    Example:
        >>> def tell(event: Event) -> None:
        ...     if isinstance(event, StageStarted):
        ...         print(f"{event.stage}: {event.total} to do")
        >>> Orchestrator([network], listeners=[tell]).up().ok
        network: 1 to do
        True
    """

    stage: str
    total: int
    unsettled: int = 0


@frozen(kw_only=True)
class StageFinished(PlainEvent):
    """
    A stage has ended, was skipped, or was not started.

    Attributes:
        result: Its outcome.

    Example:
        >>> def tell(event: Event) -> None:
        ...     if isinstance(event, StageFinished):
        ...         print(event.result.name, "has", event.result.env["vpc_id"])
        >>> Orchestrator([network], listeners=[tell]).up().ok
        network has vpcs-1
        True
    """

    result: StageResult


@frozen(kw_only=True)
class RollbackStarted(PlainEvent):
    """
    The run failed, and what it applied is going to be rolled back.

    Attributes:
        stages: Names of the stages concerned, in order.

    Example:
        >>> def tell(event: Event) -> None:
        ...     if isinstance(event, RollbackStarted):
        ...         print("taking back", *event.stages)
        >>> up = Request("POST", "{{.api_base}}/shops/no-such-shop")
        >>> rename = Migration(version=2, name="rename_shop", up=up)
        >>> orchestrator = Orchestrator(
        ...     [network.with_migrations(rename)],
        ...     rollback_on_failure=True,
        ...     listeners=[tell],
        ... )
        >>> orchestrator.up().undone
        taking back network
        ('network/001_create_vpc',)
    """

    stages: Tuple[str, ...]


@frozen(kw_only=True)
class Warned(PlainEvent):
    """
    Something deserves attention and does not stop the run.

    Attributes:
        message: What.
        stage: Name of the stage, empty if it concerns none.
        fields: Its data, such as ``variable`` and ``stage``.

    Example:
        >>> def tell(event: Event) -> None:
        ...     if isinstance(event, Warned):
        ...         print(f"{event.message}: {event.fields['variable']}")
        >>> relied = EnvFromStage("network", ["subnet_id"])
        >>> shop = Stage(
        ...     name="shop",
        ...     depends_on=["network"],
        ...     env_from_stages=[relied],
        ...     store=MemoryStore(),
        ... )
        >>> Orchestrator([network, shop], listeners=[tell]).up().ok
        variable not found in dependent stage: subnet_id
        True
    """

    message: str
    stage: str = ""
    fields: Mapping[str, str] = field(factory=dict)


@frozen(kw_only=True)
class RunFinished(PlainEvent):
    """
    A run has ended.

    Attributes:
        result: How.

    Example:
        >>> results = []
        >>> def keep(event: Event) -> None:
        ...     if isinstance(event, RunFinished):
        ...         results.append(event.result)
        >>> Orchestrator([network], listeners=[keep]).up() == results[0]
        True
    """

    result: RunResult
