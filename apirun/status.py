"""Where the stages stand, by their own stores, as values a program can use."""

from enum import Enum
from typing import Mapping, Tuple

from attrs import frozen

__all__ = [
    "StageState",
    "StageStatus",
    "StatusReport",
    "VariableStatus",
    "VersionStatus",
]


class StageState(str, Enum):
    """Where a stage stands."""

    NEVER_RUN = "never run"
    UP_TO_DATE = "up to date"
    PENDING = "pending"
    FAILED = "failed"
    UNSETTLED = "unsettled"
    SKIPPED = "skipped"


@frozen(kw_only=True)
class VersionStatus:
    """
    Where one version stands.

    Attributes:
        version: The migration's version.
        name: Its label.
        state: ``applied``, ``pending`` or ``unsettled``.
        applied_at: When, as ISO 8601 in UTC; empty if it is not.
        note: ``file is gone``, ``file has changed``, ``no down``, or empty.
    """

    version: int
    name: str
    state: str
    applied_at: str = ""
    note: str = ""


@frozen(kw_only=True)
class VariableStatus:
    """
    One captured variable.

    Attributes:
        name: Its name.
        value: Its text, ``***`` if it is secret.
        version: Which version captured it.
    """

    name: str
    value: str
    version: int


@frozen(kw_only=True)
class StageStatus:
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
        error: What went wrong in it, first line.
        depends_on: Names of its dependencies.
        store: Where its history is kept.
        versions: Every version, ascending.
        variables: What it captured.
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


@frozen(kw_only=True)
class StatusReport:
    """
    Where all stages stand.

    Attributes:
        stages: By name, in the order of the file.
    """

    stages: Mapping[str, StageStatus]
