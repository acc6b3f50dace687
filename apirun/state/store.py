"""The protocol of whatever keeps what a stage remembers."""

from typing import ContextManager, Optional, Protocol, Sequence

from apirun.state.history import History, Recorded, RunRow, StageRecord
from apirun.state.records import Ending, Intent

__all__ = ["StateStore"]


class StateStore(Protocol):
    """
    Remembers which migrations of one stage are applied.

    Implement it to keep state somewhere new, and publish the class under the
    entry-point group ``apirun.stores``. Every method raises `StoreError`, with
    a message that names the store and what to do, when the history can't be
    read or written. An instance survives `pickle` and opens its connection
    when it is first needed; it may be used from several threads.

    Example:
        >>> def versions(store: StateStore) -> Sequence[int]:
        ...     return [applied.version for applied in store.history().applied]
        >>> Orchestrator([network]).up().ok
        True
        >>> versions(network.store), versions(SqliteStore("other.db"))
        ([1], [])
    """

    @property
    def identity(self) -> str:
        """
        The place, a colon, and the tables there, with commas between them.

        Example:
            >>> SqliteStore("a.db").identity == SqliteStore("./a.db").identity
            True
        """

    def lock(self, *, timeout_s: float) -> ContextManager[None]:
        """
        Keep every other runner of this stage out until the block ends.

        Raises:
            StoreLockedError: If another runner still holds it after
                *timeout_s* seconds.

        Example:
            >>> store = MemoryStore()
            >>> with store.lock(timeout_s=0):
            ...     try:
            ...         with store.lock(timeout_s=0):
            ...             print("never reached")
            ...     except StoreLockedError:
            ...         print("somebody else is at work")
            somebody else is at work
        """

    def history(self) -> History:
        """
        Return what is recorded.

        A store that was never written to has an empty history, and reading it
        creates nothing.

        Example:
            >>> store = MemoryStore()
            >>> store.history().applied, store.history().stage
            ((), None)
            >>> _ = Migrator(network).up()
            >>> network.store.history().applied[0].captures["vpc_id"].value
            'vpcs-1'
        """

    def recorded(self, version: int) -> Recorded:
        """
        Return what was recorded with *version*; empty if it is not applied.

        Example:
            >>> _ = Migrator(network).up()
            >>> "{{.api_base}}/vpcs" in network.store.recorded(1).document
            True
            >>> network.store.recorded(2).document
            ''
        """

    def begin(self, intent: Intent) -> None:
        """
        Record *intent* durably, replacing an earlier one of the same version.

        When it returns, the intent survives a crash of the machine.

        Example:
            >>> store, intent = MemoryStore(), Intent(
            ...     version=1,
            ...     name="001_create_vpc",
            ...     direction=Direction.UP,
            ...     run_id="r1",
            ...     method="POST",
            ...     digest="",
            ... )
            >>> store.begin(intent)
            >>> store.history().unsettled == (intent,)
            True
        """

    def finish(self, ending: Ending) -> None:
        """
        Record *ending* in one durable transaction.

        ``APPLIED`` adds the version with its document and captures,
        ``ROLLED_BACK`` removes them, ``FAILED`` changes neither; all three
        remove the intent and add a line to the history. ``UNSETTLED`` adds
        the line and keeps the intent with its reason.

        Example:
            >>> store, intent = MemoryStore(), Intent(
            ...     version=1,
            ...     name="001_create_vpc",
            ...     direction=Direction.UP,
            ...     run_id="r1",
            ...     method="POST",
            ...     digest="",
            ... )
            >>> store.begin(intent)
            >>> store.finish(Ending(intent=intent, kind=EndingKind.APPLIED))
            >>> store.history().unsettled, store.history().applied[0].version
            ((), 1)
        """

    def record_stage(self, record: StageRecord) -> None:
        """
        Record how the last run of the stage ended, durably.

        Example:
            >>> store = MemoryStore()
            >>> store.record_stage(StageRecord(outcome=StageOutcome.SKIPPED))
            >>> store.history().stage.outcome.value
            'skipped'
        """

    def runs(self, *, limit: Optional[int] = None) -> Sequence[RunRow]:
        """
        Return the lines of the history, newest first, at most *limit*.

        Example:
            >>> migrator = Migrator(network)
            >>> _ = migrator.up(), migrator.down(), migrator.up()
            >>> [row.direction.value for row in network.store.runs(limit=2)]
            ['up', 'down']
        """

    def close(self) -> None:
        """
        Give up the connection, but no lock; a later call opens it again.

        Example:
            >>> store = SqliteStore("network.db")
            >>> store.record_stage(StageRecord(outcome=StageOutcome.COMPLETED))
            >>> store.close()
            >>> store.history().stage.outcome.value
            'completed'
        """
