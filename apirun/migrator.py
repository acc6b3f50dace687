"""The migrations of one directory, without stages: up, down, status, settle."""

from concurrent.futures import Executor
from pathlib import Path
from typing import Mapping, Optional, Sequence, Tuple, Union

from apirun.directory_records import DirectoryRecords
from apirun.documents import load_directory, resolve_stage
from apirun.durations import DurationLike, to_seconds
from apirun.events import Listener
from apirun.foresight import check_job
from apirun.journal import new_run_id
from apirun.landscape import (
    forgetful,
    open_stage_store,
    saves_body,
    undisturbed_history,
)
from apirun.origin import Problem
from apirun.portable import require_portable
from apirun.results import StageResult
from apirun.run_settings import RunsUnderWay
from apirun.scoping import build_scope, override_values
from apirun.stage import Stage
from apirun.stage_job import StageJob
from apirun.stage_run import run_stage
from apirun.state import Direction
from apirun.suppliers import Suppliers

__all__ = ["Migrator"]


class Migrator(DirectoryRecords):
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
        require_portable([self.stage], executor)
        self._listeners = tuple(listeners)
        self._executor = executor
        self._runs = RunsUnderWay()
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
        timeout: Optional[DurationLike] = None,
    ) -> StageResult:
        """
        Apply every pending version in order.

        Args:
            to: Last version to apply; None applies all.
            allow_out_of_order: Whether to apply a pending version below an
                applied one.
            lock_timeout_s: Seconds to wait for another runner.
            timeout: Ends the run: seconds, a `timedelta`, or text such as
                ``1m30s``; None is no limit.

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
            timeout=timeout,
        )

    def down(
        self,
        *,
        to: Optional[int] = None,
        lock_timeout_s: float = 15.0,
        timeout: Optional[DurationLike] = None,
    ) -> StageResult:
        """
        Roll back applied versions, newest first.

        Args:
            to: The versions above this one are rolled back, 0 rolls back all;
                None rolls back the one newest.
            lock_timeout_s: Seconds to wait for another runner.
            timeout: As in `up`.

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
            Direction.DOWN,
            to,
            allow_out_of_order=True,
            lock_timeout_s=lock_timeout_s,
            timeout=timeout,
        )

    def _run(
        self,
        direction: Direction,
        to: Optional[int],
        *,
        allow_out_of_order: bool,
        lock_timeout_s: float,
        timeout: Optional[DurationLike],
    ) -> StageResult:
        timeout_s = None if timeout is None else to_seconds(timeout)
        job = self._job(
            direction,
            to,
            allow_out_of_order=allow_out_of_order,
            lock_timeout_s=lock_timeout_s,
        )
        check_job(job, undisturbed_history(self._store, timeout_s=lock_timeout_s))
        return self._carry(job, run_stage, timeout_s)

    def _job(
        self,
        direction: Direction,
        to: Optional[int] = None,
        *,
        allow_out_of_order: bool = False,
        lock_timeout_s: float = 15.0,
    ) -> StageJob:
        return StageJob(
            stage=self.stage,
            store=forgetful(self.stage, self._store),
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
