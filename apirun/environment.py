"""What stages that were brought up provide, and the error when they were not."""

from typing import Dict, Iterator, Mapping, Optional

from attrs import define

from apirun.exceptions import ApirunError
from apirun.plain_data import PlainData
from apirun.results import RunResult
from apirun.secret_names import MASK

__all__ = ["Environment", "RunFailedError"]


class Environment(Mapping[str, str], PlainData):
    """
    What stages that were brought up provide: every variable by its name.

    Where two stages provide a name, the later one holds. ``repr`` shows names
    only, since values may be secret.

    Args:
        result: How they were brought up.

    Attributes:
        result: How they were brought up.
        stages: What each stage provides, by the stage's name.

    Example:
        >>> from apirun import MemoryStore, Orchestrator, Stage
        >>> network = Stage(
        ...     name="network", env={"cidr": "10.0.0.0/16"}, store=MemoryStore()
        ... )
        >>> with Orchestrator([network]) as environment:
        ...     environment["cidr"], environment.stages["network"]["cidr"]
        ('10.0.0.0/16', '10.0.0.0/16')
    """

    def __init__(self, result: RunResult) -> None:
        self.result = result
        self.stages: Mapping[str, Mapping[str, str]] = {
            name: _StageEnvironment(stage.env) for name, stage in result.stages.items()
        }
        self._variables: Dict[str, str] = {}
        for provided in self.stages.values():
            self._variables.update(provided)

    def __getitem__(self, name: str) -> str:
        __tracebackhide__ = True  # pytest shows the line that asked
        return self._variables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._variables)

    def __len__(self) -> int:
        return len(self._variables)

    def to_dict(self) -> Dict[str, object]:
        """
        Return the variables as plain data, secret ones as ``***``.

        ``dict(environment)`` has their values.

        Example:
            >>> secret = [EnvEntry("pin", "1234", secret=True)]
            >>> vault = Stage(name="vault", env=secret, store=MemoryStore())
            >>> with Orchestrator([vault]) as environment:
            ...     environment.to_dict(), dict(environment)
            ({'pin': '***'}, {'pin': '1234'})
        """
        told: Dict[str, object] = {}
        for stage in self.result.stages.values():
            for name, text in stage.env.items():
                told[name] = MASK if name in stage.secrets else text
        return told

    def __repr__(self) -> str:
        return f"<Environment {_names(self)}>"


class _StageEnvironment(Dict[str, str]):
    """What one stage provides; shown by its names, as an environment is."""

    def __repr__(self) -> str:
        return f"<StageEnvironment {_names(self)}>"


def _names(variables: Mapping[str, str]) -> str:
    return ", ".join(sorted(variables)) or "without variables"


@define(str=False)
class RunFailedError(ApirunError):
    """
    An environment could not be brought up, or not be rolled back as a whole.

    Its text is the short block that a person needs: what failed, why, what was
    undone, what is left.

    Attributes:
        result: The run that failed.
        rollback: How what it had applied was rolled back; None if nothing was
            to be rolled back, or if *result* is the rollback itself.

    Example:
        >>> from apirun import MemoryStore, Migration, Orchestrator, Request, Stage
        >>> nowhere = Request("POST", "http://127.0.0.1:1/vpcs")
        >>> network = Stage(
        ...     name="network",
        ...     migrations=[Migration(version=1, name="vpc", up=nowhere)],
        ...     store=MemoryStore(),
        ... )
        >>> try:
        ...     with Orchestrator([network]):
        ...         pass
        ... except RunFailedError as error:
        ...     print(error.result.failed_stage)
        network
    """

    result: RunResult
    rollback: Optional[RunResult] = None

    def __str__(self) -> str:
        if self.rollback is None:
            return str(self.result)
        return f"{self.result}\n{self.rollback}"
