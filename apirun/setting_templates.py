"""What a stage renders besides its requests: what it waits for, and its tokens."""

from collections.abc import Mapping as AbstractMapping
from typing import Collection, Iterator, Tuple

from apirun.exceptions import RenderError
from apirun.places import stage_origin
from apirun.rendering import Providers, Renderer
from apirun.scoping import Scope
from apirun.shown_request import TokenLabels
from apirun.stage import Stage
from apirun.variables import Variables

__all__ = ["refused_settings"]


def refused_settings(
    stage: Stage, scope: Scope, used: Collection[str], providers: Providers
) -> Tuple[RenderError, ...]:
    """
    Return why settings of a stage can't be rendered; nothing is acquired or sent.

    Args:
        stage: The stage.
        scope: What it sees, values that are not known yet included.
        used: Names of the tokens that its requests need.
        providers: Asked when a name is missing.
    """
    origin = stage.config_origin or stage_origin(stage)
    variables = Variables([scope.overrides, scope.outer])
    refused = []
    for key, text in _templates(stage, used):
        tokens = TokenLabels(stage) if key.startswith("wait.") else None
        try:
            Renderer(variables, tokens, origin, providers)(text, key)
        except RenderError as error:
            refused.append(error)
    return tuple(refused)


def _templates(stage: Stage, used: Collection[str]) -> Iterator[Tuple[str, str]]:
    """Return each template with its key."""
    if stage.wait is not None:
        yield "wait.url", stage.wait.url
        for name, text in stage.wait.headers:
            yield f"wait.headers.{name}", text
    for index, auth in enumerate(stage.auth):
        if auth.name in used:
            yield from _leaves(auth.config, f"auth.{index}.config")


def _leaves(item: object, key: str) -> Iterator[Tuple[str, str]]:
    if isinstance(item, AbstractMapping):
        for name, each in item.items():
            yield from _leaves(each, f"{key}.{name}")
    elif isinstance(item, (list, tuple)):
        for index, each in enumerate(item):
            yield from _leaves(each, f"{key}.{index}")
    elif item is not None:
        yield key, str(item)
