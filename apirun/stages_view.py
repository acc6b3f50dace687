"""The stages as a whole, looked at: plan, status, history."""

from typing import AbstractSet, Dict, Mapping, Optional, Sequence, Tuple

from apirun.adoption import Adoption
from apirun.arguments import given_direction, given_names, given_variables
from apirun.drawing import GraphView, node_of
from apirun.drift import probe_stage, unasked, with_drift
from apirun.env import EnvEntry
from apirun.events import Listener
from apirun.exceptions import StoreError
from apirun.graph import StageGraph
from apirun.journal import new_run_id
from apirun.landscape import Landscape
from apirun.launching import Launcher, await_result
from apirun.origin import Origin, Problem
from apirun.planned import RunPlan
from apirun.planning import plan_stages
from apirun.run_settings import Cancellable, RunSettings
from apirun.scoping import override_values
from apirun.selection import select
from apirun.stage import Stage
from apirun.stage_stores import forgetful_stores
from apirun.stages_adoption import plan_stages_adoption
from apirun.standing import stage_lines, stage_status, unknown_status
from apirun.state import Direction, RunRow, StateStore
from apirun.status import ProbeStatus, StageState, StageStatus, StatusReport
from apirun.suppliers import Suppliers

__all__ = ["StagesView"]


class StagesView(Cancellable):
    """
    The stages as a whole, looked at; nothing of them is changed.

    Attributes:
        stages: The stages, in the order of the file.
        warnings: What was odd when they were read.
    """

    stages: Tuple[Stage, ...]
    warnings: Tuple[Problem, ...]
    _graph: StageGraph
    _stores: Mapping[str, StateStore]
    _settings: RunSettings
    _listeners: Tuple[Listener, ...]
    _env: Tuple[EnvEntry, ...]
    _origin: Optional[Origin]
    _variables: Mapping[str, str]
    _suppliers: Suppliers

    def plan(
        self,
        direction: Direction = Direction.UP,
        *,
        stages: Sequence[str] = (),
        from_stage: Optional[str] = None,
        to_stage: Optional[str] = None,
        variables: Optional[Mapping[str, object]] = None,
        allow_out_of_order: bool = False,
        force: bool = False,
    ) -> RunPlan:
        """
        Return what `up` or `down` would send; nothing is sent or written.

        Args:
            direction: Which way.
            stages: As in `up` and `down`.
            from_stage: As in `up` and `down`.
            to_stage: As in `up` and `down`.
            variables: As in `up` and `down`.
            allow_out_of_order: As in `up`.
            force: As in `down`.

        Raises:
            UsageError: If the selection can't be meant.
            PrerequisiteError: If a stage outside of it stands in the way.
            HistoryError: If a history does not allow it.
            StoreError: If a history can't be read.

        Example:
            >>> plan = Orchestrator([network]).plan()
            >>> [each.name for each in plan.stages["network"].migrations]
            ['001_create_vpc']
        """
        way = given_direction("direction", direction)
        selected = select(self._graph, way, stages, from_stage, to_stage)
        return plan_stages(
            self._landscape(variables),
            selected,
            way,
            allow_out_of_order=allow_out_of_order,
            force=force,
        )

    def plan_adoption(
        self,
        *,
        stages: Sequence[str] = (),
        from_stage: Optional[str] = None,
        to_stage: Optional[str] = None,
        variables: Optional[Mapping[str, object]] = None,
        unprobed: bool = False,
    ) -> RunPlan:
        """
        Return the probes that `adopt` would send; nothing is sent or written.

        Args:
            stages: As in `plan`.
            from_stage: As in `plan`.
            to_stage: As in `plan`.
            variables: As in `plan`.
            unprobed: As in `adopt`.

        Raises:
            UsageError: If the selection can't be meant, or a version has no
                probe and *unprobed* is not set.
            PrerequisiteError: If a dependency outside of it has not completed.
            UnsettledError: If a version is unsettled.
            StoreError: If a history can't be read.

        Example:
            >>> from attrs import evolve
            >>> there = Probe(Request("GET", "{{.api_base}}/vpcs/main"))
            >>> vpc = evolve(network.migrations[0], probe=there)
            >>> plan = Orchestrator([evolve(network, migrations=[vpc])]).plan_adoption()
            >>> plan.stages["network"].migrations[0].method
            'GET'
        """
        return plan_stages_adoption(
            self._landscape(variables),
            Adoption(unprobed=unprobed),
            select(self._graph, Direction.UP, stages, from_stage, to_stage),
        )

    def status(
        self,
        *,
        probe: bool = False,
        history: Optional[int] = 0,
        variables: Optional[Mapping[str, object]] = None,
    ) -> StatusReport:
        """
        Return where every stage stands, by its own store.

        Args:
            probe: Whether to ask every version's probe, too, if the API is as
                the history says; nothing else is sent, nothing is written.
            history: How many lines of each history to tell; None for all.
            variables: For the probes, above those of the orchestrator.

        Returns:
            The truth of each stage; one whose history can't be read is
            ``unknown``, with the reason.

        Example:
            >>> orchestrator = Orchestrator([network])
            >>> _ = orchestrator.up()
            >>> stage = orchestrator.status().stages["network"]
            >>> stage.state.value, stage.applied, stage.total
            ('up to date', 1, 1)
        """
        stages = {stage.name: self._status_of(stage, history) for stage in self.stages}
        if probe:
            hidden = {
                name
                for name, status in stages.items()
                if status.state is StageState.UNKNOWN
            }
            for name, found in self._probe(variables, hidden).items():
                stages[name] = with_drift(stages[name], found)
        return StatusReport(stages=stages)

    def graph(self) -> GraphView:
        """
        Return the stages with their states and what they depend on, to be drawn.

        Nothing is sent or written. The state of a stage whose history can't be
        read is ``unknown``, with the reason.

        Example:
            >>> from apirun import MemoryStore, Migration, Orchestrator, Request, Stage
            >>> migration = Migration(version=1, name="a", up=Request("PUT", "/a"))
            >>> net = Stage(name="net", migrations=[migration], store=MemoryStore())
            >>> print(Orchestrator([net]).graph())
            net  never run  0/1
        """
        found = self.status().stages
        return GraphView(tuple(node_of(found[name]) for name in self._graph.order))

    def history(
        self, *, limit: Optional[int] = 10, stages: Optional[Sequence[str]] = None
    ) -> Mapping[str, Tuple[RunRow, ...]]:
        """
        Return the lines of the stages' histories, newest first.

        Args:
            limit: How many of each stage at most; None for all.
            stages: Of these only; None takes all.

        Raises:
            UsageError: If there is no such stage.
            StoreError: If a history can't be read.

        Example:
            >>> orchestrator = Orchestrator([network])
            >>> _ = orchestrator.up(), orchestrator.down()
            >>> [row.direction.value for row in orchestrator.history()["network"]]
            ['down', 'up']
        """
        for name in given_names("stages", stages or ()):
            self._graph.require(name)
        return {
            stage.name: stage_lines(self._stores[stage.name], limit=limit)
            for stage in self.stages
            if stages is None or stage.name in stages
        }

    def _status_of(self, stage: Stage, history: Optional[int]) -> StageStatus:
        store = self._stores[stage.name]
        try:
            return stage_status(stage, store, lines=history)
        except StoreError as error:
            return unknown_status(stage, store, error)

    def _probe(
        self,
        variables: Optional[Mapping[str, object]],
        hidden: AbstractSet[str],
    ) -> Mapping[str, Mapping[int, ProbeStatus]]:
        """
        Ask the probes, stages side by side as in a run.

        What depends on a *hidden* stage is not asked: its variables are not
        known.
        """
        landscape, run_id = self._landscape(variables), new_run_id()
        told: Dict[str, Mapping[int, ProbeStatus]] = {}
        names = []
        for stage in self.stages:
            unread = hidden & {stage.name, *self._graph.ancestors(stage.name)}
            if unread:
                told[stage.name] = unasked(stage, sorted(unread)[0])
            else:
                names.append(stage.name)
        if not names:
            return told
        with Launcher(
            self._settings.executor,
            workers=min(len(names), self._settings.slots or len(names)),
            listeners=self._listeners,
            runs=self._runs,
        ) as launcher:
            asked = {
                name: launcher.start(
                    landscape.job(
                        name,
                        run_id=run_id,
                        auth_providers=self._settings.auth_providers,
                    ),
                    probe_stage,
                )
                for name in names
            }
            told.update((name, await_result(future)) for name, future in asked.items())
        return told

    def _landscape(self, variables: Optional[Mapping[str, object]] = None) -> Landscape:
        """Return the stages with what they hand on."""
        return Landscape(
            self.stages,
            forgetful_stores(self.stages, self._stores),
            self._graph,
            env=self._env,
            origin=self._origin,
            overrides=override_values(
                {**self._variables, **given_variables(variables)}
            ),
            providers=self._suppliers,
        )
