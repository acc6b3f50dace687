"""Why no answer came, in words instead of the libraries' own."""

import http.client
import socket
import ssl
from typing import Any, Callable, Iterator, Tuple, Type

import urllib3.exceptions as of_urllib3

from apirun.masking import Masker

__all__ = ["reason_of", "timed_out"]

QUOTED = 80
NO_TLS = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL"})
ENDED_IN_TLS = frozenset({"UNEXPECTED_EOF_WHILE_READING"})


def reason_of(error: BaseException, masker: Masker) -> str:
    """
    Return why *error* was raised, secrets masked.

    Args:
        error: What a library raised; what it wraps counts.
        masker: Takes secrets out of what a server said, before it is cut.
    """
    *_, inner = _unwrapped(error)
    return masker.mask(_told(inner, masker))


def timed_out(error: BaseException) -> bool:
    """Return whether *error* is, or wraps, that a socket waited in vain."""
    return any(isinstance(each, socket.timeout) for each in _unwrapped(error))


def _unwrapped(error: BaseException) -> Iterator[BaseException]:
    """Yield an error, and what it wraps, from the outside in."""
    inner: object = error
    while isinstance(inner, BaseException):
        yield inner
        reason = getattr(inner, "reason", None)
        wrapped = [each for each in inner.args if isinstance(each, BaseException)]
        if isinstance(reason, BaseException):
            wrapped.append(reason)
        if isinstance(inner, of_urllib3.NewConnectionError) and inner.__cause__:
            wrapped.append(inner.__cause__)
        inner = wrapped[-1] if wrapped else None


def _told(error: BaseException, masker: Masker) -> str:
    for kind, tell in _WORDS:
        if isinstance(error, kind):
            return tell(error, masker)
    return _as_sent(str(error)) or type(error).__name__


def _of_tls(error: ssl.SSLError, _: Masker) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted: {error.verify_message}"
    # One that OpenSSL did not raise itself has none.
    reason = getattr(error, "reason", None) or ""
    if reason in NO_TLS:
        return "it does not speak TLS"
    if reason in ENDED_IN_TLS:
        return "the connection was closed within TLS"
    return f"TLS failed: {reason.replace('_', ' ').lower() or error.strerror}"


def _of_status_line(error: Any, masker: Masker) -> str:  # noqa: ANN401 - typeshed leaves its attribute out
    return f"what came is no HTTP/1 answer: {_quoted(error.line, masker)}"


def _of_version(error: Any, masker: Masker) -> str:  # noqa: ANN401 - likewise
    return f"it answered in {_quoted(error.version, masker)}, which is not known"


def _of_system(error: OSError, _: Masker) -> str:
    return error.strerror or _as_sent(str(error)) or type(error).__name__


def _always(text: str) -> Callable[[BaseException, Masker], str]:
    return lambda _error, _masker: text


def _quoted(text: str, masker: Masker) -> str:
    shown = masker.mask(_as_sent(text))
    return repr(f"{shown[:QUOTED]} ..." if len(shown) > QUOTED else shown)


def _as_sent(text: str) -> str:
    """Return what a server wrote, which the library reads as ISO 8859-1."""
    try:
        return text.encode("latin-1").decode("utf-8", errors="replace")
    except UnicodeError:
        return text


# The first that fits tells; subclasses come before what they are derived from.
_WORDS: Tuple[Tuple[Type[BaseException], Callable[[Any, Masker], str]], ...] = (
    (
        http.client.RemoteDisconnected,
        _always("the connection was closed without an answer"),
    ),
    (ssl.SSLError, _of_tls),
    (http.client.BadStatusLine, _of_status_line),
    (http.client.UnknownProtocol, _of_version),
    (
        http.client.IncompleteRead,
        _always("the answer ended too early, or its length or chunks are wrong"),
    ),
    (
        http.client.HTTPException,
        lambda error, _: f"the answer can't be read: {_as_sent(str(error))}",
    ),
    (ConnectionResetError, _always("the connection was reset")),
    (UnicodeError, _always("its name can't be looked up")),
    (OSError, _of_system),
)
