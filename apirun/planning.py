"""What a run over the stages would do, and whether it may begin."""

from typing import Dict, List, Sequence, Tuple

from attrs import frozen

from apirun.condition import UndecidedError, evaluate_condition
from apirun.exceptions import RenderError
from apirun.landscape import Landscape
from apirun.masking import Masker
from apirun.places import stage_origin
from apirun.planned import RunPlan, StagePlan
from apirun.policy import why_skipped
from apirun.prerequisites import (
    refuse_missing_dependencies,
    refuse_standing_dependents,
)
from apirun.preview import preview_stage
from apirun.rendering import Renderer
from apirun.scoping import Scope
from apirun.stage import Stage
from apirun.standing import has_failed, has_succeeded
from apirun.state import Direction, History
from apirun.variables import Variables
from apirun.workload import Workload

__all__ = ["Forecast", "condition_renderer", "forecast", "plan_stages"]


@frozen
class Forecast:
    """
    What a run over the stages would do.

    Attributes:
        stages: By name, in order.
        errors: Why versions that would certainly run can't be rendered.
    """

    stages: Dict[str, StagePlan]
    errors: Tuple[RenderError, ...]


def plan_stages(
    landscape: Landscape,
    selected: Sequence[str],
    direction: Direction,
    *,
    allow_out_of_order: bool = False,
    force: bool = False,
) -> RunPlan:
    """
    Return what a run over *selected* would do; nothing is sent or written.

    Args:
        landscape: All stages.
        selected: Names of those that would run, in order.
        direction: Which way.
        allow_out_of_order: Whether pending versions below applied ones run.
        force: Whether stages go down while dependents stand.

    Raises:
        PrerequisiteError: If a stage outside of the selection is in the way.
        HistoryError: If a history does not allow it.
        UnsettledError: If an unsettled version needs a person's decision.
    """
    foreseen = forecast(
        landscape,
        selected,
        direction,
        allow_out_of_order=allow_out_of_order,
        force=force,
    )
    return RunPlan(direction=direction, stages=foreseen.stages)


def forecast(
    landscape: Landscape,
    selected: Sequence[str],
    direction: Direction,
    *,
    allow_out_of_order: bool = False,
    force: bool = False,
    adopting: bool = False,
) -> Forecast:
    """
    Return what a run over *selected* would do, with what would make it fail.

    Args:
        landscape: All stages.
        selected: Names of those that would run, in order.
        direction: Which way.
        allow_out_of_order: Whether pending versions below applied ones run.
        force: Whether stages go down while dependents stand.
        adopting: Whether probes are asked, and nothing else is sent.

    Raises:
        PrerequisiteError: If a stage outside of the selection is in the way.
        HistoryError: If a history does not allow it.
        UnsettledError: If an unsettled version needs a person's decision.
    """
    if direction is Direction.UP:
        command = "adopt" if adopting else "up"
        refuse_missing_dependencies(landscape, set(selected), command=command)
    elif not force:
        refuse_standing_dependents(landscape, set(selected))
    plans: Dict[str, StagePlan] = {}
    errors: List[RenderError] = []
    for name in selected:
        work = Workload(
            landscape.stages[name],
            landscape.stores[name],
            direction,
            to=None if direction is Direction.UP else 0,
            allow_out_of_order=allow_out_of_order,
        )
        plan, failing = _stage_plan(
            landscape, name, direction, work, selected, adopting=adopting
        )
        # With many stages the connections would be too many for a server.
        landscape.stores[name].close()
        plans[name] = plan
        errors.extend(failing)
    return Forecast(plans, tuple(errors))


def condition_renderer(landscape: Landscape, stage: Stage, scope: Scope) -> Renderer:
    """Return what renders the condition of *stage*."""
    variables = Variables([scope.overrides, scope.outer])
    return Renderer(variables, None, stage_origin(stage), landscape.providers)


def _stage_plan(
    landscape: Landscape,
    name: str,
    direction: Direction,
    work: Workload,
    selected: Sequence[str],
    *,
    adopting: bool,
) -> Tuple[StagePlan, Sequence[RenderError]]:
    stage, history = landscape.stages[name], landscape.history(name)
    if direction is Direction.DOWN and not stage.keeps_history:
        return StagePlan(name=name, skipped=why_skipped(stage, direction)), ()
    warnings = work.check(history)
    applied = len(history.applied)
    if not work.todo(history) and not history.unsettled and not stage.condition:
        return StagePlan(name=name, applied=applied, warnings=tuple(warnings)), ()
    scope = landscape.scope(name)
    warnings += [
        f"variable not found in dependent stage: variable={variable} stage={other}"
        for other, variable in scope.missing
    ]
    unknown = ""
    if stage.condition and direction is Direction.UP:
        try:
            if not _holds(landscape, stage, scope, selected):
                return StagePlan(
                    name=name,
                    skipped=why_skipped(stage, direction),
                    applied=applied,
                ), ()
        except UndecidedError as error:
            unknown = f"{stage.condition} {error}"
        except RenderError as error:
            return StagePlan(name=name, condition=str(error), applied=applied), (error,)
    preview = preview_stage(
        stage,
        landscape.stores[name],
        scope,
        history,
        work,
        direction,
        masker=Masker(enabled=stage.logging.masking),
        providers=landscape.providers,
        adopting=adopting,
    )
    if direction is Direction.UP:
        landscape.hand_on(name, preview.provides)
    plan = StagePlan(
        name=name,
        migrations=preview.planned,
        condition=unknown,
        applied=applied,
        warnings=tuple(warnings),
    )
    return plan, () if unknown else preview.errors


def _holds(
    landscape: Landscape, stage: Stage, scope: Scope, selected: Sequence[str]
) -> bool:
    """Judge a condition before the run, which stages of the run can't be asked."""

    def before(name: str) -> History:
        if name in selected:
            raise UndecidedError(f"(known after stage {name})")
        return landscape.history(landscape.named(name))

    return evaluate_condition(
        stage.condition,
        condition_renderer(landscape, stage, scope),
        succeeded=lambda name: has_succeeded(before(name)),
        failed=lambda name: has_failed(before(name)),
    )
