"""A new migration to fill in."""

import os

import click

from apirun import Migrator, scaffold
from apirun_cli.command import DONE, REFUSED, Command
from apirun_cli.errors import tell_errors
from apirun_cli.options import config_option, output_options
from apirun_cli.output import Output

__all__ = ["create"]


@click.command(cls=Command, endings={**DONE, **REFUSED})
@click.argument("name")
@config_option
@output_options
@tell_errors
def create(output: Output, *, name: str, config: str) -> int:
    """
    Write the next migration of a directory, to be filled in.

    NAME says what it does; the version is the next one.

    \b
    Example:
      apirun create create_vpc --config network/config.yaml
    """
    stage = Migrator.from_config(config).stage
    path = scaffold(stage.directory, name)
    shown = path if os.path.isabs(config) else os.path.relpath(path)
    output.summary(f"{shown} is written: fill in its requests.")
    output.document({"path": path})
    return 0
