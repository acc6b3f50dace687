"""The stages of a run with their stores, histories and what they hand on."""

import copy
from typing import Dict, List, Mapping, Optional, Sequence, Tuple

from apirun.env import EnvEntry
from apirun.exceptions import RenderError
from apirun.graph import StageGraph
from apirun.origin import Origin
from apirun.rendering import Providers, Renderer
from apirun.scoping import Layer, Scope, build_scope, evaluate_env
from apirun.stage import Stage
from apirun.stage_job import StageJob, provided_by
from apirun.stage_stores import saves_body, undisturbed_history
from apirun.state import Direction, History, StateStore
from apirun.stores.memory import MemoryStore

__all__ = ["Landscape"]


class Landscape:
    """
    The stages of a run with their stores, histories and what they hand on.

    Histories are read when they are asked for, once; what a stage hands on is
    replaced by `hand_on` when it has run.

    Args:
        stages: All stages, in the order of the file.
        stores: Where the history of each is kept, by its name.
        graph: How they depend on each other.
        env: The ``global.env``.
        origin: The file it stands in.
        overrides: ``--var`` and ``variables=``.
        providers: Asked when a name is missing.
    """

    def __init__(
        self,
        stages: Sequence[Stage],
        stores: Mapping[str, StateStore],
        graph: StageGraph,
        *,
        env: Sequence[EnvEntry],
        origin: Optional[Origin],
        overrides: Layer,
        providers: Providers,
    ) -> None:
        self.stages: Mapping[str, Stage] = {stage.name: stage for stage in stages}
        self.graph = graph
        self.overrides = overrides
        self.providers = providers
        self.stores = stores
        self._histories: Dict[str, History] = {}
        self._scopes: Dict[str, Scope] = {}
        self._provided: Dict[str, Layer] = {}
        self._env = tuple(env)
        self._origin = origin
        self._refused: List[RenderError] = []
        self._global: Layer = self._evaluate_global({})

    def afresh(self) -> "Landscape":
        """Return the same stages and histories, with nothing handed on yet."""
        other = copy.copy(self)
        other._scopes, other._provided = {}, {}  # noqa: SLF001 - of its own class
        return other

    def imagined(self, given: Layer, over: Layer) -> "Landscape":
        """Return them as if they had never run, with variables below and above all."""
        other = self.afresh()
        other.overrides = {**over, **self.overrides}
        other.stores = {name: MemoryStore() for name in self.stages}
        other._histories, other._refused = {}, []  # noqa: SLF001 - of its own class
        other._global = {**given, **other._evaluate_global(given)}  # noqa: SLF001 - likewise
        return other

    def history(self, name: str) -> History:
        """Return what is recorded of the stage *name*, read once."""
        if name not in self._histories:
            self._histories[name] = self.stores[name].history()
            # With many stages the connections would be too many for a server.
            self.stores[name].close()
        return self._histories[name]

    def await_others(self, names: Sequence[str], *, timeout_s: float) -> None:
        """
        Read the histories of the stages *names*, undisturbed by other runners.

        Raises:
            StoreLockedError: If another runner still holds one after that time.
        """
        for name in names:
            store = self.stores[name]
            self._histories[name] = undisturbed_history(store, timeout_s=timeout_s)
            store.close()

    def named(self, name: str) -> str:
        """
        Return *name*, if there is such a stage.

        Raises:
            UsageError: If there is none; with the nearest.
        """
        self.graph.require(name)
        return name

    def scope(self, name: str) -> Scope:
        """Return what the stage *name* sees from outside its own history."""
        if name not in self._scopes:
            above = [(other, self.provided(other)) for other in self._nearest(name)]
            self._scopes[name] = build_scope(
                self.stages[name],
                global_env=self._global,
                inherited=above,
                overrides=self.overrides,
                providers=self.providers,
                refused=self._refused,
            )
        return self._scopes[name]

    def provided(self, name: str) -> Layer:
        """Return what the stage *name* hands on to its dependents."""
        if name not in self._provided:
            ancestors = self.graph.ancestors(name)
            # In order, so that none has to ask for one that is not there yet.
            for other in self.graph.order:
                if (other == name or other in ancestors) and (
                    other not in self._provided
                ):
                    self._provided[other] = provided_by(
                        self.scope(other), self.history(other), other
                    )
        return self._provided[name]

    def job(
        self,
        name: str,
        direction: Direction = Direction.UP,
        *,
        run_id: str,
        only: Optional[Tuple[int, ...]] = None,
        allow_out_of_order: bool = False,
        lock_timeout_s: float = 15.0,
        secrets: Tuple[str, ...] = (),
        auth_providers: Tuple[Tuple[str, type], ...] = (),
    ) -> StageJob:
        """
        Return what a run of the stage *name* alone, all the way, is told.

        Args:
            name: The stage.
            direction: Which way.
            run_id: Identifies the run.
            only: Exactly these versions; None are all.
            allow_out_of_order: Whether pending versions below applied ones run.
            lock_timeout_s: Seconds to wait for another runner.
            secrets: What the stages before it found out to be secret.
            auth_providers: Names and classes of further types.
        """
        stage = self.stages[name]
        return StageJob(
            stage=stage,
            store=self.stores[name],
            direction=direction,
            scope=self.scope(name),
            run_id=run_id,
            to=0 if direction is Direction.DOWN else None,
            only=only,
            allow_out_of_order=allow_out_of_order,
            lock_timeout_s=lock_timeout_s,
            save_body=saves_body(stage),
            secrets=secrets,
            auth_providers=auth_providers,
            providers=self.providers,
        )

    def hand_on(self, name: str, layer: Layer) -> None:
        """Replace what the stage *name* hands on; its dependents see it anew."""
        self._provided[name] = layer
        for dependent in self.graph.descendants(name):
            self._scopes.pop(dependent, None)

    def forget(self, name: str) -> None:
        """Read the history of the stage *name* again when it is asked for."""
        self._histories.pop(name, None)

    def close(self) -> None:
        """Give up the connections of all stores."""
        for store in self.stores.values():
            store.close()

    def _evaluate_global(self, below: Layer) -> Layer:
        return evaluate_env(
            self._env,
            [below],
            overrides=self.overrides,
            source="global.env",
            renderer=lambda seen: Renderer(seen, None, self._origin, self.providers),
            key="global.env",
            refused=self._refused,
        )

    def _nearest(self, name: str) -> Sequence[str]:
        nearest = self.graph.nearest_first(name)
        for other in nearest:
            if other not in self._provided:
                self.provided(other)
        return nearest
