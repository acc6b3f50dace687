"""
The variables of one stage, built layer by layer.

From the lowest: ``global.env``, what the dependencies hand on, the private
``env`` of config.yaml, the stage's own ``env``, and what ``env_from_stages``
names. Above them come captures, a migration's ``env`` and the overrides, which
`apirun.stage_run` adds.
"""

import json
import os
from typing import (
    Callable,
    Dict,
    List,
    Mapping,
    Optional,
    Sequence,
    Tuple,
)

from attrs import field, frozen

from apirun.env import EnvEntry, SecretText
from apirun.exceptions import RenderError, UsageError
from apirun.masking import is_secret_name
from apirun.origin import Origin
from apirun.places import stage_origin
from apirun.rendering import Providers, Renderer, nobody
from apirun.stage import Stage
from apirun.variables import Value, Variables, is_sendable

__all__ = ["Layer", "Scope", "build_scope", "evaluate_env", "override_values"]

Layer = Mapping[str, Value]


@frozen(kw_only=True)
class Scope:
    """
    What a stage sees from outside its own history.

    Attributes:
        overrides: ``--var`` and ``variables=``, above everything.
        outer: All other layers as one.
        own: What the stage's stages.yaml ``env`` came to, for its dependents.
        missing: Pairs of stage and variable that ``env_from_stages`` names
            and the stage does not provide.
        refused: Why values of the ``env`` blocks that it sees can't be
            rendered; a run up does not begin with one.
    """

    overrides: Layer
    outer: Layer
    own: Layer
    missing: Tuple[Tuple[str, str], ...] = field(default=())
    refused: Tuple[RenderError, ...] = field(default=(), eq=False)

    def recorded(self) -> str:
        """Return it as JSON text for the history, secrets left out."""
        return json.dumps(
            {"overrides": _plain(self.overrides), "outer": _plain(self.outer)},
            ensure_ascii=False,
            sort_keys=True,
        )

    def secrets(self) -> List[str]:
        """Return the texts that must not be shown."""
        return [
            value.text
            for layer in (self.overrides, self.outer)
            for value in layer.values()
            if value.secret and value.text
        ]


def _plain(layer: Layer) -> Dict[str, str]:
    return {
        name: value.text
        for name, value in layer.items()
        if not (value.secret or value.unusable or value.unknown)
    }


def override_values(variables: Mapping[str, str]) -> Dict[str, Value]:
    """
    Return ``--var`` and ``variables=`` as a layer.

    Raises:
        UsageError: If one of them is no text that can be sent.
    """
    return {
        name: Value(
            _sendable(name, text),
            is_secret_name(name) or isinstance(text, SecretText),
            "--var",
        )
        for name, text in variables.items()
    }


def _sendable(name: str, text: str) -> str:
    if not is_sendable(text):
        raise UsageError(
            f"the variable '{name}' holds bytes that are no UTF-8. Nothing was sent."
        )
    return text


def evaluate_env(
    entries: Sequence[EnvEntry],
    layers: Sequence[Layer],
    *,
    source: str,
    renderer: Callable[[Variables], Renderer],
    key: str,
    overrides: Layer,
    refused: List[RenderError],
) -> Dict[str, Value]:
    """
    Return the values of an ``env`` block.

    Each is a template over what *layers* know and what stands before it in the
    block. One that can't be rendered is unusable: an error when it is used.

    Args:
        entries: The block.
        layers: Those that the block lies on, the highest first.
        source: What to call the block in messages.
        renderer: Makes a renderer over the variables that it is given.
        key: Where the block stands, such as ``global.env``.
        overrides: What wins over the block and all below it.
        refused: Gets why templates of the block can't be rendered, but for
            those that an override replaces.
    """
    values: Dict[str, Value] = {}
    render = renderer(Variables([overrides, values, *layers]))
    for entry in entries:
        place = f"{key}.{entry.name}"
        try:
            values[entry.name] = _evaluate(entry, source, render, place)
        except RenderError as error:
            values[entry.name] = Value("", entry.secret, source, error)
            if entry.name not in overrides:
                refused.append(error)
    return values


def _evaluate(entry: EnvEntry, source: str, render: Renderer, key: str) -> Value:
    if entry.value_from_env is not None:
        text = os.environ.get(entry.value_from_env)
        secret = (
            entry.secret
            or is_secret_name(entry.name)
            or is_secret_name(entry.value_from_env)
        )
        if text is None:
            reason = (
                f"the variable {entry.name} takes its value from the process "
                f"variable {entry.value_from_env}, which is not set: set it and "
                "run again"
            )
            why = render.error(reason, key)
            return Value("", secret, source, why, unset=entry.name)
        if not is_sendable(text):
            raise render.error(
                f"the process variable {entry.value_from_env}, which "
                f"'{entry.name}' takes its value from, holds bytes that are no UTF-8",
                key,
            )
        return Value(text, secret, source)
    return Value(render(entry.value, key), entry.secret, source)


def build_scope(
    stage: Stage,
    *,
    global_env: Layer,
    inherited: Sequence[Tuple[str, Layer]],
    overrides: Layer,
    providers: Providers = nobody,
    refused: Sequence[RenderError] = (),
) -> Scope:
    """
    Return what *stage* sees from outside its own history.

    Args:
        stage: The stage.
        global_env: What ``global.env`` came to.
        inherited: What each direct and indirect dependency provides, the
            nearest first.
        overrides: ``--var`` and ``variables=``.
        providers: Asked when a name is missing.
        refused: Why values of ``global.env`` can't be rendered.
    """
    errors = list(refused)
    outer: Dict[str, Value] = dict(global_env)
    provided = dict(inherited)
    for _, layer in reversed(inherited):
        outer.update(layer)

    def over(origin: Optional[Origin]) -> Callable[[Variables], Renderer]:
        return lambda variables: Renderer(variables, None, origin, providers)

    outer.update(
        evaluate_env(
            stage.private_env,
            [outer],
            overrides=overrides,
            source=f"{stage.config_path or stage.name} env",
            renderer=over(stage.config_origin or stage_origin(stage)),
            key="env" if stage.config_origin else "private_env",
            refused=errors,
        )
    )
    own = evaluate_env(
        stage.env,
        [outer],
        overrides=overrides,
        source=f"stage {stage.name} env",
        renderer=over(stage_origin(stage)),
        key="env",
        refused=errors,
    )
    outer.update(own)
    missing = []
    for wanted in stage.env_from_stages:
        for name in wanted.vars:
            value = provided.get(wanted.stage, {}).get(name)
            if value is None:
                missing.append((wanted.stage, name))
            else:
                outer[name] = value
    return Scope(
        overrides=overrides,
        outer=outer,
        own=own,
        missing=tuple(missing),
        refused=tuple(errors),
    )
