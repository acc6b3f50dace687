"""What a person found out about an unsettled version, recorded."""

from typing import Mapping

from apirun.durations import utc_now
from apirun.exceptions import UsageError
from apirun.journal import Journal, new_run_id
from apirun.masking import Masker, is_secret_name
from apirun.results import MigrationResult, Outcome
from apirun.stage import Stage
from apirun.state import (
    Direction,
    Ending,
    EndingKind,
    Intent,
    StateStore,
    StoredValue,
)
from apirun.workload import Workload

__all__ = ["settle_by_hand"]


def settle_by_hand(
    stage: Stage,
    store: StateStore,
    version: int,
    *,
    as_: str,
    variables: Mapping[str, str],
    lock_timeout_s: float,
) -> MigrationResult:
    """
    Record that *version* is there, or is not; nothing is sent.

    Args:
        stage: The stage.
        store: Where its history is kept.
        version: The unsettled version.
        as_: ``applied`` or ``pending``.
        variables: What its answer would have captured.
        lock_timeout_s: Seconds to wait for another runner.

    Raises:
        UsageError: If the version is not unsettled, or *as_* is neither.
        StoreLockedError: If another runner holds the history.
    """
    if as_ not in ("applied", "pending"):
        raise UsageError(f"a version is settled as 'applied' or 'pending', not '{as_}'")
    if variables and as_ == "pending":
        raise UsageError("variables belong to a version that is applied, not pending")
    _find(stage, store, version)
    with store.lock(timeout_s=lock_timeout_s):
        intent = _find(stage, store, version)
        store.finish(_ending(stage, intent, as_, variables))
        work = Workload(stage, store, Direction.UP)
        history = store.history()
        journal = Journal(
            store, run_id=new_run_id(), scope="{}", masker=Masker(), save_body=False
        )
        journal.close_stage(work.stage_outcome(Outcome.APPLIED, history))
    store.close()
    return MigrationResult(
        version=version,
        name=intent.name,
        direction=intent.direction,
        outcome=Outcome.APPLIED if as_ == "applied" else Outcome.ROLLED_BACK,
        settled=True,
        started_at=utc_now(),
        captures={
            name: "***" if is_secret_name(name) else text
            for name, text in variables.items()
        },
    )


def _find(stage: Stage, store: StateStore, version: int) -> Intent:
    unsettled = {intent.version: intent for intent in store.history().unsettled}
    if version in unsettled:
        return unsettled[version]
    listed = ", ".join(str(number) for number in unsettled) or "none"
    raise UsageError(
        f"version {version} of {stage.name} is not unsettled, so there is nothing to "
        f"settle. Unsettled: {listed}."
    )


def _ending(
    stage: Stage, intent: Intent, as_: str, variables: Mapping[str, str]
) -> Ending:
    """Say in the journal's words what the person said."""
    applied = as_ == "applied"
    if intent.direction is Direction.UP:
        kind = EndingKind.APPLIED if applied else EndingKind.FAILED
    else:
        kind = EndingKind.FAILED if applied else EndingKind.ROLLED_BACK
    declared = {
        name: capture.secret
        for migration in stage.migrations
        if migration.version == intent.version
        for name, capture in migration.captures.items()
    }
    return Ending(
        intent=intent,
        kind=kind,
        captures={
            name: StoredValue(text, declared.get(name, False) or is_secret_name(name))
            for name, text in variables.items()
        }
        if kind is EndingKind.APPLIED
        else {},
        error=f"settled by hand as {as_}",
        ended_at=utc_now(),
    )
