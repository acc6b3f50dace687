"""Runs of stages: up for an environment, and back by what is recorded of it."""

from typing import Optional

from apirun import ApirunError, RunFailedError, RunResult
from apirun_pytest.ledger import Record
from apirun_pytest.sources import Source, rebuild
from apirun_pytest.standing import since

__all__ = ["bring_up", "roll_back"]


def bring_up(source: Source) -> RunResult:
    """
    Bring stages up; if that fails, roll back what it did.

    Raises:
        ApirunError: If it failed.
        KeyboardInterrupt: If it was stopped from outside.
    """
    result = source.orchestrator.up(variables=source.variables)
    if result.ok:
        return result
    back = None
    if result.applied:
        back = source.orchestrator.roll_back(result, variables=source.variables)
    if result.interrupted:
        raise KeyboardInterrupt
    raise RunFailedError(result, back)


def roll_back(record: Record, source: Optional[Source]) -> str:
    """
    Roll back what *record* tells of; return why something is left, or nothing.

    Args:
        record: Of the environment.
        source: Its stages, if this process has them.
    """
    try:
        if source is None:
            orchestrator, variables = rebuild(record.source)
        else:
            orchestrator, variables = source.orchestrator, source.variables
        applied = record.applied if record.complete else since(record, orchestrator)
        result = orchestrator.roll_back(applied, variables=variables)
    except ApirunError as error:
        return str(error)
    return "" if result.ok else str(RunFailedError(result))
