"""Where the stages of a picture stand."""

from hypothesis import given

from apirun import GraphNode, Tone
from apirun.drawing.layout import layout
from apirun.drawing.nodes import essential
from tests.drawing.strategies import views


@given(views())
def test_nothing_stands_left_of_what_it_depends_on(view):
    """Every line goes to the right, whatever the graph."""
    edges = essential(view.nodes)
    layers = layout(edges).layers
    depth = {name: at for at, layer in enumerate(layers) for name in layer}

    assert [] == [
        (above, name)
        for name, needed in edges.items()
        for above in needed
        if depth[above] >= depth[name]
    ]


@given(views())
def test_no_two_stages_of_a_layer_overlap(view):
    """Each has the room that it needs, and lies inside of the picture."""
    placed = layout(essential(view.nodes), room=1.0)

    for layer in placed.layers:
        at = sorted(placed.y[name] for name in layer)
        assert all(low + 0.999 <= high for low, high in zip(at, at[1:]))
    assert all(0 < y < placed.height for y in placed.y.values())


@given(views())
def test_what_is_left_out_follows_from_what_is_drawn(view):
    """The lines that are drawn reach exactly what all dependencies reach."""

    def reached(edges):
        above = {}
        for node in view.nodes:
            above[node.name] = set().union(
                *({other} | above[other] for other in edges[node.name])
            )
        return above

    every = {node.name: node.depends_on for node in view.nodes}

    assert reached(every) == reached(essential(view.nodes))


def test_a_line_that_follows_from_others_is_left_out():
    """Of a, b after a, and c after both, the way from a to c is not drawn."""

    def node(name, *above):
        return GraphNode(name=name, state="", tone=Tone.GOOD, depends_on=above)

    kept = essential([node("a"), node("b", "a"), node("c", "b", "a")])

    assert {"a": (), "b": ("a",), "c": ("b",)} == kept
