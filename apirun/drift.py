"""
Asking the probes whether the API still is as the history says.

Only probes are sent, nothing is written, and no lock is taken. An API that
can't be reached, or a token that can't be acquired, is asked for once in a
stage: what would need it again is unknown at once.
"""

from typing import Dict, List, Mapping, Optional, Set, Tuple
from urllib.parse import urlsplit

from attrs import evolve

from apirun.control import Control
from apirun.documents import load_recorded
from apirun.emitter import Emit
from apirun.exceptions import (
    ApirunError,
    AuthError,
    CancelledError,
    ExchangeError,
    NotSentError,
    RenderError,
    StoreError,
)
from apirun.exchange import Answer, Prepared
from apirun.journal import Journal
from apirun.masking import Masker
from apirun.migration import Migration, Request
from apirun.rendering import Renderer
from apirun.stage import Stage
from apirun.stage_context import StageContext
from apirun.stage_job import StageJob, captured_secrets
from apirun.state import Applied, Direction, History, StoredValue
from apirun.status import CaptureDrift, Found, ProbeStatus, StageStatus
from apirun.variables import Value
from apirun.version_scope import VersionScope

__all__ = ["probe_stage", "unasked", "with_drift"]


def probe_stage(
    job: StageJob, control: Control, emit: Emit
) -> Mapping[int, ProbeStatus]:
    """
    Return what the probe of every version that has one finds.

    Args:
        job: The stage; its direction, and how far it goes, play no part.
        control: Ends it; the stage's timeout is added here.
        emit: Told of requests that are tried again.

    Raises:
        StoreError: If the history can't be read.
        CancelledError: If it was stopped from outside.
    """
    history = job.store.history()
    secrets = [*job.scope.secrets(), *captured_secrets(history)]
    masker = Masker(secrets, enabled=job.stage.logging.masking)
    context = StageContext(
        stage=job.stage,
        scope=job.scope,
        control=control.within(job.stage.timeout_s),
        journal=Journal(
            job.store, run_id=job.run_id, scope="{}", masker=masker, save_body=False
        ),
        masker=masker,
        emit=emit,
        providers=job.providers,
        auth_providers=dict(job.auth_providers),
    )
    try:
        with context:
            return _Probing(job, context, history).run()
    finally:
        job.store.close()


def with_drift(status: StageStatus, found: Mapping[int, ProbeStatus]) -> StageStatus:
    """
    Return *status* with what the probes found.

    Args:
        status: Where the stage stands by its history.
        found: What `probe_stage` came to.
    """
    return evolve(
        status,
        versions=tuple(
            evolve(each, probe=found.get(each.version)) for each in status.versions
        ),
        drifted=sum(1 for each in found.values() if each.drifted),
        unknown=sum(1 for each in found.values() if each.found is Found.UNKNOWN),
    )


def unasked(stage: Stage, unread: str) -> Mapping[int, ProbeStatus]:
    """
    Return that no probe of *stage* could be asked.

    Args:
        stage: The stage.
        unread: The stage whose history can't be read; it, or what *stage*
            depends on.
    """
    unknown = ProbeStatus(
        found=Found.UNKNOWN, reason=f"the history of stage {unread} can't be read"
    )
    return {each.version: unknown for each in stage.migrations if each.probe}


class _Probing:
    """The versions of one stage, asked in order."""

    def __init__(self, job: StageJob, context: StageContext, history: History) -> None:
        self._job = job
        self._context = context
        self._applied = {entry.version: entry for entry in history.applied}
        self._unsettled = {intent.version: intent for intent in history.unsettled}
        self._known = {each.version: each for each in job.stage.migrations}
        # What lower versions captured is added one by one, as a run does.
        self._scope = VersionScope(
            job.stage,
            job.scope,
            History(),
            job.store,
            tokens=context.tokens,
            providers=job.providers,
        )
        self._hopeless: Set[str] = set()

    def run(self) -> Dict[int, ProbeStatus]:
        found: Dict[int, ProbeStatus] = {}
        for version in sorted({*self._applied, *self._unsettled, *self._known}):
            if self._context.control.stopping:
                raise CancelledError
            told = self._ask(version)
            if told is not None:
                found[version] = told
        return found

    def _ask(self, version: int) -> Optional[ProbeStatus]:
        """Ask for one version; what it captured is a variable of those above it."""
        applied = self._applied.get(version)
        told: Optional[ProbeStatus] = None
        answer: Optional[Answer] = None
        try:
            migration = self._migration(version)
            if migration is not None and migration.probe is not None:
                answer = self._answer(migration)
                told = self._compared(version, migration, answer)
        except (StoreError, CancelledError):
            raise
        except ApirunError as error:
            told = self._unknown(error)
        if applied is not None:
            self._learn(version, applied.captures)
        elif answer is not None:
            self._learn(version, answer.captures)
        return told

    def _learn(self, version: int, captures: Mapping[str, StoredValue]) -> None:
        """Let the probes from now on see what *version* captured."""
        self._scope.captures.drop(version)
        self._scope.captures.add(
            version,
            {
                name: Value(kept.value, kept.secret, f"captured by {version}")
                for name, kept in captures.items()
            },
        )

    def _migration(self, version: int) -> Optional[Migration]:
        """Return the version from its file or its recorded copy, if there is one."""
        if version in self._known:
            return self._known[version]
        applied = self._applied.get(version)
        if applied is None:
            intent = self._unsettled[version]
            return load_recorded(intent.document, version, intent.name)
        document = self._job.store.recorded(version).document
        return load_recorded(document, version, applied.name) if document else None

    def _answer(self, migration: Migration) -> Optional[Answer]:
        """
        Return what the probe answered, None if nothing is there.

        Raises:
            ExchangeError: If it could not tell.
            AuthError: If it needs a token that can't be acquired.
            RenderError: If a variable is missing.
        """
        assert migration.probe is not None
        request = migration.probe.request
        token = f"the token '{request.auth_name}'" if request.auth_name else ""
        self._give_up_on(token)
        seen = (
            self._job.store.recorded(migration.version)
            if migration.version in self._applied
            else self._unsettled.get(migration.version)
        )
        render, _ = self._scope.renderer(migration, Direction.UP, intent=seen)
        exchange = self._context.exchange
        try:
            prepared = self._prepared(migration, request, render)
        except AuthError:
            # One that a template asked for is not known by its name here.
            self._hopeless.update([token] if token else [])
            raise
        host = urlsplit(prepared.wire.url).netloc.rpartition("@")[2]
        self._give_up_on(host)
        try:
            return exchange.ask(prepared)
        except ExchangeError as error:
            if not error.status:
                self._hopeless.add(host)
            raise

    def _prepared(
        self, migration: Migration, request: Request, render: Renderer
    ) -> Prepared:
        """Render the probe; what up did not see yet it may take from up itself."""
        exchange, applied = self._context.exchange, self._applied.get(migration.version)
        try:
            return exchange.prepare(request, render, key="probe.request")
        except RenderError as error:
            if applied is None or error.name not in applied.captures:
                raise
        self._learn(migration.version, applied.captures)
        return exchange.prepare(request, render, key="probe.request")

    def _give_up_on(self, what: str) -> None:
        """Refuse what was asked for in vain before."""
        if what in self._hopeless:
            raise NotSentError(f"not asked, as {what} failed a version before")

    def _unknown(self, error: ApirunError) -> ProbeStatus:
        reason = str(error)
        if isinstance(error, RenderError) and error.name:
            place = f" ({error.location})" if error.location else ""
            reason = f"its probe needs {error.name}, which is not known{place}"
        return ProbeStatus(
            found=Found.UNKNOWN,
            reason=self._context.masker.mask(reason),
        )

    def _compared(
        self, version: int, migration: Migration, answer: Optional[Answer]
    ) -> ProbeStatus:
        """Return what was found beside what is recorded."""
        applied = self._applied.get(version)
        # Without a record there is nothing that it could have drifted from.
        settled = version not in self._unsettled and self._job.stage.keeps_history
        if answer is None:
            return ProbeStatus(
                found=Found.ABSENT, drifted=settled and applied is not None
            )
        changes = self._changes(applied, migration, answer) if applied else ()
        return ProbeStatus(
            found=Found.CHANGED if changes else Found.PRESENT,
            drifted=settled and (bool(changes) or applied is None),
            changes=changes,
        )

    def _changes(
        self, applied: Applied, migration: Migration, answer: Answer
    ) -> Tuple[CaptureDrift, ...]:
        assert migration.probe is not None
        wanted = migration.probe.request.response.env_from
        changes: List[CaptureDrift] = []
        for name in sorted(wanted):
            recorded, found = applied.captures.get(name), answer.captures.get(name)
            if recorded is None or (found and found.value == recorded.value):
                continue
            secret = recorded.secret or bool(found and found.secret)
            changes.append(
                CaptureDrift(
                    name=name,
                    recorded="***" if secret else self._masked(recorded.value),
                    found=None
                    if found is None
                    else ("***" if secret else self._masked(found.value)),
                )
            )
        return tuple(changes)

    def _masked(self, text: str) -> str:
        return self._context.masker.mask(text)
