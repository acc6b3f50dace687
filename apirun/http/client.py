"""
One stage's HTTP client: deadlines, retries, redirects, bounded answers.

Whether something reached the API is the heart of it. Until a connection stands
nothing of a request can have; `NotSentError` is raised for that and nothing
else. After that every failure is an `AnswerLostError`.
"""

import time
from typing import Callable, Optional

import requests
from attrs import evolve

from apirun.control import Control
from apirun.exceptions import AnswerLostError, CancelledError, NotSentError
from apirun.http.adapter import WatchedAdapter
from apirun.http.redirects import follow
from apirun.http.retry_after import retry_after_s
from apirun.http.tls import tls_context
from apirun.http.troubles import Failed, TooLongError, told
from apirun.http.watchdog import Watchdog
from apirun.http.wire import WireRequest, WireResponse
from apirun.masking import Masker
from apirun.settings import ClientSettings

__all__ = ["HttpClient", "Retried"]

Retried = Callable[[str, str, int, float], None]
"""Told of a retry: the request, the reason, tries so far, seconds to wait."""

RETRY_STATUS = frozenset({408, 429, 502, 503, 504})
MAX_REDIRECTS = 10
LONGEST_RETRY_AFTER_S = 600.0
# A server closes idle connections; a request that can't be repeated is not
# risked on one that may be half closed already.
IDLE_TOO_LONG_S = 1.0
CHUNK_BYTES = 65536
FIRST_FINAL_STATUS = 200


class HttpClient:
    """
    One stage's HTTP client. It is used by one thread at a time.

    Nothing is taken from the process: no proxies, no ``.netrc``, no cookies of
    earlier requests.

    Args:
        settings: The stage's ``client`` block.
        control: Stops it, and ends it at its deadline.
        masker: Takes secrets out of messages.
        on_retry: Told of every retry.

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
    ) -> None:
        self._settings = settings
        self._control = control
        self._masker = masker
        self._on_retry = on_retry
        self._watchdog = Watchdog()
        self._forget_abort = control.on_abort(self._watchdog.strike)
        self._last_used_s = 0.0
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.cookies.set_policy(_NoCookies())
        self._session.verify = not settings.insecure and (settings.ca_file or True)
        if settings.proxy:
            self._session.proxies = {"http": settings.proxy, "https": settings.proxy}
        adapter = WatchedAdapter(self._watchdog, tls_context(settings))
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)

    def send(self, request: WireRequest) -> WireResponse:
        """
        Send *request*, as often as its policy allows, and return the answer.

        Raises:
            NotSentError: If provably nothing reached the API.
            AnswerLostError: If something may have, and no answer is known.
            CancelledError: If the run was stopped before anything was sent.
        """
        tries = 0
        while True:
            tries += 1
            failed: Optional[Failed] = None
            response: Optional[WireResponse] = None
            try:
                response = evolve(self._follow(request), tries=tries)
            except (NotSentError, AnswerLostError) as error:
                error.tries = tries
                failed = error
            wait_s = self._wait_s(request, response, failed, tries)
            if wait_s is not None:
                reason = str(failed) if failed else f"it answered {_status(response)}"
                self._tell(request, reason, tries, wait_s)
                if self._rest(wait_s):
                    continue
                if isinstance(failed, NotSentError):
                    raise CancelledError(
                        f"{self.shown(request)}: stopped before it was sent"
                    ) from failed
            if failed is not None:
                raise failed
            assert response is not None
            return response

    def close(self) -> None:
        """Give up the connections."""
        self._forget_abort()
        self._watchdog.close()
        self._session.close()

    def shown(self, request: WireRequest) -> str:
        """Return method and URL, secrets masked."""
        url = self._masker.mask(self._masker.mask_url(request.url))
        return f"{request.method} {url}"

    def _wait_s(
        self,
        request: WireRequest,
        response: Optional[WireResponse],
        failed: Optional[Failed],
        tries: int,
    ) -> Optional[float]:
        """Return the seconds until the next try; None if there is none."""
        if tries >= request.retry.attempts or self._control.stopping:
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
        elif isinstance(failed, AnswerLostError) and (
            not request.repeatable or isinstance(failed, TooLongError)
        ):
            return None
        if wait_s is None:
            wait_s = request.retry.wait_s(tries)
        # One that does not fit into what is left of the stage is not begun.
        return wait_s if self._control.remaining_s(wait_s + 1e-9) >= wait_s else None

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
        deadline_s = time.monotonic() + self._control.remaining_s(request.timeout_s)
        response = self._once(request, deadline_s)
        for _ in range(MAX_REDIRECTS):
            onward = follow(request, response)
            if onward is None:
                return response
            request = onward
            try:
                response = self._once(request, deadline_s)
            except NotSentError as error:
                # The first host was reached and may have acted before redirecting.
                raise AnswerLostError(str(error)) from error
        return response

    def _once(self, request: WireRequest, deadline_s: float) -> WireResponse:
        started_s = time.monotonic()
        if deadline_s <= started_s:
            raise NotSentError(
                f"{self.shown(request)} was not sent: no time is left for it"
            )
        if not request.repeatable and started_s - self._last_used_s > IDLE_TOO_LONG_S:
            self._session.close()
        self._watchdog.arm(deadline_s)
        if self._control.aborting:
            self._watchdog.strike()
        try:
            response = self._exchange(request, deadline_s - started_s)
        except (requests.RequestException, OSError, ValueError) as error:
            self._session.close()
            raise told(
                error,
                shown=self.shown(request),
                url=request.url,
                watchdog=self._watchdog,
                stopped=self._control.aborting,
                elapsed_s=time.monotonic() - started_s,
                masker=self._masker,
            ) from error
        finally:
            self._watchdog.disarm()
            self._last_used_s = time.monotonic()
        return evolve(response, elapsed_s=self._last_used_s - started_s)

    def _exchange(self, request: WireRequest, left_s: float) -> WireResponse:
        prepared = self._session.prepare_request(
            requests.Request(
                request.method,
                request.url,
                headers=dict(request.headers),
                data=request.body,
            )
        )
        answer = self._session.send(
            prepared,
            stream=True,
            allow_redirects=False,
            timeout=(left_s, left_s),
            verify=self._session.verify,
            proxies=self._session.proxies,
        )
        try:
            body = self._read(answer, request)
        finally:
            answer.close()
        if answer.status_code < FIRST_FINAL_STATUS:
            # http.client takes what it does not know for the final answer.
            raise AnswerLostError(
                f"{self.shown(request)} was sent, and answered with an interim "
                f"{answer.status_code} only",
                status=answer.status_code,
            )
        return WireResponse(
            status=answer.status_code,
            headers=answer.headers,
            cookies=answer.cookies.get_dict(),
            body=body,
            url=request.url,
        )

    def _read(self, answer: requests.Response, request: WireRequest) -> bytes:
        limit = self._settings.max_response_bytes
        # urllib3 1.26 takes a truncated answer for a whole one unless told.
        answer.raw.enforce_content_length = True
        chunks, size = [], 0
        for chunk in answer.iter_content(CHUNK_BYTES):
            size += len(chunk)
            if size > limit:
                raise TooLongError(
                    f"{self.shown(request)} answered {answer.status_code} with more "
                    f"than client.max_response_bytes ({limit}) allows; the rest was "
                    "not read",
                    status=answer.status_code,
                )
            chunks.append(chunk)
        return b"".join(chunks)


class _NoCookies(requests.cookies.cookielib.DefaultCookiePolicy):  # type: ignore[name-defined,misc]  # requests' own alias
    """Keeps no cookies from one request to the next."""

    def set_ok(self, _cookie: object, _request: object) -> bool:
        return False


def _status(response: Optional[WireResponse]) -> int:
    return response.status if response is not None else 0
