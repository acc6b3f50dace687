"""Where a stage stands, by what its history holds."""

import pytest

from apirun import MemoryStore, Migrator, Stage
from apirun.state import Direction, Intent, StageOutcome, StageRecord

BEGUN = "2024-05-06T07:08:09.123+00:00"
OPEN = (
    "the up of 001_vpc was begun 2024-05-06 07:08:09Z by process 12 on build-1, "
    "and has no outcome: that run is not over, or was cut off"
)


def error_of(*records, pid=12):
    """Return what the status says where an intent stands beside *records*."""
    store = MemoryStore()
    with store.lock(timeout_s=0):
        store.begin(
            Intent(
                version=1,
                name="001_vpc",
                direction=Direction.UP,
                run_id="second",
                method="POST",
                digest="",
                started_at=BEGUN,
                host="build-1",
                pid=pid,
            )
        )
        for record in records:
            store.record_stage(record)
    status = Migrator(Stage(name="network", store=store)).status()
    assert "unsettled" == status.state.value
    return status.error


def record(run_id, minute):
    """Return the end of a run that began in that minute of the same hour."""
    return StageRecord(
        outcome=StageOutcome.FAILED,
        run_id=run_id,
        started_at=f"2024-05-06T07:{minute}:00.000+00:00",
        error="it was refused",
    )


def test_a_version_without_outcome_tells_who_began_it():
    """A run may be in the middle of it, and nobody but that process knows."""
    assert OPEN == error_of()


def test_who_began_it_is_left_out_where_it_is_not_known():
    """A foreign history may not hold it."""
    assert OPEN.replace(" by process 12 on build-1", "") == error_of(pid=0)


@pytest.mark.parametrize(
    ("run_id", "minute", "told"),
    [
        ("first", "07", OPEN),
        ("second", "08", "it was refused"),
        ("third", "09", "it was refused"),
    ],
    ids=["an earlier run", "that run itself", "a later run"],
)
def test_why_it_is_unsettled_is_told_by_the_run_that_came_last(run_id, minute, told):
    """What an earlier run ended with says nothing of it."""
    assert told == error_of(record(run_id, minute))
