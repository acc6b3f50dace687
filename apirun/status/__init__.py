"""Where the stages stand, by their own stores, as values a program can use."""

from apirun.status.stages import StageState, StageStatus, StatusReport
from apirun.status.versions import (
    CaptureDrift,
    Found,
    ProbeStatus,
    VariableStatus,
    VersionStatus,
)

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
