"""One version of a stage, sent and recorded: intent, exchange, outcome."""

from typing import Mapping

from apirun.attempt import Attempt
from apirun.events import MigrationFinished
from apirun.exceptions import (
    ApirunError,
)
from apirun.migration import Migration
from apirun.results import MigrationResult, Outcome
from apirun.stage_context import StageContext
from apirun.state import Direction, History, Intent
from apirun.variables import Value
from apirun.version_scope import VersionScope

__all__ = ["VersionRun"]


class VersionRun:
    """
    Sends the versions of one stage, one after the other, and records each.

    Args:
        context: What they share.
        history: What was recorded before.
    """

    def __init__(self, context: StageContext, history: History) -> None:
        self._context = context
        self._scope = VersionScope(
            context.stage,
            context.scope,
            history,
            context.journal.store,
            tokens=context.tokens,
            providers=context.providers,
        )

    def run(
        self, migration: Migration, direction: Direction, position: int
    ) -> MigrationResult:
        """
        Send *migration* and return how it ended; errors are in the result.

        Args:
            migration: The version.
            direction: Which of its requests.
            position: Its place in this run of the stage, counted from 1.
        """
        attempt = Attempt(self._context, migration, direction)
        try:
            render, local = self._scope.renderer(migration, direction)
            attempt.prepare(render, local)
            attempt.announce(position)
            attempt.begin(local)
            attempt.perform()
        except ApirunError as error:
            attempt.failed(error)
        return self._ended(attempt)

    def settle(
        self, migration: Migration, intent: Intent, run: Direction
    ) -> MigrationResult:
        """
        Find out what became of *intent*, record it, and return it.

        Args:
            migration: Its version.
            intent: The intent without an outcome.
            run: Which way the run goes.
        """
        attempt = Attempt(self._context, migration, intent.direction, intent)
        try:
            render, local = self._scope.renderer(
                migration, intent.direction, intent=intent
            )
            if migration.probe is None:
                attempt.prepare_again(render, local)
            attempt.settle(render, run)
        except ApirunError as error:
            attempt.failed(error)
        return self._ended(attempt)

    def _ended(self, attempt: "Attempt") -> MigrationResult:
        return self._tell(attempt.result(), attempt.captured())

    def _tell(
        self, result: MigrationResult, captured: Mapping[str, Value]
    ) -> MigrationResult:
        version = result.version
        if result.outcome is Outcome.APPLIED and result.direction is Direction.UP:
            self._scope.captures.add(version, captured)
        elif result.outcome is Outcome.ROLLED_BACK:
            self._scope.captures.drop(version)
        self._context.emit(
            MigrationFinished(stage=self._context.stage.name, result=result)
        )
        return result
