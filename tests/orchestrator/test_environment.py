"""Stages brought up for as long as a block runs, and rolled back after it."""

import threading
import traceback

import pytest

from apirun import (
    Direction,
    EnvEntry,
    MemoryStore,
    Orchestrator,
    RunFailedError,
    RunFinished,
    RunStarted,
    Stage,
    UsageError,
    to_dict,
)

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


def test_a_block_s_error_wins_over_a_history_that_can_not_be_read(tree, caplog):
    """That nothing was rolled back is logged."""
    tree.write(CHAIN)

    def spoil():
        (tree.root / "services" / "apirun.db").write_text("no database")
        return 1 / 0

    with pytest.raises(ZeroDivisionError), tree.load():
        spoil()

    assert "Nothing was rolled back" in caplog.text


def test_what_the_run_rolled_back_is_not_rolled_back_again(tree):
    """The error tells one way back, not a second one that did nothing."""
    tree.write(CHAIN, rollback_on_failure=True)
    tree.server.refuse["PUT services1"] = 409

    with pytest.raises(RunFailedError) as failed, tree.load():
        pass

    assert ("network/001_network_1",) == failed.value.result.undone
    assert failed.value.rollback is None
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


def _plain(given):
    raise KeyError(given)


def _from_none(given):
    raise KeyError(given) from None


def _from_another(given):
    raise KeyError(given) from ZeroDivisionError("first")


def _while_handling(given):
    try:
        1 / 0  # noqa: B018
    except ZeroDivisionError:
        raise KeyError(given)  # noqa: B904 - as programs do


@pytest.mark.parametrize(
    "break_off", [_plain, _from_none, _from_another, _while_handling]
)
def test_what_is_left_is_shown_beside_the_error_of_the_block(tree, break_off):
    """The program's own exception wins, and the traceback tells of both."""
    tree.write(CHAIN)
    tree.server.refuse["DELETE services1"] = 409

    with pytest.raises(KeyError) as failed, tree.load():
        break_off("vpc_id")

    shown = "".join(traceback.format_exception(KeyError, failed.value, None))
    assert "RunFailedError" in shown
    assert "left      services/001_services_1, network/001_network_1" in shown
    assert shown.endswith("KeyError: 'vpc_id'\n")


def test_nothing_is_shown_beside_it_where_nothing_is_left(tree):
    """An error of the block stays as it is."""
    tree.write(CHAIN)

    with pytest.raises(KeyError) as failed, tree.load():
        _plain("vpc_id")

    assert failed.value.__context__ is None


def test_the_way_back_is_told_as_a_run_of_its_own(tree):
    """Both runs begin and end for the listeners, the second the other way."""
    tree.write(CHAIN)
    heard = []

    with tree.load(listeners=[heard.append]):
        pass

    assert [
        (Direction.UP, ("network", "services")),
        (Direction.DOWN, ("services", "network")),
    ] == [(e.direction, e.stages) for e in heard if isinstance(e, RunStarted)]
    up, down = [e.result for e in heard if isinstance(e, RunFinished)]
    assert (True, Direction.UP) == (up.ok, up.direction)
    assert (True, Direction.DOWN) == (down.ok, down.direction)
    assert {"services": "rolled_back", "network": "rolled_back"} == {
        name: stage.outcome.value for name, stage in down.stages.items()
    }


def test_a_stage_of_which_a_part_went_down_is_not_rolled_back(tree):
    """What its newest version was is told, and that the next one failed."""
    tree.write({"network": []}, count=2)
    tree.server.refuse["DELETE network1"] = 409

    with pytest.raises(RunFailedError) as failed, tree.load():
        pass

    stage = failed.value.result.stages["network"]
    assert "failed" == stage.outcome.value
    assert ["rolled_back", "failed"] == [m.outcome.value for m in stage.migrations]
    assert ("network/002_network_2",) == failed.value.result.undone


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


def test_what_an_environment_is_as_plain_data_can_be_written_to_a_file():
    """Secrets are left out, as in what a run came to."""
    secret = EnvEntry("pin", "1234", secret=True)
    vault = Stage(name="vault", env=[secret], store=MemoryStore())
    shop = Stage(name="shop", env={"city": "York"}, store=MemoryStore())

    with Orchestrator([vault, shop]) as environment:
        told = to_dict(environment)

    assert {"pin": "***", "city": "York"} == told
    assert {"pin": "1234", "city": "York"} == dict(environment)
