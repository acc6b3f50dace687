"""What the process tells the shell, as section "Exit codes" of the help says."""

from typing import Iterable, Optional, Union

from apirun import (
    ApirunError,
    AuthError,
    CancelledError,
    Failure,
    Outcome,
    RunResult,
    StageResult,
    StoreLockedError,
    UnsettledError,
)

__all__ = ["WRONG", "code_of_error", "code_of_result"]

DONE = 0
FAILED = 1
WRONG = 2
UNSETTLED = 3
LOCKED = 4
INTERRUPTED = 130


def code_of_error(error: ApirunError) -> int:
    """Return the exit code of an *error* that came before anything was sent."""
    if isinstance(error, StoreLockedError):
        return LOCKED
    if isinstance(error, UnsettledError):
        return UNSETTLED
    if isinstance(error, CancelledError):
        return INTERRUPTED
    return FAILED if isinstance(error, AuthError) else WRONG


def code_of_result(result: Union[RunResult, StageResult]) -> int:
    """Return the exit code of a run, or of that of one directory."""
    if isinstance(result, StageResult):
        if result.outcome is Outcome.INTERRUPTED or _broken_off(result.failure):
            return INTERRUPTED
        return DONE if result.ok else _code_of_failures([result.failure])
    if result.interrupted:
        return INTERRUPTED
    if result.ok:
        return DONE
    return _code_of_failures(stage.failure for stage in result.stages.values())


def _broken_off(failure: Optional[Failure]) -> bool:
    return failure is not None and failure.kind == CancelledError.__name__


def _code_of_failures(failures: Iterable[Optional[Failure]]) -> int:
    told = [failure for failure in failures if failure is not None]
    if any(failure.needs_decision for failure in told):
        return UNSETTLED
    if told and all(failure.kind == StoreLockedError.__name__ for failure in told):
        return LOCKED
    return FAILED
