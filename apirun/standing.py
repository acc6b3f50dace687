"""Where one stage stands, by its own store."""

from typing import Dict, List, Optional, Tuple, Union

from apirun.documents import describe_change, dump_migration
from apirun.durations import format_moment
from apirun.exceptions import StoreError
from apirun.journal import digest_of
from apirun.migration import Migration
from apirun.results import Outcome, StageResult
from apirun.stage import Stage
from apirun.state import (
    Applied,
    History,
    Intent,
    RunRow,
    StageOutcome,
    StageRecord,
    StateStore,
)
from apirun.status import StageState, StageStatus, VariableStatus, VersionStatus

__all__ = [
    "has_failed",
    "has_succeeded",
    "is_completed",
    "stage_lines",
    "stage_status",
    "unknown_status",
]


def is_completed(stage: Stage, history: History) -> bool:
    """
    Return whether *stage* has completed, so that its dependents may run.

    Its last run says so; in a history that knows no stages, all its versions
    must be applied.
    """
    if history.unsettled:
        return False
    if history.stage is not None:
        return history.stage.outcome in (StageOutcome.COMPLETED, StageOutcome.SKIPPED)
    applied = {entry.version for entry in history.applied}
    known = {migration.version for migration in stage.migrations}
    return bool(applied) and applied.issuperset(known)


def has_succeeded(last: Union[History, StageResult]) -> bool:
    """Return whether the last run of a stage, recorded or not, brought it up."""
    if isinstance(last, StageResult):
        return last.ok and last.outcome is not Outcome.SKIPPED
    record = last.stage
    return record is not None and record.outcome is StageOutcome.COMPLETED


def has_failed(last: Union[History, StageResult]) -> bool:
    """Return whether the last run of a stage, recorded or not, ended badly."""
    if isinstance(last, StageResult):
        return not last.ok
    record = last.stage
    return record is not None and record.outcome in (
        StageOutcome.FAILED,
        StageOutcome.UNSETTLED,
    )


def stage_status(
    stage: Stage, store: StateStore, *, lines: Optional[int] = 0
) -> StageStatus:
    """
    Return where *stage* stands; nothing is sent, nothing is written.

    Args:
        stage: The stage.
        store: Where its history is kept.
        lines: How many lines of the history to tell; None for all.

    Raises:
        StoreError: If the history can't be read.
    """
    if not stage.keeps_history:
        return _without_history(stage)
    history = store.history()
    versions = _versions(stage, store, history)
    store.close()  # as in `stage_lines`
    applied = sum(1 for version in versions if version.state == "applied")
    pending = sum(1 for version in versions if version.state == "pending")
    record = history.stage
    return StageStatus(
        name=stage.name,
        state=_state(history, pending),
        applied=applied,
        total=len(versions),
        pending=pending,
        last_run_at=record.started_at if record else _last_applied_at(history),
        elapsed_s=record.elapsed_s if record else 0.0,
        error=_error(history),
        depends_on=stage.depends_on,
        store=store.identity,
        versions=versions,
        variables=tuple(_variables(history)),
        history=() if lines == 0 else stage_lines(store, limit=lines),
    )


def unknown_status(stage: Stage, store: StateStore, error: StoreError) -> StageStatus:
    """Return that it is not known where *stage* stands, and why."""
    return StageStatus(
        name=stage.name,
        state=StageState.UNKNOWN,
        total=len(stage.migrations),
        error=str(error).partition("\n")[0],
        depends_on=stage.depends_on,
        store=store.identity,
        versions=_unrecorded(stage),
    )


def stage_lines(store: StateStore, *, limit: Optional[int]) -> Tuple[RunRow, ...]:
    """
    Return the lines of a stage's history, newest first.

    Args:
        store: Where it is kept.
        limit: How many at most; None for all.

    Raises:
        StoreError: If the history can't be read.
    """
    lines = tuple(store.runs(limit=limit))
    # With many stages the connections would be too many for a server.
    store.close()
    return lines


def _without_history(stage: Stage) -> StageStatus:
    versions = _unrecorded(stage)
    return StageStatus(
        name=stage.name,
        state=StageState.NO_HISTORY,
        total=len(versions),
        depends_on=stage.depends_on,
        versions=versions,
    )


def _unrecorded(stage: Stage) -> Tuple[VersionStatus, ...]:
    """Return the versions that files declare, with nothing known of them."""
    return tuple(
        VersionStatus(
            version=each.version, name=each.label, state="", note=_note(each, None)
        )
        for each in stage.migrations
    )


def _state(history: History, pending: int) -> StageState:
    record = history.stage
    if history.unsettled:
        return StageState.UNSETTLED
    if record is not None and record.outcome is StageOutcome.FAILED:
        return StageState.FAILED
    if record is not None and record.outcome is StageOutcome.SKIPPED:
        return StageState.SKIPPED
    if record is None and not history.applied:
        return StageState.NEVER_RUN
    return StageState.PENDING if pending else StageState.UP_TO_DATE


def _error(history: History) -> str:
    """Return what went wrong in the last run, or that it has not ended."""
    record = history.stage
    if history.unsettled and _is_later(history.unsettled[0], record):
        intent = history.unsettled[0]
        who = f" by process {intent.pid} on {intent.host}" if intent.pid else ""
        return (
            f"the {intent.direction.value} of {intent.name} was begun "
            f"{format_moment(intent.started_at)}{who}, and has no outcome: "
            "that run is not over, or was cut off"
        )
    return record.error if record is not None else ""


def _is_later(intent: Intent, last: Optional[StageRecord]) -> bool:
    """Return whether *intent* is of a run after the *last* one that was recorded."""
    if last is None:
        return True
    return intent.run_id != last.run_id and intent.started_at > last.started_at


def _versions(
    stage: Stage, store: StateStore, history: History
) -> Tuple[VersionStatus, ...]:
    applied = {entry.version: entry for entry in history.applied}
    unsettled = {intent.version: intent for intent in history.unsettled}
    known = {migration.version: migration for migration in stage.migrations}
    rows: List[VersionStatus] = []
    for version in sorted({*applied, *unsettled, *known}):
        entry, migration = applied.get(version), known.get(version)
        state = "pending" if entry is None else "applied"
        rows.append(
            VersionStatus(
                version=version,
                name=_name(version, migration, entry, unsettled.get(version)),
                state="unsettled" if version in unsettled else state,
                applied_at=entry.applied_at if entry is not None else "",
                note=_note(migration, entry),
                changes=_changes(store, migration, entry),
            )
        )
    return tuple(rows)


def _name(
    version: int,
    migration: Optional[Migration],
    entry: Optional[Applied],
    intent: Optional[Intent],
) -> str:
    if migration is not None:
        return migration.label
    if entry is not None and entry.name:
        return entry.name
    return intent.name if intent is not None else str(version)


def _note(migration: Optional[Migration], entry: Optional[Applied]) -> str:
    if migration is None:
        return "file is gone"
    if _has_changed(migration, entry):
        return "file has changed"
    return "no down" if migration.down is None else ""


def _has_changed(migration: Migration, entry: Optional[Applied]) -> bool:
    if entry is None or not entry.document_digest:
        return False
    return entry.document_digest != digest_of(dump_migration(migration))


def _changes(
    store: StateStore, migration: Optional[Migration], entry: Optional[Applied]
) -> Tuple[str, ...]:
    if migration is None or not _has_changed(migration, entry):
        return ()
    then = store.recorded(migration.version).document
    return describe_change(then, dump_migration(migration))


def _last_applied_at(history: History) -> str:
    return max((entry.applied_at for entry in history.applied), default="")


def _variables(history: History) -> List[VariableStatus]:
    newest: Dict[str, VariableStatus] = {}
    for entry in history.applied:
        for name, kept in entry.captures.items():
            shown = "***" if kept.secret else kept.value
            newest[name] = VariableStatus(name=name, value=shown, version=entry.version)
    return [newest[name] for name in sorted(newest)]
