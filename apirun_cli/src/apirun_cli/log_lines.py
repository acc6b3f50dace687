"""Events as lines of a log, each with its level."""

from typing import Callable, Dict, Mapping, NamedTuple, Optional, Union

from apirun import (
    Direction,
    Event,
    Found,
    MigrationFinished,
    MigrationResult,
    MigrationStarted,
    Outcome,
    Polled,
    RequestHeld,
    RequestRetried,
    RollbackStarted,
    StageFinished,
    StageStarted,
    Waiting,
    Warned,
    format_duration,
)

__all__ = ["LEVELS", "TOLD", "Line", "line_of"]

LEVELS = {"debug": 0, "info": 1, "warn": 2, "error": 3}


class Line(NamedTuple):
    """
    One line of the log.

    Attributes:
        level: ``debug``, ``info``, ``warn`` or ``error``.
        stage: Name of the stage, empty if it concerns none.
        message: What happened.
        fields: Its data by name.
    """

    level: str
    stage: str
    message: str
    fields: Mapping[str, object] = {}


def line_of(event: Event) -> Optional[Line]:
    """Return the line that tells *event*; None if it is not told."""
    tell = _TELLERS.get(type(event))
    return tell(event) if tell is not None else None


def _stage_started(event: StageStarted) -> Line:
    parts = [
        f"{count} {'version' if count == 1 else 'versions'} to {what}"
        for count, what in ((event.unsettled, "settle"), (event.total, "run"))
        if count
    ]
    fields = {"versions": event.total, "unsettled": event.unsettled}
    return Line("info", event.stage, ", ".join(("started", *parts)), fields)


def _stage_finished(event: StageFinished) -> Line:
    result = event.result
    fields: Dict[str, object] = {"outcome": result.outcome.value}
    message = result.outcome.value.replace("_", " ")
    if result.ok and any(done.adopted for done in result.migrations):
        message = "adopted"
    if result.started_at:
        message += f" in {format_duration(result.elapsed_s)}"
        fields["elapsed_s"] = round(result.elapsed_s, 3)
    if result.reason:
        message += f": {result.reason}"
        fields["reason"] = result.reason
    if result.failure is not None and not any(
        done.failure for done in result.migrations
    ):
        message += f": {_first_line(result.failure.message)}"
        fields["error"] = result.failure.message
    if result.outcome is Outcome.NOT_STARTED:
        # There may be hundreds for one reason; the summary counts them.
        return Line("debug", result.name, message, fields)
    return Line("info" if result.ok else "error", result.name, message, fields)


def _migration_started(event: MigrationStarted) -> Line:
    message = f"{event.name}: {event.request}"
    fields = {"migration": event.name, "request": event.request}
    return Line("debug", event.stage, message, fields)


def _migration_finished(event: MigrationFinished) -> Line:
    result = event.result
    fields: Dict[str, object] = {
        "migration": result.name,
        "outcome": result.outcome.value,
        "status": result.status_code,
        "elapsed_s": round(result.elapsed_s, 3),
    }
    message = f"{result.name} {result.outcome.value.replace('_', ' ')}"
    if result.adopted:
        message = f"{result.name} adopted"
        fields["adopted"] = True
    elif result.probe is Found.ABSENT:
        message = f"{result.name} is not there, so it stays pending"
    if result.settled and result.outcome is Outcome.UNSETTLED:
        message = f"{result.name} is still unsettled"
        fields["settled"] = True
    elif result.settled:
        message = f"{result.name} was unsettled, now {_settled(result)}"
        fields["settled"] = True
    if result.status_code:
        message += f" ({result.status_code}, {format_duration(result.elapsed_s)})"
    if result.failure is None:
        return Line("info", event.stage, message, fields)
    fields["error"] = result.failure.message
    message += f": {_first_line(result.failure.message)}"
    return Line("error", event.stage, message, fields)


def _settled(result: MigrationResult) -> str:
    if result.outcome is Outcome.UNCHANGED:
        pending = result.direction is Direction.UP
        return "pending again" if pending else "applied as before"
    return "adopted" if result.adopted else result.outcome.value.replace("_", " ")


def _request_retried(event: RequestRetried) -> Line:
    # What was not sent or lost its answer is named by the reason itself.
    named = event.reason.startswith(event.request)
    reason = event.reason if named else f"{event.request}: {event.reason}"
    message = f"{reason}; try {event.tries + 1} in {format_duration(event.wait_s)}"
    fields = {
        "request": event.request,
        "reason": event.reason,
        "tries": event.tries,
        "wait_s": round(event.wait_s, 3),
    }
    return Line("warn", event.stage, message, fields)


def _request_held(event: RequestHeld) -> Line:
    message = (
        f"{event.request}: {event.host} asked to be left alone, waits "
        f"{format_duration(event.wait_s)}"
    )
    fields = {
        "request": event.request,
        "host": event.host,
        "wait_s": round(event.wait_s, 3),
    }
    return Line("info", event.stage, message, fields)


def _waiting(event: Waiting) -> Line:
    message = f"waiting for {event.request}: {_patience(event)}"
    return Line("info", event.stage, message, _patience_fields(event))


def _polled(event: Polled) -> Line:
    message = f"{event.name} is not ready yet: {event.request} {_patience(event)}"
    fields = {"migration": event.name, **_patience_fields(event)}
    return Line("info", event.stage, message, fields)


def _patience(event: Union[Waiting, Polled]) -> str:
    elapsed, limit = format_duration(event.elapsed_s), format_duration(event.timeout_s)
    return f"{_first_line(event.reason)} ({elapsed} of {limit})"


def _patience_fields(event: Union[Waiting, Polled]) -> Dict[str, object]:
    return {
        "request": event.request,
        "reason": event.reason,
        "tries": event.tries,
        "elapsed_s": round(event.elapsed_s, 3),
        "timeout_s": event.timeout_s,
    }


def _rollback_started(event: RollbackStarted) -> Line:
    stages = ", ".join(event.stages)
    message = f"the run failed: rolling back what it applied in {stages}"
    return Line("warn", "", message, {"stages": list(event.stages)})


def _warned(event: Warned) -> Line:
    return Line("warn", event.stage, event.message, event.fields)


def _first_line(text: str) -> str:
    return text.partition("\n")[0]


_TELLERS: "Dict[type, Callable[..., Line]]" = {
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
TOLD = frozenset(_TELLERS)
"""The classes of events that have a line."""
