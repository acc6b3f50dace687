"""Which stages a command means, and in which order."""

from typing import Optional, Sequence, Tuple

from apirun.arguments import given_name, given_names
from apirun.graph import StageGraph
from apirun.state import Direction

__all__ = ["select"]


def select(
    graph: StageGraph,
    direction: Direction,
    stages: Sequence[str] = (),
    from_stage: Optional[str] = None,
    to_stage: Optional[str] = None,
) -> Tuple[str, ...]:
    """
    Return the selected stages, in the order in which they run.

    Down takes the flags the other way round: on the graph with every edge
    turned, *from_stage* is where it starts and *to_stage* where it ends.

    Args:
        graph: All stages.
        direction: Which way.
        stages: Exactly these.
        from_stage: Where the range begins.
        to_stage: Where it ends.

    Raises:
        UsageError: If a name is unknown, or the selection can't be meant.
    """
    turned = graph if direction is Direction.UP else graph.reversed()
    return tuple(
        turned.select(
            given_names("stages", stages),
            given_name("from_stage", from_stage),
            given_name("to_stage", to_stage),
        )
    )
