"""Whether stages outside a selection stand in its way."""

from typing import Collection, Sequence

from apirun.exceptions import PrerequisiteError
from apirun.failures import stages_command
from apirun.landscape import Landscape
from apirun.stage import Stage
from apirun.standing import is_completed
from apirun.state import History

__all__ = ["refuse_missing_dependencies", "refuse_standing_dependents"]

MOST_NAMED = 8  # stages in one message


def refuse_missing_dependencies(
    landscape: Landscape, selected: Collection[str], *, command: str = "up"
) -> None:
    """
    Refuse to run stages whose dependencies have not completed.

    Args:
        landscape: All stages.
        selected: Names of those that are to run.
        command: What runs them, ``up`` or ``adopt``.

    Raises:
        PrerequisiteError: Naming the dependency and the commands that mend it.
    """
    for name in selected:
        for dependency in landscape.stages[name].depends_on:
            if dependency in selected:
                continue
            stage = landscape.stages[dependency]
            if not stage.keeps_history:
                raise PrerequisiteError(_unprovable(stage, name), dependency)
            if not is_completed(stage, landscape.history(dependency)):
                raise PrerequisiteError(
                    f"dependent stage {dependency} has not been executed\n"
                    f"  Stage '{name}' depends on it. Nothing was sent. Run one of:\n"
                    f"    {stages_command(stage, command, '--stage', dependency)}\n"
                    f"    {stages_command(stage, command, '--to', name)}",
                    dependency,
                )


def _unprovable(stage: Stage, name: str) -> str:
    return (
        f"dependent stage {stage.name} has not been executed, as far as is known: it "
        "keeps no history (store.disabled)\n"
        f"  Stage '{name}' depends on it. Nothing was sent. Run both at once:\n"
        f"    {stages_command(stage, 'up', '--to', name)}"
    )


def refuse_standing_dependents(landscape: Landscape, selected: Collection[str]) -> None:
    """
    Refuse to roll back stages while stages that depend on them stand.

    Args:
        landscape: All stages.
        selected: Names of those that are to be rolled back.

    Raises:
        PrerequisiteError: Naming the dependent and the commands that mend it.
    """
    for name in selected:
        if not landscape.history(name).applied:
            continue
        below = landscape.graph.descendants(name)
        standing = [
            dependent
            for dependent in landscape.stages
            if dependent in below
            and dependent not in selected
            and _stands(landscape.history(dependent))
        ]
        if standing:
            stage = landscape.stages[name]
            raise PrerequisiteError(_in_the_way(stage, standing), standing[0])


def _stands(history: History) -> bool:
    return bool(history.applied or history.unsettled)


def _in_the_way(stage: Stage, standing: Sequence[str]) -> str:
    one = len(standing) == 1
    verb, be, noun = ("depends", "is", "stage") if one else ("depend", "are", "stages")
    choices = [f"    {stages_command(stage, 'down', '--to', stage.name)}\n"]
    if len(standing) <= MOST_NAMED:
        flags = [word for each in standing for word in ("--stage", each)]
        choices.insert(0, f"    {stages_command(stage, 'down', *flags)}\n")
    return (
        f"{noun} {_listed(standing)} {verb} on stage {stage.name} and {be} still "
        "applied\n"
        f"  Nothing was sent. Run{' one of' if len(choices) > 1 else ''}:\n"
        f"{''.join(choices)}"
        "  or roll it back all the same with --force."
    )


def _listed(names: Sequence[str]) -> str:
    named = list(names[:MOST_NAMED])
    more = len(names) - len(named)
    last = f"{more} more" if more else named.pop()
    return f"{', '.join(named)} and {last}" if named else last
