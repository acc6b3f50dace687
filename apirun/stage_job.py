"""What one run of one stage is told, and what it tells; both survive `pickle`."""

from typing import Dict, List, Optional, Tuple

from attrs import field, frozen

from apirun.events import Event
from apirun.rendering import Providers, nobody
from apirun.results import StageResult
from apirun.scoping import Layer, Scope
from apirun.stage import Stage
from apirun.state import Direction, History, StateStore
from apirun.variables import Value

__all__ = ["StageJob", "StageReport", "captured_secrets", "provided_by"]


@frozen(kw_only=True)
class StageJob:
    """
    What one run of one stage is told.

    Attributes:
        stage: The stage, read from its files.
        store: Where its history is kept.
        direction: Which way.
        scope: What it sees from outside its own history.
        run_id: Identifies the run.
        to: Version to stop at; see `Workload`.
        only: Exactly these versions, for a rollback.
        allow_out_of_order: Whether pending versions below applied ones run.
        lock_timeout_s: Seconds to wait for another runner.
        save_body: Whether run rows keep the answers' bodies.
        secrets: Texts that must not be shown.
        auth_providers: Provider classes by type, beside the registered ones.
        providers: Asked when a name is missing.
    """

    stage: Stage
    store: StateStore
    direction: Direction
    scope: Scope
    run_id: str
    to: Optional[int] = None
    only: Optional[Tuple[int, ...]] = None
    allow_out_of_order: bool = False
    lock_timeout_s: float = 15.0
    save_body: bool = False
    secrets: Tuple[str, ...] = field(default=(), repr=False)
    auth_providers: Tuple[Tuple[str, type], ...] = ()
    providers: Providers = nobody


@frozen(kw_only=True)
class StageReport:
    """
    What one run of one stage tells.

    Attributes:
        result: For the caller.
        provides: What its dependents inherit.
        secrets: Texts that must not be shown, those met on the way included.
        events: What happened, if it could not be told where it happened.
    """

    result: StageResult
    provides: Layer = field(factory=dict)
    secrets: Tuple[str, ...] = field(default=(), repr=False)
    events: Tuple[Event, ...] = field(default=(), repr=False)


def provided_by(scope: Scope, history: History, stage: str) -> Dict[str, Value]:
    """
    Return what a stage hands on: its own ``env``, and all that it captured.

    Args:
        scope: What the stage sees.
        history: What is recorded of it.
        stage: Its name.
    """
    provides = dict(scope.own)
    for applied in history.applied:
        source = f"stage {stage}, captured by {applied.name or applied.version}"
        for name, kept in applied.captures.items():
            provides[name] = Value(kept.value, kept.secret, source)
    return provides


def captured_secrets(history: History) -> List[str]:
    """Return the captured texts in *history* that must not be shown."""
    return [
        kept.value
        for applied in history.applied
        for kept in applied.captures.values()
        if kept.secret and kept.value
    ]
