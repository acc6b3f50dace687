"""Files that only their owner can read, and that are never half written."""

import json
import os
from pathlib import Path
from typing import Optional

__all__ = ["make_private", "read_json", "write_json"]


def make_private(directory: Path) -> Path:
    """Make *directory* and those above it that are missing, and return it."""
    if not directory.is_dir():
        make_private(directory.parent)
        directory.mkdir(mode=0o700, exist_ok=True)
    return directory


def read_json(path: Path) -> Optional[object]:
    """Return what the file holds; None if there is no such file."""
    try:
        document: object = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    return document


def write_json(path: Path, document: object) -> None:
    """Replace the file with *document*, for its owner's eyes only."""
    beside = path.with_name(f"{path.name}.{os.getpid()}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with os.fdopen(os.open(beside, flags, 0o600), "w", encoding="utf-8") as file:
        json.dump(document, file)
        file.flush()
        # A record must not come later than what it tells of.
        os.fsync(file.fileno())
    os.replace(beside, path)
