"""
A history in a place of one's own: one JSON file, written anew for each record.

A class that has the methods of `apirun.StateStore` is a store; nothing need be
derived from. Whether it keeps every promise, `apirun.testing.StoreContract`
tells. To name it in a config.yaml, publish it under `apirun.stores`.

    python own_store.py history.json
"""

import json
import os
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Dict, Generator, List, Optional, Sequence

import cattrs
from attrs import define, field
from filelock import BaseFileLock, FileLock, Timeout

from apirun import (
    AuthSettings,
    EnvEntry,
    Migration,
    Migrator,
    Request,
    Response,
    RunRow,
    Stage,
    StoreError,
    StoreLockedError,
)
from apirun.state import (
    Applied,
    Ending,
    EndingKind,
    History,
    Intent,
    Recorded,
    StageRecord,
)


@define
class Kept:
    """What stands in the file."""

    applied: Dict[int, Applied] = field(factory=dict)
    recorded: Dict[int, Recorded] = field(factory=dict)
    unsettled: Dict[int, Intent] = field(factory=dict)
    runs: List[RunRow] = field(factory=list)
    stage: Optional[StageRecord] = None


class JsonStore:
    """
    Keeps the history of one stage in a JSON file.

    Args:
        path: The file; its directory must be there.
    """

    def __init__(self, path: str) -> None:
        self._path = Path(path).absolute()

    @property
    def identity(self) -> str:
        """The file, and what stands for its tables."""
        return f"json:{os.path.realpath(self._path)}:history"

    @contextmanager
    def lock(self, *, timeout_s: float) -> Generator[None, None, None]:
        """Keep every other runner out."""
        with ExitStack() as stack:
            try:
                stack.enter_context(self._file_lock("lock", max(0.0, timeout_s)))
            except Timeout:
                raise StoreLockedError(
                    f"another runner holds {self._path}. Nothing was sent."
                ) from None
            except OSError as error:
                raise self._unusable(error) from error
            yield

    def history(self) -> History:
        """Return what is recorded."""
        kept = self._read()
        return History(
            applied=tuple(kept.applied[each] for each in sorted(kept.applied)),
            unsettled=tuple(kept.unsettled[each] for each in sorted(kept.unsettled)),
            stage=kept.stage,
        )

    def recorded(self, version: int) -> Recorded:
        """Return what was recorded with a version."""
        return self._read().recorded.get(version, Recorded())

    def runs(self, *, limit: Optional[int] = None) -> Sequence[RunRow]:
        """Return the lines of the history, newest first."""
        return self._read().runs[::-1][:limit]

    def begin(self, intent: Intent) -> None:
        """Record an intent."""
        with self._changed() as kept:
            kept.unsettled[intent.version] = intent

    def finish(self, ending: Ending) -> None:
        """Record an ending."""
        intent, version = ending.intent, ending.intent.version
        with self._changed() as kept:
            kept.unsettled.pop(version, None)
            if ending.kind is EndingKind.APPLIED:
                kept.applied[version] = Applied(
                    version=version,
                    name=intent.name,
                    document_digest=intent.document_digest,
                    applied_at=ending.ended_at,
                    captures=ending.captures,
                )
                kept.recorded[version] = Recorded(
                    document=intent.document, scope=intent.scope, env=intent.env
                )
            elif ending.kind is EndingKind.ROLLED_BACK:
                kept.applied.pop(version, None)
                kept.recorded.pop(version, None)
            elif ending.kind is EndingKind.UNSETTLED:
                kept.unsettled[version] = intent
            kept.runs.append(_line(len(kept.runs) + 1, ending))

    def record_stage(self, record: StageRecord) -> None:
        """Record how the stage ended."""
        with self._changed() as kept:
            kept.stage = record

    def close(self) -> None:
        """Do nothing: there is no connection."""

    @contextmanager
    def _changed(self) -> Generator[Kept, None, None]:
        """Give what is kept, and write it when the block ends."""
        beside = self._path.with_suffix(".new")
        try:
            with self._file_lock("writing", -1):
                kept = self._read()
                yield kept
                with beside.open("w", encoding="utf-8") as file:
                    json.dump(cattrs.unstructure(kept), file)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(beside, self._path)
        except OSError as error:
            raise self._unusable(error) from error

    def _file_lock(self, purpose: str, timeout_s: float) -> BaseFileLock:
        if not self._path.parent.is_dir():
            raise FileNotFoundError(f"there is no directory {self._path.parent}")
        path = f"{self._path}.{purpose}"
        return FileLock(path, timeout=timeout_s, thread_local=False)

    def _read(self) -> Kept:
        try:
            return cattrs.structure(json.loads(self._path.read_bytes()), Kept)
        except FileNotFoundError as error:
            if self._path.parent.is_dir():
                return Kept()
            raise self._unusable(error) from error
        except (OSError, ValueError, cattrs.BaseValidationError) as error:
            raise self._unusable(error) from error

    def _unusable(self, error: Exception) -> StoreError:
        return StoreError(f"the history {self._path} can't be used: {error}")


def _line(number: int, ending: Ending) -> RunRow:
    """Return a line of the history; secrets are kept with the version only."""
    shown = {
        name: "***" if value.secret else value.value
        for name, value in ending.captures.items()
    }
    return RunRow(
        id=number,
        version=ending.intent.version,
        name=ending.intent.name,
        direction=ending.intent.direction,
        status_code=ending.status_code,
        failed=ending.kind in (EndingKind.FAILED, EndingKind.UNSETTLED),
        ran_at=ending.ended_at,
        elapsed_s=ending.elapsed_s,
        error=ending.error,
        captures=json.dumps(shown, sort_keys=True, ensure_ascii=False),
        body=ending.body,
    )


def main(path: str) -> int:
    """Create a network, and read from the file what is known of it."""
    stage = Stage(
        name="network",
        migrations=[
            Migration(
                version=1,
                name="create_vpc",
                up=Request(
                    "POST",
                    "{{.api_base}}/vpcs",
                    auth_name="cloud",
                    body={"name": "kept", "cidr": "10.0.0.0/16"},
                    response=Response(env_from={"vpc_id": "vpc.id"}),
                ),
                down=Request(
                    "DELETE", "{{.api_base}}/vpcs/{{.vpc_id}}", auth_name="cloud"
                ),
            )
        ],
        env=[
            EnvEntry("api_base", os.environ["CLOUD_URL"]),
            EnvEntry("cloud_password", value_from_env="CLOUD_PASSWORD", secret=True),
        ],
        auth=[
            AuthSettings(
                type="basic",
                name="cloud",
                config={"username": "deployer", "password": "{{.cloud_password}}"},
            )
        ],
        store=JsonStore(path),
    )
    if not Migrator(stage).up().ok:
        return 1
    for applied in JsonStore(path).history().applied:
        print(applied.name, "made", applied.captures["vpc_id"].value)
    return 0 if Migrator(stage).down().ok else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]) if len(sys.argv) == 2 else __doc__)
