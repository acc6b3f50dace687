"""Where each stage of a picture stands: layers, order in them, coordinates."""

from typing import Dict, List, Mapping, NamedTuple, Sequence, Tuple

__all__ = ["Layout", "layout"]

SWEEPS = 6


class Layout(NamedTuple):
    """
    Where each stage stands, and the ways of the lines.

    Attributes:
        layers: The names from left to right; a stage stands right of all that
            it depends on.
        y: The middle of each stage, in units from the top.
        ways: Of each pair of a stage and what it depends on, the middles in
            every layer from the dependency to the stage, both included.
        height: Of the whole, in units.
    """

    layers: Tuple[Tuple[str, ...], ...]
    y: Mapping[str, float]
    ways: Mapping[Tuple[str, str], Tuple[float, ...]]
    height: float


class _Spot:
    """A stage, or a place where a long line crosses a layer."""

    __slots__ = ("after", "before", "room", "y")

    def __init__(self, room: float) -> None:
        self.room = room
        self.y = 0.0
        self.before: List[_Spot] = []
        self.after: List[_Spot] = []


def layout(
    edges: Mapping[str, Sequence[str]], *, room: float = 1.0, passing: float = 0.3
) -> Layout:
    """
    Place stages in layers so that lines are short and cross little.

    The time is proportional to the stages and the layers that lines cross.

    Args:
        edges: From each stage to those that it depends on, which come before.
        room: Units that a stage takes in its layer, with the gap to the next.
        passing: Units that a line takes which crosses the layer.

    Example:
        >>> placed = layout({"net": [], "db": ["net"], "app": ["db", "net"]})
        >>> placed.layers
        (('net',), ('db',), ('app',))
        >>> len(placed.ways["net", "app"])
        3

    Source: K. Sugiyama, S. Tagawa, M. Toda, "Methods for Visual Understanding
    of Hierarchical System Structures", IEEE Transactions on Systems, Man, and
    Cybernetics 11 (2), 1981: layers by longest path, order by barycentres.
    """
    depth: Dict[str, int] = {}
    for name, above in edges.items():
        depth[name] = max((depth[other] + 1 for other in above), default=0)
    rows: List[List[_Spot]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    spots: Dict[str, _Spot] = {}
    chains: Dict[Tuple[str, str], List[_Spot]] = {}
    for name, above in edges.items():
        spots[name] = _Spot(room)
        for other in above:
            chains[other, name] = _chain(
                spots[other], spots[name], rows, depth[other], depth[name], passing
            )
        rows[depth[name]].append(spots[name])
    _order(rows)
    height = _place(rows)
    name_of = {spot: name for name, spot in spots.items()}
    return Layout(
        tuple(tuple(name_of[spot] for spot in row if spot in name_of) for row in rows),
        {name: spot.y for name, spot in spots.items()},
        {pair: tuple(spot.y for spot in chain) for pair, chain in chains.items()},
        height,
    )


def _chain(
    start: _Spot,
    end: _Spot,
    rows: Sequence[List[_Spot]],
    first: int,
    last: int,
    passing: float,
) -> List[_Spot]:
    """Return the spots of a line, with one in each layer that it crosses."""
    chain = [start]
    for row in rows[first + 1 : last]:
        spot = _Spot(passing)
        row.append(spot)
        chain.append(spot)
    chain.append(end)
    for left, right in zip(chain, chain[1:]):
        left.after.append(right)
        right.before.append(left)
    return chain


def _order(rows: Sequence[List[_Spot]]) -> None:
    """Sort each layer by the middle of its neighbours, to and fro."""
    _stack(rows)
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        for row in rows if forward else reversed(rows):
            at = {spot: _middle(spot, forward=forward) for spot in row}
            row.sort(key=at.__getitem__)
            _stack([row])


def _stack(rows: Sequence[List[_Spot]]) -> None:
    for row in rows:
        top = 0.0
        for spot in row:
            spot.y = top + spot.room / 2
            top += spot.room


def _middle(spot: _Spot, *, forward: bool) -> float:
    near = spot.before if forward else spot.after
    return sum(other.y for other in near) / len(near) if near else spot.y


def _place(rows: Sequence[List[_Spot]]) -> float:
    """Move each layer's spots towards their neighbours, and return the height."""
    _stack(rows)
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        for row in rows if forward else reversed(rows):
            wanted = [_middle(spot, forward=forward) for spot in row]
            for spot, y in zip(row, _spread(wanted, [spot.room for spot in row])):
                spot.y = y
    every = [spot for row in rows for spot in row]
    top = min((spot.y - spot.room / 2 for spot in every), default=0.0)
    for spot in every:
        spot.y -= top
    return max((spot.y + spot.room / 2 for spot in every), default=0.0)


def _spread(wanted: Sequence[float], rooms: Sequence[float]) -> List[float]:
    """
    Return places as near to *wanted* as order and room allow.

    Source: R. E. Barlow and others, "Statistical Inference under Order
    Restrictions", 1972: pool adjacent violators, for least squares.
    """
    offsets, at = [], 0.0
    for room in rooms:
        offsets.append(at + room / 2)
        at += room
    pools: List[Tuple[float, int]] = []
    for want, offset in zip(wanted, offsets):
        total, count = want - offset, 1
        while pools and pools[-1][0] / pools[-1][1] >= total / count:
            before = pools.pop()
            total, count = total + before[0], count + before[1]
        pools.append((total, count))
    shifts = [total / count for total, count in pools for _ in range(count)]
    return [shift + offset for shift, offset in zip(shifts, offsets)]
