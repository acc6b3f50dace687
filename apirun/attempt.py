"""One version while it is being sent: prepared, begun, performed, recorded."""

import uuid
from typing import Dict, Mapping, Optional

from apirun.call import Call, CallError
from apirun.calling import PreparedAction, perform
from apirun.durations import Stopwatch
from apirun.events import MigrationStarted
from apirun.exceptions import (
    AnswerLostError,
    ApirunError,
    CancelledError,
    CaptureError,
    ExchangeError,
    RefusedError,
    RenderError,
    StoreError,
    UnsettledError,
)
from apirun.exchange import Answer, Prepared
from apirun.failures import migration_failure
from apirun.migration import Action, Migration
from apirun.polling import poll_once, poll_until_it_holds
from apirun.rendering import Renderer
from apirun.results import MigrationResult, Outcome
from apirun.settling import gone_already, settle
from apirun.stage_context import StageContext
from apirun.state import Direction, EndingKind, Intent
from apirun.variables import Value
from apirun.version_scope import request_key

__all__ = ["Attempt"]

OUTCOMES = {
    EndingKind.APPLIED: Outcome.APPLIED,
    EndingKind.ROLLED_BACK: Outcome.ROLLED_BACK,
    EndingKind.FAILED: Outcome.UNCHANGED,
}


class Attempt:
    """
    One version while it is being sent, step by step.

    Args:
        context: What all versions of the run share.
        migration: The version.
        direction: Which of its requests.
        intent: The intent to settle; None for a first try.
    """

    def __init__(
        self,
        context: StageContext,
        migration: Migration,
        direction: Direction,
        intent: Optional[Intent] = None,
    ) -> None:
        self._context = context
        self._migration = migration
        self._direction = direction
        self._intent = intent
        self._settling = intent is not None
        self._key = intent.idempotency_key if intent is not None else ""
        self._render: Optional[Renderer] = None
        self._prepared: Optional[PreparedAction] = None
        self._answer: Optional[Answer] = None
        self._accepted = False
        self._error: Optional[ApirunError] = None
        self._kind: Optional[EndingKind] = None
        self._watch = Stopwatch()

    def prepare(self, render: Renderer, local: Dict[str, Value]) -> None:
        """Render everything; nothing but a ``find`` is sent."""
        request = self._action()
        self._render = render
        if isinstance(request, Call):
            self._prepared = self._context.caller.prepare(
                request, self._migration, self._direction, render
            )
            return
        self._learn(local)
        if request.idempotency_key and not self._key:
            self._key = str(uuid.uuid4())
        exchange = self._context.exchange
        if request.find is not None:
            found = exchange.perform(
                exchange.prepare(
                    request.find, render, key=f"{self._direction.value}.find.request"
                )
            )
            for name, kept in found.captures.items():
                local[name] = Value(kept.value, kept.secret, "found")
        self._prepared = exchange.prepare(
            request,
            render,
            key=request_key(self._migration, self._direction),
            idempotency_key=self._key,
        )

    def prepare_again(self, render: Renderer, local: Dict[str, Value]) -> None:
        """Render what was begun before; what can't be rendered is left out."""
        try:
            self.prepare(render, local)
        except (RenderError, RefusedError, CaptureError):
            self._prepared = None

    def announce(self, position: int) -> None:
        """Tell that it is about to be sent."""
        self._context.emit(
            MigrationStarted(
                stage=self._context.stage.name,
                version=self._migration.version,
                name=self._migration.label,
                direction=self._direction,
                request=self._shown(),
                position=position,
            )
        )

    def begin(self, local: Mapping[str, Value]) -> None:
        """Record the intent, when the API is ready to be sent something."""
        assert self._prepared is not None
        if isinstance(self._prepared, Prepared):
            self._context.client.await_turn(self._prepared.wire)
        self._intent = self._context.journal.begin(
            self._migration,
            self._direction,
            self._prepared,
            env=local,
            idempotency_key=self._key,
        )

    def perform(self) -> None:
        """Send it, poll what must hold afterwards, and record the outcome."""
        assert self._prepared is not None
        assert self._render is not None
        going_up = self._direction is Direction.UP
        kind = EndingKind.APPLIED if going_up else EndingKind.ROLLED_BACK
        try:
            self._answer = perform(self._context.exchange, self._prepared)
        except RefusedError as error:
            if not gone_already(self._prepared, error.status, tries=error.tries):
                raise
        poll = self._migration.poll
        if going_up and poll is not None:
            self._accepted = True
            self._answer = poll_until_it_holds(
                self._context, self._migration, poll, self._render, self._answer
            )
        self._record(kind)

    def settle(self, render: Renderer, run: Direction) -> None:
        """
        Find out what became of the intent, and record it.

        Args:
            render: Over the variables that the request saw.
            run: Which way the run goes that settles it. One that goes down
                takes back also what has never come to hold.
        """
        assert self._intent is not None
        settled = settle(
            self._context.stage,
            self._migration,
            self._intent,
            exchange=self._context.exchange,
            render=render,
            prepared=self._prepared,
        )
        self._answer = settled.answer
        poll = self._migration.poll
        if settled.kind is EndingKind.APPLIED and poll is not None:
            asked = poll_until_it_holds if run is Direction.UP else poll_once
            self._answer = asked(
                self._context, self._migration, poll, render, self._answer
            )
        self._record(settled.kind, error=f"settled: {settled.how}")

    def failed(self, error: ApirunError) -> None:
        """Record that it ended with *error*, and keep that for the result."""
        self._error = error
        if self._intent is None or self._kind is not None:
            return
        if isinstance(error, (UnsettledError, StoreError)):
            return
        kind = self._kind_of(error)
        status = error.status if isinstance(error, ExchangeError) else 0
        body = error.body if isinstance(error, ExchangeError) else ""
        try:
            self._record(kind, status=status, body=body, error=str(error))
        except ApirunError as second:
            self._kind = None
            self._error = second

    def result(self) -> MigrationResult:
        """Return how it ended."""
        failure = None
        outcome = OUTCOMES.get(self._kind or EndingKind.UNSETTLED, Outcome.UNSETTLED)
        if self._error is not None:
            stands = self._intent if self._unsettled() else None
            outcome = Outcome.UNSETTLED if stands else Outcome.FAILED
            if isinstance(self._error, CancelledError) and not stands:
                outcome = Outcome.INTERRUPTED
            failure = migration_failure(
                self._error,
                stage=self._context.stage,
                migration=self._migration,
                direction=self._direction,
                masker=self._context.masker,
                shown=self._shown(),
                intent=stands,
            )
        answer = self._answer
        return MigrationResult(
            version=self._migration.version,
            name=self._migration.label,
            direction=self._direction,
            outcome=outcome,
            settled=self._settling,
            started_at=self._watch.started_at,
            status_code=answer.status if answer else (failure.status if failure else 0),
            elapsed_s=self._watch.elapsed_s,
            tries=self._tries(),
            captures={
                name: "***" if kept.secret else kept.value
                for name, kept in (answer.captures if answer else {}).items()
            },
            failure=failure,
        )

    def captured(self) -> Dict[str, Value]:
        """Return what it captured, as variables of the versions after it."""
        if self._answer is None:
            return {}
        source = f"captured by {self._migration.label}"
        return {
            name: Value(kept.value, kept.secret, source)
            for name, kept in self._answer.captures.items()
        }

    def _action(self) -> Action:
        action = self._migration.action(self._direction)
        assert action is not None
        return action

    def _tries(self) -> int:
        if self._answer is not None:
            return self._answer.tries
        return self._error.tries if isinstance(self._error, ExchangeError) else 1

    def _shown(self) -> str:
        return self._prepared.shown if self._prepared is not None else ""

    def _learn(self, local: Mapping[str, Value]) -> None:
        for value in local.values():
            if value.secret and value.text:
                self._context.masker.add(value.text)

    def _kind_of(self, error: ApirunError) -> EndingKind:
        if self._accepted:
            return EndingKind.UNSETTLED
        refused = isinstance(error, RefusedError)
        if self._settling and (self._migration.probe or not refused):
            return EndingKind.UNSETTLED
        lost = isinstance(error, (AnswerLostError, CaptureError))
        lost = lost or (isinstance(error, CallError) and error.acted)
        return EndingKind.UNSETTLED if lost else EndingKind.FAILED

    def _unsettled(self) -> bool:
        return self._intent is not None and self._kind in (None, EndingKind.UNSETTLED)

    def _record(
        self, kind: EndingKind, *, status: int = 0, body: str = "", error: str = ""
    ) -> None:
        assert self._intent is not None
        self._context.journal.end(
            self._intent,
            kind,
            answer=self._answer,
            status=status,
            body=body,
            error=error,
        )
        self._kind = kind
