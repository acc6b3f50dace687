"""Where a redirect leads, and what goes along."""

from typing import Optional
from urllib.parse import urljoin, urlsplit

from attrs import evolve

from apirun.http.wire import WireRequest, WireResponse
from apirun.masking import is_secret_name

__all__ = ["follow"]

REDIRECTS = frozenset({301, 302, 303, 307, 308})
CREDENTIALS = frozenset({"authorization", "cookie", "proxy-authorization"})
CONTENT = frozenset({"content-type", "content-length", "content-encoding"})


def follow(request: WireRequest, response: WireResponse) -> Optional[WireRequest]:
    """
    Return the request that a redirect asks for; None if there is none.

    Credentials never go to another host, another port or from TLS to plain
    text. A POST becomes a GET after 301, 302 and 303; 307 and 308 keep it.

    Args:
        request: What was sent.
        response: What came back.

    Source: RFC 9110, section 15.4.
    """
    target = response.headers.get("Location")
    if response.status not in REDIRECTS or not target:
        return None
    url = urljoin(request.url, target)
    if urlsplit(url).scheme not in ("http", "https"):
        return None
    headers = request.headers
    if _site(url) != _site(request.url):
        headers = tuple(pair for pair in headers if not _is_credential(pair[0]))
    if response.status in (307, 308) or request.method in ("GET", "HEAD"):
        return evolve(request, url=url, headers=headers)
    if response.status in (301, 302) and request.method != "POST":
        return evolve(request, url=url, headers=headers)
    plain = tuple(pair for pair in headers if pair[0].lower() not in CONTENT)
    return evolve(request, method="GET", url=url, headers=plain, body=None)


def _is_credential(name: str) -> bool:
    return name.lower() in CREDENTIALS or is_secret_name(name)


def _site(url: str) -> "tuple[str, str, int]":
    parts = urlsplit(url)
    default = 443 if parts.scheme == "https" else 80
    return parts.scheme, (parts.hostname or "").lower(), parts.port or default
