"""What a stage remembers, and the protocol of whatever keeps it."""

from enum import Enum
from typing import ContextManager, Mapping, Optional, Protocol, Sequence, Tuple

from attrs import field, frozen

__all__ = [
    "Applied",
    "Direction",
    "Ending",
    "EndingKind",
    "History",
    "Intent",
    "Recorded",
    "RunRow",
    "StageOutcome",
    "StageRecord",
    "StateStore",
    "StoredValue",
]


class Direction(str, Enum):
    """Which way a migration runs."""

    UP = "up"
    DOWN = "down"


class EndingKind(str, Enum):
    """How an intent ended."""

    APPLIED = "applied"
    ROLLED_BACK = "rolled_back"
    FAILED = "failed"
    """The API did nothing; the version is what it was before."""
    UNSETTLED = "unsettled"
    """Not known; the intent stands."""


class StageOutcome(str, Enum):
    """How the last run of a stage ended."""

    COMPLETED = "completed"
    FAILED = "failed"
    UNSETTLED = "unsettled"
    SKIPPED = "skipped"
    ROLLED_BACK = "rolled_back"
    INTERRUPTED = "interrupted"


@frozen
class StoredValue:
    """
    A captured value.

    Attributes:
        value: Its text.
        secret: Whether it is shown as ``***`` everywhere.
    """

    value: str = field(repr=False)
    secret: bool = False


@frozen(kw_only=True)
class Intent:
    """
    What is about to be sent, recorded before it is.

    Attributes:
        version: The migration's version.
        name: The migration's label, such as ``001_create_vpc``.
        direction: Which way.
        run_id: Identifies the run, the same for all versions of one run.
        method: HTTP method of the main request.
        digest: Digest of the rendered request: of method and URL, a hyphen,
            and of the body.
        idempotency_key: What is sent as ``Idempotency-Key``; empty for none.
        started_at: When, as ISO 8601 in UTC.
        host: Name of the machine that runs it.
        pid: Process id there.
        document: The migration as canonical JSON text.
        document_digest: SHA-256 of *document*, hexadecimal.
        scope: JSON object of the variables from outside the stage's history
            that the run sees, secrets left out; the same text for all
            versions of a run.
        env: JSON object of the request's own rendered ``env`` block, secrets
            left out.
        reason: Why it is not settled, if it was tried; empty after a crash.
    """

    version: int
    name: str
    direction: Direction
    run_id: str
    method: str
    digest: str
    idempotency_key: str = ""
    started_at: str = ""
    host: str = ""
    pid: int = 0
    document: str = field(default="", repr=False)
    document_digest: str = ""
    scope: str = field(default="{}", repr=False)
    env: str = field(default="{}", repr=False)
    reason: str = ""


@frozen(kw_only=True)
class Ending:
    """
    What became of an intent.

    Attributes:
        intent: The intent as it was recorded.
        kind: How it ended.
        status_code: Status code of the answer, 0 when there was none.
        captures: Values taken from the answer (``APPLIED`` only).
        body: The answer's body, secrets masked; None when it is not kept.
        error: What went wrong, secrets masked; empty when nothing did.
        ended_at: When, as ISO 8601 in UTC.
        elapsed_s: Seconds from intent to ending.
    """

    intent: Intent
    kind: EndingKind
    status_code: int = 0
    captures: Mapping[str, StoredValue] = field(factory=dict)
    body: Optional[str] = None
    error: str = ""
    ended_at: str = ""
    elapsed_s: float = 0.0


@frozen(kw_only=True)
class Applied:
    """
    One version that is applied.

    Attributes:
        version: The migration's version.
        name: Its label when it was applied; empty in a foreign history.
        document_digest: SHA-256 of the recorded document; empty when none is.
        applied_at: When, as ISO 8601 in UTC; empty when not known.
        captures: What it captured.
    """

    version: int
    name: str = ""
    document_digest: str = ""
    applied_at: str = ""
    captures: Mapping[str, StoredValue] = field(factory=dict)


@frozen(kw_only=True)
class Recorded:
    """
    What was recorded with an applied version.

    Attributes:
        document: The migration as canonical JSON text; empty when none is.
        scope: As in `Intent.scope`, of the run that applied it.
        env: As in `Intent.env`.
    """

    document: str = field(default="", repr=False)
    scope: str = field(default="{}", repr=False)
    env: str = field(default="{}", repr=False)


@frozen(kw_only=True)
class StageRecord:
    """
    How the last run of a stage ended.

    Attributes:
        outcome: How.
        run_id: Identifies the run.
        started_at: When it began, as ISO 8601 in UTC.
        elapsed_s: Seconds that it took.
        error: First line of what went wrong, secrets masked.
    """

    outcome: StageOutcome
    run_id: str = ""
    started_at: str = ""
    elapsed_s: float = 0.0
    error: str = ""


@frozen(kw_only=True)
class RunRow:
    """
    One line of the history: one request that had an outcome.

    Attributes:
        id: Ascending number.
        version: The migration's version.
        name: Its label; empty in a foreign history.
        direction: Which way.
        status_code: Status code of the answer, 0 when there was none.
        failed: Whether it ended without the version changing.
        ran_at: When it ended, as ISO 8601 in UTC.
        elapsed_s: Seconds that it took; None in a foreign history.
        error: What went wrong, secrets masked.
        captures: JSON object of what was captured, secrets masked.
        body: The answer's body, if it is kept.
    """

    id: int
    version: int
    name: str
    direction: Direction
    status_code: int
    failed: bool
    ran_at: str
    elapsed_s: Optional[float] = None
    error: str = ""
    captures: str = "{}"
    body: Optional[str] = None


@frozen(kw_only=True)
class History:
    """
    All that a run needs to know of what was done before, read at once.

    Attributes:
        applied: The applied versions, ascending.
        unsettled: Intents without an outcome, ascending by version.
        stage: How the last run of the stage ended; None before the first.
    """

    applied: Tuple[Applied, ...] = ()
    unsettled: Tuple[Intent, ...] = ()
    stage: Optional[StageRecord] = None


class StateStore(Protocol):
    """
    Remembers which migrations of one stage are applied.

    Implement it to keep state somewhere new, and publish the class under the
    entry-point group ``apirun.stores``. Every method raises `StoreError`, with
    a message that names the store and what to do, when the history can't be
    read or written. An instance survives `pickle` and opens its connection
    when it is first needed; it may be used from several threads.
    """

    @property
    def identity(self) -> str:
        """The place, a colon, and the tables there, with commas between them."""

    def lock(self, *, timeout_s: float) -> ContextManager[None]:
        """
        Keep every other runner of this stage out until the block ends.

        Raises:
            StoreLockedError: If another runner still holds it after
                *timeout_s* seconds.
        """

    def history(self) -> History:
        """
        Return what is recorded.

        A store that was never written to has an empty history, and reading it
        creates nothing.
        """

    def recorded(self, version: int) -> Recorded:
        """Return what was recorded with *version*; empty if it is not applied."""

    def begin(self, intent: Intent) -> None:
        """
        Record *intent* durably, replacing an earlier one of the same version.

        When it returns, the intent survives a crash of the machine.
        """

    def finish(self, ending: Ending) -> None:
        """
        Record *ending* in one durable transaction.

        ``APPLIED`` adds the version with its document and captures,
        ``ROLLED_BACK`` removes them, ``FAILED`` changes neither; all three
        remove the intent and add a line to the history. ``UNSETTLED`` adds
        the line and keeps the intent with its reason.
        """

    def record_stage(self, record: StageRecord) -> None:
        """Record how the last run of the stage ended, durably."""

    def runs(self, *, limit: Optional[int] = None) -> Sequence[RunRow]:
        """Return the lines of the history, newest first, at most *limit*."""

    def close(self) -> None:
        """Give up the connection, but no lock; a later call opens it again."""
