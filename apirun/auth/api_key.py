"""Tokens that are known beforehand, in a header of any name."""

import re
from typing import Final, Mapping, Optional

from attrs import field, frozen

from apirun.auth.provider import Send, Token, take_settings
from apirun.auth_types import AUTH_TYPES
from apirun.exceptions import AuthError
from apirun.settings import AuthSettings

__all__ = ["ApiKeyAuth", "header_template"]

_NAME: Final = re.compile(r"[0-9A-Za-z!#$%&'*+.^_`|~-]+")
_VALUE: Final = re.compile(r"[\t -~\x80-\xff]+")


@frozen
class ApiKeyAuth:
    """
    A key that is sent as it is.

    Attributes:
        value: The whole value of the header.
        header: Name of the header.

    Example:
        >>> ApiKeyAuth("k-123", "X-Api-Key").acquire(None).name
        'X-Api-Key'
    """

    value: str = field(repr=False)
    header: str = "Authorization"

    @classmethod
    def from_config(cls, config: Mapping[str, object]) -> "ApiKeyAuth":
        """Return a provider with these settings; see `AuthProvider`."""
        taken = take_settings("api_key", config)
        value = taken["value"].strip()
        if not _NAME.fullmatch(taken["header"]):
            raise AuthError(f"'{taken['header'][:80]}' is not the name of a header")
        if not _VALUE.fullmatch(value):
            raise AuthError("the 'value' has characters that no header can hold")
        return cls(value, taken["header"])

    def acquire(self, send: Optional[Send]) -> Token:  # noqa: ARG002 - nothing need be asked
        """Return the token; nothing is sent for it."""
        return Token(self.value, name=self.header, renewable=False)


def header_template(settings: AuthSettings) -> str:
    """Return the name of the header that carries a token, a template maybe."""
    if settings.type != "api_key":
        return "Authorization"
    default = AUTH_TYPES["api_key"].optional["header"]
    return str(settings.config.get("header") or default)
