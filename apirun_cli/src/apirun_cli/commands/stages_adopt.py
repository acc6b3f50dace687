"""What exists already of stages, recorded as applied."""

from typing import Dict, Optional, Tuple

import click

from apirun import Orchestrator
from apirun_cli.adoption_text import adoption_plan, stages_adoption_summary
from apirun_cli.command import Command
from apirun_cli.errors import tell_errors
from apirun_cli.exit_codes import code_of_result
from apirun_cli.failure_text import run_failure
from apirun_cli.options import (
    adoption_options,
    dry_run_option,
    output_options,
    run_options,
    selection_options,
    stages_config_option,
    variables_option,
)
from apirun_cli.output import Output
from apirun_cli.progress import Progress
from apirun_cli.report_files import ReportFiles, with_reports
from apirun_cli.terminal import echo

__all__ = ["adopt"]


@click.command(cls=Command)
@stages_config_option
@selection_options("Adopt", "all that depends on it", "all that it depends on")
@dry_run_option
@variables_option
@adoption_options
@run_options
@output_options
@tell_errors
@with_reports()
def adopt(  # noqa: PLR0913 - one for each option
    output: Output,
    *,
    config: str,
    stages: Tuple[str, ...],
    from_stage: Optional[str],
    to_stage: Optional[str],
    dry_run: bool,
    variables: Dict[str, str],
    unprobed: bool,
    allow_out_of_order: bool,
    lock_timeout_s: float,
    reports: ReportFiles,
) -> int:
    """
    Record what exists already as applied, stage by stage.

    Like 'apirun adopt', with the variables that stages hand on. What depends
    on a stage of which something is not there is left alone: 'stages up'
    applies the rest. Nothing is changed at the API.

    \b
    Example:
      apirun stages adopt --dry-run
      apirun stages adopt --stage network
      apirun stages adopt --to services --unprobed --var vpc_id=vpc-17
    """
    progress = Progress(output)
    orchestrator = Orchestrator.from_file(
        config, variables=variables, listeners=[progress, *reports.listeners]
    )
    output.warn(orchestrator.warnings)
    if dry_run:
        plan = orchestrator.plan_adoption(
            stages=stages, from_stage=from_stage, to_stage=to_stage, unprobed=unprobed
        )
        output.result(adoption_plan(list(plan.stages.values())))
        output.document(plan)
        planned = [each for stage in plan.stages.values() for each in stage.migrations]
        return 2 if any(each.problem for each in planned) else 0
    with progress.watching(orchestrator.stages):
        result = orchestrator.adopt(
            stages=stages,
            from_stage=from_stage,
            to_stage=to_stage,
            unprobed=unprobed,
            allow_out_of_order=allow_out_of_order,
            lock_timeout_s=lock_timeout_s,
        )
    output.summary(stages_adoption_summary(result))
    output.document(result)
    if result.failure is not None:
        echo(run_failure(result), err=True)
    return code_of_result(result)
