"""The forms that a report has, each known by the ending of its file."""

import importlib
import os
from typing import Callable, Mapping, Tuple

from apirun.exceptions import UsageError
from apirun.reports.run_report import RunReport

__all__ = ["ENDINGS", "Writer", "writer_for"]

Writer = Callable[[RunReport], str]
"""Returns a report as text in one form."""

_WRITERS: Mapping[str, Tuple[str, str]] = {
    ".html": ("apirun.reports.html", "to_html"),
    ".json": ("apirun.reports.document", "to_json"),
    ".md": ("apirun.reports.markdown", "to_markdown"),
    ".xml": ("apirun.reports.junit", "to_junit"),
}
ENDINGS = tuple(_WRITERS)


def writer_for(path: str) -> Writer:
    """
    Return what writes the form that the ending of *path* names.

    Raises:
        UsageError: If there is no such form, or nothing before the ending.

    Example:
        >>> writer_for("out/network.XML").__name__
        'to_junit'
    """
    name = os.path.basename(path)
    ending = os.path.splitext(name)[1].lower()
    if name.lower() in _WRITERS:
        raise UsageError(
            f"the report '{path}' has no name before its ending: write "
            f"'report{name}', for example. Nothing was sent."
        )
    if ending not in _WRITERS:
        known = ", ".join(ENDINGS[:-1])
        raise UsageError(
            f"there is no form of a report for the file '{path}': its ending has to "
            f"be {known} or {ENDINGS[-1]}. Nothing was sent."
        )
    module, name = _WRITERS[ending]
    # Only the form that is wanted is loaded.
    writer: Writer = getattr(importlib.import_module(module), name)
    return writer
