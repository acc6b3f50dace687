"""The migrations of one directory, without stages: up, down, status, settle."""

from concurrent.futures import Executor
from pathlib import Path
from typing import Mapping, Optional, Sequence, Tuple, Type, Union

from apirun.arguments import (
    given,
    given_executor,
    given_flag,
    given_functions,
    given_providers,
    given_seconds,
    given_variables,
    given_version,
    not_a_path,
)
from apirun.auth import AuthProvider
from apirun.directory_records import DirectoryRecords
from apirun.documents import load_directory, resolve_stage
from apirun.durations import DurationLike
from apirun.events import Listener
from apirun.foresight import check_job
from apirun.journal import new_run_id
from apirun.origin import Problem
from apirun.portable import require_portable
from apirun.results import StageResult
from apirun.run_settings import RunsUnderWay
from apirun.scoping import build_scope, override_values
from apirun.stage import Stage
from apirun.stage_job import StageJob
from apirun.stage_run import run_stage
from apirun.stage_stores import (
    forgetful,
    open_stage_store,
    saves_body,
    undisturbed_history,
)
from apirun.state import Direction
from apirun.suppliers import Suppliers
from apirun.unmentioned import unmentioned

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
        UsageError: As of `Orchestrator`.

    Example:
        >>> migrator = Migrator(network, variables={"cidr": "10.9.0.0/16"})
        >>> result = migrator.up()
        >>> result.ok, result.env["vpc_id"]
        (True, 'vpcs-1')
    """

    def __init__(
        self,
        stage: Stage,
        *,
        variables: Optional[Mapping[str, object]] = None,
        listeners: Sequence[Listener] = (),
        executor: Optional[Executor] = None,
        auth_providers: Mapping[str, Type[AuthProvider]] = {},
    ) -> None:
        not_a_path("stage", stage, "Migrator.from_config")
        given_executor(executor)
        given_providers(auth_providers)
        overrides = override_values(given_variables(variables))
        self._listeners = given_functions("listeners", listeners)
        loaded = resolve_stage(given("stage", stage, Stage, "a Stage"), auth_providers)
        self.stage: Stage = loaded.stage
        self.warnings: Tuple[Problem, ...] = loaded.warnings
        require_portable([self.stage], executor)
        self._executor = executor
        self._runs = RunsUnderWay()
        self._auth_providers = tuple(auth_providers.items())
        self._store = open_stage_store(self.stage)
        self._suppliers = Suppliers([self.stage])
        self._scope = build_scope(
            self.stage,
            global_env={},
            inherited=[],
            overrides=overrides,
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
        auth_providers: Mapping[str, Type[AuthProvider]] = {},
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

        Example:
            >>> migrator = Migrator.from_config(
            ...     "network/config.yaml", variables={"api_base": api_base}
            ... )
            >>> migrator.stage.migrations[0].label
            '001_create_vpc'
        """
        loaded = load_directory(str(path), auth_providers)
        migrator = cls(
            loaded.stage,
            variables=variables,
            listeners=listeners,
            executor=executor,
            auth_providers=auth_providers,
        )
        migrator.warnings = (
            *loaded.warnings,
            *unmentioned(variables or {}, [loaded.stage], loaded.stage.config_path),
        )
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

        Example:
            >>> address = "{{.api_base}}/vpcs/{{.vpc_id}}"
            >>> grow = Request("PATCH", address, body={"size": 2})
            >>> second = Migration(version=2, name="grow", up=grow)
            >>> migrator = Migrator(network.with_migrations(second))
            >>> [each.name for each in migrator.up(to=1).migrations]
            ['001_create_vpc']
            >>> [each.name for each in migrator.up().migrations]
            ['002_grow']
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

        Example:
            >>> migrator = Migrator(network)
            >>> _ = migrator.up()
            >>> [each.name for each in migrator.down(to=0).migrations]
            ['001_create_vpc']
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
        timeout_s = None if timeout is None else given_seconds("timeout", timeout)
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
            to=given_version("to", to),
            allow_out_of_order=given_flag("allow_out_of_order", allow_out_of_order),
            lock_timeout_s=given_seconds("lock_timeout_s", lock_timeout_s),
            save_body=saves_body(self.stage),
            auth_providers=self._auth_providers,
            providers=self._suppliers,
        )
