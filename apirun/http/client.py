"""
One stage's HTTP client: deadlines, retries, redirects, bounded answers.

Whether something reached the API is the heart of it. Until the first byte of a
request goes out nothing of it can have; `NotSentError` is raised for that and
nothing else. After that every failure is an `AnswerLostError`.
"""

import time
from typing import Callable, Optional, Tuple

from attrs import evolve

from apirun.control import Control
from apirun.durations import format_duration
from apirun.exceptions import (
    AnswerLostError,
    CancelledError,
    ExchangeError,
    NotSentError,
    RefusedError,
)
from apirun.http.redirects import (
    authority,
    follow,
    is_redirect,
    place_of,
    with_userinfo_as_header,
)
from apirun.http.retry_after import retry_after_s
from apirun.http.transport import Transport
from apirun.http.troubles import FinalError
from apirun.http.wire import WireRequest, WireResponse
from apirun.masking import Masker
from apirun.settings import ClientSettings

__all__ = ["Held", "HttpClient", "Retried"]

Retried = Callable[[str, str, int, float], None]
"""Told of a retry: the request, the reason, tries so far, seconds to wait."""
Held = Callable[[str, str, float], None]
"""Told of a request that waits: itself, the host that asked, seconds to wait."""

RETRY_STATUS = frozenset({408, 429, 502, 503, 504})
GATEWAY_STATUS = frozenset({502, 504})
HUSHING_STATUS = frozenset({429, 503})
MAX_REDIRECTS = 10
LONGEST_RETRY_AFTER_S = 600.0


class HttpClient:
    """
    One stage's HTTP client. It is used by one thread at a time.

    Nothing is taken from the process: no proxies, no ``.netrc``, no cookies of
    earlier requests. A host that answers 429 or 503 with ``Retry-After`` gets no
    request of any client with the same control before that time.

    Args:
        settings: The stage's ``client`` block.
        control: Stops it, and ends it at its deadline.
        masker: Takes secrets out of messages.
        on_retry: Told of every retry.
        on_hold: Told of every request that waits for its host.

    Raises:
        UsageError: If a TLS file can't be used.
    """

    def __init__(
        self,
        settings: ClientSettings,
        *,
        control: Control,
        masker: Masker,
        on_retry: Optional[Retried] = None,
        on_hold: Optional[Held] = None,
    ) -> None:
        self._settings = settings
        self._control = control
        self._masker = masker
        self._on_retry = on_retry
        self._on_hold = on_hold
        self._transport = Transport(settings, control, masker)

    def send(self, request: WireRequest) -> WireResponse:
        """
        Send *request*, as often as its policy allows, and return the answer.

        Raises:
            NotSentError: If provably nothing reached the API in any try.
            AnswerLostError: If something may have, and no answer is known.
            RefusedError: If it was redirected to where it is not sent.
            CancelledError: If the run was stopped before anything was sent.
        """
        request = with_userinfo_as_header(request)
        tries = lost = answered = 0
        while True:
            tries += 1
            failed: Optional[ExchangeError] = None
            response: Optional[WireResponse] = None
            try:
                response = self._follow(request)
            except CancelledError as error:
                if lost:
                    raise _lost_before(str(error), tries, lost) from error
                raise
            except ExchangeError as error:
                failed = error
                failed.tries = tries
            wait_s = self._wait_s(request, response, failed, tries)
            if wait_s is not None:
                reason = str(failed) if failed else f"it answered {_status(response)}"
                self._tell(request, reason, tries, wait_s)
                if self._rest(wait_s):
                    lost += _is_lost(response, failed)
                    answered = _status(response) or answered
                    continue
                if isinstance(failed, NotSentError) and not lost:
                    raise CancelledError(
                        f"{self.shown(request)}: stopped before it was sent"
                    ) from failed
            if isinstance(failed, NotSentError) and lost:
                raise _lost_before(str(failed), tries, lost) from failed
            if isinstance(failed, NotSentError) and answered:
                why = f"{failed}; an earlier try was answered {answered}"
                raise RefusedError(why, status=answered, tries=tries) from failed
            if failed is not None:
                raise failed
            assert response is not None
            return evolve(response, tries=tries, lost=lost)

    def await_turn(self, request: WireRequest) -> None:
        """
        Wait as long as the host of *request* asked to be left alone.

        `send` does so too; what must be recorded just before is waited for here.

        Raises:
            NotSentError: If that takes longer than there is time.
            CancelledError: If the run is stopped meanwhile.
        """
        host, told = authority(request.url), False
        while True:
            left_s = self._control.quiet.left_s(host)
            if left_s <= 0:
                return
            if not self._fits(request, left_s):
                raise NotSentError(
                    f"{self.shown(request)} was not sent: {host} asked to be left "
                    f"alone for another {format_duration(left_s)}, and there is less "
                    "time than that"
                )
            if not told and self._on_hold is not None:
                self._on_hold(self.shown(request), host, left_s)
                told = True
            try:
                self._control.sleep(left_s)
            except CancelledError as error:
                raise CancelledError(
                    f"{self.shown(request)}: stopped before it was sent"
                ) from error

    def close(self) -> None:
        """Give up the connections."""
        self._transport.close()

    def shown(self, request: WireRequest) -> str:
        """Return method and URL, secrets masked."""
        return self._transport.shown(request)

    def _wait_s(
        self,
        request: WireRequest,
        response: Optional[WireResponse],
        failed: Optional[ExchangeError],
        tries: int,
    ) -> Optional[float]:
        """Return the seconds until the next try; None if there is none."""
        retry = request.retry or self._settings.retry
        if tries >= retry.attempts or self._control.stopping:
            return None
        wait_s: Optional[float] = None
        if response is not None:
            if not request.repeatable or response.status not in RETRY_STATUS:
                return None
            if request.accepts(response.status):
                return None
            wait_s = retry_after_s(response.headers)
            if wait_s is not None and wait_s > LONGEST_RETRY_AFTER_S:
                return None
        elif not isinstance(failed, NotSentError) and not (
            request.repeatable
            and isinstance(failed, AnswerLostError)
            and not isinstance(failed, FinalError)
        ):
            return None
        if wait_s is None:
            wait_s = retry.wait_s(tries)
        wait_s = max(wait_s, self._control.quiet.left_s(authority(request.url)))
        # One that does not fit into what is left of the stage is not begun.
        return wait_s if self._fits(request, wait_s) else None

    def _fits(self, request: WireRequest, wait_s: float) -> bool:
        left_s = self._control.remaining_s(wait_s + 1e-9)
        if request.deadline_s is not None:
            left_s = min(left_s, request.deadline_s - time.monotonic())
        return left_s >= wait_s

    def _rest(self, wait_s: float) -> bool:
        try:
            self._control.sleep(wait_s)
        except CancelledError:
            return False
        return not self._control.expired

    def _tell(
        self, request: WireRequest, reason: str, tries: int, wait_s: float
    ) -> None:
        if self._on_retry is not None:
            self._on_retry(self.shown(request), reason, tries, wait_s)

    def _follow(self, request: WireRequest) -> WireResponse:
        """Send one try, and what it is redirected to."""
        self.await_turn(request)
        timeout_s = request.timeout_s or self._settings.timeout_s
        response, left_s = self.exchange(request, timeout_s)
        cookies = {**response.cookies}
        acted = False
        for _ in range(MAX_REDIRECTS):
            if not is_redirect(request, response):
                return evolve(response, cookies=cookies, acted=acted)
            # 307 and 308 tell that nothing was done yet, the others may not.
            acted = acted or (request.acts and response.status not in (307, 308))
            onward = follow(request, response, self._masker)
            if isinstance(onward, str):
                raise self._astray(request, response, onward, acted=acted)
            before, request = self.shown(request), onward
            try:
                self.await_turn(request)
                response, left_s = self.exchange(request, left_s)
            except (NotSentError, CancelledError) as error:
                why = f"{before} answered {response.status} and redirects: {error}"
                if request.acts and not acted:
                    raise RefusedError(why, status=response.status) from error
                raise AnswerLostError(why, status=response.status) from error
            cookies.update(response.cookies)
        if is_redirect(request, response):
            why = f"and {MAX_REDIRECTS} redirects are enough"
            raise self._astray(request, response, why, acted=acted)
        return evolve(response, cookies=cookies, acted=acted)

    def exchange(
        self, request: WireRequest, left_s: float
    ) -> Tuple[WireResponse, float]:
        """Return the answer to one try, and what it left of the *left_s* seconds."""
        started_s = time.monotonic()
        deadline_s = started_s + self._control.remaining_s(left_s)
        if request.deadline_s is not None:
            deadline_s = min(deadline_s, request.deadline_s)
        response = self._transport.exchange(request, deadline_s)
        if response.status in HUSHING_STATUS:
            wait_s = retry_after_s(response.headers)
            if wait_s is not None:
                wait_s = min(wait_s, LONGEST_RETRY_AFTER_S)
                self._control.quiet.ask(authority(request.url), wait_s)
        return response, left_s - (time.monotonic() - started_s)

    def _astray(
        self, request: WireRequest, response: WireResponse, why: str, *, acted: bool
    ) -> ExchangeError:
        """Return the error for a redirect that is not followed."""
        target = self._masker.mask_url(place_of(response))
        place = self._masker.mask(target)[:200]
        kind = FinalError if acted else RefusedError
        return kind(
            f"{self.shown(request)} answered {response.status} and redirects to "
            f"{place!r}, {why}",
            status=response.status,
        )


def _lost_before(reason: str, tries: int, lost: int) -> AnswerLostError:
    times = "an earlier try" if lost == 1 else f"{lost} earlier tries"
    return AnswerLostError(
        f"{reason}; {times} may have reached the API, and its answer is not known",
        tries=tries,
    )


def _is_lost(response: Optional[WireResponse], failed: Optional[ExchangeError]) -> bool:
    """Return whether a try may have acted, and its answer is not known."""
    if response is not None:
        return response.status in GATEWAY_STATUS
    return not isinstance(failed, NotSentError)


def _status(response: Optional[WireResponse]) -> int:
    return response.status if response is not None else 0
