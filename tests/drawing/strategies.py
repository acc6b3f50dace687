"""Any stages with any names and dependencies, to be drawn."""

from hypothesis import strategies as st

from apirun import GraphNode, GraphView, Tone

NAMES = st.text(
    st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=12
).filter(str.isprintable)


@st.composite
def views(draw, names=NAMES):
    """Return a view whose dependencies come first."""
    nodes = []
    for name in draw(st.lists(names, unique=True, min_size=1, max_size=12)):
        above = [node.name for node in nodes]
        some = st.lists(st.sampled_from(above), unique=True) if above else st.just([])
        nodes.append(
            GraphNode(
                name=name,
                state=draw(st.sampled_from(["up to date", "2 pending", "failed"])),
                tone=draw(st.sampled_from(list(Tone))),
                applied=draw(st.none() | st.just(1)),
                total=3,
                depends_on=tuple(draw(some)),
            )
        )
    return GraphView(tuple(nodes))


def wide(count):
    """Return *count* stages in layers of twenty, each after one or two before."""
    nodes = []
    for at in range(count):
        above = {f"s{at - 20:03d}", f"s{at - 20 - at % 7:03d}"} if at >= 27 else ()
        nodes.append(
            GraphNode(
                name=f"s{at:03d}",
                state="up to date",
                tone=Tone.GOOD,
                applied=1,
                total=1,
                depends_on=tuple(sorted(above)),
            )
        )
    return GraphView(tuple(nodes))
