"""New migrations to start from, as ``apirun create`` writes them."""

import os
import re
from contextlib import suppress

from apirun.documents.discovery import list_migrations
from apirun.documents.document import Findings
from apirun.exceptions import UsageError
from apirun.migration import MAX_VERSION
from apirun.origin import shown_path

__all__ = ["scaffold"]

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,199}")
CONTENT = """\
up:
  name: {title}
  request:
    method: POST
    url: "{{{{.api_base}}}}/things"
    body: |
      {{"name": "{name}"}}
  response:
    result_code: ["201"]
    env_from:
      thing_id: id

down:
  name: undo {title}
  method: DELETE
  url: "{{{{.api_base}}}}/things/{{{{.thing_id}}}}"
"""


def scaffold(directory: str, name: str) -> str:
    """
    Write a new migration with the next version, and return its path.

    The version is as wide as that of its neighbours, at least three digits.

    Args:
        directory: Where the migrations are.
        name: What it does, such as ``create_vpc``.

    Raises:
        UsageError: If *name* can't be part of a file's name, there is no such
            directory, or the file can't be written.
        DocumentError: If the versions that are there contradict each other.

    Example:
        >>> import os
        >>> os.path.basename(scaffold("network", "create_subnet"))
        '002_create_subnet.yaml'
    """
    if not NAME.fullmatch(name):
        raise UsageError(
            f"{name[:60]!r} can't name a migration: use letters, digits, '_' and '-', "
            "for example create_vpc. Nothing was written."
        )
    if not os.path.isdir(directory):
        raise UsageError(
            f"{shown_path(directory)} is not a directory. Create it first; nothing was "
            "written."
        )
    findings = Findings()
    known = list_migrations(os.path.abspath(directory), findings)
    findings.close()
    version = known[-1].version + 1 if known else 1
    if version > MAX_VERSION:
        raise UsageError(f"there is no version above {MAX_VERSION}")
    path = os.path.join(directory, f"{version:0{_width(directory)}d}_{name}.yaml")
    text = CONTENT.format(name=name, title=name.replace("_", " "))
    try:
        _write_new(path, text)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"{shown_path(path)} can't be written: {reason}") from error
    return path


def _write_new(path: str, text: str) -> None:
    """Write a file that is not there yet, as a whole or not at all."""
    stream = open(path, "x", encoding="utf-8")  # noqa: SIM115 - closed below
    try:
        with stream:
            stream.write(text)
    except BaseException:
        # Half a migration would stop every command until somebody removes it.
        with suppress(OSError):
            os.remove(path)
        raise


def _width(directory: str) -> int:
    """Return how many digits the versions in *directory* are written with."""
    digits = (re.match("[0-9]+(?=_)", name) for name in os.listdir(directory))
    return max((len(match.group()) for match in digits if match), default=3)
