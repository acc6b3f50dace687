"""The migrations of one directory, looked at: plan, status, history."""

from abc import ABC, abstractmethod
from concurrent.futures import Executor
from typing import Optional, Tuple

from attrs import evolve

from apirun.adoption import Adoption, plan_adoption
from apirun.aftermath import run_of_one
from apirun.arguments import given_direction
from apirun.drift import probe_stage, with_drift
from apirun.durations import Stopwatch
from apirun.events import Listener, RunFinished, RunStarted
from apirun.foresight import plan_job
from apirun.graph import StageGraph
from apirun.landscape import Landscape
from apirun.launching import Carrier, Launcher, await_result
from apirun.origin import Problem
from apirun.planned import StagePlan
from apirun.results import StageResult
from apirun.run_settings import Cancellable
from apirun.scoping import Scope
from apirun.stage import Stage
from apirun.stage_job import StageJob, StageReport
from apirun.standing import stage_lines, stage_status
from apirun.state import Direction, RunRow, StateStore
from apirun.status import StageStatus
from apirun.suppliers import Suppliers
from apirun.validating import validate_stages
from apirun.validation import Validation

__all__ = ["DirectoryView"]


class DirectoryView(Cancellable, ABC):
    """
    The migrations of one directory, looked at; nothing of it is changed.

    Attributes:
        stage: The directory's settings and migrations.
        warnings: What was odd when they were read.
    """

    stage: Stage
    warnings: Tuple[Problem, ...]
    _scope: Scope
    _suppliers: Suppliers
    _store: StateStore
    _listeners: Tuple[Listener, ...]
    _executor: Optional[Executor]

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

        Example:
            >>> plan = Migrator(network).plan()
            >>> [(each.method, each.name) for each in plan.migrations]
            [('POST', '001_create_vpc')]
        """
        return plan_job(
            self._job(
                given_direction("direction", direction),
                to,
                allow_out_of_order=allow_out_of_order,
            )
        )

    def plan_adoption(
        self, *, to: Optional[int] = None, unprobed: bool = False
    ) -> StagePlan:
        """
        Return the probes that `adopt` would send; nothing is sent or written.

        Args:
            to: As in `adopt`.
            unprobed: As in `adopt`.

        Raises:
            UsageError: If a version has no probe, and *unprobed* is not set.
            UnsettledError: If a version is unsettled.
            StoreError: If the history can't be read.

        Example:
            >>> from attrs import evolve
            >>> there = Probe(Request("GET", "{{.api_base}}/vpcs/main"))
            >>> vpc = evolve(network.migrations[0], probe=there)
            >>> plan = Migrator(evolve(network, migrations=[vpc])).plan_adoption()
            >>> plan.migrations[0].url == f"{api_base}/vpcs/main"
            True
        """
        job = self._job(Direction.UP, to, allow_out_of_order=True)
        return plan_adoption(job, Adoption(unprobed=unprobed))

    def validate(self) -> Validation:
        """
        Return what can be told without sending, reading or writing anything.

        The history is not opened: it is as if nothing had ever run. That the
        documents can be read was certain before, see `Raises` of the class.

        Returns:
            How much there is, which variables nothing provides, and what else
            a first run would be refused for.

        Example:
            >>> validation = Migrator.from_config("network/config.yaml").validate()
            >>> print(validation)
            network/config.yaml: 1 migration, all documents are in order.
            A run needs these variables by --var; nothing here sets them:
              api_base  for network/001_create_vpc
            >>> validation.ok, validation.ready
            (True, False)
        """
        alone = evolve(self.stage, depends_on=(), env_from_stages=(), condition="")
        landscape = Landscape(
            [alone],
            {alone.name: self._store},
            StageGraph({alone.name: ()}),
            env=(),
            origin=None,
            overrides=self._scope.overrides,
            providers=self._suppliers,
        )
        return validate_stages(
            landscape, source=alone.config_path, warnings=self.warnings
        )

    def status(self, *, probe: bool = False, history: Optional[int] = 0) -> StageStatus:
        """
        Return where the directory stands, by its own store.

        Args:
            probe: Whether to ask every version's probe, too, if the API is as
                the history says; nothing else is sent, nothing is written.
            history: How many lines of the history to tell; None for all.

        Raises:
            StoreError: If the history can't be read.

        Example:
            >>> migrator = Migrator(network)
            >>> migrator.status().pending, migrator.up().ok, migrator.status().pending
            (1, True, 0)
        """
        status = stage_status(self.stage, self._store, lines=history)
        if not probe:
            return status
        with Launcher(
            self._executor, workers=1, listeners=self._listeners, runs=self._runs
        ) as launcher:
            asked = launcher.start(self._job(Direction.UP), probe_stage)
            return with_drift(status, await_result(asked))

    def history(self, *, limit: Optional[int] = 10) -> Tuple[RunRow, ...]:
        """
        Return the lines of the history, newest first, at most *limit*.

        Example:
            >>> migrator = Migrator(network)
            >>> _ = migrator.up(), migrator.down()
            >>> [(row.direction.value, row.status_code) for row in migrator.history()]
            [('down', 200), ('up', 201)]
        """
        return stage_lines(self._store, limit=limit)

    def _carry(
        self,
        job: StageJob,
        carry: Carrier[StageReport],
        timeout_s: Optional[float] = None,
    ) -> StageResult:
        with Launcher(
            self._executor,
            workers=1,
            listeners=self._listeners,
            runs=self._runs,
            timeout_s=timeout_s,
        ) as launcher:
            watch, name = Stopwatch(), self.stage.name
            launcher.emit(
                RunStarted(
                    direction=job.direction,
                    stages=(name,),
                    depends_on={name: ()},
                    started_at=watch.started_at,
                    slots=1,
                )
            )
            result = launcher.run_alone(job, carry).result
            stopped = launcher.control.stopping
            run = run_of_one(job.direction, result, watch, interrupted=stopped)
            launcher.emit(RunFinished(result=run))
            return result

    @abstractmethod
    def _job(
        self,
        direction: Direction,
        to: Optional[int] = None,
        *,
        allow_out_of_order: bool = False,
        lock_timeout_s: float = 15.0,
    ) -> StageJob:
        """Return what a run is told."""
