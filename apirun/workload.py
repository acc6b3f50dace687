"""What one run of one stage has to do, and whether its history allows it."""

from typing import Dict, List, Optional, Sequence, Tuple

from apirun.call import Call
from apirun.documents import describe_change, dump_migration, load_recorded
from apirun.exceptions import HistoryError
from apirun.journal import digest_of
from apirun.migration import Migration
from apirun.plan import out_of_order, pending, to_roll_back
from apirun.results import Outcome
from apirun.settling import check_decidable
from apirun.stage import Stage
from apirun.state import (
    Applied,
    Direction,
    History,
    Intent,
    StageOutcome,
    StateStore,
)

__all__ = ["Workload"]


class Workload:
    """
    What one run of one stage has to do, and whether its history allows it.

    Args:
        stage: The stage.
        store: Where its history is kept.
        direction: Which way.
        to: Up to this version, or down to it; None means all the way up, or
            the one newest version down.
        only: Exactly these versions, whatever *to* says.
        allow_out_of_order: Whether pending versions below applied ones run.
    """

    def __init__(
        self,
        stage: Stage,
        store: StateStore,
        direction: Direction,
        *,
        to: Optional[int] = None,
        only: Optional[Tuple[int, ...]] = None,
        allow_out_of_order: bool = False,
    ) -> None:
        self._stage = stage
        self._store = store
        self._direction = direction
        self._to = to
        self._only = only
        self._allow_out_of_order = allow_out_of_order
        self._known: Dict[int, Migration] = {
            migration.version: migration for migration in stage.migrations
        }

    def todo(self, history: History) -> List[Migration]:
        """
        Return what is to be sent, in order, unsettled versions left out.

        Raises:
            HistoryError: If a version that must go down can't.
            UsageError: If there is no version such as the one to stop at.
        """
        applied = [entry.version for entry in history.applied]
        unsettled = {intent.version for intent in history.unsettled}
        if self._direction is Direction.UP:
            versions: Sequence[int] = pending(list(self._known), applied, to=self._to)
        else:
            versions = to_roll_back(applied, to=self._to, known=list(self._known))
            if self._only is not None:
                versions = [v for v in sorted(applied, reverse=True) if v in self._only]
        recorded = {entry.version: entry for entry in history.applied}
        todo = [
            self._known.get(version) or self._from_record(recorded[version])
            for version in versions
            if version not in unsettled
        ]
        if self._direction is Direction.DOWN:
            _refuse_without_down(todo)
            _refuse_gone(todo)
        return todo

    def of(self, intent: Intent) -> Migration:
        """Return the migration of *intent*, from its file or from the record."""
        known = self._known.get(intent.version)
        if known is not None:
            return known
        return load_recorded(intent.document, intent.version, intent.name)

    def check(self, history: History) -> List[str]:
        """
        Return what is odd about the history.

        Raises:
            HistoryError: If a pending version lies below an applied one.
            UnsettledError: If only a person can settle an unsettled version.
        """
        for intent in history.unsettled:
            check_decidable(self._stage, self.of(intent), intent)
        if self._direction is Direction.UP and not self._allow_out_of_order:
            self._refuse_out_of_order(history)
        return [
            warning for entry in history.applied for warning in self._changed(entry)
        ]

    def is_complete(self, history: History) -> bool:
        """Return whether every known version is applied and none is unsettled."""
        applied = {entry.version for entry in history.applied}
        return not history.unsettled and applied.issuperset(self._known)

    def stage_outcome(self, outcome: Outcome, history: History) -> StageOutcome:
        """Return what to record of the stage after a run that ended so."""
        if history.unsettled:
            return StageOutcome.UNSETTLED
        if outcome is Outcome.INTERRUPTED:
            return StageOutcome.INTERRUPTED
        if outcome in (Outcome.FAILED, Outcome.UNSETTLED):
            return StageOutcome.FAILED
        if self._direction is Direction.DOWN:
            return StageOutcome.ROLLED_BACK
        if self.is_complete(history):
            return StageOutcome.COMPLETED
        return StageOutcome.INTERRUPTED

    def _from_record(self, applied: Applied) -> Migration:
        document = self._store.recorded(applied.version).document
        if not document:
            raise HistoryError(
                f"version {applied.version} is applied, but its file is gone and the "
                "history holds no copy of it: put the file back to roll it back. "
                "Nothing was sent.",
                (applied.version,),
            )
        return load_recorded(document, applied.version, applied.name)

    def _refuse_out_of_order(self, history: History) -> None:
        applied = [entry.version for entry in history.applied]
        below = out_of_order(list(self._known), applied, self._to)
        if not below:
            return
        names = ", ".join(self._known[version].label for version in below)
        raise HistoryError(
            f"{names}: pending, but version {max(applied)} above is applied already. "
            "Nothing was sent. Give the new file a higher version, or pass "
            "--allow-out-of-order to run it now.",
            tuple(below),
        )

    def _changed(self, applied: Applied) -> List[str]:
        known = self._known.get(applied.version)
        if known is None or not applied.document_digest:
            return []
        now = dump_migration(known)
        if digest_of(now) == applied.document_digest:
            return []
        then = self._store.recorded(applied.version).document
        changes = describe_change(then, now)
        told = f" {changes[0]}" if len(changes) == 1 else "\n  " + "\n  ".join(changes)
        return [f"{known.label} has changed since it was applied:{told}"]


def _refuse_without_down(todo: Sequence[Migration]) -> None:
    without = [migration for migration in todo if migration.down is None]
    if without:
        names = ", ".join(migration.label for migration in without)
        raise HistoryError(
            f"{names}: no 'down', so it can't be rolled back. Nothing was sent. Add a "
            "'down', or go down only to a version above it.",
            tuple(migration.version for migration in without),
        )


def _refuse_gone(todo: Sequence[Migration]) -> None:
    for migration in todo:
        if isinstance(migration.down, Call) and migration.down.gone:
            raise HistoryError(
                f"{migration.label}: its 'down' was the Python callable "
                f"{migration.down.name}, and this version is not among the migrations "
                "any more: a recorded copy can't be called. Nothing was sent. Put the "
                "migration back to roll it back.",
                (migration.version,),
            )
