"""Migrations as they are recorded with their versions: canonical JSON."""

import base64
import binascii
import json
from typing import Dict, Mapping, NoReturn

from apirun.documents.actions import read_parsed
from apirun.documents.bodies import BodyFile, requests_in, with_bodies
from apirun.documents.calls import take_calls, with_calls
from apirun.documents.faults import Fault, Faults, faults_of
from apirun.documents.meaning import BODY_BASE64, meaning_of
from apirun.documents.scalars import Plain
from apirun.exceptions import DocumentError
from apirun.migration import Migration
from apirun.origin import Location, Origin, Problem

__all__ = ["as_data", "dump_migration", "load_recorded"]


def dump_migration(migration: Migration) -> str:
    """
    Return what *migration* means as canonical JSON.

    Two files that differ only in formatting, comments, titles, or the form of
    what they say give the same text.

    Args:
        migration: Read from a file or composed in Python.

    Raises:
        DocumentError: If a body composed in Python is not JSON.

    Example:
        >>> from apirun.migration import Request
        >>> dump_migration(Migration(version=1, name="a", up=Request("get", "/b")))
        '{"up":{"request":{"method":"GET","url":"/b"}}}'
    """
    try:
        return json.dumps(
            meaning_of(migration),
            sort_keys=True,
            separators=(",", ":"),
            ensure_ascii=False,
            allow_nan=False,
        )
    except (TypeError, ValueError, RecursionError) as error:
        _refuse(migration.label, f"a body is not JSON: {error}", error)


def load_recorded(text: str, version: int, label: str) -> Migration:
    """
    Return the migration that `dump_migration` wrote.

    Args:
        text: What was recorded.
        version: The version that it was recorded with.
        label: Its label then, such as ``001_create_vpc``.

    Raises:
        DocumentError: If it is no recorded migration.
    """
    try:
        told = json.loads(text, parse_int=Plain, parse_float=Plain)
    except (ValueError, RecursionError) as error:
        _refuse(label, f"the recorded copy is not JSON: {error}", error)
    try:
        data = as_data(told)
        calls = take_calls(data)
        bodies = _take_bodies(data)
        parsed = read_parsed(data)
    except (Fault, Faults, RecursionError) as error:
        faults = faults_of(error)
        shown = "; ".join(f"{fault.key or 'document'}: {fault}" for fault in faults)
        _refuse(label, f"the recorded copy is no migration: {shown}", error)
    migration = Migration(
        version=version,
        name=label.partition("_")[2] or label,
        up=parsed.up.whole(),
        down=parsed.down,
        probe=parsed.probe,
        poll=parsed.up.poll,
        origin=Origin(f"recorded/{label}.yaml"),
        made_at=None,
    )
    return with_calls(with_bodies(migration, bodies), calls)


def as_data(told: object) -> object:
    """
    Return JSON values the way a YAML file's data are told.

    Args:
        told: What `json` gives; numbers may be `Plain` already.
    """
    if isinstance(told, bool):
        return Plain("true" if told else "false")
    if isinstance(told, (int, float)):
        return Plain(json.dumps(told))
    if isinstance(told, Mapping):
        return {str(key): as_data(item) for key, item in told.items()}
    if isinstance(told, (list, tuple)):
        return [as_data(item) for item in told]
    return told


def _take_bodies(data: object) -> Dict[str, BodyFile]:
    """Take the bodies of bytes out of *data*, by the key of their request."""
    bodies: Dict[str, BodyFile] = {}
    for key, request in requests_in(data):
        if BODY_BASE64 in request and isinstance(request, dict):
            try:
                content = base64.b64decode(str(request.pop(BODY_BASE64)))
            except (binascii.Error, ValueError) as error:
                raise Fault(f"not base64: {error}", f"{key}.{BODY_BASE64}") from error
            bodies[key] = BodyFile("", content)
    return bodies


def _refuse(label: str, message: str, cause: Exception) -> NoReturn:
    raise DocumentError((Problem(Location(label), message),)) from cause
