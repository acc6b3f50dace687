"""Environments: set up once for all who ask, taken down by the last to leave."""

import time
from pathlib import Path
from typing import Dict, List, Optional, Set

from apirun import (
    ApirunError,
    Direction,
    Environment,
    Outcome,
    RunResult,
    StageResult,
    UsageError,
)
from apirun_pytest.files import make_private
from apirun_pytest.ledger import Ledger, Record
from apirun_pytest.options import Keep
from apirun_pytest.refusals import (
    refuse_conflict,
    refuse_forgetful,
    refuse_without_down,
)
from apirun_pytest.runs import bring_up, roll_back
from apirun_pytest.sessions import (
    Note,
    Session,
    clear_away,
    is_alive,
    only_orphans,
)
from apirun_pytest.sources import Source, command_down
from apirun_pytest.standing import since, standing

__all__ = ["Environments"]

ORPHANS_S = 20.0
"""How long workers are waited for that outlive their pytest."""


class Environments:
    """
    The environments of one run of pytest, as one of its processes sees them.

    Args:
        ledger: What stands.
        session: The run.
        keep: What becomes of environments when it ends.
        shared: Whether other processes of the run use them too.

    Attributes:
        secrets: The texts of secret variables that were handed out.
    """

    def __init__(
        self, ledger: Ledger, session: Session, *, keep: Keep, shared: bool
    ) -> None:
        self._ledger = ledger
        self._session = session
        self._me = str(session.directory)
        self._keep = keep
        self._shared = shared
        self._sources: Dict[str, Source] = {}
        self._environments: Dict[str, Environment] = {}
        self.secrets: Set[str] = set()

    def bring_up(self, source: Source) -> Environment:
        """
        Set *source* up, or share what stands; once in a run, whoever asks.

        Raises:
            ApirunError: If it can't be set up, the same one for all who ask.
        """
        if source.key not in self._environments:
            self._session.join()
            with self._ledger.lock(source.key):
                environment = self._shared_or_new(source)
                self._environments[source.key] = self._learnt(environment)
        return self._environments[source.key]

    def bring_up_alone(self, source: Source, key: str) -> Environment:
        """
        Set *source* up for one test, recorded as *key*.

        Raises:
            ApirunError: If it can't be set up.
        """
        self._session.join()
        record = Record(key, source.label, source.plain)
        return self._learnt(self._set_up(source, record, None))

    def take_down_alone(self, key: str) -> str:
        """Undo `bring_up_alone`; return why something is left, or nothing."""
        record = self._ledger.load(key)
        return "" if record is None else self._take_down(record)

    def release(self) -> List[str]:
        """
        Leave all environments, and take down those that nobody else uses.

        Returns:
            Why something is left, for each of which something is.
        """
        left = []
        for record in self._ledger.records():
            if self._me in record.sessions:
                with self._ledger.lock(record.key):
                    again = self._ledger.load(record.key)
                    if again is not None and self._me in again.sessions:
                        left.append(self._let_go(again))
        return [reason for reason in left if reason]

    def sweep(self, *, last: bool) -> None:
        """
        Take down what sessions have left that died.

        Args:
            last: Whether this is the end of the run: all code is loaded, and
                workers whose pytest was killed are waited for.
        """
        if last:
            clear_away(self._ledger.directory / "sessions", self._session.directory)
        for record in self._ledger.records():
            if last:
                self._await_orphans(record)
            if self._is_dead(record):
                with self._ledger.lock(record.key):
                    again = self._ledger.load(record.key)
                    if again is not None and self._is_dead(again):
                        self._clear(again, last=last)

    def _shared_or_new(self, source: Source) -> Environment:
        refusal = self._session.refusal(source.key)
        if refusal:
            raise UsageError(refusal)
        record = self._ledger.load(source.key)
        if record is not None and record.complete and self._me in record.sessions:
            return _known(record)
        try:
            refuse_forgetful(source, shared=self._shared)
            fresh = Record(source.key, source.label, source.plain, source.claims)
            environment = self._set_up(source, record or fresh, record)
        except ApirunError as error:
            reason = f"{source.label} could not be set up\n{error}"
            self._session.refuse(source.key, reason)
            raise UsageError(reason) from error
        count = len(environment.result.applied)
        told = f"{_versions(count)} set up" if count else "stood already"
        self._session.tell(Note(f"{source.label}: {told}"))
        return environment

    def _set_up(
        self, source: Source, record: Record, former: Optional[Record]
    ) -> Environment:
        """Bring the stages up, recorded in such a way that a crash loses nothing."""
        with self._ledger.lock("claims"):
            status = source.orchestrator.status()
            refuse_without_down(source, status)
            if former is None:
                others = self._ledger.records()
                refuse_conflict(others, source)
                make_private(self._ledger.histories(record.key))
                begun = 1 + max((other.begun for other in others), default=0)
                record = record._replace(before=standing(status), begun=begun)
            record = record._replace(
                complete=False,
                kept=record.kept or self._keep is Keep.ALWAYS,
                sessions=tuple(dict.fromkeys((*record.sessions, self._me))),
            )
            self._ledger.save(record)
        self._sources[record.key] = source
        try:
            result = bring_up(source)
        except ApirunError:
            self._set_back(record, former, source)
            raise
        applied = (*record.applied, *result.applied)
        if former is not None and not former.complete:
            applied = since(record, source.orchestrator)
        self._ledger.save(
            record._replace(
                complete=True,
                applied=tuple(dict.fromkeys(applied)),
                stages={name: dict(each.env) for name, each in result.stages.items()},
                secrets={name: each.secrets for name, each in result.stages.items()},
            )
        )
        return Environment(result)

    def _set_back(
        self, record: Record, former: Optional[Record], source: Source
    ) -> None:
        """After a failure, record what stands still; nothing is the usual case."""
        if former is not None and former.complete:
            self._ledger.save(former)
        elif not since(record, source.orchestrator):
            self._ledger.remove(record.key)

    def _let_go(self, record: Record) -> str:
        """Leave an environment; return why something is left, or nothing."""
        others = tuple(
            other
            for other in record.sessions
            if other != self._me and is_alive(Path(other))
        )
        if others:
            self._ledger.save(record._replace(sessions=others))
            told = "another session uses it, and takes it down"
        elif record.complete and self._stays():
            self._ledger.save(record._replace(sessions=(), kept=True))
            down = command_down(record.source) or "the same tests, with never"
            told = f"kept (--apirun-keep={self._keep.value}); to take it down: {down}"
            self._session.tell(Note(f"{record.label}: {told}", kept=True))
            return ""
        else:
            reason = self._take_down(record)
            if reason:
                self._session.refuse(f"{record.key}-left", reason)
                self._session.tell(Note(reason, left=True))
                return reason
            told = "taken down"
        self._session.tell(Note(f"{record.label}: {told}"))
        return ""

    def _stays(self) -> bool:
        return self._keep is Keep.ALWAYS or (
            self._keep is Keep.FAILED and self._session.failed
        )

    def _clear(self, record: Record, *, last: bool) -> None:
        """Take down what a session left that died, and tell of it."""
        reason = self._take_down(record)
        if not reason:
            told = "taken down, which a session had left that died"
            self._session.tell(Note(f"{record.label}: {told}"))
        elif last:
            self._session.tell(Note(reason, left=True))

    def _take_down(self, record: Record) -> str:
        """Roll back what *record* tells of; return why something is left."""
        reason = roll_back(record, self._sources.get(record.key))
        if not reason:
            self._ledger.remove(record.key)
            return ""
        self._ledger.save(record._replace(sessions=(), kept=False))
        return (
            f"{record.label}: NOT taken down, the next session tries again; to give it "
            f"up, delete {self._ledger.path(record.key)}\n{reason}"
        )

    def _is_dead(self, record: Record) -> bool:
        if record.stays or self._session.refusal(f"{record.key}-left"):
            return False  # what failed a moment ago is left to the next session
        return not any(
            session == self._me or is_alive(Path(session))
            for session in record.sessions
        )

    def _learnt(self, environment: Environment) -> Environment:
        """Return *environment*, and remember what must not be shown of it."""
        for stage in environment.result.stages.values():
            self.secrets.update(filter(None, map(stage.env.get, stage.secrets)))
        return environment

    def _await_orphans(self, record: Record) -> None:
        until = time.monotonic() + ORPHANS_S
        others = [Path(each) for each in record.sessions if each != self._me]
        while any(map(only_orphans, others)) and time.monotonic() < until:
            time.sleep(0.05)


def _known(record: Record) -> Environment:
    """Return what another process set up."""
    stages = {
        name: StageResult(
            name=name,
            outcome=Outcome.UNCHANGED,
            env=provided,
            secrets=tuple(record.secrets.get(name, ())),
        )
        for name, provided in record.stages.items()
    }
    return Environment(RunResult(direction=Direction.UP, ok=True, stages=stages))


def _versions(count: int) -> str:
    return "1 version" if count == 1 else f"{count} versions"
