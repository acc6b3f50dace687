"""
What happens during a run, as frozen values.

A listener is any ``Callable[[Event], None]``. Log, live view and reports are
listeners, and nothing else tells what happens. One that has an attribute
``listens_to``, some of these classes, is called for no others; what no listener
wants is not made.

Example:
    >>> def progress(event: Event) -> None:
    ...     if isinstance(event, MigrationFinished):
    ...         print(event.stage, event.result.name, event.result.outcome.value)
    >>> listeners: Sequence[Listener] = [progress]
    >>> Orchestrator([network], listeners=listeners).up().ok
    network 001_create_vpc applied
    True
"""

from typing import Callable, Union

from apirun.events.runs import (
    RollbackStarted,
    RunFinished,
    RunStarted,
    StageFinished,
    StageStarted,
    Warned,
)
from apirun.events.versions import (
    Exchanged,
    MigrationFinished,
    MigrationStarted,
    Polled,
    RequestHeld,
    RequestRetried,
    Waiting,
)

__all__ = [
    "Event",
    "Exchanged",
    "Listener",
    "MigrationFinished",
    "MigrationStarted",
    "Polled",
    "RequestHeld",
    "RequestRetried",
    "RollbackStarted",
    "RunFinished",
    "RunStarted",
    "StageFinished",
    "StageStarted",
    "Waiting",
    "Warned",
]

Event = Union[
    RunStarted,
    StageStarted,
    Waiting,
    MigrationStarted,
    RequestRetried,
    RequestHeld,
    Polled,
    Exchanged,
    MigrationFinished,
    StageFinished,
    RollbackStarted,
    Warned,
    RunFinished,
]
"""Any of the values that a run tells its listeners."""

Listener = Callable[[Event], None]
"""What is called with each event; see `Orchestrator.up`."""
