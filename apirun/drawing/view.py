"""The stages with their states and what they depend on, to be drawn."""

from typing import Mapping, Tuple

from attrs import frozen

from apirun.drawing.dot import dot
from apirun.drawing.mermaid import mermaid
from apirun.drawing.nodes import GraphNode, essential
from apirun.drawing.svg import svg
from apirun.drawing.tree import Paint, tree
from apirun.plain_data import PlainData

__all__ = ["GraphView"]


@frozen
class GraphView(PlainData):
    """
    The stages with their states and what they depend on, to be drawn.

    A line that follows from others is left out of every picture: if c depends
    on b and a, and b depends on a, none leads from a to c. With *every_edge*
    it is there.

    Attributes:
        nodes: The stages, dependencies first.

    Example:
        >>> from apirun import GraphNode, GraphView, Tone
        >>> net = GraphNode(name="net", state="up to date", tone=Tone.GOOD)
        >>> app = GraphNode(
        ...     name="app", state="1 pending", tone=Tone.DUE, depends_on=("net",)
        ... )
        >>> view = GraphView((net, app))
        >>> print(view)
        net     up to date
        └─ app  1 pending
        >>> print(view.to_dot().splitlines()[-2])
          "net" -> "app";
    """

    _told = ("edges",)

    nodes: Tuple[GraphNode, ...]

    @property
    def edges(self) -> Tuple[Tuple[str, str], ...]:
        """Every direct dependency: pairs of what is needed and who needs it."""
        return tuple(
            (above, node.name) for node in self.nodes for above in node.depends_on
        )

    def to_text(
        self,
        *,
        width: int = 80,
        ascii_only: bool = False,
        every_edge: bool = False,
        paint: Paint = lambda _, state: state,
    ) -> str:
        """
        Return a tree, one line for each stage.

        Args:
            width: Columns that no line is longer than.
            ascii_only: Whether branches are drawn with ASCII characters.
            every_edge: Whether dependencies are named that follow from others.
            paint: Given the tone and the word of a state, returns the word
                with what colours it.
        """
        return tree(
            self.nodes,
            self._drawn(every_edge=every_edge),
            width=width,
            ascii_only=ascii_only,
            paint=paint,
        )

    def to_mermaid(self, *, every_edge: bool = False) -> str:
        """Return a Mermaid flowchart, as Markdown on many sites shows it."""
        return mermaid(self.nodes, self._drawn(every_edge=every_edge))

    def to_dot(self, *, every_edge: bool = False) -> str:
        """Return the graph in DOT, the language of Graphviz."""
        return dot(self.nodes, self._drawn(every_edge=every_edge))

    def to_svg(self, *, every_edge: bool = False) -> str:
        """Return an SVG document; it needs no script, and can stand in a page."""
        return svg(self.nodes, self._drawn(every_edge=every_edge))

    def __str__(self) -> str:
        """Return what `to_text` does."""
        return self.to_text()

    def _drawn(self, *, every_edge: bool) -> Mapping[str, Tuple[str, ...]]:
        if every_edge:
            return {node.name: node.depends_on for node in self.nodes}
        return essential(self.nodes)
