"""One request and its answer: render, authenticate, send, check, capture."""

from typing import Callable, Dict, Mapping, Optional

from attrs import frozen

from apirun.capture import MISSING, as_text, parse_document, parse_source
from apirun.capture import DocumentError as JsonError
from apirun.exceptions import (
    AnswerLostError,
    CaptureError,
    ExchangeError,
    RefusedError,
)
from apirun.http import WireRequest, WireResponse
from apirun.masking import Masker, is_secret_name
from apirun.migration import Capture, Probe, Request
from apirun.rendered import Prepared, prepare_request
from apirun.rendering import Renderer
from apirun.settings import ClientSettings
from apirun.state import StoredValue

__all__ = ["Answer", "Exchange", "Prepared"]

BODY_SHOWN = 2000
GATEWAY = frozenset({502, 504})
ABSENT = frozenset({404, 410})
UNDECIDED = frozenset({401, 403, 407, 408, 425, 429})

Send = Callable[[WireRequest], WireResponse]


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
    """

    status: int
    captures: Mapping[str, StoredValue]
    body: str
    tries: int = 1
    elapsed_s: float = 0.0


@frozen(kw_only=True)
class Exchange:
    """
    One stage's way of talking to its API.

    Attributes:
        send: Sends one request with the stage's client.
        tokens: The stage's tokens by name.
        masker: Takes secrets out, and learns those that are captured.
        settings: The stage's ``client`` block.
        render_body: Whether bodies are templates unless they say otherwise.
    """

    send: Send
    tokens: Mapping[str, str]
    masker: Masker
    settings: ClientSettings
    render_body: bool = True

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
        return prepare_request(
            request,
            render,
            key=key,
            idempotency_key=idempotency_key,
            tokens=self.tokens,
            masker=self.masker,
            settings=self.settings,
            render_body=self.render_body,
        )

    def perform(self, prepared: Prepared) -> Answer:
        """
        Send what was prepared, and return the answer if it is accepted.

        Raises:
            NotSentError: If provably nothing reached the API.
            AnswerLostError: If it may have acted, and its answer is not known.
            RefusedError: If its status is not accepted.
            CaptureError: If it lacks a value that must be captured.
            CancelledError: If the run was stopped before it was sent.
        """
        response = self.send(prepared.wire)
        if not prepared.wire.accepts(response.status):
            raise self._refused(prepared, response)
        return Answer(
            status=response.status,
            captures=self._captured(prepared, response),
            body=response.text,
            tries=response.tries,
            elapsed_s=response.elapsed_s,
        )

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
        response = self.send(prepared.wire)
        if prepared.wire.accepts(response.status):
            captures = self._captured(prepared, response)
            if prepared.request.response.env_from and not captures:
                return None
            return Answer(
                status=response.status,
                captures=captures,
                body=response.text,
                tries=response.tries,
                elapsed_s=response.elapsed_s,
            )
        if response.status >= 500 or response.status in UNDECIDED:
            raise ExchangeError(
                f"the probe {prepared.shown} answered {response.status}, which does "
                "not tell whether it is there",
                status=response.status,
                body=self._shown_body(response),
                tries=response.tries,
            )
        return None

    def _refused(self, prepared: Prepared, response: WireResponse) -> ExchangeError:
        status, body = response.status, self._shown_body(response)
        accepted = " or ".join(prepared.accepted) or "any status below 400"
        told = f"{prepared.shown} answered {status}"
        if status in GATEWAY and not prepared.wire.repeatable:
            return AnswerLostError(
                f"{told}: a gateway lost the answer of the API, which may have acted",
                status=status,
                body=body,
                tries=response.tries,
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
        found, missing = _take(wanted.env_from, response)
        for value in found.values():
            if value.secret and value.value:
                self.masker.add(value.value)
        if missing and wanted.env_missing == "fail":
            names = ", ".join(
                f"'{name}' (at '{wanted.env_from[name].path}')" for name in missing
            )
            raise CaptureError(
                f"{prepared.shown} answered {response.status}, but its answer lacks "
                f"{names}, and 'env_missing' is 'fail'",
                status=response.status,
                body=self._shown_body(response),
                tries=response.tries,
            )
        return found

    def _shown_body(self, response: WireResponse) -> str:
        return self.masker.mask(response.text)[:BODY_SHOWN]


def _take(
    wanted: Mapping[str, Capture], response: WireResponse
) -> "tuple[Dict[str, StoredValue], list[str]]":
    """Return the values that are there, and the names of those that are not."""
    found: Dict[str, StoredValue] = {}
    missing = []
    document: object = None
    for name, capture in wanted.items():
        source = parse_source(capture.path)
        value: object = MISSING
        if source.kind == "status":
            value = response.status
        elif source.kind == "raw":
            value = response.text
        elif source.kind == "header":
            value = response.headers.get(source.name, MISSING)
        elif source.kind == "cookie":
            value = response.cookies.get(source.name, MISSING)
        elif source.path is not None:
            if document is None:
                document = _document(response)
            value = MISSING if document is MISSING else source.path.get(document)
        if value is MISSING:
            missing.append(name)
        else:
            secret = capture.secret or is_secret_name(name)
            found[name] = StoredValue(as_text(value), secret)
    return found, missing


def _document(response: WireResponse) -> object:
    try:
        document = parse_document(response.body)
    except JsonError:
        return MISSING
    # A body of null is there, and is not to be parsed again.
    return MISSING if document is None else document
