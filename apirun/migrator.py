"""The migrations of one directory, without stages: up, down, status, settle."""

from concurrent.futures import Executor
from pathlib import Path
from typing import Mapping, Optional, Sequence, Tuple, Union

from apirun.documents import load_directory, resolve_stage
from apirun.events import Listener
from apirun.journal import new_run_id
from apirun.landscape import open_stage_store, saves_body, undisturbed_history
from apirun.launching import Launcher
from apirun.masking import Masker
from apirun.origin import Problem
from apirun.preview import Preview, preview_stage
from apirun.results import MigrationResult, StagePlan, StageResult
from apirun.scoping import build_scope, override_values
from apirun.settlement import settle_by_hand
from apirun.stage import Stage
from apirun.stage_job import StageJob
from apirun.standing import stage_status
from apirun.state import Direction, History, RunRow
from apirun.status import StageStatus
from apirun.suppliers import Suppliers
from apirun.workload import Workload

__all__ = ["Migrator"]


class Migrator:
    """
    The migrations of one directory, without stages.

    Args:
        stage: The directory's settings and migrations; its ``depends_on`` and
            ``condition`` play no part.
        variables: Above all other variables, like ``--var``.
        listeners: Told of all that happens, see `apirun.events`.
        executor: What carries the work; None takes a thread.
        auth_providers: Classes that acquire tokens, by the ``type`` they are for.

    Raises:
        DocumentError: If a file or the composed stage is wrong.

    Example:
        >>> migrator = Migrator.from_config("config/config.yaml")  # doctest: +SKIP
        >>> migrator.up().ok  # doctest: +SKIP
        True
    """

    def __init__(
        self,
        stage: Stage,
        *,
        variables: Optional[Mapping[str, object]] = None,
        listeners: Sequence[Listener] = (),
        executor: Optional[Executor] = None,
        auth_providers: Mapping[str, type] = {},
    ) -> None:
        loaded = resolve_stage(stage, auth_providers)
        self.stage: Stage = loaded.stage
        self.warnings: Tuple[Problem, ...] = loaded.warnings
        self._listeners = tuple(listeners)
        self._executor = executor
        self._auth_providers = tuple(auth_providers.items())
        self._store = open_stage_store(self.stage)
        self._suppliers = Suppliers([self.stage])
        self._scope = build_scope(
            self.stage,
            global_env={},
            inherited=[],
            overrides=override_values(variables),
            providers=self._suppliers,
        )

    @classmethod
    def from_config(
        cls,
        path: Union[str, Path] = "config/config.yaml",
        *,
        variables: Optional[Mapping[str, object]] = None,
        listeners: Sequence[Listener] = (),
        executor: Optional[Executor] = None,
        auth_providers: Mapping[str, type] = {},
    ) -> "Migrator":
        """
        Return the migrator of the directory that the file *path* configures.

        Args:
            path: A ``config.yaml``.
            variables: Above all other variables, like ``--var``.
            listeners: Told of all that happens.
            executor: What carries the work; None takes a thread.
            auth_providers: Classes that acquire tokens, by their ``type``.

        Raises:
            DocumentError: If the file or one of the migrations is wrong.
        """
        loaded = load_directory(str(path), auth_providers)
        migrator = cls(
            loaded.stage,
            variables=variables,
            listeners=listeners,
            executor=executor,
            auth_providers=auth_providers,
        )
        migrator.warnings = loaded.warnings
        return migrator

    def up(
        self,
        *,
        to: Optional[int] = None,
        allow_out_of_order: bool = False,
        lock_timeout_s: float = 15.0,
    ) -> StageResult:
        """
        Apply every pending version in order.

        Args:
            to: Last version to apply; None applies all.
            allow_out_of_order: Whether to apply a pending version below an
                applied one.
            lock_timeout_s: Seconds to wait for another runner.

        Returns:
            What was done; errors met while sending are in it.

        Raises:
            HistoryError: If the history does not allow it.
            UnsettledError: If an unsettled version needs a person's decision.
            RenderError: If a variable is missing; nothing was sent.
            StoreLockedError: If another runner holds the history.
            StoreError: If the history can't be read.
        """
        return self._run(
            Direction.UP,
            to,
            allow_out_of_order=allow_out_of_order,
            lock_timeout_s=lock_timeout_s,
        )

    def down(
        self, *, to: Optional[int] = None, lock_timeout_s: float = 15.0
    ) -> StageResult:
        """
        Roll back applied versions, newest first.

        Args:
            to: The versions above this one are rolled back, 0 rolls back all;
                None rolls back the one newest.
            lock_timeout_s: Seconds to wait for another runner.

        Returns:
            What was done; errors met while sending are in it.

        Raises:
            HistoryError: If a version can't be rolled back.
            UnsettledError: If an unsettled version needs a person's decision.
            RenderError: If a variable is missing; nothing was sent.
            StoreLockedError: If another runner holds the history.
            StoreError: If the history can't be read.
        """
        return self._run(
            Direction.DOWN, to, allow_out_of_order=True, lock_timeout_s=lock_timeout_s
        )

    def plan(
        self,
        direction: Direction = Direction.UP,
        *,
        to: Optional[int] = None,
        allow_out_of_order: bool = False,
    ) -> StagePlan:
        """
        Return what `up` or `down` would send; nothing is sent or written.

        Args:
            direction: Which way.
            to: As in `up` and `down`.
            allow_out_of_order: As in `up`.

        Raises:
            HistoryError: If the history does not allow it.
            UnsettledError: If an unsettled version needs a person's decision.
            StoreError: If the history can't be read.
        """
        work = self._workload(
            Direction(direction), to, allow_out_of_order=allow_out_of_order
        )
        history = self._store.history()
        warnings = work.check(history)
        preview = self._preview(work, Direction(direction), history)
        return StagePlan(
            name=self.stage.name,
            migrations=preview.planned,
            applied=len(history.applied),
            warnings=tuple(warnings),
        )

    def status(self) -> StageStatus:
        """
        Return where the directory stands, by its own store.

        Raises:
            StoreError: If the history can't be read.
        """
        return stage_status(self.stage, self._store)

    def history(self, *, limit: Optional[int] = 10) -> Tuple[RunRow, ...]:
        """Return the lines of the history, newest first, at most *limit*."""
        return tuple(self._store.runs(limit=limit))

    def settle(
        self,
        version: int,
        *,
        as_: str,
        variables: Optional[Mapping[str, str]] = None,
        lock_timeout_s: float = 15.0,
    ) -> MigrationResult:
        """
        Record what a person found out about an unsettled version.

        Args:
            version: The version.
            as_: ``applied`` if what it makes is there, ``pending`` if not.
            variables: What its answer would have captured.
            lock_timeout_s: Seconds to wait for another runner.

        Raises:
            UsageError: If the version is not unsettled.
            StoreLockedError: If another runner holds the history.
        """
        return settle_by_hand(
            self.stage,
            self._store,
            version,
            as_=as_,
            variables=variables or {},
            lock_timeout_s=lock_timeout_s,
        )

    def _run(
        self,
        direction: Direction,
        to: Optional[int],
        *,
        allow_out_of_order: bool,
        lock_timeout_s: float,
    ) -> StageResult:
        work = self._workload(direction, to, allow_out_of_order=allow_out_of_order)
        history = undisturbed_history(self._store, timeout_s=lock_timeout_s)
        work.check(history)
        if work.todo(history) or history.unsettled:
            for error in self._preview(work, direction, history).errors:
                raise error
        job = StageJob(
            stage=self.stage,
            store=self._store,
            direction=direction,
            scope=self._scope,
            run_id=new_run_id(),
            to=to,
            allow_out_of_order=allow_out_of_order,
            lock_timeout_s=lock_timeout_s,
            save_body=saves_body(self.stage),
            auth_providers=self._auth_providers,
            providers=self._suppliers,
        )
        with Launcher(self._executor, workers=1, listeners=self._listeners) as launcher:
            report = launcher.run_alone(job)
        return report.result

    def _workload(
        self, direction: Direction, to: Optional[int], *, allow_out_of_order: bool
    ) -> Workload:
        return Workload(
            self.stage,
            self._store,
            direction,
            to=to,
            allow_out_of_order=allow_out_of_order,
        )

    def _preview(
        self, work: Workload, direction: Direction, history: History
    ) -> Preview:
        return preview_stage(
            self.stage,
            self._store,
            self._scope,
            history,
            work,
            direction,
            masker=Masker(enabled=self.stage.logging.masking),
            providers=self._suppliers,
        )
