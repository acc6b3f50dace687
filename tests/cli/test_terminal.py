"""What a person sees: many stages, narrow screens, wide characters."""

import re

import pytest

from apirun_cli.terminal import table
from tests.helpers.stagetree import thing, write_stages
from tests.helpers.terminal import run_on_terminal, without_styles

MANY = [f"s{number:03d}" for number in range(60)]


@pytest.fixture
def crowd(project):
    """Sixty stages that may all run at once, of which one is refused."""
    project.server.delay_s = 0.1
    project.server.refuse["PUT s007"] = 409
    write_stages(
        project.directory,
        project.server.url,
        {name: [thing(name, kind="put")] for name in MANY},
        {},
        max_concurrent_stages=30,
        stage_s007={"on_failure": "continue"},
    )
    return project


@pytest.mark.parametrize("columns", [40, 80])
def test_the_live_view_counts_what_has_no_room(crowd, columns):
    """It never has more lines than the screen, and one tells what is not shown."""
    shown = run_on_terminal(
        "stages", "up", cwd=crowd.directory, columns=columns, rows=12
    )
    runs = re.findall(r"(?:\x1b\[1A(?:\x1b\[2K)?)+", shown.out)
    climbed = max((run.count("\x1b[1A") for run in runs), default=0)

    assert 0 == shown.code
    assert 0 < climbed < 12
    assert re.search(r"… \d+ more running, \d+ of 60 done", without_styles(shown.out))
    assert re.search(r"\d+ of 60 done, 1 failed", without_styles(shown.out))


def test_what_went_well_is_counted_and_what_did_not_is_listed(crowd):
    """After sixty stages the summary, the status and the plan name what matters."""
    up = crowd.stages("up")
    status = crowd.stages("status")
    plan = crowd.stages("up", "--dry-run")

    assert "and 59 stages applied" in up.out
    assert len(up.out.splitlines()) < 8
    assert "60 stages: 59 up to date, 1 failed." in status.out
    assert "and 59 stages with nothing to do" in plan.out


def test_sixty_failures_are_one_block(crowd):
    """The first is told in full, some by a line each, the rest are counted."""
    for name in MANY:
        crowd.server.refuse[f"PUT {name}"] = 409
    write_stages(
        crowd.directory,
        crowd.server.url,
        {name: [thing(name, kind="put")] for name in MANY},
        {},
        max_concurrent_stages=0,
        **{f"stage_{name}": {"on_failure": "continue"} for name in MANY},
    )
    done = crowd.stages("up", "-q")

    assert 8 == done.err.count("  also      s")
    assert "also      51 more failed" in done.err


def test_wide_characters_take_two_columns():
    """A name in ideographs does not push its row to the right."""
    shown = table([["データ", "up"], ["network", "failed"]])

    assert "データ   up\nnetwork  failed" == shown


def test_a_dumb_terminal_gets_no_colours(project):
    """What can't move a cursor shows no escape sequences at all."""
    for command in (["up"], ["status"], ["graph"], ["up", "--nonsense"]):
        shown = run_on_terminal(
            "stages", *command, cwd=project.directory, env={"TERM": "dumb"}
        )

        assert "\x1b" not in shown.out


@pytest.mark.parametrize(
    ("flags", "env"), [(["--no-color"], {}), ([], {"NO_COLOR": "1"})], ids=str
)
def test_a_live_view_without_colours_has_none_in_its_log(project, flags, env):
    """Warnings, errors and what is only debugged are plain lines above it."""
    shown = run_on_terminal(
        *("stages", "up", "-v", "--var", "api_base=http://127.0.0.1:1", *flags),
        cwd=project.directory,
        env=env,
    )

    assert "warning: PUT" in shown.out
    assert "\x1b[2K" in shown.out
    assert [] == re.findall(r"\x1b\[[0-9;]*m", shown.out)


def test_a_long_reason_leaves_the_rest_of_its_row(project):
    """The name, the version and the wait stand, and the reason is cut."""
    (project.directory / "network" / "config.yaml").write_text(
        "client: {retry: {attempts: 2, backoff: 1s}}\n"
    )
    for _ in range(3):  # the wait is drawn at random, and may be no time at all
        shown = run_on_terminal(
            *("stages", "up", "--var", "api_base=http://127.0.0.1:1"),
            cwd=project.directory,
        )
        rows = re.findall(r"network 1 of 1 .*? try 2 in .*…", without_styles(shown.out))
        if rows:
            break

    assert rows
    assert all(len(row) <= 80 for row in re.split(r"[-\\|/] (?=network)", rows[0]))
