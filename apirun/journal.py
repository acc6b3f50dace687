"""The journal of one run of one stage: intents before, outcomes after."""

import hashlib
import json
import os
import socket
import time
import uuid
from typing import Dict, Mapping, Optional

from attrs import evolve

from apirun.calling import PreparedAction
from apirun.documents import dump_migration
from apirun.durations import utc_now
from apirun.exchange import Answer
from apirun.masking import Masker
from apirun.migration import Migration
from apirun.state import (
    Direction,
    Ending,
    EndingKind,
    Intent,
    StageOutcome,
    StageRecord,
    StateStore,
)
from apirun.variables import Value

__all__ = ["Journal", "digest_of", "new_run_id"]


def new_run_id() -> str:
    """Return what identifies one run."""
    return uuid.uuid4().hex


def digest_of(document: str) -> str:
    """Return the SHA-256 of a migration's canonical text, hexadecimal."""
    return hashlib.sha256(document.encode()).hexdigest() if document else ""


class Journal:
    """
    The journal of one run of one stage: intents before, outcomes after.

    Args:
        store: Where it is kept.
        run_id: Identifies the run.
        scope: What the run sees from outside, as `Scope.recorded` gives it.
        masker: Takes secrets out of bodies and errors.
        save_body: Whether answers' bodies are kept.
    """

    def __init__(
        self,
        store: StateStore,
        *,
        run_id: str,
        scope: str,
        masker: Masker,
        save_body: bool,
    ) -> None:
        self.store = store
        self._run_id = run_id
        self._scope = scope
        self._masker = masker
        self._save_body = save_body
        self._host = socket.gethostname()
        self._begun_s: Dict[int, float] = {}
        self._started_at = utc_now()
        self._started_s = time.monotonic()

    def begin(
        self,
        migration: Migration,
        direction: Direction,
        prepared: PreparedAction,
        *,
        env: Mapping[str, Value],
        idempotency_key: str,
    ) -> Intent:
        """
        Record that *prepared* is about to be sent, and return the intent.

        Raises:
            StoreError: If it could not be recorded; then nothing may be sent.
        """
        return self._begin(
            migration,
            direction,
            method=prepared.method,
            digest=prepared.digest,
            env=env,
            idempotency_key=idempotency_key,
            # What is not masked is for no eyes but those of this run.
            shown=self._masker.mask(prepared.shown) if self._masker.enabled else "",
        )

    def adopt(
        self,
        migration: Migration,
        *,
        env: Mapping[str, Value],
        answer: Answer,
        how: str,
    ) -> Ending:
        """
        Record that what *migration* makes is there, and return the ending.

        Args:
            migration: The version.
            env: Its own ``env`` block, as its ``down`` shall see it.
            answer: What its ``up`` would have captured; the probe's answer, or
                one without a status if nothing was sent.
            how: What the history says of it.

        Raises:
            StoreError: If it could not be recorded.
        """
        intent = self._begin(
            migration, Direction.UP, method=migration.up.method, digest="", env=env
        )
        return self.end(intent, EndingKind.APPLIED, answer=answer, error=how)

    def _begin(
        self,
        migration: Migration,
        direction: Direction,
        *,
        method: str,
        digest: str,
        env: Mapping[str, Value],
        idempotency_key: str = "",
        shown: str = "",
    ) -> Intent:
        document = dump_migration(migration)
        intent = Intent(
            version=migration.version,
            name=migration.label,
            direction=direction,
            run_id=self._run_id,
            method=method,
            digest=digest,
            idempotency_key=idempotency_key,
            started_at=utc_now(),
            host=self._host,
            pid=os.getpid(),
            document=document,
            document_digest=digest_of(document),
            scope=self._scope,
            env=_plain_json(env),
            shown=shown,
        )
        self._begun_s[intent.version] = time.monotonic()
        self.store.begin(intent)
        return intent

    def end(
        self,
        intent: Intent,
        kind: EndingKind,
        *,
        answer: Optional[Answer] = None,
        status: int = 0,
        body: str = "",
        error: str = "",
    ) -> Ending:
        """
        Record what became of *intent*, and return it.

        Raises:
            StoreError: If it could not be recorded; then the intent stands.
        """
        begun_s = self._begun_s.pop(intent.version, None)
        if answer is not None:
            status, body = answer.status, answer.body
        masked = self._masker.mask(error)
        ending = Ending(
            intent=evolve(intent, reason=masked.partition("\n")[0])
            if kind is EndingKind.UNSETTLED
            else intent,
            kind=kind,
            status_code=status,
            captures=answer.captures
            if answer is not None and kind is EndingKind.APPLIED
            else {},
            body=self._masker.mask(body) if self._save_body else None,
            error=masked,
            ended_at=utc_now(),
            elapsed_s=0.0 if begun_s is None else time.monotonic() - begun_s,
        )
        self.store.finish(ending)
        return ending

    def close_stage(self, outcome: StageOutcome, error: str = "") -> StageRecord:
        """Record how this run of the stage ended, and return the record."""
        record = StageRecord(
            outcome=outcome,
            run_id=self._run_id,
            started_at=self._started_at,
            elapsed_s=time.monotonic() - self._started_s,
            error=self._masker.mask(error).partition("\n")[0],
        )
        self.store.record_stage(record)
        return record


def _plain_json(env: Mapping[str, Value]) -> str:
    if not env:
        return "{}"
    plain = {
        name: value.text
        for name, value in env.items()
        if not (value.secret or value.unusable)
    }
    return json.dumps(plain, ensure_ascii=False, sort_keys=True)
