"""The JSON Schema of a file, for editors, or of what --json prints."""

import json

import click

from apirun import schema as schema_of
from apirun_cli.command import DONE, REFUSED, Command
from apirun_cli.errors import tell_errors
from apirun_cli.options import output_options
from apirun_cli.output import Output
from apirun_cli.terminal import echo

__all__ = ["schema"]


@click.command(cls=Command, endings={**DONE, **REFUSED})
@click.argument("kind")
@output_options
@tell_errors
def schema(output: Output, *, kind: str) -> int:  # noqa: ARG001 - for `tell_errors`
    """
    Print the JSON Schema of a file, or of what a command prints with --json.

    Files are: stages, config, migration. Editors check them as you type, and
    tell what each key means. In VS Code, 'yaml.schemas' in the settings says
    which schema is for which files.

    \b
    With --json
      run           is what stages up, down and adopt print,
      stage-run     what up, down and adopt print;
      plan          the former with --dry-run,
      stage-plan    the latter with --dry-run;
      status        what stages status prints,
      stage-status  what status prints;
      validation    what both validate print;
      graph         what stages graph prints;
      settlement    what settle prints;
      created       what create prints;
      error         what any command prints when it is refused;
      report        what --report writes into a file that ends with .json.
    For programs there are history and event, too.

    \b
    Example:
      apirun schema stages > stages.schema.json
      apirun schema config > config.schema.json
      apirun schema migration > migration.schema.json
      apirun schema run > run.schema.json
    """
    echo(json.dumps(schema_of(kind), indent=2, ensure_ascii=False))
    return 0
