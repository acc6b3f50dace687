"""The picture as SVG: one file, light and dark, without a script."""

from typing import Dict, List, Mapping, Sequence, Tuple
from xml.sax.saxutils import escape, quoteattr

from apirun.drawing.layout import layout
from apirun.drawing.nodes import LIGHT, GraphNode
from apirun.measure import cells, clipped, one_line

__all__ = ["svg"]

LONGEST_NAME = 32
CELL = 7.8  # pixels: a monospaced font of 13 pixels is 0.6 as wide
SMALL_CELL = 6.6
PADDING = 12
BOX_HEIGHT = 44
UNIT = 60  # a box and the gap below it
BETWEEN_LAYERS = 56
MARGIN = 16

# What knows no variables, as most that is no browser, takes the colour before.
_STYLE = """\
.apirun-graph {
  --ink: #1f2328; --soft: #57606a; --line: #8c959f; --paper: #ffffff;
  --good: #1a7f37; --good-fill: #e6f6ea; --due: #8a5a00; --due-fill: #fff4d6;
  --bad: #b3261e; --bad-fill: #fdeceb; --doubt: #7a3ea8; --doubt-fill: #f4eafb;
  --idle: #57606a; --idle-fill: #f3f4f6;
}
@media screen and (prefers-color-scheme: dark) {
  .apirun-graph {
    --ink: #e6edf3; --soft: #9da7b3; --line: #6e7681; --paper: #0d1117;
    --good: #56d364; --good-fill: #12261a; --due: #e3b341; --due-fill: #2a2211;
    --bad: #ff8880; --bad-fill: #331a1a; --doubt: #d2a8ff; --doubt-fill: #271c36;
    --idle: #9da7b3; --idle-fill: #161b22;
  }
}
.apirun-graph:root { color-scheme: light dark; background: var(--paper); }
.apirun-graph .paper { fill: #ffffff; fill: var(--paper); }
.apirun-graph text { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas,
  monospace; font-size: 13px; fill: #1f2328; fill: var(--ink); }
.apirun-graph .state { font-size: 11px; }
.apirun-graph .line { fill: none; stroke-width: 1.3;
  stroke: #8c959f; stroke: var(--line); }
.apirun-graph .tip { fill: #8c959f; fill: var(--line); }
.apirun-graph rect.box { stroke-width: 1.5; }
"""
_TONES = "".join(
    f".apirun-graph .{tone.value} .box {{ fill: {fill}; "
    f"fill: var(--{tone.value}-fill); "
    f"stroke: {line}; stroke: var(--{tone.value}); }}\n"
    f".apirun-graph .{tone.value} .state {{ fill: {line}; "
    f"fill: var(--{tone.value}); }}\n"
    for tone, (fill, line) in LIGHT.items()
)


def svg(
    nodes: Sequence[GraphNode],
    edges: Mapping[str, Sequence[str]],
    *,
    title: str = "Stages and what they depend on",
) -> str:
    """
    Return the picture as an SVG document, dependencies on the left.

    Args:
        nodes: In an order in which dependencies come first.
        edges: From each stage to those that it depends on.
        title: What a screen reader says of the whole.

    Source: W3C, "Scalable Vector Graphics (SVG) 2"; the accessible name by
    ``role="img"`` and ``title``, as in "SVG Accessibility API Mappings".
    """
    placed = layout(edges)
    by_name = {node.name: node for node in nodes}
    boxes: Dict[str, Tuple[float, float, float]] = {}
    columns: List[Tuple[float, float]] = []
    left = float(MARGIN)
    for layer in placed.layers:
        width = max((_width(by_name[name]) for name in layer), default=0.0)
        columns.append((left, left + width))
        for name in layer:
            boxes[name] = (left, MARGIN + placed.y[name] * UNIT, width)
        left += width + BETWEEN_LAYERS
    whole = (
        max(left - BETWEEN_LAYERS + MARGIN, 2.0 * MARGIN),
        placed.height * UNIT + 2 * MARGIN,
    )
    depth = {name: at for at, layer in enumerate(placed.layers) for name in layer}
    lines = [
        _line(ys, columns[depth[start] : depth[end] + 1])
        for (start, end), ys in placed.ways.items()
    ]
    drawn = [_box(by_name[name], *boxes[name], edges[name]) for name in edges]
    size = f"{whole[0]:.0f}", f"{whole[1]:.0f}"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="apirun-graph" role="img" '
        f'width="{size[0]}" height="{size[1]}" viewBox="0 0 {size[0]} {size[1]}" '
        f"aria-label={quoteattr(one_line(title))}>"
    )
    return "\n".join(
        [
            head,
            f"<title>{escape(one_line(title))}</title>",
            f"<style>\n{_STYLE}{_TONES}</style>",
            '<rect class="paper" width="100%" height="100%"/>',
            *lines,
            *drawn,
            "</svg>",
        ]
    )


def _width(node: GraphNode) -> float:
    name = cells(clipped(one_line(node.name), LONGEST_NAME)) * CELL
    return max(name, cells(_words(node)) * SMALL_CELL) + 2 * PADDING


def _words(node: GraphNode) -> str:
    counted = f" · {node.applied}/{node.total}" if node.applied is not None else ""
    return one_line(node.state) + counted


def _box(
    node: GraphNode, left: float, middle: float, width: float, above: Sequence[str]
) -> str:
    told = f"{node.name}: {_words(node)}"
    if above:
        told += f"; after {', '.join(above)}"
    if node.reason:
        told += f"; {node.reason}"
    top = middle - BOX_HEIGHT / 2
    name = escape(clipped(one_line(node.name), LONGEST_NAME))
    return (
        f'<g class="{node.tone.value}"><title>{escape(one_line(told))}</title>'
        f'<rect class="box" x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" '
        f'height="{BOX_HEIGHT}" rx="6"/>'
        f'<text x="{left + PADDING:.1f}" y="{top + 19:.1f}">{name}</text>'
        f'<text class="state" x="{left + PADDING:.1f}" y="{top + 35:.1f}">'
        f"{escape(_words(node))}</text></g>"
    )


def _line(ys: Sequence[float], columns: Sequence[Tuple[float, float]]) -> str:
    """Draw a line from the right of its first box to the left of its last."""
    middles = [MARGIN + y * UNIT for y in ys]
    tip = columns[-1][0], middles[-1]
    path = [f"M{columns[0][1]:.1f} {middles[0]:.1f}"]
    for at in range(1, len(columns)):
        before, here = columns[at - 1][1], columns[at][0]
        end = here - (5 if at == len(columns) - 1 else 0)
        half = (before + end) / 2
        path.append(
            f"C{half:.1f} {middles[at - 1]:.1f} {half:.1f} {middles[at]:.1f} "
            f"{end:.1f} {middles[at]:.1f}"
        )
        if at < len(columns) - 1:
            path.append(f"H{columns[at][1]:.1f}")
    return (
        f'<path class="line" d="{"".join(path)}"/>'
        f'<path class="tip" d="M{tip[0]:.1f} {tip[1]:.1f}l-7 -4v8z"/>'
    )
