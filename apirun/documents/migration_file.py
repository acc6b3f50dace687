"""Migrations as files: ``NNN_name.yaml`` to `Migration`."""

from typing import Dict, List, Optional

from apirun.documents.actions import Parsed, read_parsed
from apirun.documents.bodies import (
    BodyFile,
    Surroundings,
    check_auth,
    read_body,
    requests_in,
    with_bodies,
)
from apirun.documents.discovery import MigrationFile
from apirun.documents.document import Document, Findings, open_document
from apirun.documents.environment import unset_variables
from apirun.documents.faults import Fault, Faults
from apirun.documents.named import place_by_name
from apirun.documents.polls import unprobed_captures
from apirun.migration import Migration, Request

__all__ = ["read_migration", "unset_in"]


def read_migration(
    file: MigrationFile, around: Surroundings, findings: Findings
) -> Optional[Migration]:
    """
    Return the migration in *file*, None if it is wrong.

    Args:
        file: Where it is, and what its name says.
        around: What its stage says.
        findings: Gets what is wrong and what is odd.
    """
    document = open_document(file.path, findings)
    if document is None:
        return None
    faults: List[Fault] = []
    parsed: Optional[Parsed] = None
    try:
        parsed = read_parsed(document.data)
    except (Fault, Faults) as error:
        faults += error.faults if isinstance(error, Faults) else [error]
    faults += check_auth(document.data, around)
    bodies: Dict[str, BodyFile] = {}
    for key, request in requests_in(document.data):
        content, wrong = read_body(key, request, path=file.path, around=around)
        faults += wrong
        if content is not None:
            bodies[key] = content
    if faults or parsed is None:
        findings.add(document, faults)
        return None
    _place_names(document)
    migration = Migration(
        version=file.version,
        name=file.name,
        up=parsed.up.whole(),
        down=parsed.down,
        probe=parsed.probe,
        poll=parsed.up.poll,
        title=parsed.up.name,
        origin=document.origin,
        made_at=None,
    )
    findings.warn(document, [*unset_in(migration), *unprobed_captures(migration)])
    return with_bodies(migration, bodies)


def _place_names(document: Document) -> None:
    data = document.data
    if not isinstance(data, dict):
        return
    for direction in ("up", "down"):
        block = data.get(direction)
        if isinstance(block, dict):
            place_by_name(document.places, block.get("env"), f"{direction}.env")
    for key, request in requests_in(data):
        for name in ("headers", "queries"):
            place_by_name(document.places, request.get(name), f"{key}.{name}")


def unset_in(migration: Migration) -> List[Fault]:
    """Return a warning for each unset process variable that *migration* refers to."""
    faults: List[Fault] = []
    for key, action in (("up", migration.up), ("down", migration.down)):
        if isinstance(action, Request):
            faults += unset_variables(action.env, f"{key}.env")
    return faults
