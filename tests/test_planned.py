"""What a run would do, told to a person."""

import pytest

from apirun import (
    Direction,
    EnvEntry,
    MemoryStore,
    Migration,
    Orchestrator,
    PlannedMigration,
    Request,
    RunPlan,
    Stage,
    StagePlan,
)
from apirun_cli.plan_text import run_plan

URL = "http://127.0.0.1:8000/vpcs"


def planned(name="001_create_vpc", **settings):
    told = {"version": 1, "direction": Direction.UP, "method": "POST", "url": URL}
    return PlannedMigration(name=name, **{**told, **settings})


def run(*stages, direction=Direction.UP):
    return RunPlan(direction=direction, stages={each.name: each for each in stages})


def test_a_plan_has_a_line_for_each_request():
    """Stage by stage, and how many there are; bodies and headers are left out."""
    plan = run(
        StagePlan(
            name="network",
            migrations=(
                planned(body='{"cidr": "10.0.0.0/16"}', headers=(("X-Id", "1"),)),
                planned("002_subnet", url=f"{URL}/x"),
            ),
        ),
        StagePlan(name="shop", applied=2),
        StagePlan(name="docs", skipped="its condition is false"),
    )

    assert str(plan) == (
        "network: 2 versions up, 0 applied\n"
        "  001_create_vpc  POST http://127.0.0.1:8000/vpcs\n"
        "  002_subnet      POST http://127.0.0.1:8000/vpcs/x\n"
        "shop: nothing to do, 2 applied\n"
        "docs: would be skipped, its condition is false\n"
        "2 requests in 1 stage would be sent."
    )


def test_the_plan_of_one_directory_reads_alike():
    """Warnings, conditions, and how a version would be settled stand there."""
    plan = StagePlan(
        name="network",
        migrations=(planned(direction=Direction.DOWN, settle="by its probe"),),
        condition='{{success "a"}} (known after stage a)',
        warnings=("001_create_vpc has changed\n  since",),
        applied=1,
    )

    assert str(plan) == (
        "network: 1 version down, 1 applied\n"
        '  if {{success "a"}} (known after stage a)\n'
        "  warning: 001_create_vpc has changed   since\n"
        "  001_create_vpc (unsettled, by its probe)  POST http://127.0.0.1:8000/vpcs\n"
        "1 request in 1 stage would be sent."
    )


def test_what_would_be_refused_is_said_at_its_version():
    """The error of a run stands there as a whole, and at the end how many."""
    plan = StagePlan(
        name="network", migrations=(planned(problem="a.yaml:2:3: no key\n  in up.url"),)
    )

    assert str(plan).splitlines()[2:] == [
        "    Error: a.yaml:2:3: no key",
        "      in up.url",
        "A run would be refused: 1 error.",
    ]


def test_nothing_to_do_is_said():
    """The end says so, and that nothing was written to find that out."""
    assert str(run()) == "Nothing would be sent. Nothing was written."


@pytest.mark.parametrize("text", ["x" * 300, "\x1b[2J", "ü" * 200])
def test_no_line_is_longer_than_80_cells(text):
    """A long address is clipped, and nothing in it moves a cursor."""
    plan = run(StagePlan(name=text, migrations=(planned(url=URL + text),)))

    assert [] == [line for line in str(plan).splitlines() if len(line) > 80]
    assert str(plan).replace("\n", "").isprintable()


def test_three_hundred_stages_stay_readable():
    """Of many stages those are shown in which something would happen."""
    idle = [StagePlan(name=f"s{number}", applied=1) for number in range(299)]

    assert str(run(*idle, StagePlan(name="new", migrations=(planned(),)))) == (
        "new: 1 version up, 0 applied\n"
        "  001_create_vpc  POST http://127.0.0.1:8000/vpcs\n"
        "and 299 stages with nothing to do\n"
        "1 request in 1 stage would be sent."
    )


@pytest.mark.parametrize(
    ("busy", "idle", "left_out"),
    [
        (1, 19, ""),
        (1, 20, "and 20 stages with nothing to do"),
        (20, 1, "and 1 stage with nothing to do"),
        (0, 21, "21 stages with nothing to do"),
        (21, 0, ""),
    ],
)
def test_what_is_left_out_is_counted(busy, idle, left_out):
    """In the words that follow what is shown, also by the command."""
    does = [StagePlan(name=f"b{at}", migrations=(planned(),)) for at in range(busy)]
    plan = run(*does, *(StagePlan(name=f"i{at}") for at in range(idle)))

    assert (left_out, busy if left_out else busy + idle) == (
        plan.left_out,
        len(plan.shown),
    )
    assert ([left_out] if left_out else []) == [
        line for line in str(plan).splitlines() if " with nothing" in line
    ]
    assert ([left_out] if left_out else []) == [
        part for part in run_plan(plan).split("\n\n") if " with nothing" in part
    ]


def test_no_secret_is_printed():
    """A plan is masked before it is one."""
    up = Request("PUT", f"{URL}?token={{{{.token}}}}", headers={"X": "{{.token}}"})
    stage = Stage(
        name="network",
        migrations=[Migration(version=1, name="vpc", up=up)],
        store=MemoryStore(),
    )

    plan = Orchestrator([stage], variables={"token": "s3cr3t-text"}).plan()

    assert "token=***" in str(plan)
    assert "s3cr3t-text" not in f"{plan} {plan!r} {plan.to_dict()}"


def test_no_secret_of_a_version_alone_is_printed():
    """What is secret by the version's own env is, in every version's request."""
    own = [EnvEntry("flavour", "s3cr3t-text", secret=True)]
    up = Request("PUT", f"{URL}?is={{{{.flavour}}}}", env=own)
    again = Request("PUT", f"{URL}?is=s3cr3t-text", body="s3cr3t-text")
    stage = Stage(
        name="network",
        migrations=[
            Migration(version=1, name="vpc", up=up),
            Migration(version=2, name="vpc", up=again),
        ],
        store=MemoryStore(),
    )

    plan = Orchestrator([stage]).plan()

    assert 2 == str(plan).count("is=***")
    assert "s3cr3t-text" not in f"{plan} {plan!r} {plan.to_dict()}"
