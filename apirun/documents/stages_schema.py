"""Readers of ``stages.yaml``, as far as it can be read without the others."""

from typing import Optional, Tuple

from attrs import field, frozen

from apirun.documents.converter import block, then
from apirun.documents.faults import Fault
from apirun.documents.fields import (
    choice,
    flag,
    line,
    number,
    seconds,
    sequence,
    text,
    timeout,
    words,
)
from apirun.documents.named import env
from apirun.documents.templates import check_condition
from apirun.env import EnvEntry
from apirun.stage import EnvFromStage

__all__ = ["Entry", "Globals", "StagesDocument", "read_stages"]


@frozen
class Entry:
    """One stage as stages.yaml tells it; the attributes are those of `Stage`."""

    name: str
    config_path: str
    depends_on: Tuple[str, ...] = ()
    env: Tuple[EnvEntry, ...] = ()
    env_from_stages: Tuple[EnvFromStage, ...] = ()
    condition: str = ""
    timeout_s: Optional[float] = None
    on_failure: str = "stop"


@frozen
class Globals:
    """What holds for all stages."""

    env: Tuple[EnvEntry, ...] = ()
    wait_between_stages_s: float = 0.0
    rollback_on_failure: bool = False
    max_concurrent_stages: int = 8


@frozen
class StagesDocument:
    """One stages.yaml as its file tells it."""

    stages: Tuple[Entry, ...]
    globals: Globals = field(factory=Globals)
    api_version: str = ""
    kind: str = ""


def _checked_condition(found: str) -> str:
    check_condition(found)
    return found


def _checked_name(found: str) -> str:
    if found != found.strip() or "," in found or "/" in found:
        raise Fault(f"the name '{found}' has a space around it, a comma or a slash")
    return found


_entry = block(
    Entry,
    {
        "name": then(line, _checked_name),
        "config_path": line,
        "depends_on": words,
        "env": env,
        "env_from_stages": sequence(
            block(EnvFromStage, {"stage": line, "vars": words})
        ),
        "condition": then(text, _checked_condition),
        "timeout": timeout,
        "on_failure": choice("stop", "continue", "skip_dependents"),
    },
    attributes={"timeout": "timeout_s"},
)


def _some(found: Tuple[Entry, ...]) -> Tuple[Entry, ...]:
    if not found:
        raise Fault("there must be at least one stage")
    return found


_globals = block(
    Globals,
    {
        "env": env,
        "wait_between_stages": seconds,
        "rollback_on_failure": flag,
        "max_concurrent_stages": number(0),
    },
    attributes={"wait_between_stages": "wait_between_stages_s"},
)
read_stages = block(
    StagesDocument,
    {
        "apiVersion": choice("apirun/v1"),
        "kind": choice("StageOrchestration"),
        "stages": then(sequence(_entry), _some),
        "global": _globals,
    },
    attributes={"apiVersion": "api_version", "global": "globals"},
)
