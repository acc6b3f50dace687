"""
Versioned, recorded and reversible HTTP API calls, composed into stages.

Example:
    >>> from apirun import Orchestrator
    >>> Orchestrator.from_file("stages.yaml").up().ok  # doctest: +SKIP
    True
"""

from apirun.call import Call, CallError
from apirun.documents import scaffold, schema, stage_names
from apirun.drawing import GraphNode, GraphView, Tone
from apirun.durations import format_duration, to_seconds
from apirun.env import EnvEntry
from apirun.environment import Environment, RunFailedError
from apirun.events import (
    Event,
    Listener,
    MigrationFinished,
    MigrationStarted,
    Polled,
    RequestHeld,
    RequestRetried,
    RollbackStarted,
    RunFinished,
    RunStarted,
    StageFinished,
    StageStarted,
    Waiting,
    Warned,
)
from apirun.exceptions import (
    AnswerLostError,
    ApirunError,
    AuthError,
    CancelledError,
    CaptureError,
    DocumentError,
    ExchangeError,
    HistoryError,
    NotSentError,
    PollError,
    PrerequisiteError,
    RefusedError,
    RenderError,
    StoreError,
    StoreLockedError,
    UnsettledError,
    UsageError,
)
from apirun.masking import Masker
from apirun.migration import Capture, Migration, Poll, Probe, Request, Response
from apirun.migration_context import MigrationContext
from apirun.migrator import Migrator
from apirun.orchestrator import Orchestrator
from apirun.origin import Location, Origin, Problem
from apirun.plain_data import to_dict
from apirun.results import (
    Failure,
    MigrationResult,
    Outcome,
    PlannedMigration,
    RunPlan,
    RunResult,
    StagePlan,
    StageResult,
)
from apirun.retry import RetryPolicy
from apirun.settings import (
    AuthSettings,
    ClientSettings,
    LoggingSettings,
    StoreSettings,
    WaitSettings,
)
from apirun.stage import EnvFromStage, OnFailure, Stage
from apirun.state import Direction, RunRow, StateStore
from apirun.status import (
    CaptureDrift,
    Found,
    ProbeStatus,
    StageState,
    StageStatus,
    StatusReport,
    VariableStatus,
    VersionStatus,
)
from apirun.stores.memory import MemoryStore
from apirun.stores.postgres import PostgresStore
from apirun.stores.sqlite import SqliteStore

__all__ = [
    "AnswerLostError",
    "ApirunError",
    "AuthError",
    "AuthSettings",
    "Call",
    "CallError",
    "CancelledError",
    "Capture",
    "CaptureDrift",
    "CaptureError",
    "ClientSettings",
    "Direction",
    "DocumentError",
    "EnvEntry",
    "EnvFromStage",
    "Environment",
    "Event",
    "ExchangeError",
    "Failure",
    "Found",
    "GraphNode",
    "GraphView",
    "HistoryError",
    "Listener",
    "Location",
    "LoggingSettings",
    "Masker",
    "MemoryStore",
    "Migration",
    "MigrationContext",
    "MigrationFinished",
    "MigrationResult",
    "MigrationStarted",
    "Migrator",
    "NotSentError",
    "OnFailure",
    "Orchestrator",
    "Origin",
    "Outcome",
    "PlannedMigration",
    "Poll",
    "PollError",
    "Polled",
    "PostgresStore",
    "PrerequisiteError",
    "Probe",
    "ProbeStatus",
    "Problem",
    "RefusedError",
    "RenderError",
    "Request",
    "RequestHeld",
    "RequestRetried",
    "Response",
    "RetryPolicy",
    "RollbackStarted",
    "RunFailedError",
    "RunFinished",
    "RunPlan",
    "RunResult",
    "RunRow",
    "RunStarted",
    "SqliteStore",
    "Stage",
    "StageFinished",
    "StagePlan",
    "StageResult",
    "StageStarted",
    "StageState",
    "StageStatus",
    "StateStore",
    "StatusReport",
    "StoreError",
    "StoreLockedError",
    "StoreSettings",
    "Tone",
    "UnsettledError",
    "UsageError",
    "VariableStatus",
    "VersionStatus",
    "WaitSettings",
    "Waiting",
    "Warned",
    "format_duration",
    "scaffold",
    "schema",
    "stage_names",
    "to_dict",
    "to_seconds",
]
