"""The picture in DOT, the language of Graphviz."""

from typing import Mapping, Sequence

from apirun.drawing.nodes import LIGHT, GraphNode
from apirun.measure import one_line

__all__ = ["dot"]


def dot(nodes: Sequence[GraphNode], edges: Mapping[str, Sequence[str]]) -> str:
    """
    Return the picture in DOT, dependencies on the left.

    Args:
        nodes: In an order in which dependencies come first.
        edges: From each stage to those that it depends on.

    Source: Graphviz documentation, "DOT Language", "escString", and "Node Shapes"
    of what a label is: references to characters, as of HTML, are replaced.
    """
    lines = [
        "digraph stages {",
        "  rankdir=LR;",
        '  node [shape=box, style="rounded,filled", fontname="Helvetica"];',
    ]
    for node in nodes:
        fill, line = LIGHT[node.tone]
        label = f"{_shown(node.name)}\\n{_shown(node.state)}"
        lines.append(
            f'  {_quoted(node.name)} [label="{label}", color="{line}", '
            f'fillcolor="{fill}"];'
        )
    lines += [
        f"  {_quoted(above)} -> {_quoted(name)};"
        for name in edges
        for above in edges[name]
    ]
    return "\n".join([*lines, "}"])


def _quoted(text: str) -> str:
    return f'"{_escaped(text)}"'


def _shown(text: str) -> str:
    """Return *text* such that a label shows it, also where it is a reference."""
    return _escaped(text).replace("&", "&amp;")


def _escaped(text: str) -> str:
    r"""Escape what would end the string, and ``\N`` and the like in a label."""
    return one_line(text).replace("\\", "\\\\").replace('"', '\\"')
