"""The tokens of one stage: acquired when first needed, renewed when they must be."""

import threading
import time
from typing import Callable, Dict, Iterator, Mapping, Sequence

from attrs import evolve, frozen

from apirun.auth.provider import AuthProvider, Send, Token
from apirun.auth.registry import find_provider
from apirun.auth_types import AUTH_TYPES
from apirun.exceptions import ApirunError, AuthError, ExchangeError
from apirun.http import WireRequest, WireResponse
from apirun.masking import Masker, is_secret_name
from apirun.settings import AuthSettings

__all__ = ["Tokens"]

# A token is renewed this long before it expires: a request takes its time.
LEEWAY_S = 30.0
LEEWAY_SHARE = 0.1
REASON_SHOWN = 1000


@frozen
class _Held:
    token: Token
    renew_at_s: float


class Tokens(Mapping[str, str]):
    """
    The tokens of one stage: acquired when first needed, renewed when they must be.

    ``tokens["admin"]`` is the value of the header that carries it. A token is
    acquired once, and again only shortly before it expires, or after `renew`
    was told that it is refused. It is kept as long as this object, and nowhere
    else. Several threads may use one object: while one of them acquires a
    token, the others wait for it.

    Args:
        settings: The stage's ``auth`` block.
        render: Renders a template that stands at a key.
        send: Sends a request with the stage's client.
        masker: Learns every token before anything is shown.
        providers: Classes by type, they go before the registered ones.
    """

    def __init__(
        self,
        settings: Sequence[AuthSettings],
        render: Callable[[str, str], str],
        send: Send,
        masker: Masker,
        providers: Mapping[str, type],
    ) -> None:
        self._settings = {auth.name: (i, auth) for i, auth in enumerate(settings)}
        self._render = render
        self._send = send
        self._masker = masker
        self._classes = providers
        self._providers: Dict[str, AuthProvider] = {}
        self._held: Dict[str, _Held] = {}
        self._lock = threading.Lock()

    def __getitem__(self, name: str) -> str:
        return self.token(name).header

    def __contains__(self, name: object) -> bool:
        return name in self._settings

    def __iter__(self) -> Iterator[str]:
        return iter(self._settings)

    def __len__(self) -> int:
        return len(self._settings)

    def token(self, name: str) -> Token:
        """
        Return the token *name*, one that has not expired.

        Raises:
            KeyError: If the stage has none of that name.
            AuthError: If it can't be acquired.
        """
        with self._lock:
            held = self._held.get(name)
            if held is None or time.monotonic() >= held.renew_at_s:
                held = self._held[name] = self._acquire(name)
            return held.token

    def renew(self, refused: Mapping[str, object]) -> bool:
        """
        Make tokens that were refused be acquired anew when next asked for.

        One that was replaced since is left alone, so that many who were
        refused together renew it once.

        Args:
            refused: The values by name.

        Returns:
            Whether another token is to be had for one of them.
        """
        hope = False
        with self._lock:
            for name, header in refused.items():
                held = self._held.get(name)
                if held is not None and not held.token.renewable:
                    continue
                hope = True
                if held is not None and held.token.header == header:
                    self._held[name] = evolve(held, renew_at_s=0.0)
        return hope

    def _acquire(self, name: str) -> _Held:
        index, auth = self._settings[name]
        asked_at_s = time.monotonic()
        try:
            if name not in self._providers:
                self._providers[name] = self._provider(index, auth)
            token = self._providers[name].acquire(self._ask)
        except (AuthError, ExchangeError) as error:
            raise self._failed(auth, str(error)) from error
        except ApirunError:
            raise
        except Exception as error:  # a foreign class may raise anything
            raise self._failed(auth, f"{type(error).__name__}: {error}") from error
        self._learn(token.header)
        for secret in token.secrets:
            self._masker.add(secret)
        return _Held(token, asked_at_s + _useful_s(token))

    def _provider(self, index: int, auth: AuthSettings) -> AuthProvider:
        own = self._classes.get(auth.type)
        known = AUTH_TYPES.get(auth.type) if own is None else None
        config: Dict[str, object] = {}
        for name, item in auth.config.items():
            secret = name in known.secrets if known else is_secret_name(name)
            if item is not None:
                key = f"auth.{index}.config.{name}"
                config[name] = self._rendered(item, key, secret=secret)
        kind = own or find_provider(auth.type)
        provider: AuthProvider = kind.from_config(config)  # type: ignore[attr-defined]  # the protocol asks for it
        return provider

    def _failed(self, auth: AuthSettings, reason: str) -> AuthError:
        # Masked before it is cut: half a secret would not be found.
        shown = self._masker.mask(reason)[:REASON_SHOWN]
        return AuthError(
            f"the token '{auth.name}' (type {auth.type}) could not be acquired: {shown}"
        )

    def _rendered(self, item: object, key: str, *, secret: bool) -> object:
        if isinstance(item, Mapping):
            return {
                name: self._rendered(
                    each, f"{key}.{name}", secret=secret or is_secret_name(name)
                )
                for name, each in item.items()
            }
        if isinstance(item, (list, tuple)):
            return [
                self._rendered(each, f"{key}.{index}", secret=secret)
                for index, each in enumerate(item)
            ]
        text = self._render(str(item), key)
        if secret:
            self._masker.add(text)
        return text

    def _ask(self, request: WireRequest) -> WireResponse:
        """Send what a provider asks; a server may give back what it was sent."""
        for name, value in request.headers:
            if is_secret_name(name):
                self._learn(value)
        return self._send(request)

    def _learn(self, header: str) -> None:
        """Hide a header's value, and what follows its scheme."""
        self._masker.add(header)
        self._masker.add(header.rpartition(" ")[2])


def _useful_s(token: Token) -> float:
    """Return for how many seconds a token is used."""
    if token.expires_in_s is None:
        return float("inf")
    return token.expires_in_s - min(LEEWAY_S, LEEWAY_SHARE * token.expires_in_s)
