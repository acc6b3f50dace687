"""One request and its answer: render, authenticate, send, check, capture."""

from typing import Callable, ContextManager, Dict, Mapping, Optional, Tuple

from attrs import evolve, frozen

from apirun.auth import Tokens
from apirun.captured import take_captures
from apirun.exceptions import (
    AnswerLostError,
    AuthError,
    CaptureError,
    ExchangeError,
    RefusedError,
)
from apirun.excerpt import excerpt
from apirun.exchanged import ExchangeTeller, Keep
from apirun.http import WireRequest, WireResponse
from apirun.http.retry_after import retry_after_s
from apirun.masking import Masker
from apirun.migration import Probe, Request
from apirun.rendered import Prepared, prepare_request
from apirun.rendering import ReadTokens, Renderer
from apirun.state import StoredValue

__all__ = ["Answer", "Exchange", "Prepared", "is_undecided"]

GATEWAY = frozenset({502, 504})
ABSENT = frozenset({404, 410})
UNAUTHORIZED = 401
UNDECIDED = frozenset({401, 403, 407, 408, 425, 429})

Send = Callable[[WireRequest], WireResponse]
Retried = Callable[[str, str, int, float], None]


def nobody(_request: str, _reason: str, _tries: int, _wait_s: float) -> None:
    """Tell nobody of a request that is sent again."""


@frozen(kw_only=True)
class Answer:
    """
    An answer that was accepted.

    Attributes:
        status: Status code.
        captures: What was taken out of it.
        body: Its text, unmasked.
        tries: How often the request was sent.
        elapsed_s: Seconds that the last try took.
        retry_after_s: Seconds for which it asks not to be asked again.
    """

    status: int
    captures: Mapping[str, StoredValue]
    body: str
    tries: int = 1
    elapsed_s: float = 0.0
    retry_after_s: Optional[float] = None


@frozen(kw_only=True)
class Exchange:
    """
    One stage's way of talking to its API.

    Attributes:
        send: Sends one request with the stage's client.
        tokens: The stage's tokens by name.
        masker: Takes secrets out, and learns those that are captured.
        teller: Tells of each request, and of what came of it.
        render_body: Whether bodies are templates unless they say otherwise.
        on_retry: Told of a request that is sent again with a new token: the
            request, the reason, tries so far, seconds to wait.
    """

    send: Send
    tokens: Tokens
    masker: Masker
    teller: ExchangeTeller
    render_body: bool = True
    on_retry: Retried = nobody

    def prepare(
        self, request: Request, render: Renderer, *, key: str, idempotency_key: str = ""
    ) -> Prepared:
        """
        Render all of *request*; nothing of it is sent.

        Args:
            request: With templates in it.
            render: Renders a template that stands at a key.
            key: Where the request stands, such as ``up.request``.
            idempotency_key: Sent as ``Idempotency-Key``; empty for none.

        Raises:
            RenderError: If a variable is missing, or what comes out is no
                URL, header, JSON or status code.
            AuthError: If the token that it needs can't be acquired.
        """
        tokens = ReadTokens(self.tokens)
        tokens.read.update(render.taken)

        def authorize(name: str) -> Tuple[str, str]:
            token = self.tokens.token(name)
            tokens.read[name] = token.header
            return token.name, token.header

        prepared = prepare_request(
            request,
            evolve(render, tokens=tokens),
            key=key,
            idempotency_key=idempotency_key,
            authorize=authorize,
            masker=self.masker,
            render_body=self.render_body,
        )
        return evolve(
            prepared,
            tokens=tokens.read,
            again=lambda: self.prepare(
                request,
                render.again() if render.again else render,
                key=key,
                idempotency_key=idempotency_key,
            ),
        )

    def perform(self, prepared: Prepared) -> Answer:
        """
        Send what was prepared, and return the answer if it is accepted.

        After a 401 it is rendered and sent once more if one of its tokens can
        be renewed: the API has told that it did nothing.

        Raises:
            NotSentError: If provably nothing reached the API.
            AnswerLostError: If it may have acted, and its answer is not known.
            RefusedError: If its status is not accepted.
            CaptureError: If it lacks a value that must be captured.
            CancelledError: If the run was stopped before it was sent.
            AuthError: If the API refused a token that can't be renewed now.
        """
        with self._telling(prepared) as came:
            response = came(self._sent(prepared))
            if not prepared.wire.accepts(response.status):
                raise self._refused(prepared, response)
            return _answer(response, self._captured(prepared, response))

    def probe(self, probe: Probe, render: Renderer) -> Optional[Answer]:
        """
        Return the answer if what a migration makes is there, None if it is not.

        404, 410 and any other answer below 500 that is not accepted mean that
        it is not, but for those that say nothing about it (401, 403, 407, 408,
        425, 429). An accepted answer that lacks every value that is to be
        captured is that of a search which found nothing.

        Raises:
            ExchangeError: If the API could not tell.
            RenderError: If a variable is missing.
        """
        return self.ask(self.prepare(probe.request, render, key="probe.request"))

    def ask(self, prepared: Prepared) -> Optional[Answer]:
        """
        Send a probe that was prepared; see `probe`.

        Raises:
            ExchangeError: If the API could not tell.
        """
        with self._telling(prepared) as came:
            response = came(self._sent(prepared))
            if prepared.wire.accepts(response.status):
                captures = self._captured(prepared, response)
                nothing = bool(prepared.request.response.env_from) and not captures
                return None if nothing else _answer(response, captures)
        if is_undecided(response.status):
            raise ExchangeError(
                f"the probe {prepared.shown} answered {response.status}, which does "
                "not tell whether it is there",
                status=response.status,
                body=excerpt(self.masker, response.shown),
                tries=response.tries,
            )
        return None

    def _telling(self, prepared: Prepared) -> ContextManager[Keep]:
        return self.teller.telling(prepared.part, prepared.wire, prepared.shown)

    def _sent(self, prepared: Prepared) -> WireResponse:
        """Send, and once more if a token is refused that can be renewed."""
        response = self.send(prepared.wire)
        refused = response.status == UNAUTHORIZED and not response.acted
        if not refused or prepared.wire.accepts(UNAUTHORIZED) or not prepared.again:
            return response
        if not self.tokens.renew(prepared.tokens):
            return response
        try:
            again = prepared.again()
        except AuthError as error:
            raise AuthError(f"{prepared.shown} answered 401, and {error}") from error
        if again.tokens == prepared.tokens:
            return response
        names = "', '".join(prepared.tokens)
        reason = f"it answered 401, and the token '{names}' was renewed"
        self.on_retry(prepared.shown, reason, response.tries, 0.0)
        second = self.send(evolve(again.wire, deadline_s=prepared.wire.deadline_s))
        # The try that was refused did nothing, so it does not count as one.
        return evolve(second, tries=second.tries + response.tries - 1)

    def _refused(self, prepared: Prepared, response: WireResponse) -> ExchangeError:
        status, body = response.status, excerpt(self.masker, response.shown)
        accepted = " or ".join(prepared.accepted) or "any status below 400"
        told = f"{prepared.shown} answered {status}"
        why = ""
        if status in GATEWAY:
            why = "a gateway lost the answer of the API, which may have acted"
        elif response.lost and not _is_gone(prepared, status):
            why = "an earlier try may have reached the API, and its answer is not known"
        if why and prepared.wire.acts:
            return AnswerLostError(
                f"{told}: {why}", status=status, body=body, tries=response.tries
            )
        return RefusedError(
            f"{told}, but 'response.result_code' accepts {accepted}",
            status=status,
            body=body,
            tries=response.tries,
        )

    def _captured(
        self, prepared: Prepared, response: WireResponse
    ) -> Dict[str, StoredValue]:
        wanted = prepared.request.response
        if not wanted.env_from:
            return {}
        found, missing = take_captures(wanted.env_from, response)
        for name, kept in found.items():
            if kept.secret and kept.value:
                self.masker.add(kept.value)
            elif self.masker.mask(kept.value) != kept.value:
                # An API may say back the token that it was asked with.
                found[name] = evolve(kept, secret=True)
        if missing and wanted.env_missing == "fail":
            names = ", ".join(
                f"'{name}' (at '{wanted.env_from[name].path}')" for name in missing
            )
            raise CaptureError(
                f"{prepared.shown} answered {response.status}, but its answer lacks "
                f"{names}, and 'env_missing' is 'fail'",
                status=response.status,
                body=excerpt(self.masker, response.shown),
                tries=response.tries,
            )
        return found


def _answer(response: WireResponse, captures: Mapping[str, StoredValue]) -> Answer:
    return Answer(
        status=response.status,
        captures=captures,
        body=response.text,
        tries=response.tries,
        elapsed_s=response.elapsed_s,
        retry_after_s=retry_after_s(response.headers),
    )


def is_undecided(status: int) -> bool:
    """Return whether a refusal says nothing about what was done before."""
    return status >= 500 or status in UNDECIDED


def _is_gone(prepared: Prepared, status: int) -> bool:
    return prepared.wire.method == "DELETE" and status in ABSENT
