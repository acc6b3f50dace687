"""Up, down, status and validate for the migrations of one directory."""

from typing import Dict, Optional

import click

from apirun import Direction, Migrator, StageState
from apirun_cli.command import DONE, REFUSED, STATUS_ENDINGS, Command
from apirun_cli.errors import tell_errors
from apirun_cli.exit_codes import code_of_result
from apirun_cli.failure_text import stage_failure
from apirun_cli.options import (
    config_option,
    dry_run_option,
    history_options,
    out_of_order_option,
    output_options,
    probe_option,
    run_options,
    variables_option,
)
from apirun_cli.output import Output
from apirun_cli.params import Count
from apirun_cli.plan_text import stage_plan
from apirun_cli.progress import Progress
from apirun_cli.report_files import ReportFiles, with_reports
from apirun_cli.run_text import stage_summary
from apirun_cli.status_text import history_text, stage_text
from apirun_cli.terminal import echo
from apirun_cli.validation_text import show_validation

__all__ = ["down", "status", "up", "validate"]

VERSION = Count(min=0)


@click.command(cls=Command)
@config_option
@click.option(
    "--to", type=VERSION, metavar="VERSION", help="Last version to apply [all]."
)
@dry_run_option
@variables_option
@out_of_order_option
@run_options
@output_options
@tell_errors
@with_reports()
def up(
    output: Output,
    *,
    config: str,
    to: Optional[int],
    dry_run: bool,
    variables: Dict[str, str],
    allow_out_of_order: bool,
    lock_timeout_s: float,
    reports: ReportFiles,
) -> int:
    """
    Apply every pending version of one directory, in order.

    What an earlier run left unsettled is settled first. Nothing is sent
    before every variable is known to be there.

    \b
    Example:
      apirun up --config network/config.yaml --to 3 --var region=eu-west-1
      apirun up --config network/config.yaml --report junit.xml
    """
    run = _Run(output, config, variables, reports)
    if dry_run:
        return run.plan(Direction.UP, to, allow_out_of_order=allow_out_of_order)
    return run.go(
        Direction.UP,
        to,
        allow_out_of_order=allow_out_of_order,
        lock_timeout_s=lock_timeout_s,
    )


@click.command(cls=Command)
@config_option
@click.option(
    "--to",
    type=VERSION,
    metavar="VERSION",
    help="Roll back the versions above this one, 0 all [only the newest].",
)
@dry_run_option
@variables_option
@run_options
@output_options
@tell_errors
@with_reports(Direction.DOWN)
def down(
    output: Output,
    *,
    config: str,
    to: Optional[int],
    dry_run: bool,
    variables: Dict[str, str],
    lock_timeout_s: float,
    reports: ReportFiles,
) -> int:
    """
    Roll back the newest applied version of one directory, or more.

    \b
    Example:
      apirun down --config network/config.yaml            (the newest)
      apirun down --config network/config.yaml --to 0     (all)
    """
    run = _Run(output, config, variables, reports)
    if dry_run:
        return run.plan(Direction.DOWN, to)
    return run.go(Direction.DOWN, to, lock_timeout_s=lock_timeout_s)


@click.command(cls=Command, endings=STATUS_ENDINGS)
@config_option
@probe_option
@variables_option
@history_options
@output_options
@tell_errors
def status(
    output: Output,
    *,
    config: str,
    probe: bool,
    variables: Dict[str, str],
    with_history: bool,
    history_all: bool,
    history_limit: int,
    exit_code: bool,
) -> int:
    """
    Show which versions of one directory are applied, pending or unsettled.

    With --probe also what their probes find: drift is what is applied and
    absent or changed, or pending and present. Nothing is changed.

    \b
    Example:
      apirun status --config network/config.yaml --history
      apirun status --config network/config.yaml --probe --exit-code
    """
    migrator = Migrator.from_config(config, variables=variables)
    output.warn(migrator.warnings)
    lines = (history_limit if with_history else 0) if not history_all else None
    told = migrator.status(probe=probe, history=lines)
    output.result(stage_text(told, verbose=output.verbose))
    if lines != 0:
        output.result("\n" + history_text({told.name: told.history}))
    output.document(told)
    unfinished = told.pending > 0 or told.state in _UNFINISHED
    return int(exit_code and bool(unfinished or told.drifted or told.unknown))


@click.command(cls=Command, endings={**DONE, **REFUSED})
@config_option
@variables_option
@output_options
@tell_errors
def validate(output: Output, *, config: str, variables: Dict[str, str]) -> int:
    """
    Check the settings and migrations of one directory; send nothing.

    No history is opened. Variables that nothing in the directory provides are
    listed; a run needs them by --var.

    \b
    Example:
      apirun validate --config network/config.yaml
    """
    migrator = Migrator.from_config(config, variables=variables)
    return show_validation(output, migrator.validate(), config)


class _Run:
    """A command that plans or changes something."""

    def __init__(
        self,
        output: Output,
        config: str,
        variables: Dict[str, str],
        reports: ReportFiles,
    ) -> None:
        self._output = output
        self._progress = Progress(output)
        self._migrator = Migrator.from_config(
            config, variables=variables, listeners=[self._progress, *reports.listeners]
        )
        output.warn(self._migrator.warnings)

    def plan(self, direction: Direction, to: Optional[int], **settings: bool) -> int:
        plan = self._migrator.plan(direction, to=to, **settings)
        self._output.result(stage_plan(plan))
        self._output.document(plan)
        return 2 if any(each.problem for each in plan.migrations) else 0

    def go(
        self,
        direction: Direction,
        to: Optional[int],
        *,
        lock_timeout_s: float,
        allow_out_of_order: bool = False,
    ) -> int:
        with self._progress.watching([self._migrator.stage]):
            if direction is Direction.UP:
                result = self._migrator.up(
                    to=to,
                    allow_out_of_order=allow_out_of_order,
                    lock_timeout_s=lock_timeout_s,
                )
            else:
                result = self._migrator.down(to=to, lock_timeout_s=lock_timeout_s)
        self._output.summary(stage_summary(result, direction, to=to))
        self._output.document(result)
        if result.failure is not None:
            echo(stage_failure(result), err=True)
        return code_of_result(result)


_UNFINISHED = (StageState.FAILED, StageState.UNSETTLED)
