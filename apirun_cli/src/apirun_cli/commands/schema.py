"""The JSON Schema of a file, for editors."""

import json

import click

from apirun import schema as schema_of
from apirun_cli.errors import tell_errors
from apirun_cli.output import Output
from apirun_cli.terminal import echo

__all__ = ["schema"]


@click.command()
@click.make_pass_decorator(Output, ensure=True)
@click.argument("kind")
@tell_errors
def schema(output: Output, kind: str) -> int:  # noqa: ARG001 - for `tell_errors`
    """
    Print the JSON Schema of a file: stages, config or migration.

    Editors check a file as you type it, and tell what each key means. In VS
    Code, 'yaml.schemas' in the settings says which schema is for which files.

    \b
    Example:
      apirun schema stages > stages.schema.json
      apirun schema config > config.schema.json
      apirun schema migration > migration.schema.json
    """
    echo(json.dumps(schema_of(kind), indent=2, ensure_ascii=False))
    return 0
