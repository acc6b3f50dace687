"""A savepoint: what a test applies on top is rolled back after it."""

import hashlib
import uuid
from contextlib import ExitStack
from pathlib import Path
from typing import Callable, Dict, List, Mapping, Optional, Sequence, Union

from apirun import ApirunError, Environment, Migration, UsageError
from apirun_pytest.environments import Environments
from apirun_pytest.ledger import Ledger
from apirun_pytest.sources import Given, Source, of_migrations

__all__ = ["Locate", "Savepoint"]

Locate = Callable[[Given, Mapping[str, object], Callable[[str], Path]], Source]
"""Makes a source of what a test hands in."""

PATIENCE_S = 300.0
"""How long a test that keeps others waiting waits for another one."""


class Savepoint:
    """
    What one test applies on top, rolled back when the test ends.

    Made by the fixture ``apirun_savepoint``.

    Args:
        environments: Where it is set up.
        ledger: Where it is recorded.
        locate: Makes a source of a path, stages or an orchestrator.
        variables: Adds those of the ini file and of the command line.
    """

    def __init__(
        self,
        environments: Environments,
        ledger: Ledger,
        *,
        locate: Locate,
        variables: Callable[[Mapping[str, object]], Mapping[str, object]],
    ) -> None:
        self._environments = environments
        self._ledger = ledger
        self._locate = locate
        self._variables = variables
        self._keys: List[str] = []
        self._held: Dict[str, str] = {}
        self._locks = ExitStack()

    def up(
        self,
        *what: Union[Migration, Given],
        variables: Optional[Mapping[str, object]] = None,
    ) -> Environment:
        """
        Apply something that stands until the test ends.

        Migrations, and stages that have no store, get a history that is this
        test's alone: tests in several workers apply the same ones at the same
        time, each for itself. Files and stages with a store have one history
        for all: another test that applies them too waits until this one ends.

        Args:
            what: Migrations; or one path, orchestrator or list of stages, as
                for ``apirun_stages``.
            variables: Above all others; pass an environment to build on it.

        Returns:
            What the stages provide.

        Raises:
            UsageError: If *what* can't be meant.
            ApirunError: If it can't be applied; what was done is rolled back.
        """
        __tracebackhide__ = True
        try:
            return self._up(
                what, self._variables({} if variables is None else variables)
            )
        except ApirunError as error:
            # What lies between the test and what went wrong tells a test nothing.
            raise error.with_traceback(None) from None

    def _up(
        self,
        what: Sequence[Union[Migration, Given]],
        variables: Mapping[str, object],
    ) -> Environment:
        key = f"savepoint-{uuid.uuid4().hex[:16]}"
        history = self._ledger.histories(key)
        migrations = [each for each in what if isinstance(each, Migration)]
        if what and len(migrations) == len(what):
            source = of_migrations(migrations, variables, history=history)
        elif len(what) == 1 and not migrations:
            (given,) = what
            assert not isinstance(given, Migration)
            source = self._locate(given, variables, lambda _: history)
            self._hold(source)
        else:
            raise UsageError(
                "migrations are meant, or one path, Orchestrator or list of Stage. "
                "Nothing was sent."
            )
        self._keys.append(key)
        return self._environments.bring_up_alone(source, key)

    def _hold(self, source: Source) -> None:
        """Keep the savepoints of other tests out of the histories of *source*."""
        for claim in source.claims:
            if self._held.get(claim, source.key) != source.key:
                raise UsageError(
                    f"this test applied {source.label} already, with other variables "
                    "or stages: what was applied then would be taken for what is "
                    "asked for now. Nothing was sent. Pass the same variables, or "
                    "give the stages stores of their own."
                )
            if claim not in self._held:
                digest = hashlib.sha256(claim.encode()).hexdigest()[:16]
                patience_s = PATIENCE_S if self._held else -1
                lock = self._ledger.lock(f"savepoint-{digest}", timeout_s=patience_s)
                try:
                    self._locks.enter_context(lock)
                except TimeoutError as error:
                    raise UsageError(
                        f"another test has had {source.label} applied for "
                        f"{patience_s:g} s, and may wait for what this one has. "
                        "Nothing was sent. Apply files in the same order in all "
                        "tests, or give the stages stores of their own."
                    ) from error
                self._held[claim] = source.key

    def roll_back(self) -> List[str]:
        """Roll all of it back, newest first; return why something is left."""
        with self._locks:
            left = [
                self._environments.take_down_alone(key) for key in reversed(self._keys)
            ]
        self._keys.clear()
        self._held.clear()
        return [reason for reason in left if reason]
