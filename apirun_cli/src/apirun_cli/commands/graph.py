"""The graph of the stages, as text or as a picture."""

import sys

import click

from apirun import GraphView, Orchestrator, Tone
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


@click.command()
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
    orchestrator = Orchestrator.from_file(config)
    output.warn(orchestrator.warnings)
    view = orchestrator.graph()
    output.result(_drawn(view, form, all_edges=all_edges))
    for node in view.nodes:
        if node.state == "unknown":
            output.note(f"{node.name}: its state is not known: {node.reason}")
    output.document({"nodes": view.nodes, "edges": view.edges})
    return 0


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
