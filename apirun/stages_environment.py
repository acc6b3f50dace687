"""Stages brought up for as long as a block runs, and rolled back after it."""

import threading
from abc import ABC, abstractmethod
from contextlib import contextmanager
from types import TracebackType
from typing import (
    Callable,
    ContextManager,
    Iterator,
    List,
    Mapping,
    Optional,
    Sequence,
    Tuple,
    Type,
    Union,
)

from apirun.aftermath import Ledger
from apirun.arguments import given_functions, given_pairs, given_seconds
from apirun.durations import DurationLike
from apirun.environment import Environment, RunFailedError
from apirun.events import Listener, Warned
from apirun.exceptions import ApirunError, UsageError
from apirun.logs import log_event
from apirun.results import RunResult
from apirun.stages_records import StagesRecords
from apirun.stages_rollback import StagesRollback
from apirun.state import Direction

__all__ = ["StagesEnvironment"]


class _Blocks(threading.local):
    """The blocks that a thread is in, each with an environment of its own."""

    def __init__(self) -> None:
        self.open: List[ContextManager[Environment]] = []


class StagesEnvironment(StagesRecords, ABC):
    """Stages brought up for as long as a block runs, and rolled back after it."""

    def __init__(self) -> None:
        self._blocks = _Blocks()

    def __enter__(self) -> Environment:
        block = self.environment()
        environment = block.__enter__()
        self._blocks.open.append(block)
        return environment

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        if not self._blocks.open:
            raise UsageError(
                "the block ends in another thread than it began in: leave it in the "
                "thread that entered it, or use environment()"
            )
        self._blocks.open.pop().__exit__(kind, error, trace)

    @abstractmethod
    def up(
        self,
        *,
        stages: Sequence[str] = (),
        from_stage: Optional[str] = None,
        to_stage: Optional[str] = None,
        variables: Optional[Mapping[str, object]] = None,
        listeners: Sequence[Listener] = (),
        allow_out_of_order: bool = False,
        lock_timeout_s: float = 15.0,
        timeout: Optional[DurationLike] = None,
    ) -> RunResult:
        """Bring the selected stages up."""

    @contextmanager
    def environment(
        self,
        *,
        stages: Sequence[str] = (),
        from_stage: Optional[str] = None,
        to_stage: Optional[str] = None,
        variables: Optional[Mapping[str, object]] = None,
        listeners: Sequence[Listener] = (),
        allow_out_of_order: bool = False,
        lock_timeout_s: float = 15.0,
        timeout: Optional[DurationLike] = None,
    ) -> Iterator[Environment]:
        """
        Bring the selected stages up for a ``with`` block, and roll back after it.

        Exactly what the entry applied is rolled back, also when the block
        raises; what was applied before stays. ``with orchestrator:`` is the
        same without arguments. Each block has an environment of its own.

        Args:
            stages: As in `up`.
            from_stage: As in `up`.
            to_stage: As in `up`.
            variables: As in `up`, for the way back, too.
            listeners: As in `up`, for the way back, too.
            allow_out_of_order: As in `up`.
            lock_timeout_s: As in `up`.
            timeout: Ends the way up, not the block and not the way back.

        Raises:
            RunFailedError: If it could not be brought up, after what it had
                applied was rolled back; or if after the block something could
                not be rolled back. An error that the block raised stays what
                is raised, and this one stands in its context.
            ApirunError: As `up` raises it, when nothing was sent.

        Example:
            >>> orchestrator = Orchestrator([network])
            >>> with orchestrator.environment(timeout="5m") as environment:
            ...     environment["vpc_id"], environment.stages["network"]["vpc_id"]
            ('vpcs-1', 'vpcs-1')
            >>> orchestrator.status().stages["network"].applied
            0
        """
        ledger = Ledger()

        def way_back() -> Optional[RunResult]:
            applied = [(entry.stage, entry.version) for entry in ledger.done()]
            if not applied:
                return None
            return self.roll_back(
                applied,
                variables=variables,
                listeners=listeners,
                lock_timeout_s=lock_timeout_s,
            )

        try:
            result = self.up(
                stages=stages,
                from_stage=from_stage,
                to_stage=to_stage,
                variables=variables,
                listeners=(ledger, *given_functions("listeners", listeners)),
                allow_out_of_order=allow_out_of_order,
                lock_timeout_s=lock_timeout_s,
                timeout=timeout,
            )
            if result.ok:
                yield Environment(result)
        except BaseException as error:
            _go_back_beside(error, way_back)
            raise
        back = way_back() if result.ok or result.applied else None
        if not result.ok:
            raise RunFailedError(result, back)
        if back is not None and not back.ok:
            raise RunFailedError(back)

    def roll_back(
        self,
        applied: Union[RunResult, Sequence[Tuple[str, int]]],
        *,
        variables: Optional[Mapping[str, object]] = None,
        listeners: Sequence[Listener] = (),
        lock_timeout_s: float = 15.0,
    ) -> RunResult:
        """
        Roll back exactly what a run applied, as far as it still is, newest first.

        Where something can't be rolled back, what it depends on is left
        standing, and everything else goes on. Nobody is asked who else stands
        on it; `down` does that.

        Args:
            applied: The result of an `up`, or its ``applied``: stage and
                version, in order of completion. Another process may do it.
            variables: As in `down`.
            listeners: As in `down`.
            lock_timeout_s: As in `down`.

        Returns:
            What is undone, left and not known.

        Raises:
            UsageError: If there is no such stage.
            StoreLockedError: If another runner is in the middle of a version.
            StoreError: If a history can't be read.

        Example:
            >>> result = Orchestrator([network]).up()
            >>> Orchestrator([network]).roll_back(result.applied).undone
            ('network/001_create_vpc',)
        """
        pairs = given_pairs(
            "applied", applied.applied if isinstance(applied, RunResult) else applied
        )
        run = StagesRollback(
            self._landscape(variables),
            Direction.UP,
            settings=self._settings,
            listeners=(*self._listeners, *given_functions("listeners", listeners)),
            allow_out_of_order=True,
            lock_timeout_s=given_seconds("lock_timeout_s", lock_timeout_s),
        )
        return run.roll_back(pairs)


def _go_back_beside(
    error: BaseException, way_back: Callable[[], Optional[RunResult]]
) -> None:
    """Go the way back, and let *error*, which wins, show what went wrong there."""
    try:
        back = way_back()
    except ApirunError as second:
        log_event(Warned(message=f"Nothing was rolled back: {second}"))
    else:
        if back is not None and not back.ok:
            _tell_beside(error, RunFailedError(back))


def _tell_beside(error: BaseException, left: RunFailedError) -> None:
    """Let whoever is shown *error* be shown *left*, too, as what came before."""
    first: BaseException = error
    while True:
        before = first.__cause__
        if before is None and not first.__suppress_context__:
            before = first.__context__
        if before is None:
            break
        first = before
    first.__context__ = left
    first.__suppress_context__ = False
