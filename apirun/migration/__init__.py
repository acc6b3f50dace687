"""One migration: a request that sets something up, and one that takes it down."""

from apirun.migration.asking import Poll, Probe
from apirun.migration.migration import MAX_VERSION, Action, Migration
from apirun.migration.request import (
    ANY_ANSWER,
    REPEATABLE_METHODS,
    Body,
    Capture,
    Request,
    Response,
)

__all__ = [
    "ANY_ANSWER",
    "MAX_VERSION",
    "REPEATABLE_METHODS",
    "Action",
    "Body",
    "Capture",
    "Migration",
    "Poll",
    "Probe",
    "Request",
    "Response",
]
