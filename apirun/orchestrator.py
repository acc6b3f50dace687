"""The stages as a whole: up, down, plan, status."""

from concurrent.futures import Executor
from pathlib import Path
from typing import Mapping, Optional, Sequence, Tuple, Type, Union

from apirun.arguments import (
    given_count,
    given_env,
    given_executor,
    given_flag,
    given_functions,
    given_items,
    given_providers,
    given_seconds,
    given_variables,
    not_a_path,
)
from apirun.auth import AuthProvider
from apirun.documents import check_env, load_stages, resolve_stages
from apirun.durations import DurationLike
from apirun.env import EnvEntry, EnvLike
from apirun.events import Listener
from apirun.graph import StageGraph
from apirun.origin import Origin, Problem
from apirun.portable import require_portable
from apirun.results import RunResult
from apirun.run_settings import RunSettings, RunsUnderWay
from apirun.selection import select
from apirun.stage import Stage
from apirun.stage_stores import open_stage_stores
from apirun.stages_environment import StagesEnvironment
from apirun.stages_run import StagesRun
from apirun.state import Direction
from apirun.suppliers import Suppliers
from apirun.unmentioned import unmentioned

__all__ = ["Orchestrator"]


class Orchestrator(StagesEnvironment):
    """
    The stages as a whole: select, check, schedule, roll back, report.

    Args:
        stages: In any order that their dependencies allow; among equals this
            order holds.
        env: Variables that all stages see (``global.env``).
        variables: Above all other variables, like ``--var``.
        listeners: Told of all that happens, see `apirun.events`.
        executor: Any `concurrent.futures.Executor` that carries the stages;
            None takes threads.
        max_concurrent_stages: How many stages run at a time; 0 means no limit.
        wait_between_stages_s: Seconds of rest after each stage.
        rollback_on_failure: Whether a failed run rolls back what it applied.
        auth_providers: Classes that acquire tokens, by the ``type`` they are for.

    Raises:
        DocumentError: If a file or a composed stage is wrong, or two stages
            keep their history in the same tables.
            Names that are unknown and circles are told likewise.
        UsageError: If an argument is of another type than it must be, or a
            function can't be handed to the executor's processes.

    Example:
        >>> orchestrator = Orchestrator([network], variables={"cidr": "10.9.0.0/16"})
        >>> result = orchestrator.up()
        >>> result.ok, result.applied
        (True, (('network', 1),))
    """

    def __init__(  # noqa: PLR0913 - each is a setting of its own, by its name
        self,
        stages: Sequence[Stage],
        *,
        env: EnvLike = (),
        variables: Optional[Mapping[str, object]] = None,
        listeners: Sequence[Listener] = (),
        executor: Optional[Executor] = None,
        max_concurrent_stages: int = 8,
        wait_between_stages_s: DurationLike = 0,
        rollback_on_failure: bool = False,
        auth_providers: Mapping[str, Type[AuthProvider]] = {},
    ) -> None:
        super().__init__()
        self.stages: Tuple[Stage, ...]
        self.warnings: Tuple[Problem, ...]
        not_a_path("stages", stages, "Orchestrator.from_file")
        composed = given_items("stages", stages, Stage)
        given_executor(executor)
        given_providers(auth_providers)
        self._variables = given_variables(variables)
        self._listeners = given_functions("listeners", listeners)
        self._env: Tuple[EnvEntry, ...] = given_env(env)
        check_env(self._env)
        self.stages, self.warnings = resolve_stages(composed, auth_providers)
        require_portable(self.stages, executor)
        self._graph = StageGraph(
            {stage.name: stage.depends_on for stage in self.stages}
        )
        self._origin: Optional[Origin] = None
        self._runs = RunsUnderWay()
        self._settings = RunSettings(
            executor=executor,
            slots=given_count("max_concurrent_stages", max_concurrent_stages),
            rest_s=given_seconds("wait_between_stages_s", wait_between_stages_s),
            rollback_on_failure=given_flag("rollback_on_failure", rollback_on_failure),
            auth_providers=tuple(auth_providers.items()),
            runs=self._runs,
        )
        self._suppliers = Suppliers(self.stages)
        self._stores = open_stage_stores(self.stages)

    @classmethod
    def from_file(
        cls,
        path: Union[str, Path] = "stages.yaml",
        *,
        variables: Optional[Mapping[str, object]] = None,
        listeners: Sequence[Listener] = (),
        executor: Optional[Executor] = None,
        auth_providers: Mapping[str, Type[AuthProvider]] = {},
    ) -> "Orchestrator":
        """
        Return the orchestrator of the stages that the file *path* declares.

        Args:
            path: A ``stages.yaml``.
            variables: Above all other variables, like ``--var``.
            listeners: Told of all that happens.
            executor: What carries the stages; None takes threads.
            auth_providers: Classes that acquire tokens, by their ``type``.

        Raises:
            DocumentError: With everything that is wrong in any of the files.

        Example:
            >>> orchestrator = Orchestrator.from_file("stages.yaml")
            >>> [stage.name for stage in orchestrator.stages]
            ['network']
        """
        loaded = load_stages(str(path), auth_providers)
        orchestrator = cls(
            loaded.stages,
            env=loaded.env,
            variables=variables,
            listeners=listeners,
            executor=executor,
            max_concurrent_stages=loaded.max_concurrent_stages,
            wait_between_stages_s=loaded.wait_between_stages_s,
            rollback_on_failure=loaded.rollback_on_failure,
            auth_providers=auth_providers,
        )
        orchestrator._origin = loaded.origin
        orchestrator.warnings = (
            *loaded.warnings,
            *unmentioned(
                variables or {}, [loaded.stages, loaded.env], loaded.origin.file
            ),
        )
        return orchestrator

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
        """
        Bring the selected stages up.

        Args:
            stages: Exactly these; empty selects by the range.
            from_stage: This one and all that depends on it.
            to_stage: This one and all that it depends on; with *from_stage*,
                what lies on the way.
            variables: For this run, above those of the orchestrator.
            listeners: For this run, after those of the orchestrator.
            allow_out_of_order: Whether to apply a pending version below an
                applied one.
            lock_timeout_s: Seconds to wait for another runner of a stage.
            timeout: Ends the run, but not its rollback: seconds, a `timedelta`,
                or text such as ``1m30s``; None is no limit.

        Returns:
            What was done; errors met while sending are in it.

        Raises:
            UsageError: If the selection can't be meant.
            PrerequisiteError: If a dependency outside of it has not completed.
            HistoryError: If a history does not allow it.
            UnsettledError: If an unsettled version needs a person's decision.
            RenderError: If a variable is missing; nothing was sent.
            StoreError: If a history can't be read.

        Example:
            >>> shop = Stage(name="shop", depends_on=["network"], store=MemoryStore())
            >>> orchestrator = Orchestrator([network, shop])
            >>> result = orchestrator.up(to_stage="network", timeout="5m")
            >>> {name: stage.outcome.value for name, stage in result.stages.items()}
            {'network': 'applied'}
        """
        run = self._run(
            Direction.UP,
            variables,
            listeners,
            allow_out_of_order=allow_out_of_order,
            lock_timeout_s=lock_timeout_s,
            timeout=timeout,
        )
        return run.run(select(self._graph, Direction.UP, stages, from_stage, to_stage))

    def down(
        self,
        *,
        stages: Sequence[str] = (),
        from_stage: Optional[str] = None,
        to_stage: Optional[str] = None,
        variables: Optional[Mapping[str, object]] = None,
        listeners: Sequence[Listener] = (),
        force: bool = False,
        lock_timeout_s: float = 15.0,
        timeout: Optional[DurationLike] = None,
    ) -> RunResult:
        """
        Roll the selected stages back, dependents first.

        Args:
            stages: Exactly these; empty selects by the range.
            from_stage: This one and all that it depends on.
            to_stage: This one and all that depends on it; with *from_stage*,
                what lies on the way.
            variables: For this run, above those of the orchestrator.
            listeners: For this run, after those of the orchestrator.
            force: Whether to roll back a stage while one that depends on it
                is still applied.
            lock_timeout_s: Seconds to wait for another runner of a stage.
            timeout: As in `up`.

        Returns:
            What was done; errors met while sending are in it.

        Raises:
            UsageError: If the selection can't be meant.
            PrerequisiteError: If a dependent outside of it is still applied.
            HistoryError: If a version can't be rolled back.
            UnsettledError: If an unsettled version needs a person's decision.
            RenderError: If a variable is missing; nothing was sent.
            StoreError: If a history can't be read.

        Example:
            >>> orchestrator = Orchestrator([network])
            >>> _ = orchestrator.up()
            >>> orchestrator.down(stages=["network"]).stages["network"].outcome.value
            'rolled_back'
        """
        run = self._run(
            Direction.DOWN,
            variables,
            listeners,
            lock_timeout_s=lock_timeout_s,
            timeout=timeout,
        )
        selected = select(self._graph, Direction.DOWN, stages, from_stage, to_stage)
        return run.run(selected, force=given_flag("force", force))

    def _run(
        self,
        direction: Direction,
        variables: Optional[Mapping[str, object]],
        listeners: Sequence[Listener],
        *,
        lock_timeout_s: float,
        timeout: Optional[DurationLike],
        allow_out_of_order: bool = False,
    ) -> StagesRun:
        return StagesRun(
            self._landscape(variables),
            direction,
            settings=self._settings,
            listeners=(*self._listeners, *given_functions("listeners", listeners)),
            allow_out_of_order=given_flag("allow_out_of_order", allow_out_of_order),
            lock_timeout_s=given_seconds("lock_timeout_s", lock_timeout_s),
            timeout_s=None if timeout is None else given_seconds("timeout", timeout),
        )
