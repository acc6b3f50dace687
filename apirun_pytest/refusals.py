"""What is refused before anything is sent, as nobody could take it down for sure."""

from typing import Iterable

from apirun import StatusReport, UsageError
from apirun_pytest.ledger import Record
from apirun_pytest.sources import Source, command_down

__all__ = ["refuse_conflict", "refuse_forgetful", "refuse_without_down"]


def refuse_forgetful(source: Source, *, shared: bool) -> None:
    """
    Refuse histories that too few know of.

    Args:
        source: What is to be set up.
        shared: Whether another process may be the one that takes it down.

    Raises:
        UsageError: If there is one.
    """
    nothing = f"Nothing was sent for {source.label}."
    for stage in source.orchestrator.stages:
        if not stage.keeps_history:
            raise UsageError(
                f"stage {stage.name} keeps no history (store.disabled), so that "
                f"nobody can take down what it made. {nothing}"
            )
    if shared and source.forgetful:
        raise UsageError(
            f"stage {source.forgetful[0]} keeps its history in memory, which no "
            f"other worker sees. {nothing} Give it a store that others can open, "
            "or none: then it gets one of this session."
        )
    if shared and source.fixed:
        raise UsageError(
            "these stages can't be handed to the worker that takes them down: "
            f"{source.fixed}. {nothing} Define functions at the top of a module."
        )


def refuse_without_down(source: Source, status: StatusReport) -> None:
    """
    Refuse pending versions that can't be rolled back, but of skipped stages.

    Raises:
        UsageError: If there is one.
    """
    without = {
        name: [
            f"{name}/{version.name}"
            for version in stage.versions
            if version.state == "pending" and version.note == "no down"
        ]
        for name, stage in status.stages.items()
    }
    if any(without.values()):
        plan = source.orchestrator.plan(variables=source.variables)
        due = [name for name, stage in plan.stages.items() if not stage.skipped]
        named = [label for name in due for label in without[name]]
        if not named:
            return
        raise UsageError(
            f"{', '.join(named)}: no 'down', so that nobody could take it down. "
            f"Nothing was sent for {source.label}. Add a 'down', or apply it before "
            "the tests: what stands already is used, and left."
        )


def refuse_conflict(records: Iterable[Record], source: Source) -> None:
    """
    Refuse histories that an environment uses which is another one.

    Args:
        records: What stands.
        source: What is to be set up.

    Raises:
        UsageError: If there is one.
    """
    for other in records:
        if other.key != source.key and set(other.claims) & set(source.claims):
            command = command_down(other.source)
            down = f"take it down first ({command}), or " if command else ""
            raise UsageError(
                f"{source.label} keeps its history where that of an environment "
                f"is which stands already ({other.label}), with other variables "
                "or stages: what was applied there would be taken for what is "
                f"asked for here. Nothing was sent. Pass the same variables, {down}"
                "give the stages stores of their own."
            )
