"""One version that is taken over: its probe asked, its captures recorded."""

from typing import List

from attrs import evolve

from apirun.durations import Stopwatch
from apirun.events import MigrationStarted, Warned
from apirun.exceptions import ApirunError, CancelledError, RenderError
from apirun.exchange import Answer
from apirun.failures import again, migration_failure
from apirun.masking import is_secret_name
from apirun.migration import Migration
from apirun.results import Failure, MigrationResult, Outcome
from apirun.state import Direction, StoredValue
from apirun.status import Found
from apirun.variables import Value
from apirun.version_run import VersionRun

__all__ = ["VersionAdoption"]

BY_PROBE = "adopted by its probe"
UNPROBED = "adopted unprobed"


class VersionAdoption(VersionRun):
    """Asks the probes of the versions of one stage, and records what is there."""

    def run(
        self, migration: Migration, direction: Direction, position: int
    ) -> MigrationResult:
        """Record *migration* as applied if it is there; errors are in the result."""
        watch = Stopwatch()
        shown, answer, failure = "", None, None
        outcome, found = Outcome.UNCHANGED, None
        try:
            render, local = self._scope.renderer(migration, direction)
            if migration.probe is None:
                shown = "no probe, so nothing is sent"
                self._announce(migration, shown, position)
                answer = Answer(status=0, captures={}, body="")
            else:
                prepared = self._context.exchange.prepare(
                    migration.probe.request, render, key="probe.request"
                )
                shown = prepared.shown
                self._announce(migration, shown, position)
                answer = self._context.exchange.ask(prepared)
                found = Found.ABSENT if answer is None else Found.PRESENT
            if answer is not None:
                answer = self._with_given(migration, answer)
                self._context.journal.adopt(
                    migration,
                    env=local,
                    answer=answer,
                    how=BY_PROBE if found else UNPROBED,
                )
                outcome = Outcome.APPLIED
        except ApirunError as error:
            answer, found = None, Found.UNKNOWN
            stopped = self._context.control.stopping
            stopped = stopped or isinstance(error, CancelledError)
            outcome = Outcome.INTERRUPTED if stopped else Outcome.FAILED
            failure = self._failure(error, migration, shown)
        captures = answer.captures if answer is not None else {}
        result = MigrationResult(
            version=migration.version,
            name=migration.label,
            direction=direction,
            outcome=outcome,
            adopted=outcome is Outcome.APPLIED,
            probe=found,
            started_at=watch.started_at,
            status_code=answer.status if answer else (failure.status if failure else 0),
            elapsed_s=watch.elapsed_s,
            tries=answer.tries if answer else 1,
            captures={
                name: "***" if kept.secret else kept.value
                for name, kept in captures.items()
            },
            failure=failure,
        )
        source = f"captured by {migration.label}"
        return self._tell(
            result,
            {
                name: Value(kept.value, kept.secret, source)
                for name, kept in captures.items()
            },
        )

    def _announce(self, migration: Migration, shown: str, position: int) -> None:
        self._context.emit(
            MigrationStarted(
                stage=self._context.stage.name,
                version=migration.version,
                name=migration.label,
                direction=Direction.UP,
                request=shown,
                position=position,
            )
        )

    def _with_given(self, migration: Migration, answer: Answer) -> Answer:
        """Add what ``up`` would have captured and a person has given instead."""
        captures = dict(answer.captures)
        missing: List[str] = []
        for name, capture in migration.captures.items():
            if name in captures:
                continue
            given = self._context.scope.overrides.get(name)
            if given is None:
                missing.append(name)
            else:
                secret = given.secret or capture.secret or is_secret_name(name)
                captures[name] = StoredValue(given.text, secret)
        if missing:
            self._warn(migration, missing)
        return evolve(answer, captures=captures)

    def _warn(self, migration: Migration, missing: List[str]) -> None:
        names = ", ".join(missing)
        probe = ", which its probe does not" if migration.probe else ""
        it = "it" if len(missing) == 1 else "them"
        self._context.emit(
            Warned(
                message=f"{migration.label} captures {names}{probe}: what uses {it} "
                f"will be refused. Give {it} by --var when it is adopted",
                stage=self._context.stage.name,
                fields={"migration": migration.label, "missing": names},
            )
        )

    def _failure(self, error: ApirunError, migration: Migration, shown: str) -> Failure:
        failure = migration_failure(
            error,
            stage=self._context.stage,
            migration=migration,
            direction=Direction.UP,
            masker=self._context.masker,
            shown=shown,
        )
        place = failure.place
        if not isinstance(error, RenderError) and migration.origin is not None:
            place = str(migration.origin.locate("probe.request.url"))
        advice = (
            "Correct what the message names, then run "
            f"{again(self._context.stage, 'adopt')} as before."
        )
        return evolve(failure, place=place, advice=advice)
