"""Which files of a directory are migrations."""

import os
import re
from typing import Dict, Tuple

from attrs import frozen

from apirun.documents.document import Findings
from apirun.migration import MAX_VERSION
from apirun.origin import Location, Problem, shown_path

__all__ = ["MigrationFile", "list_migrations"]

MIGRATION = re.compile(r"([0-9]+)_(.*)\.ya?ml")
NEARLY = re.compile(r".*\.(?:ya?ml)(?:\.[^.]*)?|[0-9]+_.*|[0-9]+-.*", re.IGNORECASE)
OTHERS = re.compile(r"(?:config|stages)\.ya?ml|\..*|.*~")


@frozen
class MigrationFile:
    """
    A file that is a migration by its name.

    Attributes:
        path: Absolute path.
        version: The number that its name begins with.
        name: What follows the number, without the ending.
    """

    path: str
    version: int
    name: str


def list_migrations(directory: str, findings: Findings) -> Tuple[MigrationFile, ...]:
    """
    Return the migrations in *directory*, ascending by version.

    Args:
        directory: Absolute path.
        findings: Gets versions that stand there twice, and, as warnings, files
            that are no migrations by their names but nearly.
    """
    try:
        with os.scandir(directory) as entries:
            names = sorted(entry.name for entry in entries if not _is_directory(entry))
    except OSError as error:
        reason = error.strerror or str(error)
        findings.add_file(shown_path(directory), f"can't be read: {reason}")
        return ()
    found: Dict[int, MigrationFile] = {}
    for name in names:
        path = os.path.join(directory, name)
        match = MIGRATION.fullmatch(name)
        if match is None:
            _warn_if_near(name, path, findings)
            continue
        _add(MigrationFile(path, _number(match[1]), match[2]), found, findings)
    return tuple(found[version] for version in sorted(found))


def _number(digits: str) -> int:
    significant = digits.lstrip("0")
    # Longer ones are refused all the same, and slow to convert.
    return int(significant[:20] or "0")


def _add(
    file: MigrationFile, found: Dict[int, MigrationFile], findings: Findings
) -> None:
    shown = shown_path(file.path)
    if file.version > MAX_VERSION:
        findings.add_file(
            shown, f"the version {file.version} is above {MAX_VERSION}: use a lower one"
        )
        return
    other = found.setdefault(file.version, file)
    if other is not file:
        findings.add_file(
            shown,
            f"the version {file.version} is also that of {shown_path(other.path)}: "
            "give one of them another number",
        )


def _is_directory(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir()
    except OSError:
        # A link that leads to itself; it matters only if it is to be read.
        return False


def _warn_if_near(name: str, path: str, findings: Findings) -> None:
    if not NEARLY.fullmatch(name) or OTHERS.fullmatch(name):
        return
    if not re.search(r"\.ya?ml", name, re.IGNORECASE):
        return
    findings.warnings.append(
        Problem(
            Location(shown_path(path)),
            "ignored: the name of a migration is a number, '_', a name and '.yaml', "
            "such as 001_create_vpc.yaml",
        )
    )
