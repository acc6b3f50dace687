"""What the fixtures do, in the process that they do it in."""

import os
from pathlib import Path
from typing import Callable, Mapping, Optional, Protocol

import pytest

from apirun import ApirunError, Environment, SecretText, UsageError
from apirun_pytest.environments import Environments
from apirun_pytest.ledger import Ledger
from apirun_pytest.options import Options
from apirun_pytest.savepoint import Savepoint
from apirun_pytest.sessions import Session
from apirun_pytest.sources import Given, Source, of_file, of_stages

__all__ = ["BringUp", "Runtime"]


class BringUp(Protocol):
    """What the fixture ``apirun_stages`` returns."""

    def __call__(
        self, given: Given, *, variables: Optional[Mapping[str, object]] = None
    ) -> Environment:
        """
        Bring stages up, or share what another test brought up.

        Args:
            given: A ``stages.yaml``, relative to pytest's rootdir; or an
                `Orchestrator`, or a list of `Stage`.
            variables: Above those of the ini file, below ``--apirun-var``. What
                is secret in an environment is so here, too.

        Returns:
            The variables that the stages provide.
        """


class Runtime:
    """
    What the fixtures do.

    Args:
        root: What relative paths are relative to: pytest's rootdir.
        ledger: What stands.
        session: The run of pytest.
        options: What was asked for.
        shared: Whether there are several workers.
    """

    def __init__(
        self,
        root: Path,
        ledger: Ledger,
        session: Session,
        *,
        options: Options,
        shared: bool,
    ) -> None:
        self._root = root
        self._ledger = ledger
        self._options = options
        self.environments = Environments(
            ledger, session, keep=options.keep, shared=shared
        )

    def stages(
        self, given: Given, *, variables: Optional[Mapping[str, object]] = None
    ) -> Environment:
        """Do what ``apirun_stages`` promises."""
        __tracebackhide__ = True
        try:
            told = self._variables({} if variables is None else variables)
            source = self._source(given, told, self._ledger.histories)
            return self.environments.bring_up(source)
        except ApirunError as error:
            reason = str(error)
        except OSError as error:
            reason = (
                f"what stands can't be recorded in {self._ledger.directory}: {error}. "
                "Nothing was sent. Make pytest's rootdir writable."
            )
        pytest.fail(reason, pytrace=False)

    def savepoint(self) -> Savepoint:
        """Return a new savepoint."""
        return Savepoint(
            self.environments,
            self._ledger,
            locate=self._source,
            variables=self._variables,
        )

    def _variables(self, told: Mapping[str, object]) -> Mapping[str, object]:
        if not isinstance(told, Mapping) or not all(isinstance(n, str) for n in told):
            # The values may be secret.
            raise UsageError(
                "variables: a mapping of names to values is meant, such as "
                "{'region': 'eu'}. Nothing was sent."
            )
        secrets = self.environments.secrets
        handed_on = {
            name: SecretText(value)
            if isinstance(value, str) and value in secrets
            else value
            for name, value in told.items()
        }
        return {**self._options.defaults, **handed_on, **self._options.overrides}

    def _source(
        self,
        given: Given,
        variables: Mapping[str, object],
        histories: Callable[[str], Path],
    ) -> Source:
        if isinstance(given, (str, os.PathLike)):
            path = self._root / given
            return of_file(path, variables, label=os.path.relpath(path, self._root))
        return of_stages(given, variables, histories=histories)
