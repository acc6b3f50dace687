"""Where a stage stands, and where all of them do."""

from enum import Enum
from typing import ClassVar, Iterable, List, Mapping, Optional, Tuple

from attrs import frozen

from apirun.durations import format_duration, format_moment
from apirun.measure import WIDTH, clipped, one_line, table
from apirun.plain_data import PlainData
from apirun.state import RunRow
from apirun.status.versions import VariableStatus, VersionStatus

__all__ = ["StageState", "StageStatus", "StatusReport"]


class StageState(str, Enum):
    """
    Where a stage stands.

    Example:
        >>> report = Orchestrator([network]).status()
        >>> report.stages["network"].state is StageState.NEVER_RUN
        True
    """

    NEVER_RUN = "never run"
    UP_TO_DATE = "up to date"
    PENDING = "pending"
    FAILED = "failed"
    UNSETTLED = "unsettled"
    SKIPPED = "skipped"
    NO_HISTORY = "no history"
    """None is kept, so it is not known."""
    UNKNOWN = "unknown"
    """Its history can't be read."""


@frozen(kw_only=True)
class StageStatus(PlainData):
    """
    Where one stage stands, by its own store.

    Attributes:
        name: Name of the stage.
        state: Where it stands.
        applied: How many known versions are applied.
        total: How many versions are known, deleted files that are still
            applied included.
        pending: How many versions are pending.
        last_run_at: When it last ran, as ISO 8601 in UTC; empty if never.
        elapsed_s: Seconds that its last run took.
        error: What went wrong in it, who began a version that has no outcome,
            or why its history can't be read, first line.
        depends_on: Names of its dependencies.
        store: Where its history is kept.
        versions: Every version, ascending.
        variables: What it captured.
        drifted: Of how many versions the probe found something else than the
            history says; None if the probes were not asked.
        unknown: Of how many versions the probe could not tell; None if the
            probes were not asked.
        history: Lines of its history, newest first, as many as were asked for.

    Example:
        >>> migrator = Migrator(network)
        >>> _ = migrator.up()
        >>> status = migrator.status()
        >>> status.applied, status.total, status.state.value
        (1, 1, 'up to date')
    """

    name: str
    state: StageState
    applied: int = 0
    total: int = 0
    pending: int = 0
    last_run_at: str = ""
    elapsed_s: float = 0.0
    error: str = ""
    depends_on: Tuple[str, ...] = ()
    store: str = ""
    versions: Tuple[VersionStatus, ...] = ()
    variables: Tuple[VariableStatus, ...] = ()
    drifted: Optional[int] = None
    unknown: Optional[int] = None
    history: Tuple[RunRow, ...] = ()

    @property
    def word(self) -> str:
        """Where it stands, as a person reads it: ``2 pending``."""
        count = f"{self.pending} " if self.state is StageState.PENDING else ""
        return f"{count}{self.state.value}"

    def cells(self) -> Tuple[str, ...]:
        """
        Return its line, under the heads that `StatusReport.COLUMNS` gives.

        Example:
            >>> Orchestrator([network]).status().stages["network"].cells()
            ('network', 'never run', '0/1', '', '')
        """
        unread = self.state in (StageState.NO_HISTORY, StageState.UNKNOWN)
        return (
            self.name,
            self.word,
            f"{'?' if unread else self.applied}/{self.total}",
            format_moment(self.last_run_at),
            format_duration(self.elapsed_s) if self.last_run_at else "",
        )

    def __str__(self) -> str:
        """Return where it stands, with its versions, and its history if asked for."""
        parts = [table([self.cells()]), *_errors([self])]
        if self.versions:
            parts.append(table([each.cells() for each in self.versions], indent="  "))
        if self.history:
            parts += ["history", _history(self)]
        return "\n".join(parts)


@frozen(kw_only=True)
class StatusReport(PlainData):
    """
    Where all stages stand.

    Attributes:
        stages: By name, in the order of the file.
        COLUMNS: What stands above the `cells` of stages.

    Example:
        >>> report = Orchestrator([network]).status()
        >>> [name for name, stage in report.stages.items() if stage.pending]
        ['network']
    """

    COLUMNS: ClassVar[Tuple[str, ...]] = (
        "stage",
        "status",
        "applied",
        "last run",
        "took",
    )

    stages: Mapping[str, StageStatus]

    def __str__(self) -> str:
        """Return one line for each stage, and why stages failed or have drifted."""
        stages = list(self.stages.values())
        rows = [stage.cells() for stage in stages]
        parts = [table([self.COLUMNS, *rows]), *_errors(stages)]
        drifted = [
            (stage.name, *version.cells())
            for stage in stages
            for version in stage.versions
            if version.probe is not None and version.probe.drifted
        ]
        parts += ["drifted", table(drifted, indent="  ")] if drifted else []
        for stage in stages:
            if stage.history:
                parts += [f"history of {one_line(stage.name)}", _history(stage)]
        return "\n".join(parts)


def _errors(stages: Iterable[StageStatus]) -> List[str]:
    """Return why stages failed, one line each."""
    return [
        clipped(one_line(f"{stage.name}: {stage.error}"), WIDTH)
        for stage in stages
        if stage.error
    ]


def _history(stage: StageStatus) -> str:
    """Return the lines of its history, without what each took."""
    rows = []
    for row in stage.history:
        *told, _, error = row.cells()
        rows.append([*told, error])
    return table(rows, indent="  ")
