"""What a run tells, as values a program can use."""

from enum import Enum
from typing import Mapping, Optional, Tuple

from attrs import field, frozen

from apirun.durations import format_duration
from apirun.plain_data import MASKED_BY, PlainData
from apirun.state import Direction
from apirun.status import Found

__all__ = [
    "Failure",
    "MigrationResult",
    "Outcome",
    "RunResult",
    "StageResult",
]


class Outcome(str, Enum):
    """
    How a migration, a stage or a run ended.

    Example:
        >>> migrator = Migrator(network)
        >>> migrator.up().outcome is Outcome.APPLIED
        True
        >>> migrator.up().outcome is Outcome.UNCHANGED
        True
    """

    APPLIED = "applied"
    ROLLED_BACK = "rolled_back"
    UNCHANGED = "unchanged"
    """There was nothing to do."""
    SKIPPED = "skipped"
    FAILED = "failed"
    UNSETTLED = "unsettled"
    INTERRUPTED = "interrupted"
    NOT_STARTED = "not_started"


@frozen(kw_only=True)
class Failure(PlainData):
    """
    Why something ended badly, ready to be shown; secrets are masked.

    Attributes:
        message: What happened.
        kind: Name of the exception's class, such as ``RefusedError``.
        place: File, line and column of the migration or key, if known.
        request: Method and URL, if a request was made or rendered.
        status: Status code of the answer, 0 when there was none.
        body: The beginning of the answer's body.
        recorded: What this means for the recorded state.
        advice: What to do next.
        needs_decision: Whether a person must settle it before the next run.

    Example:
        >>> wrong = {"api_base": f"{api_base}/v2"}
        >>> failure = Orchestrator([network]).up(variables=wrong).failure
        >>> failure.kind, failure.status, failure.recorded
        ('RefusedError', 404, 'Version 1 stays pending.')
    """

    message: str
    kind: str = ""
    place: str = ""
    request: str = ""
    status: int = 0
    body: str = ""
    recorded: str = ""
    advice: str = ""
    needs_decision: bool = False

    def __str__(self) -> str:
        answer = f"{self.status or ''} {self.body}".strip()
        rows = (
            ("where", self.place),
            ("request", self.request),
            ("reason", self.message),
            ("answer", answer),
            ("recorded", self.recorded),
            ("next", self.advice),
        )
        return "\n".join(_row(label, text) for label, text in rows if text)


def _row(label: str, text: str) -> str:
    return f"  {label:<9} " + text.replace("\n", f"\n{'':12}")


@frozen(kw_only=True)
class MigrationResult(PlainData):
    """
    How one version ended in this run.

    Attributes:
        version: The migration's version.
        name: Its label, such as ``001_create_vpc``.
        direction: Which way.
        outcome: How it ended.
        settled: Whether it was begun by an earlier run and settled by this one.
        adopted: Whether it was recorded as applied without being sent.
        probe: What its probe found, if it was asked in order to adopt it.
        started_at: When it began, as ISO 8601 in UTC.
        status_code: Status code of the answer, 0 when there was none.
        elapsed_s: Seconds that it took.
        tries: How often the request was sent.
        captures: What it captured, by name.
        failure: Why it ended badly, if it did.

    Example:
        >>> done = Migrator(network).up().migrations[0]
        >>> done.name, done.outcome.value, done.status_code, done.captures["vpc_id"]
        ('001_create_vpc', 'applied', 201, 'vpcs-1')
    """

    version: int
    name: str
    direction: Direction
    outcome: Outcome
    settled: bool = False
    adopted: bool = False
    probe: Optional[Found] = None
    started_at: str = ""
    status_code: int = 0
    elapsed_s: float = 0.0
    tries: int = 1
    captures: Mapping[str, str] = field(factory=dict, repr=False)
    failure: Optional[Failure] = None


@frozen(kw_only=True)
class StageResult(PlainData):
    """
    How one stage ended in this run.

    Attributes:
        name: Name of the stage.
        outcome: How it ended.
        migrations: What was done, in order.
        env: What the stage provides: all that it captured, in this and in
            earlier runs, and its own ``env``.
        secrets: Which names in *env* are secret.
        reason: Why it was skipped or not started.
        failure: Why it ended badly, if it did.
        started_at: When it began, as ISO 8601 in UTC; empty if it did not.
        elapsed_s: Seconds that it took.
        rolled_back: What was rolled back after the run failed, in order.

    Example:
        >>> stage = Orchestrator([network]).up().stages["network"]
        >>> stage.ok, stage.env["vpc_id"], len(stage.migrations)
        (True, 'vpcs-1', 1)
    """

    _told = ("ok",)

    name: str
    outcome: Outcome
    migrations: Tuple[MigrationResult, ...] = ()
    env: Mapping[str, str] = field(
        factory=dict, repr=False, metadata={MASKED_BY: "secrets"}
    )
    secrets: Tuple[str, ...] = ()
    reason: str = ""
    failure: Optional[Failure] = None
    started_at: str = ""
    elapsed_s: float = 0.0
    rolled_back: Tuple[MigrationResult, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing went wrong in this stage."""
        return self.outcome in (
            Outcome.APPLIED,
            Outcome.ROLLED_BACK,
            Outcome.UNCHANGED,
            Outcome.SKIPPED,
        )

    @property
    def done(self) -> Tuple[MigrationResult, ...]:
        """The versions that were applied or rolled back, in order."""
        return tuple(
            each
            for each in self.migrations
            if each.outcome in (Outcome.APPLIED, Outcome.ROLLED_BACK)
        )

    def __str__(self) -> str:
        head = f"{self.name}: {self.outcome.value.replace('_', ' ')}"
        if self.done:
            head += f", {_versions(len(self.done))}"
        head += f", {self.reason}" if self.reason else ""
        return head if self.failure is None else f"{head}\n{self.failure}"


def _versions(count: int) -> str:
    return "1 version" if count == 1 else f"{count} versions"


@frozen(kw_only=True)
class RunResult(PlainData):
    """
    How a run over the stages ended.

    Attributes:
        direction: Which way.
        ok: Whether it ended well; a stage that failed under ``continue``
            does not make a run fail.
        stages: Every selected stage by name, in order.
        interrupted: Whether it was stopped from outside.
        failure: Why it ended badly: that of the first stage that failed.
        failed_stage: Name of that stage.
        started_at: When it began, as ISO 8601 in UTC.
        elapsed_s: Seconds that it took.
        undone: After a rollback: labels ``stage/version`` that were undone.
        left: Those that this run applied and that still stand.
        unknown: Those of which it is not known.
        applied: What this run applied, or may have applied, and did not roll
            back: stage and version, in order of completion.
        warnings: Which listeners failed.

    Example:
        >>> result = Orchestrator([network]).up()
        >>> result.ok, list(result.stages), result.failure
        (True, ['network'], None)
    """

    direction: Direction
    ok: bool
    stages: Mapping[str, StageResult]
    interrupted: bool = False
    failure: Optional[Failure] = None
    failed_stage: str = ""
    started_at: str = ""
    elapsed_s: float = 0.0
    undone: Tuple[str, ...] = ()
    left: Tuple[str, ...] = ()
    unknown: Tuple[str, ...] = ()
    applied: Tuple[Tuple[str, int], ...] = ()
    warnings: Tuple[str, ...] = ()

    def __str__(self) -> str:
        done = sum(len(stage.done) for stage in self.stages.values())
        way = "applied" if self.direction is Direction.UP else "rolled back"
        how = "Interrupted" if self.interrupted else "Failed"
        how = "Done" if self.ok else how
        took = format_duration(self.elapsed_s)
        lines = [f"{how} after {took}: {_versions(done)} {way}."]
        if self.failure is not None:
            failed = self.stages.get(self.failed_stage)
            migrations = failed.migrations if failed is not None else ()
            named = [each.name for each in migrations if each.failure is not None]
            what = "/".join((self.failed_stage or "the run", *named[:1]))
            lines += [f"{what} failed", str(self.failure)]
        rows = (("undone", self.undone), ("left", self.left), ("unknown", self.unknown))
        lines += [_row(label, ", ".join(names)) for label, names in rows if names]
        return "\n".join(lines)
