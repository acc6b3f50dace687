"""A listener that keeps what a report of the run will tell."""

from collections import defaultdict
from functools import lru_cache
from importlib import metadata
from typing import DefaultDict, List, Optional, Tuple

from apirun.durations import utc_now
from apirun.events import (
    Event,
    Exchanged,
    MigrationFinished,
    RequestRetried,
    RunFinished,
    RunStarted,
    Warned,
)
from apirun.exceptions import ApirunError, CancelledError
from apirun.reports.run_report import (
    ReportedMigration,
    ReportedStage,
    RunReport,
    slots_of,
)
from apirun.results import Failure, Outcome, RunResult, StageResult
from apirun.state import Direction

__all__ = ["Recorder"]

POLLS_KEPT = 10
"""How many polls of one version a report tells of, besides the first."""
RETRIES_KEPT = 20
"""Of how many failed tries of one version a report tells."""


class Recorder:
    """
    Keeps what a report of the run will tell.

    Args:
        title: What the run is called.

    Example:
        >>> from apirun.reports import Recorder
        >>> recorder = Recorder(title="network")
        >>> Orchestrator([network], listeners=[recorder]).up().ok
        True
        >>> stage = recorder.report.stages["network"]
        >>> [each.status for each in stage.migrations[0].exchanges]
        [201]
    """

    listens_to = (
        RunStarted,
        Exchanged,
        RequestRetried,
        MigrationFinished,
        Warned,
        RunFinished,
    )

    def __init__(self, *, title: str = "") -> None:
        self.title = title
        self._started: Optional[RunStarted] = None
        self._report: Optional[RunReport] = None
        self._pending: DefaultDict[str, List[Exchanged]] = defaultdict(list)
        self._left_out: DefaultDict[str, int] = defaultdict(int)
        self._retries: DefaultDict[str, List[RequestRetried]] = defaultdict(list)
        self._migrations: DefaultDict[str, List[ReportedMigration]] = defaultdict(list)
        self._warnings: DefaultDict[str, List[str]] = defaultdict(list)

    @property
    def report(self) -> Optional[RunReport]:
        """What there is to tell of the newest run; None before its end."""
        return self._report

    def __call__(self, event: Event) -> None:
        """Keep what *event* tells."""
        # The most frequent first.
        if isinstance(event, Exchanged):
            self._pending[event.stage].append(event)
            if event.part == "poll":
                self._leave_out(event.stage)
        elif isinstance(event, MigrationFinished):
            self._migrations[event.stage].append(
                ReportedMigration(
                    result=event.result,
                    exchanges=tuple(self._pending.pop(event.stage, ())),
                    left_out=self._left_out.pop(event.stage, 0),
                    retries=tuple(self._retries.pop(event.stage, ())),
                )
            )
        elif isinstance(event, RequestRetried):
            if len(self._retries[event.stage]) < RETRIES_KEPT:
                self._retries[event.stage].append(event)
        elif isinstance(event, RunStarted):
            self._forget()
            self._started = event
        elif isinstance(event, Warned):
            self._warnings[event.stage].append(_told(event))
        elif isinstance(event, RunFinished):
            self._report = self.of(event.result)

    def of(self, result: RunResult, *, begun: bool = True) -> RunReport:
        """
        Return what there is to tell of a run that ended with *result*.

        Args:
            result: How it ended.
            begun: Whether it was begun.
        """
        started = self._started
        limit = started.slots if started else 0
        slots = slots_of(result.stages.values(), limit=limit)
        return RunReport(
            title=self.title,
            version=_version(),
            result=result,
            stages={
                name: ReportedStage(
                    result=stage,
                    depends_on=started.depends_on.get(name, ()) if started else (),
                    slot=slots.get(name),
                    migrations=tuple(self._migrations[name]),
                    warnings=tuple(self._warnings[name]),
                )
                for name, stage in result.stages.items()
            },
            slots=limit,
            warnings=tuple(self._warnings[""]),
            begun=begun,
        )

    def broken_off(self, error: BaseException, direction: Direction) -> RunReport:
        """
        Return what there is to tell of a run that *error* kept from its end.

        Args:
            error: What left the call; one that is none of apirun's own is told
                by its kind, since its text may hold anything.
            direction: Which way, if the run did not begin.
        """
        started, own = self._started, isinstance(error, ApirunError)
        kind = type(error).__name__
        failure = Failure(
            message=str(error) if own else f"the program was left by a {kind}",
            kind=kind,
            recorded="What is recorded stands." if started else "Nothing was sent.",
        )
        stages = started.stages if started else ()
        result = RunResult(
            direction=started.direction if started else direction,
            ok=False,
            stages={name: self._left_at(name) for name in stages},
            interrupted=isinstance(error, (KeyboardInterrupt, CancelledError)),
            failure=failure,
            started_at=started.started_at if started else utc_now(),
        )
        return self.of(result, begun=started is not None)

    def _left_at(self, stage: str) -> StageResult:
        """Return how far a *stage* came, of which no end was told."""
        done = tuple(each.result for each in self._migrations[stage])
        begun = bool(done) or stage in self._pending
        return StageResult(
            name=stage,
            outcome=Outcome.INTERRUPTED if begun else Outcome.NOT_STARTED,
            migrations=done,
            reason="the program was left before its end was known",
            started_at=done[0].started_at if done else "",
        )

    def _leave_out(self, stage: str) -> None:
        """Forget the second poll of a version if there are too many."""
        pending = self._pending[stage]
        polls = [at for at, each in enumerate(pending) if each.part == "poll"]
        if len(polls) > POLLS_KEPT + 1:
            del pending[polls[1]]
            self._left_out[stage] += 1

    def _forget(self) -> None:
        self._started = self._report = None
        for kept in (
            self._pending,
            self._left_out,
            self._retries,
            self._migrations,
            self._warnings,
        ):
            kept.clear()


@lru_cache(maxsize=1)
def _version() -> str:
    return metadata.version("apirun-core")


def _told(event: Warned) -> str:
    fields: Tuple[str, ...] = tuple(
        f"{name}={value}"
        for name, value in event.fields.items()
        if value not in event.message
    )
    return " ".join((event.message, *fields))
