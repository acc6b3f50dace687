"""The report of a run as a document of plain data."""

from typing import Final, Mapping, Optional, Tuple

from attrs import field, frozen

from apirun.events import Exchanged, RequestRetried
from apirun.results import MigrationResult, RunResult, StageResult

__all__ = ["FORM", "MigrationEntry", "ReportDocument", "StageEntry"]

FORM: Final = "apirun/report/v1"


@frozen(kw_only=True)
class MigrationEntry(MigrationResult):
    """
    How one version ended in the run, with the requests that it took.

    Attributes:
        exchanges: Its requests and their answers, in order.
        left_out: How many more of its polls there were: the first and the
            newest are told.
        retries: Why its requests were tried again, at most the first 20 times.
    """

    exchanges: Tuple[Exchanged, ...] = ()
    left_out: int = 0
    retries: Tuple[RequestRetried, ...] = ()


@frozen(kw_only=True)
class StageEntry(StageResult):
    """
    How one stage ended in the run.

    Attributes:
        migrations: What was done, in order.
        rolled_back: What was rolled back after the run failed, in order.
        depends_on: The stages of the run that it depends on directly.
        slot: In which of the slots it ran, counted from 1; None if it did not.
        warnings: What deserves attention.
    """

    migrations: Tuple[MigrationEntry, ...] = ()
    rolled_back: Tuple[MigrationEntry, ...] = ()
    depends_on: Tuple[str, ...] = ()
    slot: Optional[int] = None
    warnings: Tuple[str, ...] = ()


@frozen(kw_only=True)
class ReportDocument(RunResult):
    """
    How a run ended: what its result tells, and what there is to tell besides.

    Attributes:
        title: What the run is called.
        version: Version of apirun.
        begun: Whether it was begun: what is refused before that has no stages.
        stages: Every selected stage by name, in order.
        slots: How many stages could run at a time; 0 means no limit.
        warnings: What deserves attention and concerns no stage.
    """

    title: str = ""
    version: str = ""
    begun: bool = True
    stages: Mapping[str, StageEntry] = field(factory=dict)
    slots: int = 0
    warnings: Tuple[str, ...] = ()

    _told = ("form",)

    @property
    def form(self) -> str:
        """Which form the document has, and which version of that."""
        return FORM
