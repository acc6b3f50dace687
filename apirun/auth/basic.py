"""HTTP Basic authentication."""

import base64
from typing import Mapping, Optional

from attrs import field, frozen

from apirun.auth.provider import Send, Token, take_settings

__all__ = ["BasicAuth"]


@frozen
class BasicAuth:
    """
    A user name and a password in every request.

    Attributes:
        username: Name of the user.
        password: The password.

    Example:
        >>> BasicAuth("ada", "lovelace").acquire(None).header
        'Basic YWRhOmxvdmVsYWNl'

    Source: RFC 7617.
    """

    username: str
    password: str = field(repr=False)

    @classmethod
    def from_config(cls, config: Mapping[str, object]) -> "BasicAuth":
        """Return a provider with these settings; see `AuthProvider`."""
        taken = take_settings("basic", config)
        return cls(taken["username"], taken["password"])

    def acquire(self, send: Optional[Send]) -> Token:  # noqa: ARG002 - nothing need be asked
        """Return the token; nothing is sent for it."""
        pair = f"{self.username}:{self.password}".encode()
        encoded = base64.b64encode(pair).decode()
        return Token(f"Basic {encoded}", (encoded, self.password), renewable=False)
