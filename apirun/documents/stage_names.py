"""The names in a stages.yaml, for completing what a person types."""

import os
from typing import Tuple

from apirun.documents.document import Findings, open_document

__all__ = ["stage_names"]


def stage_names(path: str) -> Tuple[str, ...]:
    """
    Return the names of the stages that a stages.yaml declares, in its order.

    Nothing else of it is checked, and no other file is read.

    Args:
        path: The stages.yaml, relative to the working directory.

    Returns:
        The names; none if the file is missing or can't be understood.

    Example:
        >>> stage_names("stages.yaml"), stage_names("no-such.yaml")
        (('network',), ())
    """
    document = open_document(os.path.abspath(path), Findings())
    data = document.data if document is not None else None
    stages = data.get("stages") if isinstance(data, dict) else None
    named = (
        entry.get("name")
        for entry in (stages if isinstance(stages, list) else ())
        if isinstance(entry, dict)
    )
    return tuple(name for name in named if isinstance(name, str))
