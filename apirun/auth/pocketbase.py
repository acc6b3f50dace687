"""Tokens of a PocketBase server."""

import json
from typing import Mapping
from urllib.parse import quote

from attrs import field, frozen

from apirun.auth.provider import Send, Token, take_settings
from apirun.exceptions import AuthError
from apirun.http import WireRequest

__all__ = ["PocketBaseAuth"]

SUPERUSERS = "_superusers"


@frozen(kw_only=True)
class PocketBaseAuth:
    """
    A superuser of PocketBase, or a user of one of its collections.

    Attributes:
        base_url: Where the server is, without ``/api``.
        identity: Email or user name.
        password: The password.
        collection: ``_superusers`` for an admin, else the users' collection.

    Source: PocketBase, "Web APIs reference: API Records", auth-with-password.
    """

    base_url: str
    identity: str
    password: str = field(repr=False)
    collection: str = SUPERUSERS

    @classmethod
    def from_config(cls, config: Mapping[str, object]) -> "PocketBaseAuth":
        """Return a provider with these settings; see `AuthProvider`."""
        taken = take_settings("pocketbase", config)
        default = SUPERUSERS if taken["type"] == "admin" else "users"
        return cls(
            base_url=taken["base_url"].rstrip("/"),
            identity=taken["email"] or taken["username"],
            password=taken["password"],
            collection=taken["collection"] or default,
        )

    def acquire(self, send: Send) -> Token:
        """Return the token that the server gives for the password."""
        url = (
            f"{self.base_url}/api/collections/{quote(self.collection, safe='')}"
            "/auth-with-password"
        )
        body = json.dumps({"identity": self.identity, "password": self.password})
        answer = send(
            WireRequest(
                method="POST",
                url=url,
                headers=(("Content-Type", "application/json"),),
                body=body.encode(),
                repeatable=True,
            )
        )
        if answer.status >= 400:
            raise AuthError(
                f"{url} answered {answer.status} to the password of {self.identity}: "
                f"{answer.text}"
            )
        return Token(_token(answer.body, url))


def _token(body: bytes, url: str) -> str:
    try:
        token = json.loads(body)["token"]
    except (ValueError, KeyError, TypeError):
        token = None
    if not isinstance(token, str) or not token:
        raise AuthError(f"{url} answered without a token: is it a PocketBase server?")
    return token
