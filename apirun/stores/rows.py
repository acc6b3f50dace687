"""Captured values as the lines of a history show them."""

import json
from typing import Mapping

from apirun.state import StoredValue

__all__ = ["masked_captures"]


def masked_captures(captures: Mapping[str, StoredValue]) -> str:
    """
    Return *captures* as a JSON object, secrets masked.

    Args:
        captures: Values by name.

    Example:
        >>> masked_captures({"id": StoredValue("7"), "pw": StoredValue("x", True)})
        '{"id": "7", "pw": "***"}'
    """
    if not captures:
        return "{}"
    shown = {name: "***" if v.secret else v.value for name, v in captures.items()}
    return json.dumps(shown, ensure_ascii=False, sort_keys=True)
