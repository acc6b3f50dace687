"""The graph of the stages, as text or as a picture."""

import sys

import click

from apirun import GraphView, Orchestrator, Tone, UsageError
from apirun_cli.command import DONE, REFUSED, Command
from apirun_cli.errors import tell_errors
from apirun_cli.options import output_options, stages_config_option
from apirun_cli.output import Output
from apirun_cli.terminal import can_show, screen_width

__all__ = ["graph"]

_COLOURS = {
    Tone.GOOD: "green",
    Tone.DUE: "yellow",
    Tone.BAD: "red",
    Tone.DOUBT: "magenta",
}

# What Mermaid sets, and no diagram may set for itself.
_MERMAID_EDGES, _MERMAID_SIZE = 500, 50_000


@click.command(cls=Command, endings={**DONE, **REFUSED})
@stages_config_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "mermaid", "dot", "svg"]),
    default="text",
    show_default=True,
    envvar="APIRUN_FORMAT",
    help="A tree, or a picture for Markdown, for Graphviz, for a browser.",
)
@click.option(
    "--all-edges",
    is_flag=True,
    envvar="APIRUN_ALL_EDGES",
    help="Draw dependencies that follow from others, too.",
)
@output_options
@tell_errors
def graph(output: Output, *, config: str, form: str, all_edges: bool) -> int:
    """
    Show what depends on what, and where each stage stands.

    Nothing is sent or changed. A stage stands below the last of those that it
    depends on.

    \b
    Example:
      apirun stages graph
      apirun stages graph --format svg > stages.svg
      apirun stages graph --format mermaid >> README.md
      apirun stages graph --format dot | dot -Tpng -o stages.png
    """
    _require_one_form(output)
    orchestrator = Orchestrator.from_file(config)
    output.warn(orchestrator.warnings)
    view = orchestrator.graph()
    drawn = _drawn(view, form, all_edges=all_edges)
    output.result(drawn)
    if form == "mermaid" and not output.as_json:
        _tell_limits(drawn, output)
    for node in view.nodes:
        if node.state == "unknown":
            output.note(f"{node.name}: its state is not known: {node.reason}")
    output.document(view)
    return 0


def _tell_limits(drawn: str, output: Output) -> None:
    """Say so if Mermaid shows an error instead of the picture."""
    edges, size = drawn.count(" --> "), len(drawn)
    if edges > _MERMAID_EDGES or size > _MERMAID_SIZE:
        output.note(
            f"Mermaid draws no more than {_MERMAID_EDGES} lines and {_MERMAID_SIZE:,} "
            "characters unless the page that shows it allows more (maxEdges, "
            f"maxTextSize), and these are {edges} and {size:,}: '--format svg' draws "
            "any number"
        )


def _require_one_form(output: Output) -> None:
    """Refuse a picture and a document at once; a process variable gives way."""
    context = click.get_current_context()
    source = context.get_parameter_source("form")
    if output.as_json and source is click.core.ParameterSource.COMMANDLINE:
        raise UsageError(
            f"--format {context.params['form']} and --json are two forms of the graph: "
            "leave one of them out."
        )


def _drawn(view: GraphView, form: str, *, all_edges: bool) -> str:
    if form == "mermaid":
        return view.to_mermaid(every_edge=all_edges)
    if form == "dot":
        return view.to_dot(every_edge=all_edges)
    if form == "svg":
        return view.to_svg(every_edge=all_edges)
    return view.to_text(
        width=screen_width(sys.stdout),
        ascii_only=not can_show("├─└│…", sys.stdout),
        every_edge=all_edges,
        paint=_painted,
    )


def _painted(tone: Tone, state: str) -> str:
    return click.style(state, fg=_COLOURS.get(tone))
