"""The tokens of one stage, each acquired once, when it is first needed."""

import threading
from typing import Callable, Dict, Iterator, Mapping, Sequence

from apirun.auth.provider import AuthProvider, Send
from apirun.auth.registry import find_provider
from apirun.exceptions import AuthError, ExchangeError
from apirun.masking import Masker, is_secret_name
from apirun.settings import AuthSettings

__all__ = ["Tokens"]


class Tokens(Mapping[str, str]):
    """
    The tokens of one stage, each acquired once, when it is first needed.

    ``tokens["admin"]`` is the value of the header ``Authorization``. They are
    kept as long as this object, and nowhere else.

    Args:
        settings: The stage's ``auth`` block.
        render: Renders a template that stands at a key.
        send: Sends a request with the stage's client.
        masker: Learns every token before anything is shown.
        providers: Classes by type, beside the registered ones.
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
        self._providers = providers
        self._acquired: Dict[str, str] = {}
        self._lock = threading.Lock()

    def __getitem__(self, name: str) -> str:
        with self._lock:
            if name not in self._acquired:
                index, auth = self._settings[name]
                self._acquired[name] = self._acquire(index, auth)
            return self._acquired[name]

    def __contains__(self, name: object) -> bool:
        return name in self._settings

    def __iter__(self) -> Iterator[str]:
        return iter(self._settings)

    def __len__(self) -> int:
        return len(self._settings)

    def _acquire(self, index: int, auth: AuthSettings) -> str:
        config = {
            name: self._render(str(text), f"auth.{index}.config.{name}")
            for name, text in auth.config.items()
        }
        for name, text in config.items():
            if is_secret_name(name):
                self._masker.add(text)
        try:
            token = self._provider(auth, config).acquire(self._send)
        except (AuthError, ExchangeError) as error:
            reason = self._masker.mask(str(error))
            raise AuthError(
                f"the token '{auth.name}' (type {auth.type}) could not be acquired: "
                f"{reason}"
            ) from error
        for secret in (token.header, token.header.rpartition(" ")[2], *token.secrets):
            self._masker.add(secret)
        return token.header

    def _provider(self, auth: AuthSettings, config: Mapping[str, str]) -> AuthProvider:
        kind = self._providers.get(auth.type) or find_provider(auth.type)
        provider: AuthProvider = kind.from_config(config)  # type: ignore[attr-defined]  # the protocol asks for it
        return provider
