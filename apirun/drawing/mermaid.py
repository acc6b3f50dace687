"""The picture as a Mermaid flowchart."""

import re
from typing import Mapping, Sequence

from apirun.drawing.nodes import LIGHT, GraphNode
from apirun.measure import one_line

__all__ = ["mermaid"]

# What Mermaid could take for its own syntax, for Markdown or for HTML.
_SPECIAL = re.compile(r"[^\w .,:/()-]|_|^[-]|(?<=^\d)\.|(?<=^\d\d)\.", re.ASCII)

# And what it takes for its own after that: a line break, a formula, an icon. A
# space of no width parts them.
_APART = re.compile(r"(?<=\\)(?=n)|(?<=\$)(?=\$)|(?<=:)(?=fa-)")
_NO_WIDTH = "\u200b"


def mermaid(nodes: Sequence[GraphNode], edges: Mapping[str, Sequence[str]]) -> str:
    """
    Return the picture as a Mermaid flowchart, dependencies on the left.

    Args:
        nodes: In an order in which dependencies come first.
        edges: From each stage to those that it depends on.

    Source: Mermaid documentation, "Flowcharts - Basic Syntax", section
    "Entity codes to escape characters".
    """
    ids = {node.name: f"s{at}" for at, node in enumerate(nodes, start=1)}
    lines = ["flowchart LR"]
    lines += [
        f'  {ids[node.name]}["{_text(node.name)}<br/>{_text(node.state)}"]'
        f":::{node.tone.value}"
        for node in nodes
    ]
    lines += [
        f"  {ids[above]} --> {ids[name]}" for name in edges for above in edges[name]
    ]
    used = {node.tone for node in nodes}
    lines += [
        f"  classDef {tone.value} fill:{fill},stroke:{line},color:#1f2328"
        for tone, (fill, line) in LIGHT.items()
        if tone in used
    ]
    return "\n".join(lines)


def _text(text: str) -> str:
    text = _APART.sub(_NO_WIDTH, one_line(text))
    return _SPECIAL.sub(lambda match: _entity(match.group()), text)


def _entity(char: str) -> str:
    return f"#{ord(char)};" if char.isascii() or char == _NO_WIDTH else char
