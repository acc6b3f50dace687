"""Results, plans, status and events as plain data, the form that JSON has."""

from collections.abc import Mapping as AbstractMapping
from enum import Enum
from typing import Dict, cast

import attrs

from apirun.masking import MASK
from apirun.results import StageResult

__all__ = ["to_dict"]


def to_dict(value: object) -> object:
    """
    Return *value* as dictionaries, lists, text, numbers, booleans and None.

    The names are those of the attributes; an enumeration becomes its value, a
    result also says whether it is ``ok``. Secret variables of a stage appear
    as ``***``, so that what is returned can be written to a file.

    Args:
        value: What a run, a plan, a status or a history came to, or an event.

    Raises:
        TypeError: If *value* holds anything else.

    Example:
        >>> from apirun import StageState, StageStatus
        >>> to_dict(StageStatus(name="network", state=StageState.PENDING))["state"]
        'pending'
    """
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if attrs.has(type(value)):
        return _fields(cast(attrs.AttrsInstance, value))
    if isinstance(value, AbstractMapping):
        return {str(name): to_dict(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_dict(item) for item in value]
    raise TypeError(f"a {type(value).__name__} has no plain form")


def _fields(value: attrs.AttrsInstance) -> Dict[str, object]:
    told: Dict[str, object] = {
        attribute.name: to_dict(getattr(value, attribute.name))
        for attribute in attrs.fields(type(value))
    }
    if isinstance(value, StageResult):
        told["ok"] = value.ok
        told["env"] = {
            name: MASK if name in value.secrets else text
            for name, text in value.env.items()
        }
    return told
