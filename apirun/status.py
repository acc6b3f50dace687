"""Where the stages stand, by their own stores, as values a program can use."""

from enum import Enum
from typing import Mapping, Optional, Tuple

from attrs import frozen

__all__ = [
    "CaptureDrift",
    "Found",
    "ProbeStatus",
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
    NO_HISTORY = "no history"
    """None is kept, so it is not known."""
    UNKNOWN = "unknown"
    """Its history can't be read."""


class Found(str, Enum):
    """What a probe found."""

    PRESENT = "present"
    ABSENT = "absent"
    CHANGED = "changed"
    """It is there, and captured values are others than those recorded."""
    UNKNOWN = "unknown"
    """The API could not be asked, or could not tell."""


@frozen(kw_only=True)
class CaptureDrift:
    """
    A captured value that is another one now.

    Attributes:
        name: The variable.
        recorded: The value that the history holds, ``***`` if it is secret.
        found: The value that the probe found, ``***`` if it is secret; None
            if the answer has none.
    """

    name: str
    recorded: str
    found: Optional[str]


@frozen(kw_only=True)
class ProbeStatus:
    """
    What the probe of one version found, beside what is recorded of it.

    Attributes:
        found: What it found.
        drifted: Whether that is not what the history says: applied and absent
            or changed, or pending and present.
        changes: Which captured values differ, by name.
        reason: Why it is unknown, secrets masked; else empty.
    """

    found: Found
    drifted: bool = False
    changes: Tuple[CaptureDrift, ...] = ()
    reason: str = ""


@frozen(kw_only=True)
class VersionStatus:
    """
    Where one version stands.

    Attributes:
        version: The migration's version.
        name: Its label.
        state: ``applied``, ``pending`` or ``unsettled``; empty if no history is
            kept.
        applied_at: When, as ISO 8601 in UTC; empty if it is not.
        note: ``file is gone``, ``file has changed``, ``no down``, or empty.
        changes: What its file says otherwise than when it was applied, one line
            for each difference; secrets are masked.
        probe: What its probe found; None if it has none, or was not asked.
    """

    version: int
    name: str
    state: str
    applied_at: str = ""
    note: str = ""
    changes: Tuple[str, ...] = ()
    probe: Optional[ProbeStatus] = None


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
        error: What went wrong in it, or why its history can't be read, first
            line.
        depends_on: Names of its dependencies.
        store: Where its history is kept.
        versions: Every version, ascending.
        variables: What it captured.
        drifted: Of how many versions the probe found something else than the
            history says; None if the probes were not asked.
        unknown: Of how many versions the probe could not tell; None if the
            probes were not asked.
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


@frozen(kw_only=True)
class StatusReport:
    """
    Where all stages stand.

    Attributes:
        stages: By name, in the order of the file.
    """

    stages: Mapping[str, StageStatus]
