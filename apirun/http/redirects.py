"""Where a redirect leads, and what goes along."""

import base64
import re
from typing import Tuple, Union
from urllib.parse import unquote_to_bytes, urljoin, urlsplit

from attrs import evolve

from apirun.http.wire import WireRequest, WireResponse
from apirun.masking import Masker, is_secret_name

__all__ = [
    "authority",
    "follow",
    "is_credential",
    "is_redirect",
    "leads_elsewhere",
    "place_of",
    "with_userinfo_as_header",
]

REDIRECTS = frozenset({301, 302, 303, 307, 308})
CREDENTIALS = frozenset({"authorization", "cookie", "host", "proxy-authorization"})
CONTENT = ("content-", "transfer-encoding")
PORTS = {"http": 80, "https": 443}
_NOT_ASCII = re.compile("[\x80-\xff]")


def authority(url: str) -> str:
    """
    Return host and port of *url*, whatever its scheme; empty for none.

    Example:
        >>> authority("https://API.example./users"), authority("http://h:0x/")
        ('api.example:443', '')
    """
    try:
        _, host, port = _site(url)
    except ValueError:
        return ""
    return f"{host}:{port}" if host and port else ""


def is_redirect(request: WireRequest, response: WireResponse) -> bool:
    """Return whether *response* asks to send *request* elsewhere."""
    return (
        response.status in REDIRECTS
        and bool(response.headers.get("Location"))
        and not request.accepts.names(response.status)
    )


def place_of(response: WireResponse) -> str:
    """Return where a redirect leads; bytes beyond ASCII as a URL writes them."""
    location = response.headers["Location"].strip()
    return _NOT_ASCII.sub(lambda found: f"%{ord(found.group()):02X}", location)


def follow(
    request: WireRequest, response: WireResponse, masker: Masker
) -> Union[WireRequest, str]:
    """
    Return the request that a redirect asks for, or why it is not followed.

    Credentials never go to another host, another port, or from TLS to plain
    text: headers that hold some are left out, and a body that holds some is
    not sent at all. A POST becomes a GET after 301, 302 and 303; 307 and 308
    keep it.

    Args:
        request: What was sent.
        response: What came back.
        masker: Knows which texts are secret.

    Source: RFC 9110, section 15.4.
    """
    try:
        place = place_of(response)
        named = urlsplit(place)
        if named.scheme and not named.hostname:
            # Joined to the first URL it would mean the same host (RFC 9110, 4.2).
            return "which is no http or https URL"
        url = urljoin(request.url, place)
        # Credentials that a server puts there are not ours to send.
        url = _split_userinfo(url)[1]
        elsewhere, there = leads_elsewhere(request.url, url), _site(url)
    except ValueError:
        return "which is no URL"
    if there[0] not in PORTS or not there[1]:
        return "which is no http or https URL"
    # Whether masking is on is about what is shown, not about what is sent.
    masker = Masker(masker.secrets)
    headers = request.headers
    if elsewhere:
        headers = tuple(pair for pair in headers if not is_credential(pair, masker))
    if _becomes_get(request.method, response.status):
        plain = (pair for pair in headers if not pair[0].lower().startswith(CONTENT))
        return evolve(request, method="GET", url=url, headers=tuple(plain), body=None)
    if elsewhere and request.body:
        text = request.body.decode("utf-8", errors="replace")
        if masker.mask(text) != text:
            return "and the body holds a secret, which is not sent to another host"
    return evolve(request, url=url, headers=headers)


def with_userinfo_as_header(request: WireRequest) -> WireRequest:
    """
    Return *request* with the user name and password of its URL as a header.

    An ``Authorization`` that it has already is kept.
    """
    userinfo, url = _split_userinfo(request.url)
    if not userinfo:
        return request
    headers = request.headers
    if not any(name.lower() == "authorization" for name, _ in headers):
        user, _, password = userinfo.partition(":")
        pair = b":".join([unquote_to_bytes(user), unquote_to_bytes(password)])
        told = "Basic " + base64.b64encode(pair).decode()
        headers = (*headers, ("Authorization", told))
    return evolve(request, url=url, headers=headers)


def _split_userinfo(url: str) -> Tuple[str, str]:
    parts = urlsplit(url)
    userinfo, mark, host = parts.netloc.rpartition("@")
    return (userinfo, parts._replace(netloc=host).geturl()) if mark else ("", url)


def _becomes_get(method: str, status: int) -> bool:
    if method in ("GET", "HEAD"):
        return False
    return status == 303 or (status in (301, 302) and method == "POST")


def leads_elsewhere(here: str, there: str) -> bool:
    """
    Return whether one URL is of another host than the other, or less safe.

    Raises:
        ValueError: If one of them is no URL.
    """
    before, after = _site(here), _site(there)
    return before != after and not _is_upgrade(before, after)


def is_credential(header: Tuple[str, str], masker: Masker) -> bool:
    """Return whether a pair of name and value holds what only its host may see."""
    name, value = header
    return (
        name.lower() in CREDENTIALS
        or is_secret_name(name)
        or masker.mask(value) != value
    )


def _is_upgrade(here: Tuple[str, str, int], there: Tuple[str, str, int]) -> bool:
    """Return whether the same host is meant, now with TLS."""
    return here == ("http", here[1], 80) and there == ("https", here[1], 443)


def _site(url: str) -> Tuple[str, str, int]:
    parts = urlsplit(url)
    host = (parts.hostname or "").lower().rstrip(".")
    return parts.scheme, host, parts.port or PORTS.get(parts.scheme, 0)
