"""What a stage remembers, and the protocol of whatever keeps it."""

from apirun.state.history import (
    Applied,
    History,
    Recorded,
    RunRow,
    StageOutcome,
    StageRecord,
)
from apirun.state.records import (
    Direction,
    Ending,
    EndingKind,
    Intent,
    StoredValue,
)
from apirun.state.store import StateStore

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
