"""What goes over the wire, rendered and ready; and what came back."""

import json
import re
from typing import Final, Mapping, Optional, Tuple

from attrs import field, frozen

from apirun.reprs import shown_url
from apirun.retry import RetryPolicy

__all__ = ["Accepted", "WireRequest", "WireResponse"]

# What servers name by habit, whatever they send.
HABITUAL = frozenset({"iso-8859-1", "latin-1", "latin1", "us-ascii", "windows-1252"})
# Kinds of bodies that are text for a person, in whatever charset.
_TEXTUAL: Final = re.compile("^text/|json|xml|yaml|urlencoded|javascript|graphql")


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
        timeout_s: Seconds for one try, its answer included; None takes what
            the stage's client says.
        deadline_s: Reading of `time.monotonic` at which all tries end; None
            leaves that to the stage.
        retry: How often it is tried; None takes what the stage's client says.
        repeatable: Whether sending it twice does no more than once.
        accepts: Which statuses end the tries well. A redirect that it names
            is not followed.

    Example:
        >>> request = WireRequest(
        ...     method="POST",
        ...     url="https://me:secret@login.example/token",
        ...     headers=(("Content-Type", "application/json"),),
        ...     body=b'{"team": "network"}',
        ... )
        >>> request.acts, request.url in repr(request)
        (True, False)
    """

    method: str
    url: str = field(repr=shown_url)
    headers: Tuple[Tuple[str, str], ...] = field(default=(), repr=False)
    body: Optional[bytes] = field(default=None, repr=False)
    timeout_s: Optional[float] = None
    deadline_s: Optional[float] = None
    retry: Optional[RetryPolicy] = None
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

    Example:
        >>> answer = WireResponse(status=200, headers={}, body=b'{"token": "abc"}')
        >>> answer.status, answer.text
        (200, '{"token": "abc"}')
    """

    status: int
    headers: Mapping[str, str] = field(repr=False)
    cookies: Mapping[str, str] = field(factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    url: str = field(default="", repr=shown_url)
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

    @property
    def shown(self) -> str:
        r"""
        The body as a person reads it: its text, or of what is none its size.

        Example:
            >>> picture = {"Content-Type": "image/png"}
            >>> WireResponse(status=200, headers=picture, body=b"\x89PNG").shown
            '(4 bytes of image/png)'
        """
        kind = self.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if not kind or _TEXTUAL.search(kind) or _is_utf8(self.body):
            return self.text
        return f"({len(self.body):,} bytes of {kind})"


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeError:
        return False
    return True
