"""One call of a migration's callable: made ready, called, judged by what it sent."""

import inspect
import os
import traceback
from types import AsyncGeneratorType, GeneratorType
from typing import TYPE_CHECKING, Callable, Mapping, Optional, Union

from attrs import evolve, frozen

from apirun.call import Call, CallError
from apirun.control import Control
from apirun.environment import RunFailedError
from apirun.exceptions import (
    AnswerLostError,
    ApirunError,
    CancelledError,
    NotSentError,
    RefusedError,
    RenderError,
    text_of,
)
from apirun.excerpt import excerpt
from apirun.exchange import Answer, Exchange, Prepared
from apirun.http.witness import Witness
from apirun.masking import Masker
from apirun.migration import Migration
from apirun.migration_context import MigrationContext
from apirun.origin import Location, shown_path
from apirun.rendering import Renderer, TextView
from apirun.state import Direction

if TYPE_CHECKING:
    import requests

__all__ = ["Caller", "PreparedAction", "PreparedCall", "perform"]

HERE = os.path.dirname(os.path.abspath(__file__))
# What says by itself whether something was done.
OWN_WORD = (RefusedError, NotSentError, AnswerLostError)
UNRUN = (GeneratorType, AsyncGeneratorType, map, filter)


@frozen(kw_only=True)
class PreparedCall:
    """
    A callable that is ready to be called.

    Attributes:
        call: The callable.
        shown: How it is shown.
        digest: SHA-256 of its name, a hyphen, and that of its code.
        perform: Calls it, and returns what it captured.
    """

    call: Call
    shown: str
    digest: str
    perform: Callable[[], Answer]

    @property
    def method(self) -> str:
        """What stands for a method in the history."""
        return self.call.method


PreparedAction = Union[Prepared, PreparedCall]


def perform(exchange: Exchange, prepared: PreparedAction) -> Answer:
    """Send *prepared*, or call it, and return the answer if it is accepted."""
    if isinstance(prepared, PreparedCall):
        return prepared.perform()
    return exchange.perform(prepared)


@frozen(kw_only=True)
class Caller:
    """
    One stage's way of calling its callables.

    Attributes:
        stage: Name of the stage.
        open_session: Makes the session of one call, which tells a witness.
        control: Stops it, and ends it at its deadline.
        tokens: The stage's tokens by name.
        masker: Takes secrets out, and learns those that are captured.
    """

    stage: str
    open_session: "Callable[[Witness], requests.Session]"
    control: Control
    tokens: Mapping[str, str]
    masker: Masker

    def prepare(
        self, call: Call, migration: Migration, direction: Direction, render: Renderer
    ) -> PreparedCall:
        """
        Return what calls *call*; nothing is called yet.

        Args:
            call: The callable.
            migration: Its version.
            direction: Which way it goes.
            render: Over the variables that it sees.
        """
        return PreparedCall(
            call=call,
            shown=call.shown,
            digest=call.digest,
            perform=lambda: self._perform(call, migration, direction, render),
        )

    def _perform(
        self, call: Call, migration: Migration, direction: Direction, render: Renderer
    ) -> Answer:
        witness = Witness()
        session = self.open_session(witness)

        def ready() -> "requests.Session":
            witness.used = True
            return session

        context = MigrationContext(
            stage=self.stage,
            version=migration.version,
            direction=direction,
            variables=TextView(render),
            render=lambda text: render(text, ""),
            token=lambda name: self._token(name, render),
            session=ready,
            masker=self.masker,
        )
        with session:
            try:
                returned = call.function(context)
            except KeyboardInterrupt:
                raise
            except BaseException as error:
                raise self._told(call, error, witness) from error
            _refuse_unrun(call, returned, witness)
        return Answer(status=witness.status, captures=context.captures, body="")

    def _token(self, name: str, render: Renderer) -> str:
        if name not in self.tokens:
            raise render.missing(name, "", self.tokens, "the stage has no token")
        return self.tokens[name]

    def _told(self, call: Call, error: BaseException, witness: Witness) -> ApirunError:
        """Return what *error* means for the version."""
        location = _raised_at(call, error)
        where = f"{location}: " if location else ""
        for kind in OWN_WORD:
            if isinstance(error, kind):
                name = "" if type(error) is kind else f"{type(error).__name__}: "
                status, body = getattr(error, "status", 0), getattr(error, "body", "")
                return kind(f"{where}{name}{text_of(error)}", status, body)
        if _is_ours(error) and not witness.acted:
            if isinstance(error, RenderError) and not error.key:
                return evolve(error, location=location)
            return error  # type: ignore[return-value]  # it is one
        if self.control.aborting and not witness.acted and witness.used:
            return CancelledError(f"{call.shown} was broken off")
        acted = witness.acted or not witness.used
        answer = getattr(error, "response", None)
        text = text_of(error)
        told = f": {text}" if text else ""
        return CallError(
            f"{where}{call.name} raised {type(error).__name__}{told}"
            f"{_evidence(witness)}",
            status=getattr(answer, "status_code", 0),
            body=excerpt(self.masker, getattr(answer, "text", "")),
            acted=acted,
            location=location,
        )


def _is_ours(error: BaseException) -> bool:
    """Return whether the context raised it, or a call of apirun that did nothing."""
    ours = type(error).__module__.partition(".")[0] == "apirun"
    return ours and not isinstance(error, RunFailedError)


def _refuse_unrun(call: Call, returned: object, witness: Witness) -> None:
    """
    Refuse what was handed back and is still to be run: a coroutine, a generator.

    Raises:
        CallError: If *returned* is one: what it stands for was not done.
    """
    if inspect.iscoroutine(returned):
        returned.close()  # or Python warns of it later, somewhere else
    elif not isinstance(returned, UNRUN):
        return
    kind = type(returned).__name__.replace("_", " ")
    where = f"{call.location}: " if call.location else ""
    raise CallError(
        f"{where}{call.name} returned a {kind}, which nothing runs: let it do its "
        f"work before it returns{_evidence(witness)}",
        acted=witness.acted or not witness.used,
        location=call.location,
    )


def _evidence(witness: Witness) -> str:
    if witness.acted:
        return f"\n  before that it had sent {'; '.join(witness.acts)}"
    if witness.used:
        return ""
    return (
        "\n  it did not use the session of its context, so nothing tells what it had "
        "done by then; an apirun.RefusedError says that nothing is left"
    )


def _raised_at(call: Call, error: BaseException) -> Optional[Location]:
    """Return the deepest line of the callable's own file on the way to *error*."""
    frames = [
        (frame.f_code.co_filename, line)
        for frame, line in traceback.walk_tb(error.__traceback__)
        if not frame.f_code.co_filename.startswith(HERE + os.sep)
    ]
    if not frames:
        return call.location
    file = frames[0][0]
    line = [each for name, each in frames if name == file][-1]
    return Location(shown_path(file), line)
