"""
Finding out what became of a version that was begun and has no outcome.

A probe is asked if there is one. Otherwise the request is sent once more where
that is harmless: it is the same request, and its method or its key makes a
second one do nothing new. Otherwise a person must decide.
"""

from typing import Optional

from attrs import frozen

from apirun.call import Call
from apirun.calling import PreparedAction, PreparedCall, perform
from apirun.exceptions import ExchangeError, RefusedError, UnsettledError
from apirun.exchange import Answer, Exchange, is_undecided
from apirun.failures import choices, settles_itself
from apirun.migration import REPEATABLE_METHODS, Migration, Request
from apirun.rendering import Renderer
from apirun.stage import Stage
from apirun.state import Direction, EndingKind, Intent

__all__ = ["Settled", "check_decidable", "gone_already", "settle"]


@frozen(kw_only=True)
class Settled:
    """
    What became of an unsettled version.

    Attributes:
        kind: ``APPLIED``, ``ROLLED_BACK``, or ``FAILED`` if nothing happened.
        answer: The answer that told.
        how: ``probe``, ``sent again`` or ``called again``.
    """

    kind: EndingKind
    answer: Optional[Answer]
    how: str


def check_decidable(stage: Stage, migration: Migration, intent: Intent) -> None:
    """
    Refuse an unsettled version that only a person can settle.

    Raises:
        UnsettledError: Naming the choices.
    """
    if not settles_itself(migration, intent.direction):
        action = migration.action(intent.direction)
        verb = "calling" if isinstance(action, Call) else "sending"
        why = f"It has no probe, and {verb} it a second time might do it twice."
        if isinstance(action, Call) and action.gone:
            why = "It has no probe, and its function is gone."
        raise _undecided(stage, migration, intent, why)


def settle(
    stage: Stage,
    migration: Migration,
    intent: Intent,
    *,
    exchange: Exchange,
    render: Renderer,
    prepared: Optional[PreparedAction],
) -> Settled:
    """
    Return what became of *intent*.

    Args:
        stage: The stage.
        migration: The version, as in its file or as the intent recorded it.
        intent: The intent without an outcome.
        exchange: Sends the probe or the request.
        render: Over the variables that the request saw.
        prepared: The request rendered again; not needed with a probe.

    Raises:
        UnsettledError: If only a person can tell.
        ExchangeError: If the API could not be asked; the intent stands.
    """
    going_up = intent.direction is Direction.UP
    if migration.probe is not None:
        answer = exchange.probe(migration.probe, render)
        if answer is not None:
            kind = EndingKind.APPLIED if going_up else EndingKind.FAILED
        else:
            kind = EndingKind.FAILED if going_up else EndingKind.ROLLED_BACK
        return Settled(kind=kind, answer=answer, how="probe")
    check_decidable(stage, migration, intent)
    if prepared is None or not _same(intent, prepared):
        raise _undecided(
            stage,
            migration,
            intent,
            "Its request would not be the same now as it was then, so sending it "
            "a second time might do something else.",
        )
    kind = EndingKind.APPLIED if going_up else EndingKind.ROLLED_BACK
    try:
        answer = perform(exchange, prepared)
    except RefusedError as error:
        if not gone_already(prepared, error.status, tries=2):
            # Pending it would get a new key, and so be made a second time.
            if is_undecided(error.status) or intent.idempotency_key:
                raise ExchangeError(
                    f"{error}; that does not tell what became of the first try",
                    status=error.status,
                    body=error.body,
                    tries=error.tries,
                ) from error
            raise
        answer = None
    how = "called again" if isinstance(prepared, PreparedCall) else "sent again"
    return Settled(kind=kind, answer=answer, how=how)


def gone_already(prepared: PreparedAction, status: int, *, tries: int) -> bool:
    """
    Return whether *status* says that an earlier try of a DELETE succeeded.

    The second of two DELETE requests finds nothing left (RFC 9110, section
    9.2.2: the intended effect is the same, the response may differ).
    """
    return tries > 1 and prepared.method == "DELETE" and status in (404, 410)


def _same(intent: Intent, prepared: PreparedAction) -> bool:
    named = isinstance(prepared, PreparedCall)
    if named or prepared.method in REPEATABLE_METHODS:
        target, _, _ = prepared.digest.partition("-")
        return intent.digest.partition("-")[0] == target
    return intent.digest == prepared.digest


def _undecided(
    stage: Stage, migration: Migration, intent: Intent, why: str
) -> UnsettledError:
    action = migration.action(intent.direction)
    what = "it"
    if isinstance(action, Request):
        what = intent.shown or f"{intent.method} {action.url}"
    if isinstance(action, Call):
        what = f"the call of {action.name}"
    reason = f" ({intent.reason})" if intent.reason else ""
    where = f" of stage {stage.name}" if stage.origin is not None else ""
    return UnsettledError(
        f"version {migration.label}{where} is unsettled: {what} was "
        f"begun {intent.started_at} by process {intent.pid} on {intent.host}, and "
        f"its outcome is not known{reason}. {why} Nothing was sent.\n"
        f"{choices(stage, migration, intent.direction)}",
        migration.version,
        intent.direction.value,
    )
