"""What a provider of tokens promises."""

from typing import Callable, Collection, Mapping, Optional, Protocol

from attrs import field, frozen

from apirun.exceptions import AuthError
from apirun.http import WireRequest, WireResponse

__all__ = ["AuthProvider", "Send", "Token", "take_settings"]

Send = Callable[[WireRequest], WireResponse]


@frozen
class Token:
    """
    One token, acquired.

    Attributes:
        header: The whole value of the header ``Authorization``.
        secrets: What else must not be shown, such as the bare token.
    """

    header: str = field(repr=False)
    secrets: "tuple[str, ...]" = field(default=(), repr=False)


class AuthProvider(Protocol):
    """
    Acquires one token.

    Publish a class under the entry-point group ``apirun.auth``; its name is
    the ``type`` in a config.yaml. An instance is made by `from_config`.
    """

    @classmethod
    def from_config(cls, config: Mapping[str, str]) -> "AuthProvider":
        """
        Return a provider with these settings, templates rendered.

        Raises:
            AuthError: If a setting is missing or unknown.
        """

    def acquire(self, send: Send) -> Token:
        """
        Return a token.

        Args:
            send: Sends a request with the stage's client.

        Raises:
            AuthError: If it is refused.
            ExchangeError: If it can't be asked for.
        """


def take_settings(
    config: Mapping[str, str],
    *,
    type_name: str,
    required: Collection[str],
    optional: Optional[Mapping[str, str]] = None,
) -> Mapping[str, str]:
    """
    Return *config* with defaults filled in.

    Args:
        config: Settings as given.
        type_name: What the provider is called.
        required: Names that must be there.
        optional: Names that may be, with their defaults.

    Raises:
        AuthError: If one is missing, or one is not known.
    """
    allowed = {**(optional or {}), **dict.fromkeys(required, "")}
    unknown = sorted(set(config) - set(allowed))
    if unknown:
        raise AuthError(
            f"the auth type '{type_name}' does not know '{unknown[0]}': it takes "
            f"{', '.join(sorted(allowed))}"
        )
    missing = sorted(name for name in required if not config.get(name))
    if missing:
        raise AuthError(f"the auth type '{type_name}' needs '{missing[0]}'")
    return {**allowed, **config}
