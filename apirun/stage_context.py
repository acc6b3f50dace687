"""What all versions of one run of a stage share: connection, tokens, journal."""

from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Mapping, Optional, Type

from apirun.auth import Tokens
from apirun.calling import Caller
from apirun.control import Control
from apirun.emitter import Emit
from apirun.events import Exchanged, RequestHeld, RequestRetried, Waiting
from apirun.exchange import Exchange
from apirun.exchanged import ExchangeTeller
from apirun.http.witness import Witness
from apirun.journal import Journal
from apirun.masking import Masker
from apirun.rendering import Providers, Renderer
from apirun.scoping import Scope
from apirun.stage import Stage
from apirun.variables import Variables

if TYPE_CHECKING:
    import requests

__all__ = ["StageContext"]


class StageContext:
    """
    What all versions of one run of a stage share: connection, tokens, journal.

    Args:
        stage: The stage.
        scope: What it sees from outside its own history.
        control: Stops it, and ends it at its deadline.
        journal: Where intents and outcomes go.
        masker: Takes secrets out, and learns those met on the way.
        emit: Gets an event for all that happens.
        providers: Asked when a name is missing.
        auth_providers: Provider classes by type, beside the registered ones.
    """

    def __init__(
        self,
        *,
        stage: Stage,
        scope: Scope,
        control: Control,
        journal: Journal,
        masker: Masker,
        emit: Emit,
        providers: Providers,
        auth_providers: Mapping[str, type],
    ) -> None:
        # requests is imported only by what sends something (design, rule 4).
        from apirun.http.client import HttpClient  # noqa: PLC0415

        self.stage = stage
        self.scope = scope
        self.control = control
        self.journal = journal
        self.masker = masker
        self.emit = emit
        self.providers = providers
        self.client = HttpClient(
            stage.client,
            control=control,
            masker=masker,
            on_retry=self._retried,
            on_hold=self._held,
        )
        self.tokens = Tokens(
            stage.auth,
            self._config_renderer(),
            self.client.send,
            masker,
            auth_providers,
        )
        self._teller = ExchangeTeller(
            stage=stage.name,
            masker=masker,
            emit=emit if emit.hears(Exchanged) else None,
        )
        self.exchange = Exchange(
            send=self.client.send,
            tokens=self.tokens,
            masker=masker,
            teller=self._teller,
            render_body=stage.render_body,
            on_retry=self._retried,
        )
        self.caller = Caller(
            stage=stage.name,
            open_session=self._open_session,
            control=control,
            tokens=self.tokens,
            masker=masker,
        )

    def __enter__(self) -> "StageContext":
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        self.client.close()

    def wait_until_healthy(self) -> None:
        """
        Poll what ``wait`` names, if the stage has one.

        Raises:
            ExchangeError: If it did not answer as it should in time.
        """
        if self.stage.wait is None:
            return
        from apirun.http.waiting import wait_until_healthy  # noqa: PLC0415 - see above

        wait_until_healthy(
            self.stage.wait,
            send=self.client.send,
            render=self._config_renderer(self.tokens),
            control=self.control,
            masker=self.masker,
            told=self._waiting,
        )

    def _open_session(self, witness: Witness) -> "requests.Session":
        from apirun.http.session import StageSession  # noqa: PLC0415 - see above

        return StageSession(
            self.client,
            timeout_s=self.stage.client.timeout_s,
            masker=self.masker,
            witness=witness,
            telling=partial(self._teller.telling, "call"),
        )

    def _config_renderer(self, tokens: Optional[Tokens] = None) -> Renderer:
        variables = Variables([self.scope.overrides, self.scope.outer])
        return Renderer(variables, tokens, self.stage.config_origin, self.providers)

    def _retried(self, shown: str, reason: str, tries: int, wait_s: float) -> None:
        self.emit(
            RequestRetried(
                stage=self.stage.name,
                request=shown,
                reason=reason,
                tries=tries,
                wait_s=wait_s,
            )
        )

    def _held(self, shown: str, host: str, wait_s: float) -> None:
        self.emit(
            RequestHeld(stage=self.stage.name, request=shown, host=host, wait_s=wait_s)
        )

    def _waiting(self, shown: str, reason: str, tries: int, elapsed_s: float) -> None:
        assert self.stage.wait is not None
        self.emit(
            Waiting(
                stage=self.stage.name,
                request=shown,
                reason=reason,
                tries=tries,
                elapsed_s=elapsed_s,
                timeout_s=self.stage.wait.timeout_s,
            )
        )
