"""What goes over the wire, rendered and ready; and what came back."""

import json
from typing import Mapping, Optional, Tuple

from attrs import field, frozen

from apirun.retry import RetryPolicy

__all__ = ["Accepted", "WireRequest", "WireResponse"]

# What servers name by habit, whatever they send.
HABITUAL = frozenset({"iso-8859-1", "latin-1", "latin1", "us-ascii", "windows-1252"})


@frozen
class Accepted:
    """
    Which status codes are a yes.

    Attributes:
        codes: Numbers and classes such as ``2xx``; empty takes any status
            below 400.

    Example:
        >>> Accepted(("201", "4xx"))(409), Accepted()(302), Accepted().names(302)
        (True, True, False)
    """

    codes: Tuple[str, ...] = ()

    def __call__(self, status: int) -> bool:
        """Return whether *status* is accepted."""
        return self.names(status) if self.codes else status < 400

    def names(self, status: int) -> bool:
        """Return whether the codes name *status*, alone or by its class."""
        return str(status) in self.codes or f"{status // 100}xx" in self.codes


@frozen(kw_only=True)
class WireRequest:
    """
    One request, rendered and ready.

    Attributes:
        method: HTTP method, upper case.
        url: Absolute URL, queries included.
        headers: Pairs of name and value.
        body: Bytes; None sends none.
        timeout_s: Seconds for one try, its answer included.
        deadline_s: Reading of `time.monotonic` at which all tries end; None
            leaves that to the stage.
        retry: How often it is tried.
        repeatable: Whether sending it twice does no more than once.
        accepts: Which statuses end the tries well. A redirect that it names
            is not followed.
    """

    method: str
    url: str
    headers: Tuple[Tuple[str, str], ...] = field(default=(), repr=False)
    body: Optional[bytes] = field(default=None, repr=False)
    timeout_s: float = 30.0
    deadline_s: Optional[float] = None
    retry: RetryPolicy = field(factory=RetryPolicy)
    repeatable: bool = False
    accepts: Accepted = Accepted()

    @property
    def acts(self) -> bool:
        """Whether it may change something (RFC 9110, section 9.2.1)."""
        return self.method not in ("GET", "HEAD")


@frozen(kw_only=True)
class WireResponse:
    """
    One answer.

    Attributes:
        status: Status code.
        headers: Values by name, whatever its case.
        cookies: Values that the answer, and redirects on the way to it, set.
        body: Bytes, decompressed.
        url: Where it came from, after redirects.
        tries: How often the request was sent.
        lost: How many of the tries before it went out and had no answer of the
            API itself.
        acted: Whether something was done before a redirect led to it.
        elapsed_s: Seconds that the last try took.
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    cookies: Mapping[str, str] = field(factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    url: str = ""
    tries: int = 1
    lost: int = 0
    acted: bool = False
    elapsed_s: float = 0.0

    @property
    def text(self) -> str:
        """
        The body as text.

        In the charset that ``Content-Type`` names, else UTF-8, or UTF-16 or
        UTF-32 if it begins like that; what does not fit is replaced, a byte
        order mark is left out. What is UTF-8 and said to be ISO 8859-1 is taken
        for UTF-8: no other text looks like it, and no secret may hide in it.

        Source: RFC 4627, section 3, on how the encodings of Unicode begin.
        """
        kind = self.headers.get("Content-Type", "")
        named = kind.lower().partition("charset=")[2].split(";")[0].strip(" \"'")
        charset = named or json.detect_encoding(self.body)
        if named in HABITUAL and _is_utf8(self.body):
            charset = "utf-8"
        try:
            text = self.body.decode(charset, errors="replace")
        except (LookupError, ValueError):
            text = self.body.decode("utf-8", errors="replace")
        return text[1:] if text.startswith("\ufeff") else text


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeError:
        return False
    return True
