"""A session of `requests` over a stage's own client, for programs."""

import re
import threading
import time
from http.client import HTTPMessage
from io import BytesIO
from types import SimpleNamespace
from typing import Any, Callable, ContextManager, Mapping, Optional, Tuple, Type, Union

import requests
from requests.adapters import BaseAdapter
from urllib3.response import HTTPResponse

from apirun.exceptions import ExchangeError, NotSentError
from apirun.http.client import HttpClient
from apirun.http.redirects import is_credential, leads_elsewhere
from apirun.http.transport import DEFAULT_HEADERS
from apirun.http.wire import WireRequest, WireResponse
from apirun.http.witness import SAFE, Witness
from apirun.masking import Masker

__all__ = ["StageSession"]

Timeout = Union[None, float, Tuple[Optional[float], Optional[float]]]
Telling = Callable[
    [WireRequest, str], ContextManager[Callable[[WireResponse], WireResponse]]
]
# What the client counts itself.
OWN_HEADERS = frozenset({"content-length", "transfer-encoding", "connection"})
_NEXT_COOKIE = re.compile(r",\s*(?=[^;,=\s]+=)")


class StageSession(requests.Session):
    """
    A session of `requests` over a stage's own client.

    Nothing is taken from the process, and nothing is sent a second time.
    Answers are read whole, also with ``stream=True``. Redirects never carry
    credentials to another host.

    Args:
        client: Sends each request.
        timeout_s: Seconds for a request that says nothing itself.
        masker: Knows which texts are secret.
        witness: Told what becomes of each request.
        telling: Makes a block for each request, given it and how it is shown,
            to which its answer is handed.
    """

    def __init__(
        self,
        client: HttpClient,
        *,
        timeout_s: float,
        masker: Masker,
        witness: Witness,
        telling: Telling,
    ) -> None:
        super().__init__()
        self.trust_env = False
        self.headers.clear()
        self.headers.update(dict(DEFAULT_HEADERS.values()))
        self._masker = masker
        adapter = _ClientAdapter(client, timeout_s, witness, telling)
        for prefix in ("http://", "https://"):
            self.mount(prefix, adapter)

    def rebuild_auth(
        self, prepared_request: requests.PreparedRequest, response: requests.Response
    ) -> None:
        """Leave credentials out of what is redirected to another host."""
        before, after = str(response.request.url), str(prepared_request.url)
        if not leads_elsewhere(before, after):
            return
        known = Masker(self._masker.secrets)
        for name, value in list(prepared_request.headers.items()):
            if is_credential((name, value), known):
                del prepared_request.headers[name]
        text = (_content(prepared_request.body) or b"").decode(errors="replace")
        if known.mask(text) != text:
            raise requests.exceptions.InvalidURL(
                f"{response.request.method} {self._masker.mask_url(before)} redirects "
                "elsewhere, and the body holds a secret, which is not sent to another "
                "host",
                response=response,
            )


class _ClientAdapter(BaseAdapter):
    """Sends what a session prepared through a stage's client."""

    def __init__(
        self, client: HttpClient, timeout_s: float, witness: Witness, telling: Telling
    ) -> None:
        super().__init__()
        self._client = client
        self._timeout_s = timeout_s
        self._witness = witness
        self._telling = telling
        self._lock = threading.Lock()
        self._closed = False

    def send(
        self,
        request: requests.PreparedRequest,
        stream: object = False,  # noqa: ARG002, FBT002 - answers are read whole
        timeout: Any = None,  # noqa: ANN401 - as in requests
        verify: object = True,  # noqa: ARG002, FBT002 - TLS is a setting of the stage
        cert: object = None,  # noqa: ARG002 - likewise
        proxies: object = None,  # noqa: ARG002 - likewise
    ) -> requests.Response:
        """Send *request* once, and return its answer, a redirect or not."""
        timeout_s = _seconds(timeout, self._timeout_s)
        wire = _wire(request)
        shown = self._client.shown(wire)
        with self._lock:
            if self._closed:
                raise requests.ConnectionError(
                    f"{shown} was not sent: the call that this session is for is over",
                    request=request,
                )
            started_s = time.monotonic()
            try:
                self._client.await_turn(wire)
                with self._telling(wire, shown) as came:
                    answer = came(self._client.exchange(wire, timeout_s)[0])
            except ExchangeError as error:
                kind: Type[requests.RequestException] = requests.ConnectionError
                if time.monotonic() - started_s >= timeout_s:
                    kind = requests.ReadTimeout
                if not isinstance(error, NotSentError):
                    self._witness.lost(wire.method, shown)
                raise kind(str(error), request=request) from error
        self._witness.answered(wire.method, shown, answer.status)
        return _response(request, answer, self)

    def close(self) -> None:
        """Refuse what comes later: the client goes on without it."""
        with self._lock:
            self._closed = True


def _wire(request: requests.PreparedRequest) -> WireRequest:
    method = str(request.method).upper()
    return WireRequest(
        method=method,
        url=str(request.url),
        headers=tuple(
            (name, _text(value))
            for name, value in request.headers.items()
            if name.lower() not in OWN_HEADERS
        ),
        body=_content(request.body),
        repeatable=method in SAFE,
    )


def _text(value: Union[str, bytes]) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value


def _content(body: Any) -> Optional[bytes]:  # noqa: ANN401 - whatever requests takes
    """Return a body as bytes; a file or a generator is read to its end."""
    if body is None or isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode()
    if hasattr(body, "read"):
        return _content(body.read())
    return b"".join(_content(chunk) or b"" for chunk in body)


def _seconds(timeout: Timeout, default_s: float) -> float:
    """Return the seconds for a whole request, its answer included."""
    if isinstance(timeout, tuple):
        given = [part for part in timeout if part is not None]
        return sum(given) if given else default_s
    return default_s if timeout is None else float(timeout)


def _response(
    request: requests.PreparedRequest, answer: WireResponse, adapter: BaseAdapter
) -> requests.Response:
    """Return an answer as requests has it, with its cookies."""
    raw = HTTPResponse(
        body=BytesIO(answer.body),
        headers=dict(answer.headers),
        status=answer.status,
        preload_content=False,
        decode_content=False,
    )
    raw._original_response = SimpleNamespace(  # type: ignore[assignment]  # noqa: SLF001 - where requests looks for cookies
        msg=_cookie_lines(answer.headers), isclosed=lambda: True
    )
    made = requests.Response()
    made.status_code = answer.status
    made.headers = requests.structures.CaseInsensitiveDict(answer.headers)
    made.encoding = requests.utils.get_encoding_from_headers(made.headers)
    made.raw = raw
    made.url = answer.url
    made.request = request
    made.connection = adapter  # type: ignore[assignment]  # requests sets it likewise
    made._content = answer.body  # noqa: SLF001 - it was read, and bounded
    made._content_consumed = True  # type: ignore[attr-defined]  # noqa: SLF001 - likewise
    made.reason = requests.status_codes._codes.get(answer.status, ("",))[0]  # type: ignore[attr-defined]  # noqa: SLF001 - its only table
    requests.cookies.extract_cookies_to_jar(made.cookies, request, raw)  # type: ignore[no-untyped-call]  # as it is
    return made


def _cookie_lines(headers: Mapping[str, str]) -> HTTPMessage:
    """Return the lines of ``Set-Cookie``, which were joined with commas."""
    message = HTTPMessage()
    for line in _NEXT_COOKIE.split(headers.get("Set-Cookie", "")):
        if line:
            message["Set-Cookie"] = line
    return message
