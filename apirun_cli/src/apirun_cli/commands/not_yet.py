"""Commands that are announced and not in this version."""

import click

__all__ = ["schema"]


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def schema(words: object) -> None:  # noqa: ARG001 - taken, so that the refusal is the answer
    """Print the JSON Schema of a document; not in this version yet."""
    raise click.ClickException(
        "'apirun schema' is not in this version yet. Nothing was done."
    )
