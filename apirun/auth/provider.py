"""What a provider of tokens promises."""

from typing import Callable, Dict, Mapping, Optional, Protocol, Tuple

from attrs import field, frozen

from apirun.auth_types import AUTH_TYPES
from apirun.exceptions import AuthError
from apirun.http import WireRequest, WireResponse

__all__ = ["AuthProvider", "Send", "Token", "take_settings"]

Send = Callable[[WireRequest], WireResponse]


@frozen
class Token:
    """
    One token, acquired.

    Attributes:
        header: The whole value of the header that carries it.
        secrets: What else must not be shown, such as a token that renews it.
        expires_in_s: Seconds for which it holds, counted from when it was
            asked for; None if that is not known.
        name: Name of the header.
        renewable: Whether asking again may bring another one. A token that is
            refused is then renewed, once; one like a password is not.

    Example:
        >>> Token("Bearer abc", secrets=("abc",), expires_in_s=3600)
        Token(expires_in_s=3600, name='Authorization', renewable=True)
    """

    header: str = field(repr=False)
    secrets: Tuple[str, ...] = field(default=(), repr=False)
    expires_in_s: Optional[float] = None
    name: str = "Authorization"
    renewable: bool = True


class AuthProvider(Protocol):
    """
    Acquires one token, and acquires it anew when that is needed.

    Publish a class under the entry-point group ``apirun.auth``; its name is
    the ``type`` in a config.yaml. Or hand it to `Orchestrator` or `Migrator`
    as ``auth_providers={"vault": VaultAuth}``. An instance is made by
    `from_config`, once per run of a stage, and used by one thread at a time.

    Example:
        >>> import json
        >>> class VaultAuth:
        ...     def __init__(self, url: str) -> None:
        ...         self.url = url
        ...
        ...     @classmethod
        ...     def from_config(cls, config: Mapping[str, object]) -> "VaultAuth":
        ...         return cls(str(config["url"]))
        ...
        ...     def acquire(self, send: Send) -> Token:
        ...         answer = send(WireRequest(method="POST", url=self.url))
        ...         key = json.loads(answer.body)["id"]
        ...         return Token(f"Bearer {key}", secrets=(key,), expires_in_s=3600)
        >>> keys = {"url": f"{api_base}/keys"}
        >>> vault = AuthSettings(type="vault", name="me", config=keys)
        >>> up = Request("PUT", f"{api_base}/users/ada", auth_name="me")
        >>> ada = Migration(version=1, name="ada", up=up)
        >>> stage = Stage(name="a", migrations=[ada], auth=[vault], store=MemoryStore())
        >>> Migrator(stage, auth_providers={"vault": VaultAuth}).up().ok
        True
    """

    @classmethod
    def from_config(cls, config: Mapping[str, object], /) -> "AuthProvider":
        """
        Return a provider with these settings.

        Args:
            config: Texts by name, templates rendered; lists and mappings of
                texts where the file has some.

        Raises:
            AuthError: If a setting is missing or unknown.
        """

    def acquire(self, send: Send, /) -> Token:
        """
        Return a token; called again when it expires or is refused.

        Args:
            send: Sends a request with the stage's client.

        Raises:
            AuthError: If it is refused.
            ExchangeError: If it can't be asked for.
        """


def take_settings(type_name: str, config: Mapping[str, object]) -> Mapping[str, str]:
    """
    Return *config* as texts, with the defaults of a built-in type filled in.

    Args:
        type_name: A built-in type.
        config: Settings as given; a list becomes its texts with blanks between.

    Raises:
        AuthError: If one is missing, not known or out of range.
    """
    kind = AUTH_TYPES[type_name]
    unknown = sorted(set(config) - set(kind.known))
    if unknown:
        raise AuthError(
            f"the auth type '{type_name}' does not know '{unknown[0]}': it takes "
            f"{', '.join(sorted(kind.known))}"
        )
    for wrong in kind.wrong(config):
        place = "" if wrong.missing else f" of '{wrong.names[0]}'"
        raise AuthError(
            f"in the settings{place} of the auth type '{type_name}': {wrong.message}"
        )
    taken: Dict[str, str] = {**dict.fromkeys(kind.required, ""), **kind.optional}
    for name, item in config.items():
        text = " ".join(item) if isinstance(item, (list, tuple)) else str(item)
        taken[name] = text or taken[name]
    return taken
