"""
Versioned, recorded and reversible HTTP API calls, composed into stages.

Example:
    One stage with one migration, composed in Python. ``api_base`` is where the
    API listens; the examples of other names call this stage ``network``, too.

    >>> from apirun import MemoryStore, Migration, Orchestrator, Request
    >>> from apirun import Response, Stage
    >>> create_vpc = Migration(
    ...     version=1,
    ...     name="create_vpc",
    ...     up=Request(
    ...         "POST",
    ...         "{{.api_base}}/vpcs",
    ...         body={"cidr": "{{.cidr}}"},
    ...         response=Response(result_code=[201], env_from={"vpc_id": "id"}),
    ...     ),
    ...     down=Request("DELETE", "{{.api_base}}/vpcs/{{.vpc_id}}"),
    ... )
    >>> network = Stage(
    ...     name="network",
    ...     migrations=[create_vpc],
    ...     env={"api_base": api_base, "cidr": "10.0.0.0/16"},
    ...     store=MemoryStore(),
    ... )
    >>> orchestrator = Orchestrator([network])
    >>> orchestrator.up().stages["network"].env["vpc_id"]
    'vpcs-1'
    >>> orchestrator.down().ok
    True

    Stages whose settings and migrations stand in files:

    >>> Orchestrator.from_file("stages.yaml").up().ok
    True
"""

from apirun.auth import AuthProvider, Token
from apirun.call import Call, CallError
from apirun.documents import scaffold, stage_names
from apirun.drawing import GraphNode, GraphView, Tone
from apirun.durations import DurationLike, format_duration, to_seconds
from apirun.env import EnvEntry, SecretText
from apirun.environment import Environment, RunFailedError
from apirun.error_report import ErrorDetails, ErrorReport
from apirun.events import (
    Event,
    Exchanged,
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
    ReportError,
    StoreError,
    StoreLockedError,
    UnsettledError,
    UsageError,
)
from apirun.http import WireRequest, WireResponse
from apirun.masking import Masker
from apirun.migration import Capture, Migration, Poll, Probe, Request, Response
from apirun.migration_context import MigrationContext
from apirun.migrator import Migrator
from apirun.orchestrator import Orchestrator
from apirun.origin import Location, Origin, Problem
from apirun.plain_data import PlainData, to_dict
from apirun.planned import PlannedMigration, RunPlan, StagePlan
from apirun.results import (
    Failure,
    MigrationResult,
    Outcome,
    RunResult,
    StageResult,
)
from apirun.retry import RetryPolicy
from apirun.schemas import schema
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
from apirun.stores.tables import TableNames
from apirun.validation import MissingVariable, StageValidation, Validation

__all__ = [
    "AnswerLostError",
    "ApirunError",
    "AuthError",
    "AuthProvider",
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
    "DurationLike",
    "EnvEntry",
    "EnvFromStage",
    "Environment",
    "ErrorDetails",
    "ErrorReport",
    "Event",
    "ExchangeError",
    "Exchanged",
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
    "MissingVariable",
    "NotSentError",
    "OnFailure",
    "Orchestrator",
    "Origin",
    "Outcome",
    "PlainData",
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
    "ReportError",
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
    "SecretText",
    "SqliteStore",
    "Stage",
    "StageFinished",
    "StagePlan",
    "StageResult",
    "StageStarted",
    "StageState",
    "StageStatus",
    "StageValidation",
    "StateStore",
    "StatusReport",
    "StoreError",
    "StoreLockedError",
    "StoreSettings",
    "TableNames",
    "Token",
    "Tone",
    "UnsettledError",
    "UsageError",
    "Validation",
    "VariableStatus",
    "VersionStatus",
    "WaitSettings",
    "Waiting",
    "Warned",
    "WireRequest",
    "WireResponse",
    "format_duration",
    "scaffold",
    "schema",
    "stage_names",
    "to_dict",
    "to_seconds",
]
