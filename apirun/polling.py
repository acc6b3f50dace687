"""Asking after what a version made, again and again, until it is ready."""

import time
from typing import Mapping, Optional

from attrs import evolve, field, frozen

from apirun.control import Control
from apirun.durations import format_duration
from apirun.events import Polled
from apirun.exceptions import (
    CancelledError,
    ExchangeError,
    PollError,
    RenderError,
)
from apirun.excerpt import excerpt
from apirun.exchange import Answer, Prepared
from apirun.migration import Migration, Poll
from apirun.readiness import Readiness
from apirun.rendering import Renderer
from apirun.stage_context import StageContext
from apirun.state import StoredValue
from apirun.variables import Value

__all__ = ["poll_once", "poll_until_it_holds"]

DENIED = frozenset({401, 403})
CAPTURES_SHOWN = 300


def poll_until_it_holds(
    context: StageContext,
    migration: Migration,
    poll: Poll,
    render: Renderer,
    answer: Optional[Answer],
) -> Answer:
    """
    Repeat *poll* until it holds, and return *answer* with what that captured.

    Args:
        context: Of the run of the stage.
        migration: The version whose up was accepted.
        poll: Its poll.
        render: Over the variables that its request saw.
        answer: The answer that accepted it; None if there was none.

    Raises:
        PollError: If ``fail_if`` holds, the API denies the answer, or it did
            not come to hold in time.
        CancelledError: If the run is stopped meanwhile.
        RenderError: If a variable is missing, or a template decides nothing.
    """
    rest_s = (answer.retry_after_s if answer is not None else None) or 0.0
    last = _Polling(context, migration, poll, render, _captures(answer)).run(rest_s)
    captures = {**_captures(answer), **last.captures}
    return evolve(answer or last, captures=captures)


def poll_once(
    context: StageContext,
    migration: Migration,
    poll: Poll,
    render: Renderer,
    answer: Optional[Answer],
) -> Optional[Answer]:
    """
    Return *answer* with what one poll captures, whether it holds or not.

    A poll that is not answered as it should captures nothing. The arguments
    are those of `poll_until_it_holds`.
    """
    try:
        found = _Polling(context, migration, poll, render, _captures(answer)).look()
    except (ExchangeError, RenderError):
        return answer
    captures = {**_captures(answer), **found.captures}
    return evolve(answer or found, captures=captures)


@frozen(kw_only=True)
class _Seen:
    """What one poll came to, secrets masked."""

    reason: str
    captures: Mapping[str, str] = field(factory=dict)
    status: int = 0
    body: str = ""


class _Polling:
    """The polls of one version, up to the one that holds."""

    def __init__(
        self,
        context: StageContext,
        migration: Migration,
        poll: Poll,
        render: Renderer,
        captures: Mapping[str, StoredValue],
    ) -> None:
        self._context = context
        self._migration = migration
        self._poll = poll
        source = f"captured by {migration.label}"
        own = {
            name: Value(kept.value, kept.secret, source)
            for name, kept in captures.items()
        }
        self._render = render.under(context.scope.overrides, own)
        self._readiness = Readiness(poll, self._render)
        self._limit: Control = context.control.within(poll.timeout_s)
        self._prepared = self._prepare()
        self._started_s = time.monotonic()
        self._tries = 0

    def look(self) -> Answer:
        """Return the answer to one poll, whatever it says."""
        self._tries += 1
        return self._context.exchange.perform(self._prepared)

    def run(self, rest_s: float) -> Answer:
        """Return the first answer that says that it is ready, *rest_s* from now."""
        last: Optional[_Seen] = None
        if self._limit.remaining_s(rest_s) < rest_s:
            rest_s = 0.0
        while True:
            try:
                self._limit.sleep(rest_s)
                answer = self.look()
            except CancelledError:
                break
            except ExchangeError as error:
                if error.status in DENIED:
                    raise self._denied(error) from error
                rest_s = self._poll.interval_s
                # One that the end of the time cut off tells less than the one before.
                if last is None or not self._limit.expired:
                    last = self._refused(error)
            else:
                last = self._seen(answer)
                if self._readiness.is_out_of_reach(answer.captures):
                    raise self._out_of_reach(last)
                if self._readiness.has_come(answer.captures):
                    return answer
                rest_s = max(self._poll.interval_s, answer.retry_after_s or 0.0)
            if self._limit.remaining_s(rest_s) < rest_s:
                raise self._out_of_time(last)
            self._tell(last)
        told = f"; the last time it {last.reason}" if last is not None else ""
        raise CancelledError(
            f"{self._prepared.shown} is polled no longer: the run was stopped{told}"
        )

    def _prepare(self) -> Prepared:
        prepared = self._context.exchange.prepare(
            self._poll.request, self._render, key="up.poll.request"
        )
        wire = evolve(prepared.wire, deadline_s=self._limit.deadline_s)
        return evolve(prepared, wire=wire)

    def _seen(self, answer: Answer) -> _Seen:
        mask = self._context.masker.mask
        captures = {
            name: "***" if kept.secret else mask(kept.value)
            for name, kept in answer.captures.items()
        }
        listed = ", ".join(f"{name}={text}" for name, text in captures.items())
        if len(listed) > CAPTURES_SHOWN:
            listed = f"{listed[:CAPTURES_SHOWN]}…"
        return _Seen(
            reason=f"answered {answer.status}" + (f" with {listed}" if listed else ""),
            captures=captures,
            status=answer.status,
            body=excerpt(self._context.masker, answer.body),
        )

    def _refused(self, error: ExchangeError) -> _Seen:
        reason = str(error)
        if error.status:
            reason = f"answered {error.status}"
        elif reason.startswith(self._prepared.shown):
            reason = reason[len(self._prepared.shown) :].strip()
        return _Seen(reason=reason, status=error.status, body=error.body)

    def _tell(self, seen: _Seen) -> None:
        self._context.emit(
            Polled(
                stage=self._context.stage.name,
                version=self._migration.version,
                name=self._migration.label,
                request=self._prepared.shown,
                reason=seen.reason,
                captures=seen.captures,
                tries=self._tries,
                elapsed_s=time.monotonic() - self._started_s,
                timeout_s=self._poll.timeout_s,
            )
        )

    def _out_of_reach(self, seen: _Seen) -> PollError:
        return self._error(
            f"{self._prepared.shown} {seen.reason}, and 'fail_if' holds over that: "
            f"{self._poll.fail_if.strip()}",
            seen,
            "fail_if",
        )

    def _out_of_time(self, last: _Seen) -> PollError:
        times = "once" if self._tries == 1 else f"{self._tries} times"
        elapsed = format_duration(time.monotonic() - self._started_s)
        return self._error(
            f"{self._prepared.shown} was polled {times} in {elapsed}, and 'until' did "
            f"not come to hold within {format_duration(self._poll.timeout_s)}: "
            f"{self._poll.until.strip()}; the last time it {last.reason}",
            last,
            "until",
        )

    def _denied(self, error: ExchangeError) -> PollError:
        seen = _Seen(reason="", status=error.status, body=error.body)
        return self._error(f"{error}: it can't be polled", seen, "request")

    def _error(self, message: str, seen: _Seen, key: str) -> PollError:
        return PollError(
            message, status=seen.status, body=seen.body, tries=self._tries, key=key
        )


def _captures(answer: Optional[Answer]) -> Mapping[str, StoredValue]:
    return answer.captures if answer is not None else {}
