"""What stands because of pytest, in files that the next session finds."""

from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from typing import Dict, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Tuple

import pytest

from apirun_pytest.files import make_private, read_json, write_json

__all__ = ["Ledger", "Pairs", "Record"]

Pairs = Tuple[Tuple[str, int], ...]


class Record(NamedTuple):
    """
    One environment that stands, or is being set up.

    Attributes:
        key: Identifies it.
        label: What it is called.
        source: How another process gets its stages, see `Source`.
        claims: The histories that it uses.
        before: Versions that stood before it was set up.
        applied: Versions that it applied, in order of completion.
        complete: Whether it is set up, and *applied* and *stages* are known.
        stages: Variables by stage.
        secrets: Names of those that are secret, by stage.
        sessions: Directories of the sessions that use it.
        kept: Whether it is to stand without a session.
        begun: Its place in the order in which all were begun.
    """

    key: str
    label: str
    source: Mapping[str, object]
    claims: Tuple[str, ...] = ()
    before: Pairs = ()
    applied: Pairs = ()
    complete: bool = False
    stages: Mapping[str, Mapping[str, str]] = {}
    secrets: Mapping[str, Sequence[str]] = {}
    sessions: Tuple[str, ...] = ()
    kept: bool = False
    begun: int = 0

    @property
    def stays(self) -> bool:
        """Whether it stands without a session; one that is half set up does not."""
        return self.kept and self.complete


class Ledger:
    """
    The records of all environments below one directory.

    Args:
        directory: Where they are; made when the first one is written.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def labels(self) -> List[str]:
        """Return what is called to be standing."""
        return [record.label for record in reversed(self.records())]

    def records(self) -> List[Record]:
        """Return all records, the newest first: it may stand on older ones."""
        loaded = [self.load(path.stem) for path in self.directory.glob("*.json")]
        records = [record for record in loaded if record is not None]
        return sorted(records, key=lambda each: (each.begun, each.key), reverse=True)

    def has_loose(self) -> bool:
        """Return whether something stands that nobody keeps."""
        return any(not record.stays for record in self.records())

    def is_used_by(self, session: Path) -> bool:
        """Return whether something stands for the session with this directory."""
        return any(str(session) in record.sessions for record in self.records())

    def load(self, key: str) -> Optional[Record]:
        """Return the record *key*; None if there is none."""
        path = self.path(key)
        try:
            told = read_json(path)
            if told is None:
                return None
            assert isinstance(told, dict)
            record = Record(**told)
        except (AssertionError, TypeError, ValueError) as error:
            raise pytest.UsageError(
                f"{path} can't be read, so that what it tells of can't be taken down "
                f"({error}). Look at your API, then delete the file."
            ) from error
        return record._replace(
            claims=tuple(record.claims),
            before=_pairs(record.before),
            applied=_pairs(record.applied),
            sessions=tuple(record.sessions),
        )

    def save(self, record: Record) -> None:
        """Write *record*, durably."""
        self._make()
        document: Dict[str, object] = record._asdict()
        write_json(self.path(record.key), document)

    def remove(self, key: str) -> None:
        """Forget the record *key* and the histories that were made for it."""
        rmtree(self.histories(key), ignore_errors=True)
        self.path(key).unlink()

    def path(self, key: str) -> Path:
        """Return where the record *key* lies."""
        return self.directory / f"{key}.json"

    def histories(self, key: str) -> Path:
        """Return where histories lie that were made for the record *key*."""
        return self.directory / key

    @contextmanager
    def lock(self, key: str, *, timeout_s: float = -1) -> Iterator[None]:
        """
        Let no other process touch the record *key* until the block ends.

        Raises:
            TimeoutError: If another one still does after *timeout_s* seconds;
                below 0 it is waited for without an end.
        """
        from filelock import FileLock  # noqa: PLC0415 - a look at the labels needs none

        self._make()
        with FileLock(self.directory / f"{key}.lock").acquire(timeout=timeout_s):
            yield

    def _make(self) -> None:
        make_private(self.directory)
        ignored = self.directory / ".gitignore"
        if not ignored.exists():
            ignored.write_text("# Made by the pytest plugin of apirun.\n*\n", "utf-8")


def _pairs(told: Pairs) -> Pairs:
    return tuple((str(stage), int(version)) for stage, version in told)
