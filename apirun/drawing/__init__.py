"""
The stages as a picture: text, Mermaid, DOT, SVG.

Everything here is pure: values in, text out.
"""

from apirun.drawing.nodes import GraphNode, Tone
from apirun.drawing.states import node_of
from apirun.drawing.view import GraphView

__all__ = ["GraphNode", "GraphView", "Tone", "node_of"]
