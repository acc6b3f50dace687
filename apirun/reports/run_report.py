"""What a report tells of a run: its result, its requests, and when what ran."""

from datetime import datetime, timezone
from heapq import heappop, heappush
from typing import Dict, Iterable, Iterator, List, Mapping, Optional, Tuple

from attrs import frozen

from apirun.events import Exchanged, RequestRetried
from apirun.results import MigrationResult, Outcome, RunResult, StageResult

__all__ = [
    "ReportedMigration",
    "ReportedStage",
    "RunReport",
    "lost_rollbacks",
    "seconds_of",
    "slots_of",
]

CUT_S = 0.000_999_5
"""
By how much what begins may seem to be early: moments are cut to milliseconds.

It is less than one, so that what began in the same millisecond is told apart.
"""


@frozen(kw_only=True)
class ReportedMigration:
    """
    One version as it ran, with the requests that it took.

    Attributes:
        result: How it ended.
        exchanges: Its requests and their answers, in order, secrets masked.
        left_out: How many more of its polls there were, of which no report
            tells: the first and the newest are kept.
        retries: Why its requests were tried again, at most the first 20 times.

    Example:
        >>> from apirun.reports import Recorder
        >>> recorder = Recorder()
        >>> Orchestrator([network], listeners=[recorder]).up().ok
        True
        >>> vpc = recorder.report.stages["network"].migrations[0]
        >>> vpc.result.name, vpc.exchanges[0].body
        ('001_create_vpc', '{"cidr": "10.0.0.0/16"}')
    """

    result: MigrationResult
    exchanges: Tuple[Exchanged, ...] = ()
    left_out: int = 0
    retries: Tuple[RequestRetried, ...] = ()


@frozen(kw_only=True)
class ReportedStage:
    """
    One stage as it ran.

    Attributes:
        result: How it ended.
        depends_on: The stages of the run that it depends on directly.
        slot: In which of the slots it ran, counted from 1; None if it did not.
        migrations: Its versions in the order in which they ended, those that
            were rolled back after a failure included.
        warnings: What deserves attention.

    Example:
        >>> from apirun.reports import Recorder
        >>> recorder = Recorder()
        >>> shop = Stage(name="shop", depends_on=["network"], store=MemoryStore())
        >>> Orchestrator([network, shop], listeners=[recorder]).up().ok
        True
        >>> stage = recorder.report.stages["shop"]
        >>> stage.depends_on, stage.slot
        (('network',), 1)
    """

    result: StageResult
    depends_on: Tuple[str, ...] = ()
    slot: Optional[int] = None
    migrations: Tuple[ReportedMigration, ...] = ()
    warnings: Tuple[str, ...] = ()


@frozen(kw_only=True)
class RunReport:
    """
    What a report tells of a run.

    Attributes:
        title: What it is called.
        version: Version of apirun.
        result: How it ended.
        stages: By name, in order.
        slots: How many stages could run at a time; 0 means no limit.
        warnings: What deserves attention and concerns no stage.
        begun: Whether it was begun: what is refused before that has no stages.

    Example:
        >>> from apirun.reports import Recorder, RunReport
        >>> def slow(report: RunReport) -> str:
        ...     return max(
        ...         report.stages, key=lambda name: report.result.stages[name].elapsed_s
        ...     )
        >>> recorder = Recorder()
        >>> Orchestrator([network], listeners=[recorder]).up().ok
        True
        >>> slow(recorder.report)
        'network'
    """

    title: str
    version: str
    result: RunResult
    stages: Mapping[str, ReportedStage]
    slots: int = 0
    warnings: Tuple[str, ...] = ()
    begun: bool = True


def lost_rollbacks(
    result: RunResult,
) -> Iterator[Tuple[StageResult, MigrationResult, str]]:
    """
    Yield what was to be rolled back after a failure and was not.

    Each is a stage, its version, and a title that says so. What the stage
    tells as its own failure is not among them.
    """
    for stage in result.stages.values():
        for each in stage.rolled_back:
            if each.failure is None or each.failure == stage.failure:
                continue
            doubt = each.outcome is Outcome.UNSETTLED
            word = "may be rolled back or not" if doubt else "could not be rolled back"
            yield stage, each, f"{stage.name}/{each.name} {word}"


def seconds_of(moment: str) -> float:
    """
    Return a *moment* of a result or an event, ISO 8601, as seconds since 1970.

    Example:
        >>> seconds_of("1970-01-01T00:00:01.500+00:00")
        1.5
    """
    return datetime.fromisoformat(moment).replace(tzinfo=timezone.utc).timestamp()


def slots_of(stages: Iterable[StageResult], *, limit: int = 0) -> Dict[str, int]:
    """
    Return in which slot each stage ran, counted from 1.

    A stage takes the lowest slot that was free when it began. Those that did
    not begin have none.

    Args:
        stages: How they ended.
        limit: How many slots there are; 0 means no limit. Moments are known to
            the millisecond, so that stages of one slot may seem to overlap.

    Source: greedy colouring of an interval graph, which needs no more colours
    than intervals overlap; M. C. Golumbic, "Algorithmic Graph Theory and
    Perfect Graphs", 1980, chapter 8.
    """
    begun = sorted(
        (seconds_of(stage.started_at), stage.elapsed_s, stage.name)
        for stage in stages
        if stage.started_at
    )
    free: List[int] = []
    busy: List[Tuple[float, int]] = []
    slots: Dict[str, int] = {}
    for started_s, elapsed_s, name in begun:
        now_s = started_s + CUT_S
        while busy and (busy[0][0] <= now_s or len(busy) == limit):
            heappush(free, heappop(busy)[1])
        slots[name] = heappop(free) if free else len(busy) + 1
        heappush(busy, (started_s + elapsed_s, slots[name]))
    return slots
