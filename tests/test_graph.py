"""The order of stages, and what a selection means."""

import pytest

from apirun import UsageError
from apirun.graph import StageGraph

GRAPH = StageGraph({"net": [], "db": ["net"], "app": ["db", "net"], "docs": []})


def test_the_order_is_that_of_the_file_among_equals():
    """Dependencies come first, whatever stands first in the file."""
    turned = StageGraph({"app": ["db"], "db": ["net"], "net": [], "docs": []})

    assert ("net", "db", "app", "docs") == GRAPH.order
    assert turned.order.index("net") < turned.order.index("db")
    assert turned.order.index("db") < turned.order.index("app")


def test_a_circle_is_told_as_a_way():
    """The message shows the way round."""
    with pytest.raises(UsageError, match="circle: a -> c -> b -> a"):
        StageGraph({"a": ["c"], "b": ["a"], "c": ["b"]})


def test_an_unknown_dependency_gets_the_nearest_name():
    """A misspelt name is told with what was probably meant."""
    with pytest.raises(UsageError, match="'network'"):
        StageGraph({"network": [], "db": ["netwrok"]})


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ({}, ("net", "db", "app", "docs")),
        ({"stages": ["app", "net"]}, ("net", "app")),
        ({"from_stage": "db"}, ("db", "app")),
        ({"to_stage": "db"}, ("net", "db")),
        ({"from_stage": "net", "to_stage": "db"}, ("net", "db")),
        ({"from_stage": "db", "to_stage": "db"}, ("db",)),
    ],
)
def test_a_selection_goes_by_the_graph(selection, expected):
    """--from takes dependents, --to dependencies, both what lies between."""
    assert expected == GRAPH.select(**selection)


@pytest.mark.parametrize(
    "selection",
    [
        {"stages": ["ap"]},
        {"stages": "app"},
        {"from_stage": "docs", "to_stage": "app"},
        {"from_stage": "app", "to_stage": "net"},
        {"stages": ["app"], "from_stage": "net"},
    ],
)
def test_a_selection_that_can_not_be_meant_is_refused(selection):
    """Unknown names, ranges without a way, and mixtures."""
    with pytest.raises(UsageError):
        GRAPH.select(**selection)


def test_turned_round_ancestors_are_descendants():
    """Down sees the same graph from the other side."""
    turned = GRAPH.reversed()

    for name in GRAPH.order:
        assert GRAPH.ancestors(name) == turned.descendants(name)
