"""Errors told to a person: what happened, what it means, what to do next."""

import os
from shlex import quote
from typing import List, Optional

from apirun.call import Call, CallError
from apirun.exceptions import (
    AnswerLostError,
    ApirunError,
    CancelledError,
    CaptureError,
    ExchangeError,
    HistoryError,
    NotSentError,
    PollError,
    RenderError,
    StoreError,
    StoreLockedError,
    UnsettledError,
    UsageError,
)
from apirun.masking import Masker
from apirun.migration import Migration
from apirun.places import origin_of
from apirun.results import Failure
from apirun.settings import StoreSettings
from apirun.stage import Stage
from apirun.state import Direction, Intent
from apirun.stores import prefix_of

__all__ = [
    "again",
    "choices",
    "migration_failure",
    "stage_failure",
    "stages_command",
]

DEFAULT_STAGES = "stages.yaml"


def migration_failure(
    error: ApirunError,
    *,
    stage: Stage,
    migration: Migration,
    direction: Direction,
    masker: Masker,
    shown: str = "",
    intent: Optional[Intent] = None,
) -> Failure:
    """
    Return what to tell of a version that ended badly.

    Args:
        error: What happened.
        stage: Its stage.
        migration: The version.
        direction: Which way it ran.
        masker: Takes secrets out.
        shown: Method and masked URL, if the request was rendered.
        intent: The intent that stands without an outcome, if one does.
    """
    before = "pending" if direction is Direction.UP else "applied"
    command = again(stage, direction.value)
    needs_decision = False
    if intent is not None:
        recorded = (
            "The intent is recorded and its outcome is not known: the API may have "
            f"acted. Version {migration.version} is unsettled."
        )
        if isinstance(error, PollError):
            recorded = (
                "The API said yes, and what must hold afterwards does not. Version "
                f"{migration.version} is unsettled."
            )
        needs_decision = not settles_itself(migration, direction)
        if needs_decision:
            advice = choices(stage, migration, direction)
        else:
            sends = isinstance(migration.action(direction), Call)
            sends_it = "calls it once more" if sends else "sends it once more"
            how = "asks the probe" if migration.probe else sends_it
            if migration.poll is not None and direction is Direction.UP:
                how += " and polls again"
            advice = (
                f"Run {command} as before: it {how}, which settles this, and goes on."
            )
            if migration.down is not None and _is_hopeless(error):
                back = _take_back(stage)
                advice += f" If it can't become ready any more, {back}."
    else:
        recorded = f"Version {migration.version} stays {before}."
        if isinstance(error, (RenderError, NotSentError)):
            recorded = f"Nothing was sent. {recorded}"
        advice = f"Correct what the message names, then run {command} as before."
        if isinstance(error, CancelledError):
            advice = f"Run {command} as before to go on."
    if not stage.keeps_history:
        recorded = "Nothing is recorded: no history is kept (store.disabled)."
        advice = f"Look at the API. {command} sends everything again."
        needs_decision = False
    return Failure(
        message=masker.mask(str(error)),
        kind=type(error).__name__,
        place=_place(error, migration, direction),
        request=shown,
        status=error.status if isinstance(error, ExchangeError) else 0,
        body=masker.mask(error.body) if isinstance(error, ExchangeError) else "",
        recorded=recorded,
        advice=advice,
        needs_decision=needs_decision,
    )


def stage_failure(error: ApirunError, *, stage: Stage, masker: Masker) -> Failure:
    """Return what to tell of a stage that ended badly between two versions."""
    advice = ""
    if isinstance(error, StoreLockedError):
        advice = "Wait until the other run has ended, then run again."
    elif isinstance(error, StoreError):
        advice = "Mend the store, then run again: what is recorded stands."
    elif isinstance(error, CancelledError):
        advice = "Run again to go on."
    elif not isinstance(error, (UsageError, HistoryError, UnsettledError)):
        advice = "Correct what the message names, then run again."
    return Failure(
        message=masker.mask(str(error)),
        kind=type(error).__name__,
        place=stage.config_path or (stage.origin.file if stage.origin else ""),
        recorded="No further version of this stage was begun.",
        advice=advice,
        needs_decision=isinstance(error, UnsettledError),
    )


def settles_itself(migration: Migration, direction: Direction) -> bool:
    """Return whether the next run can find out what happened to *migration*."""
    action = migration.action(direction)
    return migration.probe is not None or (action is not None and action.repeatable)


def choices(stage: Stage, migration: Migration, direction: Direction) -> str:
    """Return the two commands that settle *migration* by hand."""
    names = list(migration.captures)
    if not stage.config_path:
        return _choices_in_python(stage, migration.version, direction, names)
    config = stage.config_path
    command = f"apirun settle {migration.version} --config {quote(config)} --as"
    variables = "".join(f" --var {name}=VALUE" for name in names)
    if direction is Direction.DOWN:
        variables = ""
    return (
        "Look at the API, then tell what is so:\n"
        f"  {command} applied{variables}   (it is there)\n"
        f"  {command} pending   (it is not there)"
        f"{_before(stage, config)}"
    )


def _choices_in_python(
    stage: Stage, version: int, direction: Direction, names: List[str]
) -> str:
    """Return the two calls that settle a version of a composed stage."""
    call = f"apirun.Migrator({stage.name}).settle({version}, as_="
    texts = ", ".join(f'"{name}": VALUE' for name in names)
    variables = f", variables={{{texts}}}" if texts else ""
    if direction is Direction.DOWN:
        variables = ""
    return (
        f"Look at the API, then tell what is so, with the stage {stage.name}:\n"
        f'  {call}"applied"{variables})   (it is there)\n'
        f'  {call}"pending")   (it is not there)'
    )


def _before(stage: Stage, config: str) -> str:
    """Return what a stage needs whose tables its directory alone does not tell."""
    settings = stage.store
    if not isinstance(settings, StoreSettings) or settings.type != "postgres":
        return ""
    folder = os.path.basename(os.path.dirname(os.path.abspath(config)))
    if settings.names_tables or folder == stage.name:
        return ""
    return (
        f"\nIf other stages share its database, put 'table_prefix: "
        f"{prefix_of(stage.name)}' under 'store' in {config} before: without it the "
        f"command looks for tables named after the directory."
    )


def again(stage: Stage, command: str) -> str:
    """Return the *command* for *stage*, such as ``up``, as it is typed."""
    if stage.origin is not None:
        return f"'{stages_command(stage, command)}'"
    if not stage.config_path:
        return f"{command}()"
    return f"'apirun {command} --config {quote(stage.config_path)}'"


def stages_command(stage: Stage, *words: str) -> str:
    """Return the command of *words* for the file that declares *stage*."""
    file = DEFAULT_STAGES if stage.origin is None else stage.origin.file
    named = () if file == DEFAULT_STAGES else ("--config", file)
    return " ".join(map(quote, ("apirun", "stages", *words, *named)))


def _is_hopeless(error: ApirunError) -> bool:
    return isinstance(error, PollError) and error.key == "fail_if"


def _take_back(stage: Stage) -> str:
    if stage.origin is not None:
        command = stages_command(stage, "down", "--stage", stage.name)
        return f"'{command}' rolls its stage back"
    return f"{again(stage, 'down')} takes it back"


def _place(error: ApirunError, migration: Migration, direction: Direction) -> str:
    if isinstance(error, (RenderError, CallError)) and error.location is not None:
        return str(error.location)
    action = migration.action(direction)
    if isinstance(action, Call) and action.location is not None:
        return str(action.location)
    origin = origin_of(migration)
    return (
        migration.label
        if origin is None
        else str(origin.locate(_key(error, direction)))
    )


def _key(error: ApirunError, direction: Direction) -> str:
    """Return which key of a migration an error is about."""
    if isinstance(error, CaptureError):
        return f"{direction.value}.response.env_from"
    if isinstance(error, PollError):
        return f"up.poll.{error.key}"
    if isinstance(error, (AnswerLostError, ExchangeError)):
        return f"{direction.value}.request.url"
    return direction.value
