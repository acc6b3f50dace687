"""The stages of a run with their stores, histories and what they hand on."""

import copy
from typing import Dict, List, Mapping, Optional, Sequence, Tuple

from apirun.env import EnvEntry
from apirun.exceptions import DocumentError, RenderError, UsageError
from apirun.graph import StageGraph
from apirun.origin import Location, Origin, Problem
from apirun.rendering import Providers, Renderer
from apirun.scoping import Layer, Scope, build_scope, evaluate_env
from apirun.settings import StoreSettings
from apirun.stage import Stage
from apirun.stage_job import StageJob, provided_by
from apirun.state import Direction, History, StateStore
from apirun.stores import open_store, set_apart

__all__ = [
    "Landscape",
    "forgetful",
    "forgetful_stores",
    "open_stage_store",
    "open_stage_stores",
    "saves_body",
    "undisturbed_history",
]


def open_stage_store(stage: Stage) -> StateStore:
    """
    Return the store of *stage*; nothing is opened or created yet.

    Raises:
        UsageError: If its type is not known, or a stage composed in Python
            has neither a store nor a directory.
        StoreError: If its settings can't be meant.
    """
    if stage.store is not None and not isinstance(stage.store, StoreSettings):
        return stage.store
    if stage.store is None and not stage.directory:
        raise UsageError(
            f"stage {stage.name} has no directory and so no place for its history: "
            f'pass store=SqliteStore("{stage.name}.db"), for example'
        )
    return open_store(
        stage.store or StoreSettings(),
        directory=stage.directory,
        base=stage.directory,
        stage=stage.name,
    )


def open_stage_stores(stages: Sequence[Stage]) -> Dict[str, StateStore]:
    """
    Return the store of every stage; nothing is opened or created yet.

    Raises:
        DocumentError: If two stages keep their history in the same tables.
    """
    stores = set_apart({stage.name: open_stage_store(stage) for stage in stages})
    owners: Dict[str, Stage] = {}
    problems = []
    for stage in stages:
        store = stores[stage.name]
        owner = _claim(store, stage, owners)
        if owner is not stage:
            origin = stage.config_origin
            location = origin.locate("store") if origin else Location(stage.name)
            problems.append(
                Problem(
                    location,
                    f"the stages '{owner.name}' and '{stage.name}' keep their history "
                    f"in the same tables ({store.identity}): give one of them another "
                    "path or table_prefix",
                )
            )
    if problems:
        raise DocumentError(tuple(problems))
    return stores


def _claim(store: StateStore, stage: Stage, owners: Dict[str, Stage]) -> Stage:
    """Return who else keeps its history in a table of *store*, or *stage* itself."""
    place, _, tables = store.identity.rpartition(":")
    claimed = [
        owners.setdefault(f"{place}:{table}", stage) for table in tables.split(",")
    ]
    return next((owner for owner in claimed if owner is not stage), stage)


def forgetful(stage: Stage, store: StateStore) -> StateStore:
    """Return *store*, or an empty one for a run of a stage that keeps no history."""
    return store if stage.keeps_history else open_stage_store(stage)


def forgetful_stores(
    stages: Sequence[Stage], stores: Mapping[str, StateStore]
) -> Dict[str, StateStore]:
    """Return *stores*, with an empty one for each stage that keeps no history."""
    return {stage.name: forgetful(stage, stores[stage.name]) for stage in stages}


def saves_body(stage: Stage) -> bool:
    """Return whether the history of *stage* keeps the answers' bodies."""
    return isinstance(stage.store, StoreSettings) and stage.store.save_response_body


def undisturbed_history(store: StateStore, *, timeout_s: float) -> History:
    """
    Return what is recorded while no other runner is in the middle of something.

    An intent without an outcome may be that of a run which is still going on.
    Only who holds the lock can tell; without such an intent none is taken.

    Args:
        store: Where the history is kept.
        timeout_s: Seconds to wait for another runner.

    Raises:
        StoreLockedError: If another runner still holds it after that time.
    """
    history = store.history()
    if not history.unsettled:
        return history
    with store.lock(timeout_s=timeout_s):
        return store.history()


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
        self._refused: List[RenderError] = []
        self._global = evaluate_env(
            env,
            [],
            overrides=overrides,
            source="global.env",
            renderer=lambda variables: Renderer(variables, None, origin, providers),
            key="global.env",
            refused=self._refused,
        )

    def afresh(self) -> "Landscape":
        """Return the same stages and histories, with nothing handed on yet."""
        other = copy.copy(self)
        other._scopes, other._provided = {}, {}  # noqa: SLF001 - of its own class
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
        *,
        run_id: str,
        allow_out_of_order: bool = False,
        lock_timeout_s: float = 15.0,
        auth_providers: Tuple[Tuple[str, type], ...] = (),
    ) -> StageJob:
        """Return what a run up of the stage *name* alone is told."""
        stage = self.stages[name]
        return StageJob(
            stage=stage,
            store=self.stores[name],
            direction=Direction.UP,
            scope=self.scope(name),
            run_id=run_id,
            allow_out_of_order=allow_out_of_order,
            lock_timeout_s=lock_timeout_s,
            save_body=saves_body(stage),
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

    def _nearest(self, name: str) -> Sequence[str]:
        nearest = self.graph.nearest_first(name)
        for other in nearest:
            if other not in self._provided:
                self.provided(other)
        return nearest
