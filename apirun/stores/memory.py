"""A store that keeps its history in the process, and forgets it with it."""

import threading
import uuid
from contextlib import contextmanager
from typing import Dict, Iterator, List, Optional, Sequence, Tuple

from apirun.exceptions import StoreLockedError
from apirun.state import (
    Applied,
    Ending,
    EndingKind,
    History,
    Intent,
    Recorded,
    RunRow,
    StageRecord,
)
from apirun.stores.rows import masked_captures

__all__ = ["MemoryStore"]


class MemoryStore:
    """
    A store that keeps its history in the process, and forgets it with it.

    Example:
        >>> store = MemoryStore()
        >>> Migrator(Stage(name="scratch", store=store)).up().ok
        True
        >>> store.history().applied
        ()
    """

    def __init__(self) -> None:
        self._identity = f"memory:{uuid.uuid4().hex}"
        self._runner = threading.Lock()
        self._lock = threading.RLock()
        self._applied: Dict[int, Applied] = {}
        self._recorded: Dict[int, Recorded] = {}
        self._intents: Dict[int, Intent] = {}
        self._runs: List[RunRow] = []
        self._stage: Optional[StageRecord] = None

    def __repr__(self) -> str:
        return "MemoryStore()"

    def __getstate__(self) -> Dict[str, object]:
        with self._lock:
            return {
                "_applied": dict(self._applied),
                "_recorded": dict(self._recorded),
                "_intents": dict(self._intents),
                "_runs": list(self._runs),
                "_stage": self._stage,
            }

    def __setstate__(self, state: Dict[str, object]) -> None:
        # A copy shares nothing with its original, and so goes by another identity.
        MemoryStore.__init__(self)
        self.__dict__.update(state)

    @property
    def identity(self) -> str:
        """What tells it from all other stores."""
        return self._identity

    @contextmanager
    def lock(self, *, timeout_s: float) -> Iterator[None]:
        """Keep every other runner out; see `StateStore.lock`."""
        if not self._runner.acquire(timeout=max(0.0, timeout_s)):
            raise StoreLockedError(
                "the store in memory is locked: a thread of this process holds it",
                waited_s=timeout_s,
            )
        try:
            yield
        finally:
            self._runner.release()

    def history(self) -> History:
        """Return what is recorded; see `StateStore.history`."""
        with self._lock:
            return History(
                applied=tuple(self._applied[v] for v in sorted(self._applied)),
                unsettled=tuple(self._intents[v] for v in sorted(self._intents)),
                stage=self._stage,
            )

    def recorded(self, version: int) -> Recorded:
        """Return what was recorded with a version; see `StateStore.recorded`."""
        with self._lock:
            return self._recorded.get(version, Recorded())

    def begin(self, intent: Intent) -> None:
        """Record an intent; see `StateStore.begin`."""
        with self._lock:
            self._intents[intent.version] = intent

    def finish(self, ending: Ending) -> None:
        """Record an ending; see `StateStore.finish`."""
        intent = ending.intent
        with self._lock:
            self._runs.append(_row(len(self._runs) + 1, ending))
            if ending.kind is EndingKind.UNSETTLED:
                self._intents[intent.version] = intent
                return
            self._intents.pop(intent.version, None)
            if ending.kind is EndingKind.APPLIED:
                self._applied[intent.version] = Applied(
                    version=intent.version,
                    name=intent.name,
                    document_digest=intent.document_digest,
                    applied_at=ending.ended_at,
                    captures=dict(ending.captures),
                )
                self._recorded[intent.version] = Recorded(
                    document=intent.document, scope=intent.scope, env=intent.env
                )
            elif ending.kind is EndingKind.ROLLED_BACK:
                self._applied.pop(intent.version, None)
                self._recorded.pop(intent.version, None)

    def record_stage(self, record: StageRecord) -> None:
        """Record how the stage ended; see `StateStore.record_stage`."""
        with self._lock:
            self._stage = record

    def runs(self, *, limit: Optional[int] = None) -> Sequence[RunRow]:
        """Return the lines of the history; see `StateStore.runs`."""
        with self._lock:
            newest: Tuple[RunRow, ...] = tuple(reversed(self._runs))
        return newest if limit is None else newest[: max(0, limit)]

    def close(self) -> None:
        """Do nothing, there is no connection; see `StateStore.close`."""


def _row(number: int, ending: Ending) -> RunRow:
    intent = ending.intent
    return RunRow(
        id=number,
        version=intent.version,
        name=intent.name,
        direction=intent.direction,
        status_code=ending.status_code,
        failed=ending.kind in (EndingKind.FAILED, EndingKind.UNSETTLED),
        ran_at=ending.ended_at,
        elapsed_s=ending.elapsed_s,
        error=ending.error,
        captures=masked_captures(ending.captures),
        body=ending.body,
    )
