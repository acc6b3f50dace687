"""What the rows of a history hold, for every kind of store alike."""

import json
from typing import Collection, Mapping, Optional

from apirun.secret_names import is_secret_name
from apirun.state import StoredValue

__all__ = ["intent_column", "masked_captures", "masked_names"]


def intent_column(name: str, there: Collection[str]) -> str:
    """
    Return what reads a column of an intent ``i``; its scope is looked up in ``s``.

    Args:
        name: Of the column.
        there: The columns that the table has.
    """
    if name == "scope":
        return "s.variables"
    # An older apirun made the table without it.
    return "NULL" if name == "shown" and name not in there else f"i.{name}"


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


def masked_names(captured: Optional[str]) -> str:
    """
    Return a JSON object of the Go tool's, values with telling names masked.

    Args:
        captured: The object; None for none.

    Example:
        >>> masked_names('{"id": "7", "db_password": "x"}')
        '{"id": "7", "db_password": "***"}'
    """
    try:
        values = json.loads(captured or "{}")
    except ValueError:
        return "{}"
    if not isinstance(values, dict):
        return "{}"
    shown = {name: "***" if is_secret_name(name) else v for name, v in values.items()}
    return json.dumps(shown, ensure_ascii=False)
