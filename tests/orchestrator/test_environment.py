"""Stages brought up for as long as a block runs, and rolled back after it."""

import threading

import pytest

from apirun import RunFailedError, UsageError

CHAIN = {"network": [], "services": ["network"]}


def test_a_block_sees_what_the_stages_provide_and_leaves_nothing(tree):
    """Captured values are a mapping, as a whole and by stage."""
    tree.write(CHAIN)

    with tree.load() as environment:
        standing = tree.server.standing
        seen = dict(environment)

    assert ["network1", "services1"] == standing
    assert {"network1_id", "services1_id"} == set(seen)
    assert seen["network1_id"] == environment.stages["network"]["network1_id"]
    assert [] == tree.server.standing


def test_a_block_that_raises_is_rolled_back_and_its_error_wins(tree):
    """The program's own exception comes out of the block."""
    tree.write(CHAIN)

    with pytest.raises(ZeroDivisionError), tree.load():
        1 / 0  # noqa: B018

    assert [] == tree.server.standing


def test_what_stood_before_the_block_stays(tree):
    """Exactly what the entry applied is taken back."""
    tree.write(CHAIN)
    tree.load().up(stages=["network"])

    with tree.load():
        pass

    assert ["network1"] == tree.server.standing


def test_a_part_of_the_stages_can_be_asked_for(tree):
    """`environment` takes what `up` takes."""
    tree.write(CHAIN)

    with tree.load().environment(stages=["network"]) as environment:
        assert ["network"] == list(environment.stages)
        assert ["network1"] == tree.server.standing

    assert [] == tree.server.standing


def test_an_entry_that_fails_leaves_nothing_and_says_why(tree):
    """What it had applied is undone, and the error is the short block."""
    tree.write(CHAIN)
    tree.server.refuse["PUT services1"] = 400

    with pytest.raises(RunFailedError) as failed, tree.load():
        raise AssertionError("the block is not entered")

    assert [] == tree.server.standing
    told = str(failed.value)
    assert "services/001_services_1 failed" in told
    assert "answered 400" in told
    assert "undone    network/001_network_1" in told
    assert "Traceback" not in told


def test_what_can_not_be_rolled_back_is_named(tree):
    """The dependency of what stays is left standing, too."""
    tree.write(CHAIN)
    tree.server.refuse["DELETE services1"] = 409

    with pytest.raises(RunFailedError) as failed, tree.load():
        pass

    assert ["network1", "services1"] == tree.server.standing
    assert (
        "services/001_services_1",
        "network/001_network_1",
    ) == failed.value.result.left


def test_blocks_of_one_object_are_each_their_own(tree):
    """The inner block finds all there, and takes nothing away."""
    tree.write(CHAIN)
    orchestrator = tree.load()

    with orchestrator:
        with orchestrator as inner:
            assert inner.result.ok
        assert ["network1", "services1"] == tree.server.standing

    assert [] == tree.server.standing


def test_a_block_left_in_another_thread_is_refused(tree):
    """The pairs of entry and exit can't be told apart otherwise."""
    tree.write({"network": []})
    orchestrator = tree.load()
    caught = []

    def leave():
        try:
            orchestrator.__exit__(None, None, None)
        except UsageError as error:
            caught.append(str(error))

    with orchestrator:
        thread = threading.Thread(target=leave)
        thread.start()
        thread.join()

    assert "ends in another thread" in caught[0]


def test_another_process_can_roll_back_by_the_pairs(tree):
    """The pairs of a result are plain data; what is gone already is passed over."""
    tree.write(CHAIN)
    applied = tree.load().up().applied

    first = tree.load().roll_back([list(pair) for pair in applied])
    second = tree.load().roll_back(applied)

    assert (("network", 1), ("services", 1)) == applied
    assert ("services/001_services_1", "network/001_network_1") == first.undone
    assert ((), (), ()) == (second.undone, second.left, second.unknown)
    assert [] == tree.server.standing


def test_what_a_run_rolled_back_itself_is_not_applied(tree):
    """The pairs are what still stands of it."""
    tree.write(CHAIN, rollback_on_failure=True)
    tree.server.refuse["PUT services1"] = 400

    result = tree.load().up()

    assert () == result.applied
    assert ("network/001_network_1",) == result.undone
