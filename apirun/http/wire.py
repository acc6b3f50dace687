"""What goes over the wire, rendered and ready; and what came back."""

from typing import Callable, Mapping, Optional, Tuple

from attrs import field, frozen

from apirun.retry import RetryPolicy

__all__ = ["WireRequest", "WireResponse"]


def below_400(status: int) -> bool:
    """Accept what HTTP itself does not call an error."""
    return status < 400


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
        retry: How often it is tried.
        repeatable: Whether sending it twice does no more than once.
        accepts: Whether a status is one that ends the tries well.
    """

    method: str
    url: str
    headers: Tuple[Tuple[str, str], ...] = field(default=(), repr=False)
    body: Optional[bytes] = field(default=None, repr=False)
    timeout_s: float = 30.0
    retry: RetryPolicy = field(factory=RetryPolicy)
    repeatable: bool = False
    accepts: Callable[[int], bool] = field(default=below_400, repr=False, eq=False)


@frozen(kw_only=True)
class WireResponse:
    """
    One answer.

    Attributes:
        status: Status code.
        headers: Values by name, whatever its case.
        cookies: Values that the answer sets, by name.
        body: Bytes, decompressed.
        url: Where it came from, after redirects.
        tries: How often the request was sent.
        elapsed_s: Seconds that the last try took.
    """

    status: int
    headers: Mapping[str, str]
    cookies: Mapping[str, str] = field(factory=dict)
    body: bytes = field(default=b"", repr=False)
    url: str = ""
    tries: int = 1
    elapsed_s: float = 0.0

    @property
    def text(self) -> str:
        """
        The body as text.

        In the charset that ``Content-Type`` names, else UTF-8; what does not
        fit is replaced.
        """
        kind = self.headers.get("Content-Type", "")
        charset = kind.lower().partition("charset=")[2].split(";")[0].strip(" \"'")
        try:
            return self.body.decode(charset or "utf-8", errors="replace")
        except LookupError:
            return self.body.decode("utf-8", errors="replace")
