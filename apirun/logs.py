"""
Events as log records of the standard library's logger ``apirun``.

The host program's logging decides what becomes of them; nothing is configured
here. structlog is imported when the first record is wanted.
"""

import logging
from typing import Callable, Dict, Optional, Tuple, Union

from apirun.events import (
    Event,
    MigrationFinished,
    MigrationStarted,
    Polled,
    RequestHeld,
    RequestRetried,
    RollbackStarted,
    StageFinished,
    StageStarted,
    Waiting,
    Warned,
)

__all__ = ["log_event"]

_logger = logging.getLogger("apirun")
_logger.addHandler(logging.NullHandler())

Record = Tuple[int, str, Dict[str, object]]


def log_event(event: Event) -> None:
    """Write *event* to the logger ``apirun``, if anybody listens there."""
    if not _is_heard():
        return
    describe = _DESCRIPTIONS.get(type(event))
    record = describe(event) if describe is not None else None
    if record is None:
        return
    level, message, fields = record
    if not _logger.isEnabledFor(level):
        return
    # structlog is paid for only by programs that want the records.
    import structlog  # noqa: PLC0415

    structlog.wrap_logger(
        _logger,
        processors=[structlog.processors.KeyValueRenderer(key_order=["event"])],
        wrapper_class=structlog.stdlib.BoundLogger,
    ).log(level, message, **fields)


def _is_heard() -> bool:
    """Return whether a handler of the host program would get a record."""
    logger: Optional[logging.Logger] = _logger
    while logger is not None:
        if any(not isinstance(each, logging.NullHandler) for each in logger.handlers):
            return True
        logger = logger.parent if logger.propagate else None
    return False


def _stage_started(event: StageStarted) -> Record:
    fields: Dict[str, object] = {"stage": event.stage, "versions": event.total}
    return logging.INFO, "stage started", fields


def _stage_finished(event: StageFinished) -> Record:
    result = event.result
    level = logging.INFO if result.ok else logging.ERROR
    fields: Dict[str, object] = {"stage": result.name, "outcome": result.outcome.value}
    if result.reason:
        fields["reason"] = result.reason
    if result.failure is not None:
        fields["error"] = result.failure.message
    return level, "stage finished", fields


def _migration_started(event: MigrationStarted) -> Record:
    return (
        logging.DEBUG,
        "migration started",
        {"stage": event.stage, "migration": event.name, "request": event.request},
    )


def _migration_finished(event: MigrationFinished) -> Record:
    result = event.result
    level = logging.INFO if result.failure is None else logging.ERROR
    fields: Dict[str, object] = {
        "stage": event.stage,
        "migration": result.name,
        "outcome": result.outcome.value,
        "status": result.status_code,
    }
    return level, "migration finished", fields


def _request_retried(event: RequestRetried) -> Record:
    return (
        logging.WARNING,
        "request is tried again",
        {
            "stage": event.stage,
            "request": event.request,
            "reason": event.reason,
            "tries": event.tries,
            "wait_s": round(event.wait_s, 3),
        },
    )


def _request_held(event: RequestHeld) -> Record:
    return (
        logging.INFO,
        "request waits, its host asked to be left alone",
        {
            "stage": event.stage,
            "request": event.request,
            "host": event.host,
            "wait_s": round(event.wait_s, 3),
        },
    )


def _waiting(event: Waiting) -> Record:
    fields: Dict[str, object] = {"stage": event.stage, **_patience(event)}
    return _level_of(event.tries), "waiting for the API", fields


def _polled(event: Polled) -> Record:
    fields: Dict[str, object] = {"stage": event.stage, "migration": event.name}
    return _level_of(event.tries), "not ready yet", {**fields, **_patience(event)}


def _patience(event: Union[Waiting, Polled]) -> Dict[str, object]:
    return {
        "request": event.request,
        "reason": event.reason,
        "tries": event.tries,
        "elapsed_s": round(event.elapsed_s, 3),
        "timeout_s": event.timeout_s,
    }


def _level_of(tries: int) -> int:
    """Return the level of one of many records that say nearly the same."""
    return logging.INFO if tries == 1 else logging.DEBUG


def _rollback_started(event: RollbackStarted) -> Record:
    return logging.WARNING, "rollback started", {"stages": ", ".join(event.stages)}


def _warned(event: Warned) -> Record:
    fields: Dict[str, object] = dict(event.fields)
    if event.stage:
        fields.setdefault("stage", event.stage)
    return logging.WARNING, event.message, fields


_DESCRIPTIONS: "Dict[type, Callable[..., Optional[Record]]]" = {
    StageStarted: _stage_started,
    StageFinished: _stage_finished,
    MigrationStarted: _migration_started,
    MigrationFinished: _migration_finished,
    RequestRetried: _request_retried,
    RequestHeld: _request_held,
    Waiting: _waiting,
    Polled: _polled,
    RollbackStarted: _rollback_started,
    Warned: _warned,
}
# The emitter calls it for nothing else.
log_event.listens_to = frozenset(_DESCRIPTIONS)  # type: ignore[attr-defined]
