"""Whether stages outside a selection stand in its way."""

from typing import Collection, Sequence

from apirun.exceptions import PrerequisiteError
from apirun.landscape import Landscape
from apirun.standing import is_completed
from apirun.state import History

__all__ = ["refuse_missing_dependencies", "refuse_standing_dependents"]


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
                raise PrerequisiteError(_unprovable(name, dependency), dependency)
            if not is_completed(stage, landscape.history(dependency)):
                raise PrerequisiteError(
                    f"dependent stage {dependency} has not been executed\n"
                    f"  Stage '{name}' depends on it. Nothing was sent. Run one of:\n"
                    f"    apirun stages {command} --stage {dependency}\n"
                    f"    apirun stages {command} --to {name}",
                    dependency,
                )


def _unprovable(name: str, dependency: str) -> str:
    return (
        f"dependent stage {dependency} has not been executed, as far as is known: it "
        "keeps no history (store.disabled)\n"
        f"  Stage '{name}' depends on it. Nothing was sent. Run both at once:\n"
        f"    apirun stages up --to {name}"
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
        standing = [
            dependent
            for dependent in landscape.graph.descendants(name)
            if dependent not in selected and _stands(landscape.history(dependent))
        ]
        if standing:
            raise PrerequisiteError(_in_the_way(name, standing), standing[0])


def _stands(history: History) -> bool:
    return bool(history.applied or history.unsettled)


def _in_the_way(name: str, standing: Sequence[str]) -> str:
    one = len(standing) == 1
    listed = standing[0] if one else f"{', '.join(standing[:-1])} and {standing[-1]}"
    verb, be, noun = ("depends", "is", "stage") if one else ("depend", "are", "stages")
    flags = " ".join(f"--stage {dependent}" for dependent in standing)
    return (
        f"{noun} {listed} {verb} on stage {name} and {be} still applied\n"
        "  Nothing was sent. Run one of:\n"
        f"    apirun stages down {flags}\n"
        f"    apirun stages down --to {name}\n"
        "  or roll it back all the same with --force."
    )
