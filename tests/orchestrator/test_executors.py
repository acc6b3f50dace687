"""Any executor can carry the stages, and listeners can't break a run."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import pytest

from apirun import MigrationFinished, StageFinished

GRAPH = {"a": [], "b": ["a"], "c": ["a"]}


@pytest.mark.parametrize("kind", [ThreadPoolExecutor, ProcessPoolExecutor])
def test_a_foreign_executor_carries_the_stages(tree, kind):
    """Results, events and histories are the same as with our own threads."""
    tree.write(GRAPH, count=2)
    told = []

    with kind(2) as executor:
        result = tree.load(executor=executor, listeners=[told.append]).up()

    assert result.ok, result.failure
    assert 6 == len(tree.server.standing)
    assert 6 == sum(isinstance(event, MigrationFinished) for event in told)
    assert 3 == sum(isinstance(event, StageFinished) for event in told)
    assert "id-a1" == result.stages["a"].env["a1_id"]
    assert [2, 2, 2] == [s.applied for s in tree.load().status().stages.values()]


def test_an_executor_that_was_shut_down_is_told(tree):
    """The run fails with a sentence; nothing is sent."""
    tree.write(GRAPH)
    executor = ThreadPoolExecutor(1)
    executor.shutdown()

    result = tree.load(executor=executor).up()

    assert not result.ok
    assert "shutdown" in result.failure.message
    assert [] == tree.sent


def test_a_listener_that_raises_does_not_break_the_run(tree, recwarn):
    """The others are still told."""
    tree.write(GRAPH)
    told = []

    def broken(event):
        raise RuntimeError("listener")

    result = tree.load(listeners=[broken, told.append]).up()

    assert result.ok
    assert 3 == sum(isinstance(event, StageFinished) for event in told)
