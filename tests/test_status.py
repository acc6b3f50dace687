"""Where stages stand, told to a person."""

import re

from attrs import evolve
from click import unstyle

from apirun import (
    Direction,
    Found,
    ProbeStatus,
    RunRow,
    StageState,
    StageStatus,
    StatusReport,
    VariableStatus,
    VersionStatus,
)
from apirun.measure import table
from apirun_cli.status_text import history_text, stage_text, status_text

AT = "2024-05-06T07:08:09.123456+00:00"
VPC = VersionStatus(version=1, name="001_create_vpc", state="applied", applied_at=AT)
NETWORK = StageStatus(
    name="network",
    state=StageState.UP_TO_DATE,
    applied=1,
    total=1,
    last_run_at=AT,
    elapsed_s=1.5,
    versions=(VPC,),
    variables=(VariableStatus(name="vpc_id", value="vpc-7", version=1),),
)
SHOP = StageStatus(name="shop", state=StageState.PENDING, total=2, pending=2)
ROW = RunRow(
    id=1,
    version=1,
    name="001_create_vpc",
    direction=Direction.UP,
    status_code=409,
    failed=True,
    ran_at=AT,
    error="refused\nas a whole",
)


def report(*stages):
    return StatusReport(stages={each.name: each for each in stages})


def test_a_report_has_a_line_for_each_stage():
    """In columns under a head; a time is as exact as a person needs it."""
    assert str(report(NETWORK, SHOP)) == (
        "stage    status      applied  last run              took\n"
        "network  up to date  1/1      2024-05-06 07:08:09Z  1.5s\n"
        "shop     2 pending   0/2"
    )


def test_a_stage_has_a_line_for_each_version():
    """With when it was applied, and what is odd about it."""
    odd = evolve(VPC, version=2, name="002_subnet", state="pending", applied_at="")
    status = evolve(NETWORK, versions=(VPC, evolve(odd, note="no down")))

    assert str(status) == (
        "network  up to date  1/1  2024-05-06 07:08:09Z  1.5s\n"
        "  001_create_vpc  applied  2024-05-06 07:08:09Z\n"
        "  002_subnet      pending                        no down"
    )


def test_why_a_stage_failed_is_said_below():
    """In one line, whatever an API answered; an unknown count is no zero."""
    failed = evolve(SHOP, state=StageState.UNKNOWN, error="no\x1b[2J file " + "x" * 99)

    told = str(report(failed)).splitlines()

    assert "shop   unknown  ?/2" == told[1]
    assert "shop: no [2J file " + "x" * 61 + "…" == told[2]


def test_history_is_shown_where_it_was_asked_for():
    """Of one directory, and of stages by their names."""
    line = "  2024-05-06 07:08:09Z  001_create_vpc  up  failed  409  refused"

    one = str(evolve(NETWORK, history=(ROW,))).splitlines()
    all_of_them = str(report(evolve(NETWORK, history=(ROW,)), SHOP)).splitlines()

    assert ["history", line] == one[-2:]
    assert ["history of network", line] == all_of_them[-2:]


def test_drift_is_shown_when_it_was_asked_for():
    """A report names what has drifted; a stage tells what each probe found."""
    gone = evolve(VPC, probe=ProbeStatus(found=Found.ABSENT, drifted=True))
    drifted = evolve(NETWORK, versions=(gone,), drifted=1, unknown=0)

    assert str(drifted).splitlines()[1].endswith("07:08:09Z  absent")
    assert str(report(drifted, SHOP)).splitlines()[3:] == [
        "drifted",
        "  network  001_create_vpc  applied  2024-05-06 07:08:09Z  absent",
    ]


def test_a_foreign_history_is_told_as_far_as_it_goes():
    """A version without label goes by its number, a time may be anything."""
    foreign = VersionStatus(version=7, name="", state="applied", applied_at="yesterday")

    told = str(evolve(NETWORK, versions=(foreign,), last_run_at="")).splitlines()

    assert ["network  up to date  1/1", "  7  applied  yesterday"] == told


def test_nothing_is_said_of_no_stages():
    """The head alone stands there."""
    assert "stage  status  applied  last run  took" == str(report())


def test_a_line_is_the_same_in_a_program_and_in_the_command():
    """The command puts colours on the cells of the values, and says nothing else."""
    states = [evolve(SHOP, name=state.value, state=state) for state in StageState]
    every = report(NETWORK, *states)
    rows = [stage.cells() for stage in every.stages.values()]

    assert [NETWORK.word, "2 pending"] == [rows[0][1], rows[3][1]]
    assert table([every.COLUMNS, *rows]) == str(every)
    assert str(every) == unstyle(status_text(every))
    assert str(NETWORK) == unstyle(stage_text(NETWORK))
    assert {"up to date": "32", "2 pending": "33", "failed": "31"} == {
        word: colour
        for colour, word in re.findall(r"\x1b\[(3[123])m([^\x1b]+)", status_text(every))
    }


def test_a_line_of_the_history_tells_what_it_took_where_there_is_room():
    """The command has a column for it, before the error; a text of 80 cells has not."""
    quick = evolve(ROW, elapsed_s=0.25, failed=False, error="", name="", status_code=0)
    told = evolve(NETWORK, history=(quick,))

    assert ("2024-05-06 07:08:09Z", "1", "up", "done", "-", "250ms", "") == (
        quick.cells()
    )
    assert "  2024-05-06 07:08:09Z  1  up  done  -" == str(told).splitlines()[-1]
    assert (
        "  2024-05-06 07:08:09Z  1  up  done  -  250ms"
        == (unstyle(history_text({"network": told.history})).splitlines()[-1])
    )
