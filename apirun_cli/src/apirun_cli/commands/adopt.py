"""What exists already in one directory, recorded as applied."""

from typing import Dict, Optional

import click

from apirun import Migrator
from apirun_cli.adoption_text import adoption_plan, adoption_summary
from apirun_cli.command import Command
from apirun_cli.errors import tell_errors
from apirun_cli.exit_codes import code_of_result
from apirun_cli.failure_text import stage_failure
from apirun_cli.options import (
    adoption_options,
    config_option,
    dry_run_option,
    output_options,
    run_options,
    variables_option,
)
from apirun_cli.output import Output
from apirun_cli.params import Count
from apirun_cli.progress import Progress
from apirun_cli.report_files import ReportFiles, with_reports
from apirun_cli.terminal import echo

__all__ = ["adopt"]


@click.command(cls=Command)
@config_option
@click.option(
    "--to",
    type=Count(min=0),
    metavar="VERSION",
    help="Last version to adopt [all].",
)
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
    to: Optional[int],
    dry_run: bool,
    variables: Dict[str, str],
    unprobed: bool,
    allow_out_of_order: bool,
    lock_timeout_s: float,
    reports: ReportFiles,
) -> int:
    """
    Record what exists already as applied; nothing is changed at the API.

    Each pending version's probe is asked, in order. What is there is recorded
    with the values that its probe captures, so that 'down' works later. At the
    first version that is not there it stops: 'up' applies the rest.

    A version without a probe is recorded only with --unprobed, when you know
    that it is there; give by --var the values that it would have captured.

    \b
    Example:
      apirun adopt --config network/config.yaml --dry-run
      apirun adopt --config network/config.yaml --to 3
      apirun adopt --config network/config.yaml --unprobed --var vpc_id=vpc-17
    """
    progress = Progress(output)
    migrator = Migrator.from_config(
        config, variables=variables, listeners=[progress, *reports.listeners]
    )
    output.warn(migrator.warnings)
    if dry_run:
        plan = migrator.plan_adoption(to=to, unprobed=unprobed)
        output.result(adoption_plan([plan]))
        output.document(plan)
        return 2 if any(each.problem for each in plan.migrations) else 0
    with progress.watching([migrator.stage]):
        result = migrator.adopt(
            to=to,
            unprobed=unprobed,
            allow_out_of_order=allow_out_of_order,
            lock_timeout_s=lock_timeout_s,
        )
    output.summary(adoption_summary(result, to=to))
    output.document(result)
    if result.failure is not None:
        echo(stage_failure(result), err=True)
    return code_of_result(result)
