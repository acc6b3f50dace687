"""
What one version sees: the variables of its up, and of its down later.

A down sees what the up of the same version saw: its ``env`` block, its
captures, and the variables from outside as they were recorded then. Overrides
given now win over all of that; what was not recorded (secrets, and histories
of other tools) comes from the stage as it is now.
"""

import json
from typing import Dict, List, Mapping, Optional, Sequence, Tuple, Union

from attrs import evolve, frozen

from apirun.env import EnvEntry
from apirun.exceptions import HistoryError, RenderError
from apirun.masking import Masker
from apirun.migration import Migration, Request
from apirun.places import origin_of
from apirun.rendering import Providers, ReadTokens, Renderer, nobody
from apirun.scoping import Layer, Scope, evaluate_env
from apirun.stage import Stage
from apirun.state import Direction, History, Intent, Recorded, StateStore
from apirun.variables import Captures, Value, Variables

__all__ = ["VersionScope", "request_key"]


class VersionScope:
    """
    Makes the renderers of the versions of one stage.

    Args:
        stage: The stage.
        scope: What it sees from outside its own history.
        history: What is recorded of it.
        store: Where the rest of its records are.
        tokens: What templates see under ``auth``.
        providers: Asked when a name is missing.
    """

    def __init__(
        self,
        stage: Stage,
        scope: Scope,
        history: History,
        store: StateStore,
        *,
        tokens: Mapping[str, object],
        providers: Providers = nobody,
    ) -> None:
        self._stage = stage
        self._scope = scope
        self._store = store
        self._tokens = tokens
        self._providers = providers
        self._parsed: Tuple[str, Layer, Layer] = ("", {}, {})
        self.captures = Captures()
        for applied in history.applied:
            self.captures.add(
                applied.version,
                {
                    name: Value(kept.value, kept.secret, f"captured by {applied.name}")
                    for name, kept in applied.captures.items()
                },
            )

    def renderer(
        self,
        migration: Migration,
        direction: Direction,
        *,
        intent: Union[Intent, Recorded, None] = None,
    ) -> Tuple[Renderer, Dict[str, Value]]:
        """
        Return what renders the request of *migration*, and its local variables.

        What is added to the local variables is seen by the renderer.

        Args:
            migration: The version.
            direction: Which of its requests.
            intent: The intent to settle, or the record of what was applied,
                whose variables are seen again.

        Raises:
            RenderError: If a value of its own ``env`` can't be rendered.
        """
        going_up = direction is Direction.UP
        recorded = self._recorded(migration, direction, intent)
        then_overrides, then_outer = self._scope_of(recorded.scope)
        own = {} if going_up else self.captures.by(migration.version)
        env = {} if going_up else _layer(recorded.env, "its env when it was applied")
        top = self._scope.overrides
        if intent is not None:
            begun = _layer(intent.env, "its env when it was begun")
            top = {**begun, **(then_overrides if going_up else {}), **top}
        below: List[Layer] = [
            own,
            then_overrides,
            env,
            self.captures,
            then_outer,
            self._scope.outer,
        ]
        below = [layer for layer in below if layer or layer is self.captures]
        action = migration.action(direction)
        local: Dict[str, Value] = {}
        own_env = _Env(
            entries=action.env if isinstance(action, Request) else (),
            local=local,
            top=top,
            below=below,
            migration=migration,
            key=f"{direction.value}.env",
        )
        return self._with_env(own_env), local

    def _with_env(self, env: "_Env") -> Renderer:
        """Evaluate what *env* declares, and return what renders over it."""
        tokens = ReadTokens(self._tokens)
        refused: List[RenderError] = []
        found = evaluate_env(
            env.entries,
            [env.local, *env.below],
            overrides=env.top,
            source=f"{env.migration.label} env",
            renderer=lambda variables: self._over(variables, env.migration, tokens),
            key=env.key,
            refused=refused,
        )
        for error in refused:
            raise error
        taken = _hide_tokens(found, tokens.read)
        env.local.update(found)
        render = self._over(Variables([env.top, env.local, *env.below]), env.migration)
        if not taken:
            return render

        def again() -> Renderer:
            # What a `find` has put in its place since is left alone.
            stale = [e for e in env.entries if env.local[e.name] is taken.get(e.name)]
            return self._with_env(evolve(env, entries=stale))

        return evolve(render, taken=tokens.read, again=again)

    def _over(
        self,
        variables: Variables,
        migration: Migration,
        tokens: Optional[ReadTokens] = None,
    ) -> Renderer:
        seen = self._tokens if tokens is None else tokens
        origin = origin_of(migration, self._stage.name)
        return Renderer(variables, seen, origin, self._providers)

    def _recorded(
        self,
        migration: Migration,
        direction: Direction,
        intent: Union[Intent, Recorded, None],
    ) -> Recorded:
        if direction is Direction.DOWN:
            return self._store.recorded(migration.version)
        if intent is not None:
            return Recorded(scope=intent.scope)
        return Recorded()

    def _scope_of(self, text: str) -> Tuple[Layer, Layer]:
        """Parse a recorded scope; all versions of a run share one text."""
        if text in ("", "{}"):
            return {}, {}
        if text != self._parsed[0]:
            data = _parsed(text)
            self._parsed = (
                text,
                _values(data.get("overrides", {}), "--var when it was applied"),
                _values(data.get("outer", {}), "recorded when it was applied"),
            )
        return self._parsed[1], self._parsed[2]


@frozen(kw_only=True)
class _Env:
    """A version's own ``env`` block, with the layers it lies between."""

    entries: Sequence[EnvEntry]
    local: Dict[str, Value]
    top: Layer
    below: Sequence[Layer]
    migration: Migration
    key: str


def _hide_tokens(
    values: Dict[str, Value], tokens: Mapping[str, object]
) -> Dict[str, Value]:
    """Make secret which of *values* hold one of *tokens*, and return those."""
    texts = [token for token in tokens.values() if isinstance(token, str)]
    if not texts:
        return {}
    finder = Masker([*texts, *(text.rpartition(" ")[2] for text in texts)])
    taken = {
        name: evolve(value, secret=True)
        for name, value in values.items()
        if finder.mask(value.text) != value.text
    }
    values.update(taken)
    return taken


def request_key(migration: Migration, direction: Direction) -> str:
    """Return where the main request of *migration* stands in its document."""
    key = f"{direction.value}.request"
    if migration.origin is not None and key in migration.origin.places:
        return key
    return direction.value


def _layer(text: str, source: str) -> Layer:
    return {} if text in ("", "{}") else _values(_parsed(text), source)


def _parsed(text: str) -> Dict[str, object]:
    try:
        data = json.loads(text)
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise HistoryError(_DAMAGED)
    return data


def _values(texts: object, source: str) -> Layer:
    if not isinstance(texts, dict) or not all(
        isinstance(text, str) for text in texts.values()
    ):
        raise HistoryError(_DAMAGED)
    return {name: Value(text, source=source) for name, text in texts.items()}


_DAMAGED = (
    "the variables that were recorded with a version are damaged: they are no JSON "
    "object of texts. Nothing was sent. Restore the history from a backup, then run "
    "again."
)
