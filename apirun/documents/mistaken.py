"""A file that was named where one of another kind is read."""

from typing import Final, Mapping, Optional, Tuple

from apirun.documents.document import Document, Findings, open_document
from apirun.documents.faults import Fault

__all__ = ["open_config", "open_stages"]

_CONFIG: Final = ("migrate_dir", "auth", "store", "wait", "client")
_STAGES: Final = ("stages",)
_MIGRATION: Final = ("up", "down")

_TOLD: Final[Mapping[Tuple[str, ...], str]] = {
    _CONFIG: "this is the config.yaml of one directory, and a file of stages is meant: "
    "'apirun up', or Migrator.from_config, takes it",
    _STAGES: "this is a file of stages, and the config.yaml of one directory is meant: "
    "'apirun stages up', or Orchestrator.from_file, takes it",
    _MIGRATION: "this is a migration: name the config.yaml of its directory, or the "
    "file of stages",
}


def open_config(path: str, findings: Findings) -> Optional[Document]:
    """Return the config.yaml at *path* as `open_document` does, None if it is none."""
    return _opened(path, findings, _CONFIG)


def open_stages(path: str, findings: Findings) -> Optional[Document]:
    """Return the stages.yaml at *path* as `open_document` does, None if it is none."""
    return _opened(path, findings, _STAGES)


def _opened(
    path: str, findings: Findings, meant: Tuple[str, ...]
) -> Optional[Document]:
    document = open_document(path, findings)
    mistaken = None if document is None else _mistaken(document.data, meant)
    if document is None or mistaken is None:
        return document
    findings.add(document, [mistaken])
    return None


def _mistaken(data: object, meant: Tuple[str, ...]) -> Optional[Fault]:
    if not isinstance(data, Mapping) or any(key in data for key in meant):
        return None
    for marks, told in _TOLD.items():
        for mark in marks:
            if mark in data:
                return Fault(told, mark, at_key=True)
    return None
