"""The stores of the stages, and which of them must not be shared."""

from typing import Dict, Mapping, Sequence

from apirun.exceptions import DocumentError, UsageError
from apirun.origin import Problem
from apirun.places import composed_problem
from apirun.settings import StoreSettings
from apirun.stage import Stage
from apirun.state import History, StateStore
from apirun.stores import open_store, set_apart

__all__ = [
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
        message = (
            "it has no directory, and so no place for its history: pass "
            f'store=SqliteStore("{stage.name}.db"), for example'
        )
        raise UsageError(str(composed_problem(stage, None, "store", message)))
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
            message = (
                f"the stages '{owner.name}' and '{stage.name}' keep their history in "
                f"the same tables ({store.identity}): give one of them another path "
                "or table_prefix"
            )
            if stage.config_origin is None:
                problems.append(composed_problem(stage, None, "store", message))
            else:
                problems.append(Problem(stage.config_origin.locate("store"), message))
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
