"""What is read back of a stage: what is applied, begun and was done."""

from enum import Enum
from typing import Mapping, Optional, Tuple

from attrs import field, frozen

from apirun.durations import format_duration, format_moment
from apirun.plain_data import PlainData
from apirun.state.records import Direction, Intent, StoredValue

__all__ = [
    "Applied",
    "History",
    "Recorded",
    "RunRow",
    "StageOutcome",
    "StageRecord",
]


class StageOutcome(str, Enum):
    """
    How the last run of a stage ended.

    Example:
        >>> _ = Migrator(network).up()
        >>> network.store.history().stage.outcome is StageOutcome.COMPLETED
        True
    """

    COMPLETED = "completed"
    FAILED = "failed"
    UNSETTLED = "unsettled"
    SKIPPED = "skipped"
    ROLLED_BACK = "rolled_back"
    INTERRUPTED = "interrupted"


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

    Example:
        >>> _ = Migrator(network).up()
        >>> applied = network.store.history().applied[0]
        >>> applied.version, applied.captures["vpc_id"].value
        (1, 'vpcs-1')
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

    Example:
        >>> import json
        >>> _ = Migrator(network).up()
        >>> recorded = network.store.recorded(1)
        >>> json.loads(recorded.document)["up"]["request"]["method"]
        'POST'
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

    Example:
        >>> store = MemoryStore()
        >>> record = StageRecord(outcome=StageOutcome.FAILED, error="refused")
        >>> store.record_stage(record)
        >>> store.history().stage.error
        'refused'
    """

    outcome: StageOutcome
    run_id: str = ""
    started_at: str = ""
    elapsed_s: float = 0.0
    error: str = ""


@frozen(kw_only=True)
class RunRow(PlainData):
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

    Example:
        >>> migrator = Migrator(network)
        >>> _ = migrator.up(), migrator.down()
        >>> [(row.direction.value, row.status_code) for row in migrator.history()]
        [('down', 200), ('up', 201)]
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

    def cells(self) -> Tuple[str, ...]:
        """
        Return its line: when, what, which way, how it ended, status, took, error.

        Example:
            >>> migrator = Migrator(network)
            >>> _ = migrator.up()
            >>> migrator.history()[0].cells()[1:5]
            ('001_create_vpc', 'up', 'done', '201')
        """
        return (
            format_moment(self.ran_at),
            self.name or str(self.version),
            self.direction.value,
            "failed" if self.failed else "done",
            str(self.status_code) if self.status_code else "-",
            "" if self.elapsed_s is None else format_duration(self.elapsed_s),
            self.error.partition("\n")[0],
        )


@frozen(kw_only=True)
class History:
    """
    All that a run needs to know of what was done before, read at once.

    Attributes:
        applied: The applied versions, ascending.
        unsettled: Intents without an outcome, ascending by version.
        stage: How the last run of the stage ended; None before the first.

    Example:
        >>> network.store.history() == History()
        True
        >>> _ = Migrator(network).up()
        >>> [each.name for each in network.store.history().applied]
        ['001_create_vpc']
    """

    applied: Tuple[Applied, ...] = ()
    unsettled: Tuple[Intent, ...] = ()
    stage: Optional[StageRecord] = None
