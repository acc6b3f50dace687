"""The picture as text: a tree, in which a stage stands below its last dependency."""

from typing import Callable, Dict, Iterator, List, Mapping, NamedTuple, Sequence, Tuple

from apirun.drawing.nodes import GraphNode, Tone
from apirun.measure import cells, clipped, one_line, padded

__all__ = ["Paint", "tree"]

DEEPEST = 6  # below that, a stage starts again at the left
NARROWEST_REMARK = 18

Paint = Callable[[Tone, str], str]


class _Signs(NamedTuple):
    """What the branches are drawn with: to a stage, to the last, past, past none."""

    branch: str
    last: str
    past: str
    none: str


_LINES = _Signs("├─ ", "└─ ", "│  ", "   ")
_ASCII = _Signs("|- ", "`- ", "|  ", "   ")


def tree(
    nodes: Sequence[GraphNode],
    edges: Mapping[str, Sequence[str]],
    *,
    width: int = 80,
    ascii_only: bool = False,
    paint: Paint = lambda _, state: state,
) -> str:
    """
    Return the picture as text, one line for each stage.

    A stage stands below the dependency that lies deepest; the line names the
    others. Behind it stand its state and its applied versions.

    Args:
        nodes: In an order in which dependencies come first.
        edges: From each stage to those that it depends on.
        width: Columns that no line is longer than.
        ascii_only: Whether branches are drawn with ASCII characters.
        paint: Puts a colour around the word of a state, which takes no room.
    """
    rows = list(_rows(nodes, edges, _ASCII if ascii_only else _LINES))
    state_width = max((cells(row.state) for row in rows), default=0)
    count_width = max((cells(row.applied) for row in rows), default=0)
    name_width = max((cells(row.name) for row in rows), default=0)
    name_width = min(name_width, max(8, width - state_width - count_width - 4))
    lines = []
    for row in rows:
        gap = " " * (state_width - cells(row.state) + 2)
        line = (
            f"{padded(clipped(row.name, name_width), name_width)}  "
            f"{paint(row.tone, row.state)}{gap}{row.applied.ljust(count_width)}"
        )
        left = width - name_width - state_width - count_width - 6
        line += f"  {_others(row, left)}"
        lines.append(line.rstrip())
    return "\n".join(lines)


class Row(NamedTuple):
    """One line; *after* are the dependencies that its place does not show."""

    name: str
    state: str
    tone: Tone
    applied: str
    after: Tuple[str, ...]
    below: bool


def _others(row: Row, width: int) -> str:
    if not row.after:
        return ""
    told = f"{'also ' if row.below else ''}after {', '.join(row.after)}"
    if cells(told) <= width or width >= NARROWEST_REMARK:
        return clipped(told, width)
    return f"+{len(row.after)}"


def _parents(edges: Mapping[str, Sequence[str]]) -> Dict[str, str]:
    """Return below which stage each stands, for those that depend on any."""
    depth: Dict[str, int] = {}
    parents: Dict[str, str] = {}
    for name, above in edges.items():
        depth[name] = 0
        if above:
            parents[name] = max(above, key=depth.__getitem__)
            depth[name] = depth[parents[name]] + 1
    return parents


def _rows(
    nodes: Sequence[GraphNode],
    edges: Mapping[str, Sequence[str]],
    signs: _Signs,
) -> Iterator[Row]:
    by_name = {node.name: node for node in nodes}
    parents = _parents(edges)
    below: Dict[str, List[str]] = {name: [] for name in edges}
    for name, parent in parents.items():
        below[parent].append(name)
    roots = [name for name in edges if name not in parents]
    # A stack, as a chain may be longer than Python's own.
    stack = [(name, 0, "", "") for name in reversed(roots)]
    while stack:
        name, depth, head, past = stack.pop()
        node = by_name[name]
        shown = tuple(
            one_line(other)
            for other in edges[name]
            if depth == 0 or other != parents.get(name)
        )
        count = f"{node.applied}/{node.total}" if node.applied is not None else ""
        state = one_line(node.state)
        yield Row(head + one_line(name), state, node.tone, count, shown, depth > 0)
        children = below[name]
        if depth == DEEPEST:
            stack[:0] = [(child, 0, "", "") for child in reversed(children)]
            continue
        for at, child in reversed(list(enumerate(children))):
            last = at == len(children) - 1
            stack.append(
                (
                    child,
                    depth + 1,
                    past + (signs.last if last else signs.branch),
                    past + (signs.none if last else signs.past),
                )
            )
