"""Which names say that what they name is a secret."""

from typing import Final

__all__ = ["is_secret_name"]

_SECRET_NAMES: Final = (
    "password",
    "passwd",
    "secret",
    "token",
    "api_key",
    "apikey",
    "private_key",
    "credential",
    "authorization",
)


def is_secret_name(name: str) -> bool:
    """
    Tell whether a variable, a header or a parameter of this name is secret.

    Args:
        name: The name, in any case, with ``-`` or ``_`` between its words.

    Example:
        >>> is_secret_name("X-Api-Key"), is_secret_name("region")
        (True, False)
    """
    plain = name.lower().replace("-", "_")
    return any(word in plain for word in _SECRET_NAMES)
