"""Tokens of an OAuth 2.0 authorization server."""

import base64
import json
import math
import re
from typing import Dict, Final, List, Mapping, Optional, Tuple
from urllib.parse import quote, urlencode, urlsplit

from attrs import define, field

from apirun.auth.provider import Send, Token, take_settings
from apirun.exceptions import AuthError
from apirun.http import Accepted, WireRequest, WireResponse

__all__ = ["OAuth2Auth"]

# A redirect that would drop the body, and with it the grant, is told instead.
_ANSWERS: Final = Accepted(("2xx", "301", "302", "303"))
_TOKEN: Final = re.compile(r"[\x21-\x7e]+")


@define(kw_only=True)
class OAuth2Auth:
    """
    A client of an OAuth 2.0 authorization server.

    A server may answer with another refresh token than it was given: that one
    is used from then on, as long as this object lives. It is not stored.

    Attributes:
        token_url: The token endpoint.
        client_id: Name of the client.
        client_secret: Its secret; empty for a public client.
        grant_type: ``client_credentials``, ``password`` or ``refresh_token``.
        scopes: What is asked for, with blanks between; empty for the default.
        username: Of the grant ``password``.
        password: Likewise.
        refresh_token: Of the grant ``refresh_token``.
        client_auth: Whether the secret goes as HTTP Basic in the ``header``
            or in the ``body``.
        audience: What the token is for, where a server wants to know.

    Source: RFC 6749, sections 2.3.1, 4.3, 4.4, 5 and 6.
    """

    token_url: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    grant_type: str = "client_credentials"
    scopes: str = ""
    username: str = ""
    password: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    client_auth: str = "header"
    audience: str = ""

    @classmethod
    def from_config(cls, config: Mapping[str, object]) -> "OAuth2Auth":
        """Return a provider with these settings; see `AuthProvider`."""
        return cls(**take_settings("oauth2", config))

    def acquire(self, send: Send) -> Token:
        """Return the token that the server gives for the grant."""
        answer = send(self._request())
        told = _object(answer.body)
        if answer.status >= 300:
            raise AuthError(f"{self._asked()} {_refusal(answer, told)}")
        token, kind = told.get("access_token"), told.get("token_type", "Bearer")
        if not isinstance(token, str) or not token:
            raise AuthError(
                f"{self._asked()} answered {answer.status} without an access_token: "
                "is token_url the token endpoint of an OAuth 2.0 server?"
            )
        if not isinstance(kind, str) or kind.lower() != "bearer":
            raise AuthError(
                f"{self._asked()} answered {answer.status} with a token of the type "
                f"{json.dumps(kind)[:80]}, and only Bearer is known here"
            )
        if not _TOKEN.fullmatch(token):
            raise AuthError(
                f"{self._asked()} answered {answer.status} with an access_token that "
                "has characters no header can hold"
            )
        return Token(f"Bearer {token}", self._renewed_by(told), _lifetime_s(told))

    def _request(self) -> WireRequest:
        form: Dict[str, str] = {"grant_type": self.grant_type}
        if self.grant_type == "password":
            form.update(username=self.username, password=self.password)
        elif self.grant_type == "refresh_token":
            form.update(refresh_token=self.refresh_token)
        if self.scopes:
            form["scope"] = " ".join(self.scopes.split())
        if self.audience:
            form["audience"] = self.audience
        headers: List[Tuple[str, str]] = [
            ("Accept", "application/json"),
            ("Content-Type", "application/x-www-form-urlencoded"),
        ]
        if self.client_secret and self.client_auth == "header":
            pair = (quote(self.client_id, safe=""), quote(self.client_secret, safe=""))
            encoded = base64.b64encode(":".join(pair).encode()).decode()
            headers.append(("Authorization", f"Basic {encoded}"))
        else:
            form["client_id"] = self.client_id
            if self.client_secret:
                form["client_secret"] = self.client_secret
        return WireRequest(
            method="POST",
            url=self.token_url,
            headers=tuple(headers),
            body=urlencode(form).encode(),
            repeatable=True,
            accepts=_ANSWERS,
        )

    def _renewed_by(self, told: Mapping[str, object]) -> Tuple[str, ...]:
        """Return the refresh tokens to hide; a new one is the one to use."""
        known = (self.refresh_token,) if self.refresh_token else ()
        given = told.get("refresh_token")
        if not isinstance(given, str) or not given:
            return known
        if self.grant_type == "refresh_token":
            self.refresh_token = given
        return (*known, given)

    def _asked(self) -> str:
        """Return what was asked of whom; what else stands in the URL may be secret."""
        parts = urlsplit(self.token_url)
        url = parts._replace(netloc=parts.netloc.rpartition("@")[2], query="")
        return (
            f"{url.geturl()}, asked by the client '{self.client_id}' with the grant "
            f"{self.grant_type},"
        )


def _object(body: bytes) -> Mapping[str, object]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _refusal(answer: WireResponse, told: Mapping[str, object]) -> str:
    """Return how a server said no (RFC 6749, section 5.2)."""
    if answer.status < 400:
        return (
            f"answered {answer.status}: it redirects elsewhere, where a grant is not "
            "sent; write the address of the token endpoint itself"
        )
    error, description = told.get("error"), told.get("error_description")
    if not isinstance(error, str):
        return f"answered {answer.status}, and did not say why"
    reason = f": {description}" if isinstance(description, str) else ""
    return f"answered {answer.status}: {error}{reason}"


def _lifetime_s(told: Mapping[str, object]) -> Optional[float]:
    """Return for how long the token holds; some servers write it as text."""
    told_s = told.get("expires_in")
    if isinstance(told_s, bool) or not isinstance(told_s, (int, float, str)):
        return None
    try:
        lifetime_s = float(told_s)
    except (ValueError, OverflowError):
        return None
    return lifetime_s if lifetime_s > 0 and math.isfinite(lifetime_s) else None
