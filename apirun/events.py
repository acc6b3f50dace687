"""
What happens during a run, as frozen values.

A listener is any ``Callable[[Event], None]``. Log, live view and reports are
listeners, and nothing else tells what happens.
"""

from typing import Callable, Mapping, Tuple, Union

from attrs import field, frozen

from apirun.results import MigrationResult, RunResult, StageResult
from apirun.state import Direction

__all__ = [
    "Event",
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


@frozen(kw_only=True)
class RunStarted:
    """
    A run begins.

    Attributes:
        direction: Which way.
        stages: Names of the selected stages, in order.
    """

    direction: Direction
    stages: Tuple[str, ...]


@frozen(kw_only=True)
class StageStarted:
    """
    A stage begins.

    Attributes:
        stage: Its name.
        total: How many versions it will run.
    """

    stage: str
    total: int


@frozen(kw_only=True)
class Waiting:
    """
    The API of a stage was asked whether it is healthy, and is not yet.

    Attributes:
        stage: Name of the stage.
        request: Method and URL, secrets masked.
        reason: What came, secrets masked.
        tries: How often it was asked so far.
        elapsed_s: Seconds since the first time.
        timeout_s: Seconds after which the stage fails.
    """

    stage: str
    request: str
    reason: str
    tries: int
    elapsed_s: float
    timeout_s: float


@frozen(kw_only=True)
class MigrationStarted:
    """
    A version is about to be sent.

    Attributes:
        stage: Name of the stage.
        version: The migration's version.
        name: Its label.
        direction: Which way.
        request: Method and URL, secrets masked.
        position: Its place in this run of the stage, counted from 1.
    """

    stage: str
    version: int
    name: str
    direction: Direction
    request: str
    position: int


@frozen(kw_only=True)
class RequestRetried:
    """
    A request is going to be tried again.

    Attributes:
        stage: Name of the stage.
        request: Method and URL, secrets masked.
        reason: Why.
        tries: Tries made so far.
        wait_s: Seconds until the next.
    """

    stage: str
    request: str
    reason: str
    tries: int
    wait_s: float


@frozen(kw_only=True)
class RequestHeld:
    """
    A request waits, because its host asked to be left alone.

    Attributes:
        stage: Name of the stage.
        request: Method and URL, secrets masked.
        host: Name or address, and port.
        wait_s: Seconds until it may be sent.
    """

    stage: str
    request: str
    host: str
    wait_s: float


@frozen(kw_only=True)
class Polled:
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
class MigrationFinished:
    """
    A version has an outcome.

    Attributes:
        stage: Name of the stage.
        result: Its outcome, secrets masked.
    """

    stage: str
    result: MigrationResult


@frozen(kw_only=True)
class StageFinished:
    """
    A stage has ended, was skipped, or was not started.

    Attributes:
        result: Its outcome.
    """

    result: StageResult


@frozen(kw_only=True)
class RollbackStarted:
    """
    The run failed, and what it applied is going to be rolled back.

    Attributes:
        stages: Names of the stages concerned, in order.
    """

    stages: Tuple[str, ...]


@frozen(kw_only=True)
class Warned:
    """
    Something deserves attention and does not stop the run.

    Attributes:
        message: What.
        stage: Name of the stage, empty if it concerns none.
        fields: Its data, such as ``variable`` and ``stage``.
    """

    message: str
    stage: str = ""
    fields: Mapping[str, str] = field(factory=dict)


@frozen(kw_only=True)
class RunFinished:
    """
    A run has ended.

    Attributes:
        result: How.
    """

    result: RunResult


Event = Union[
    RunStarted,
    StageStarted,
    Waiting,
    MigrationStarted,
    RequestRetried,
    RequestHeld,
    Polled,
    MigrationFinished,
    StageFinished,
    RollbackStarted,
    Warned,
    RunFinished,
]
Listener = Callable[[Event], None]
