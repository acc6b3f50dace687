"""What a person found out about a request whose outcome is not known."""

from typing import Dict, Literal

import click

from apirun import Migrator
from apirun_cli.command import DONE, LOCKED, REFUSED, Command
from apirun_cli.errors import tell_errors
from apirun_cli.options import (
    config_option,
    lock_timeout_option,
    output_options,
    variables_option,
)
from apirun_cli.output import Output
from apirun_cli.params import Count
from apirun_cli.terminal import echo

__all__ = ["settle"]


@click.command(cls=Command, endings={**DONE, **REFUSED, **LOCKED})
@click.argument("version", type=Count(min=0))
@click.option(
    "--as",
    "as_",
    type=click.Choice(["applied", "pending"]),
    required=True,
    help="Whether what the version makes is there (applied) or not (pending).",
)
@config_option
@variables_option
@lock_timeout_option
@output_options
@tell_errors
def settle(
    output: Output,
    *,
    version: int,
    as_: Literal["applied", "pending"],
    config: str,
    variables: Dict[str, str],
    lock_timeout_s: float,
) -> int:
    """
    Decide what became of a request that was cut off.

    Look at your API first. With --as applied, give the values that the
    version would have captured by --var. Nothing is sent.

    \b
    Example:
      apirun settle 2 --config network/config.yaml --as applied --var vpc_id=vpc-17
      apirun settle 2 --config network/config.yaml --as pending
    """
    migrator = Migrator.from_config(config)
    result = migrator.settle(
        version, as_=as_, variables=variables, lock_timeout_s=lock_timeout_s
    )
    output.summary(f"{result.name} is recorded as {as_}.")
    output.document(result)
    missing = [
        name
        for migration in migrator.stage.migrations
        if migration.version == version and as_ == "applied"
        for name in migration.answered
        if name not in variables
    ]
    if missing and not output.quiet:
        echo(
            f"{click.style('warning:', fg='yellow')} {result.name} captures "
            f"{', '.join(missing)}, which got no value: what uses it will be refused.",
            err=True,
        )
    return 0
