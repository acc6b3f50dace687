"""One request to one server, answered before its deadline or not at all."""

import time
from typing import Dict, List, Mapping, Tuple

import requests
from attrs import evolve
from urllib3.exceptions import HTTPError

from apirun.control import Control
from apirun.exceptions import AnswerLostError, CancelledError, NotSentError
from apirun.http.adapter import WatchedAdapter
from apirun.http.reading import BodyTooLongError, read_body
from apirun.http.tls import has_tls_settings, tls_context
from apirun.http.troubles import FinalError, told
from apirun.http.watchdog import Watchdog
from apirun.http.wire import WireRequest, WireResponse
from apirun.masking import Masker
from apirun.settings import ClientSettings

__all__ = ["Transport"]

# A server closes idle connections; a request that can't be repeated is not
# risked on one that may be half closed already.
IDLE_TOO_LONG_S = 1.0
FIRST_FINAL_STATUS = 200
DEFAULT_HEADERS = {
    "accept": ("Accept", "*/*"),
    "accept-encoding": ("Accept-Encoding", "gzip, deflate"),
    "connection": ("Connection", "keep-alive"),
    "user-agent": ("User-Agent", "apirun"),
}


class Transport:
    """
    The connections of one stage, used by one thread at a time.

    Nothing is taken from the process: no proxies, no ``.netrc``, no cookies of
    earlier requests.

    Args:
        settings: The stage's ``client`` block.
        control: Breaks a request off.
        masker: Takes secrets out of messages.

    Raises:
        UsageError: If a TLS file can't be used.
    """

    def __init__(
        self, settings: ClientSettings, control: Control, masker: Masker
    ) -> None:
        self._limit = settings.max_response_bytes
        self._control = control
        self._masker = masker
        self._last_used_s = 0.0
        if has_tls_settings(settings):
            # What is wrong with them is told before anything is sent.
            tls_context(settings)
        self._watchdog = Watchdog()
        self._forget_abort = control.on_abort(self._watchdog.strike)
        self._proxies: Dict[str, str] = {}
        if settings.proxy:
            self._proxies = {"http": settings.proxy, "https": settings.proxy}
        # A session would read the bodies of redirects whole, however long.
        self._adapter = WatchedAdapter(self._watchdog, lambda: tls_context(settings))

    def exchange(self, request: WireRequest, deadline_s: float) -> WireResponse:
        """
        Send *request* once and return its answer, a redirect or not.

        Args:
            request: Without user name or password in its URL.
            deadline_s: Reading of `time.monotonic` at which it is broken off.

        Raises:
            NotSentError: If provably nothing reached the API.
            AnswerLostError: If something may have, and no answer is known.
            CancelledError: If the run was broken off before it was sent.
        """
        started_s = time.monotonic()
        if deadline_s <= started_s:
            raise NotSentError(
                f"{self.shown(request)} was not sent: no time is left for it"
            )
        if not request.repeatable and started_s - self._last_used_s > IDLE_TOO_LONG_S:
            self._adapter.close()
        self._watchdog.arm(deadline_s)
        if self._control.aborting:
            self._watchdog.strike()
        try:
            response = self._send(request, deadline_s - started_s)
            # The end of a body without a length is the end of its connection.
            self._watchdog.left_s()
        except (requests.RequestException, HTTPError, OSError, ValueError) as error:
            self._adapter.close()
            if self._control.aborting and not self._watchdog.sent:
                raise CancelledError(
                    f"{self.shown(request)} was broken off before it was sent"
                ) from error
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

    def close(self) -> None:
        """Give up the connections."""
        self._forget_abort()
        self._watchdog.close()
        self._adapter.close()

    def shown(self, request: WireRequest) -> str:
        """Return method and URL, secrets masked."""
        url = self._masker.mask(self._masker.mask_url(request.url))
        return f"{request.method} {url}"

    def _send(self, request: WireRequest, left_s: float) -> WireResponse:
        prepared = requests.Request(
            request.method,
            request.url,
            headers=_headers(request.headers),
            data=request.body,
        ).prepare()
        answer = self._adapter.send(
            prepared, stream=True, timeout=(left_s, left_s), proxies=self._proxies
        )
        shown, status = self.shown(request), answer.status_code
        # urllib3 1.26 takes a truncated answer for a whole one unless told.
        answer.raw.enforce_content_length = True
        try:
            body = read_body(answer.raw, limit=self._limit)
        except BodyTooLongError as error:
            raise FinalError(
                f"{shown} answered {status} with more than client.max_response_bytes "
                f"({self._limit}) allows; the rest was not read",
                status=status,
            ) from error
        finally:
            answer.close()
        if status < FIRST_FINAL_STATUS:
            # http.client takes what it does not know for the final answer.
            raise AnswerLostError(
                f"{shown} was sent, and answered with an interim {status} only",
                status=status,
            )
        return WireResponse(
            status=status,
            headers=answer.headers,
            cookies=_cookies(answer.raw.headers.getlist("Set-Cookie")),
            body=body,
            url=request.url,
        )


def _headers(pairs: Tuple[Tuple[str, str], ...]) -> Mapping[str, bytes]:
    """Return headers as requests takes them: each name once, values as bytes."""
    own: Dict[str, Tuple[str, str]] = {}
    for name, value in pairs:
        low = name.lower()
        glue = "; " if low == "cookie" else ", "
        before = f"{own[low][1]}{glue}" if low in own else ""
        own[low] = (name, before + value)
    told = {**DEFAULT_HEADERS, **own}
    return {name: value.encode() for name, value in told.values()}


def _cookies(lines: List[str]) -> Dict[str, str]:
    """Return the values that ``Set-Cookie`` sets (RFC 6265, section 5.2)."""
    pairs = (line.partition(";")[0].partition("=") for line in lines)
    return {name.strip(): value.strip() for name, mark, value in pairs if mark}
