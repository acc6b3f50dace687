"""One stage of a picture, and how it is toned."""

from enum import Enum
from typing import Dict, Optional, Sequence, Tuple

from attrs import frozen

from apirun.plain_data import PlainData

__all__ = ["LIGHT", "GraphNode", "Tone", "essential"]


class Tone(str, Enum):
    """
    What the state of a stage means to a person, whatever its word is.

    Example:
        >>> graph = Orchestrator([network]).graph()
        >>> [node.name for node in graph.nodes if node.tone is Tone.DUE]
        ['network']
    """

    GOOD = "good"
    DUE = "due"
    """Something is left to be done."""
    BAD = "bad"
    DOUBT = "doubt"
    """What happened is not known."""
    IDLE = "idle"
    """Nothing was done, and nothing is wrong."""


LIGHT = {
    Tone.GOOD: ("#e6f6ea", "#1a7f37"),
    Tone.DUE: ("#fff4d6", "#8a5a00"),
    Tone.BAD: ("#fdeceb", "#b3261e"),
    Tone.DOUBT: ("#f4eafb", "#7a3ea8"),
    Tone.IDLE: ("#f3f4f6", "#57606a"),
}
"""What a box is filled with and what is drawn on it, on light paper."""


@frozen(kw_only=True)
class GraphNode(PlainData):
    """
    One stage of a picture.

    Attributes:
        name: Name of the stage.
        state: Where it stands, as a person reads it: ``2 pending``.
        tone: What that means.
        applied: How many of its versions are applied; None if not known.
        total: How many versions are known.
        depends_on: Names of the stages that it depends on directly.
        reason: Why it failed, or why its state is not known; else empty.

    Example:
        >>> GraphNode(name="network", state="up to date", tone=Tone.GOOD).name
        'network'
    """

    name: str
    state: str
    tone: Tone
    applied: Optional[int] = None
    total: int = 0
    depends_on: Tuple[str, ...] = ()
    reason: str = ""


def essential(nodes: Sequence[GraphNode]) -> Dict[str, Tuple[str, ...]]:
    """
    Return for each stage what it depends on, without what follows from the rest.

    If c depends on b and a, and b depends on a, the picture needs no line from
    c to a: the order is the same.

    Args:
        nodes: In an order in which dependencies come first.

    Source: A. V. Aho, M. R. Garey, J. D. Ullman, "The Transitive Reduction of
    a Directed Graph", SIAM Journal on Computing 1 (2), 1972.
    """
    place = {node.name: index for index, node in enumerate(nodes)}
    # Bit i of a number says whether the stage at place i is above.
    above: Dict[str, int] = {}
    kept: Dict[str, Tuple[str, ...]] = {}
    for node in nodes:
        implied = 0
        for name in node.depends_on:
            implied |= above[name]
        kept[node.name] = tuple(
            name for name in node.depends_on if not implied >> place[name] & 1
        )
        direct = sum(1 << place[name] for name in {*node.depends_on})
        above[node.name] = implied | direct
    return kept
