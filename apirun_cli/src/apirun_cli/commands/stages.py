"""Up, down, status and validate for stages that depend on each other."""

from typing import Dict, Optional, Tuple, TypedDict

import click

from apirun import Direction, Orchestrator, RunResult, StageState
from apirun_cli.command import DONE, REFUSED, STATUS_ENDINGS, Command
from apirun_cli.errors import tell_errors
from apirun_cli.exit_codes import WRONG, code_of_result
from apirun_cli.failure_text import run_failure
from apirun_cli.options import (
    dry_run_option,
    force_option,
    history_options,
    out_of_order_option,
    output_options,
    probe_option,
    run_options,
    selection_options,
    stages_config_option,
    variables_option,
)
from apirun_cli.output import Output
from apirun_cli.plan_text import run_plan
from apirun_cli.progress import Progress
from apirun_cli.report_files import ReportFiles, with_reports
from apirun_cli.run_text import run_summary
from apirun_cli.status_text import history_text, status_text
from apirun_cli.terminal import echo, echo_error
from apirun_cli.validation_text import show_validation

__all__ = ["down", "status", "up", "validate"]


class _Selection(TypedDict):
    stages: Tuple[str, ...]
    from_stage: Optional[str]
    to_stage: Optional[str]


_UNFINISHED = (
    StageState.NEVER_RUN,
    StageState.PENDING,
    StageState.FAILED,
    StageState.UNSETTLED,
)


@click.command(cls=Command)
@stages_config_option
@selection_options("Apply", "all that depends on it", "all that it depends on")
@dry_run_option
@variables_option
@out_of_order_option
@run_options
@output_options
@tell_errors
@with_reports()
def up(  # noqa: PLR0913 - one for each option
    output: Output,
    *,
    config: str,
    stages: Tuple[str, ...],
    from_stage: Optional[str],
    to_stage: Optional[str],
    dry_run: bool,
    variables: Dict[str, str],
    allow_out_of_order: bool,
    lock_timeout_s: float,
    reports: ReportFiles,
) -> int:
    """
    Apply what is pending, stage by stage, dependencies first.

    Without a selection all stages run. A stage starts as soon as those that
    it depends on have finished.

    \b
    Example:
      apirun stages up
      apirun stages up --dry-run
      apirun stages up --from services --to configuration
      apirun stages up --stage services --var replicas=3
      apirun stages up --report junit.xml --report summary.md
    """
    run = _Run(output, config, variables, reports, stages, from_stage, to_stage)
    if dry_run:
        return run.plan(Direction.UP, allow_out_of_order=allow_out_of_order)
    return run.up(allow_out_of_order=allow_out_of_order, lock_timeout_s=lock_timeout_s)


@click.command(cls=Command)
@stages_config_option
@selection_options("Roll back", "all that it depends on", "all that depends on it")
@dry_run_option
@variables_option
@force_option
@run_options
@output_options
@tell_errors
@with_reports(Direction.DOWN)
def down(  # noqa: PLR0913 - one for each option
    output: Output,
    *,
    config: str,
    stages: Tuple[str, ...],
    from_stage: Optional[str],
    to_stage: Optional[str],
    dry_run: bool,
    variables: Dict[str, str],
    force: bool,
    lock_timeout_s: float,
    reports: ReportFiles,
) -> int:
    """
    Roll stages back, dependents first.

    Without a selection everything is rolled back.

    \b
    Example:
      apirun stages down
      apirun stages down --stage configuration
      apirun stages down --from configuration --to services
    """
    run = _Run(output, config, variables, reports, stages, from_stage, to_stage)
    if dry_run:
        return run.plan(Direction.DOWN, force=force)
    return run.down(force=force, lock_timeout_s=lock_timeout_s)


@click.command(cls=Command, endings=STATUS_ENDINGS)
@stages_config_option
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
    Show where each stage stands, by its own history.

    With --verbose also dependencies, versions and captured variables. With
    --probe also what the versions' probes find: drift is what is applied and
    absent or changed, or pending and present. Nothing is changed.

    \b
    Example:
      apirun stages status --verbose
      apirun stages status --history --history-limit 3
      apirun stages status --exit-code || apirun stages up
      apirun stages status --probe --exit-code
    """
    orchestrator = Orchestrator.from_file(config, variables=variables)
    output.warn(orchestrator.warnings)
    lines = (history_limit if with_history else 0) if not history_all else None
    report = orchestrator.status(probe=probe, history=lines)
    readable = {
        name: stage.history
        for name, stage in report.stages.items()
        if stage.state is not StageState.UNKNOWN
    }
    output.result(status_text(report, verbose=output.verbose))
    if lines != 0:
        output.result("\n" + history_text(readable))
    output.document(report)
    unfinished = any(
        stage.pending or stage.state in _UNFINISHED or stage.drifted or stage.unknown
        for stage in report.stages.values()
    )
    unread = len(report.stages) - len(readable)
    if unread:
        echo_error(
            f"the history of {_counted(unread, 'stage')} can't be read, the table "
            "tells why. Nothing was sent or changed."
        )
        return WRONG
    return int(exit_code and unfinished)


@click.command(cls=Command, endings={**DONE, **REFUSED})
@stages_config_option
@variables_option
@output_options
@tell_errors
def validate(output: Output, *, config: str, variables: Dict[str, str]) -> int:
    """
    Check stages.yaml and every file that it leads to; send nothing.

    No history is opened. Variables that nothing here provides are listed; a
    run needs them by --var.

    \b
    Example:
      apirun stages validate
      apirun stages validate --var region=eu-west-1
    """
    orchestrator = Orchestrator.from_file(config, variables=variables)
    return show_validation(output, orchestrator.validate(), config)


class _Run:
    """A command that plans or changes some of the stages."""

    def __init__(
        self,
        output: Output,
        config: str,
        variables: Dict[str, str],
        reports: ReportFiles,
        stages: Tuple[str, ...],
        from_stage: Optional[str],
        to_stage: Optional[str],
    ) -> None:
        self._output = output
        self._progress = Progress(output)
        self._selection: _Selection = {
            "stages": stages,
            "from_stage": from_stage,
            "to_stage": to_stage,
        }
        self._orchestrator = Orchestrator.from_file(
            config, variables=variables, listeners=[self._progress, *reports.listeners]
        )
        output.warn(self._orchestrator.warnings)

    def plan(
        self,
        direction: Direction,
        *,
        allow_out_of_order: bool = False,
        force: bool = False,
    ) -> int:
        plan = self._orchestrator.plan(
            direction,
            **self._selection,
            allow_out_of_order=allow_out_of_order,
            force=force,
        )
        self._output.result(run_plan(plan))
        self._output.document(plan)
        problems = [
            each.problem
            for stage in plan.stages.values()
            for each in stage.migrations
            if each.problem
        ]
        return 2 if problems else 0

    def up(self, *, allow_out_of_order: bool, lock_timeout_s: float) -> int:
        with self._progress.watching(self._orchestrator.stages):
            result = self._orchestrator.up(
                **self._selection,
                allow_out_of_order=allow_out_of_order,
                lock_timeout_s=lock_timeout_s,
            )
        return self._show(result)

    def down(self, *, force: bool, lock_timeout_s: float) -> int:
        with self._progress.watching(self._orchestrator.stages):
            result = self._orchestrator.down(
                **self._selection, force=force, lock_timeout_s=lock_timeout_s
            )
        return self._show(result)

    def _show(self, result: RunResult) -> int:
        self._output.summary(run_summary(result, verbose=self._output.verbose))
        self._output.document(result)
        if result.failure is not None:
            echo(run_failure(result), err=True)
        return code_of_result(result)


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
