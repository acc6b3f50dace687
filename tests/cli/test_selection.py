"""What `apirun stages` selects, seen at the API and in fresh processes."""

from tests.helpers.stagetree import thing, write_stages

ALL = ["app", "database", "network"]


def test_up_makes_everything_and_down_takes_it_away(project):
    """Up and down without a selection mean every stage."""
    assert 0 == project.stages("up").code
    made = project.server.standing
    assert 0 == project.stages("down").code

    assert (ALL, []) == (made, project.server.standing)


def test_a_stage_by_its_name_is_exactly_that(project):
    """--stage runs the named stages and no other, and may be repeated."""
    assert 0 == project.stages("up", "--stage", "network").code
    first = project.server.standing
    assert 0 == project.stages("up", "--stage", "database", "--stage", "app").code

    assert (["network"], ALL) == (first, project.server.standing)


def test_to_takes_what_the_stage_needs(project):
    """--to B is B and all that it depends on; what is left can follow later."""
    assert 0 == project.stages("up", "--to", "database").code
    first = project.server.standing
    assert 0 == project.stages("up", "--stage", "app").code

    assert (["database", "network"], ALL) == (first, project.server.standing)


def test_from_takes_what_depends_on_the_stage(project):
    """--from A is A and its dependents, --from A --to A is A alone."""
    assert 0 == project.stages("up", "--to", "network").code
    assert 0 == project.stages("up", "--from", "database", "--to", "database").code
    first = project.server.standing
    assert 0 == project.stages("up", "--from", "network", "--to", "app").code

    assert (["database", "network"], ALL) == (first, project.server.standing)


def test_down_goes_the_other_way_round(project):
    """Down --from C --to B takes C down and what lies between it and B."""
    project.stages("up")

    assert 0 == project.stages("down", "--from", "app", "--to", "database").code

    assert ["network"] == project.server.standing


def test_down_of_one_stage_leaves_the_others(project):
    """Down --stage takes down that stage alone."""
    project.stages("up")

    assert 0 == project.stages("down", "--stage", "app").code

    assert ["database", "network"] == project.server.standing


def test_down_refuses_what_others_stand_on(project):
    """A stage with an applied dependent stays, unless --force says otherwise."""
    project.stages("up")
    before = len(project.server.requests)

    refused = project.stages("down", "--stage", "network")
    sent = len(project.server.requests) - before
    forced = project.stages("down", "--stage", "network", "--force")

    assert (2, 0, 0) == (refused.code, sent, forced.code)
    assert "database" in refused.err
    assert ["app", "database"] == project.server.standing


def test_many_dependents_are_named_in_part(project):
    """They stand in the order of the file, and the command is one that can be read."""
    users = [f"user{number}" for number in range(9, -1, -1)]
    names = ["base", *users]
    write_stages(
        project.directory,
        project.server.url,
        {name: [thing(name, kind="put")] for name in names},
        {name: ["base"] for name in users},
    )
    project.stages("up", "-q")
    many = project.stages("down", "--stage", "base")
    project.stages("down", "--stage", "user9", "--stage", "user4")
    fewer = project.stages("down", "--stage", "base")

    assert (
        "Error: stages user9, user8, user7, user6, user5, user4, user3, user2 and 2 "
        "more depend on stage base and are still applied\n"
        "  Nothing was sent. Run:\n"
        "    apirun stages down --to base\n"
        "  or roll it back all the same with --force.\n"
    ) == many.err
    assert (
        "stages user8, user7, user6, user5, user3, user2, user1 and user0" in fewer.err
    )
    assert "--stage user1 --stage user0\n    apirun stages down --to base" in fewer.err


def test_a_missing_prerequisite_is_told_with_what_mends_it(project):
    """Nothing is sent before a dependency has completed."""
    done = project.stages("up", "--stage", "database")

    assert (2, []) == (done.code, project.server.requests)
    assert done.err.startswith("Error: dependent stage network has not been executed\n")
    assert "apirun stages up --stage network" in done.err
    assert "apirun stages up --to database" in done.err


def test_unknown_and_contradicting_selections_are_refused(project):
    """A wrong name gets the nearest one, a mixture is told apart."""
    unknown = project.stages("up", "--stage", "databse")
    mixed = project.stages("up", "--stage", "app", "--from", "network")

    assert (2, 2) == (unknown.code, mixed.code)
    assert "did you mean" in unknown.err.lower()
    assert [] == project.server.requests


def test_the_commands_that_mend_it_name_the_file(project):
    """They can be typed as they stand, whatever the file is called."""
    (project.directory / "stages.yaml").rename(project.directory / "my stages.yaml")
    named = ("--config", "my stages.yaml")
    refused = project.stages("up", "--stage", "database", *named)
    project.server.refuse["PUT network"] = 409
    failed = project.stages("up", *named)
    del project.server.refuse["PUT network"]
    project.stages("up", *named)
    standing = project.stages("down", "--stage", "network", *named)

    assert "  apirun stages up --to database --config 'my stages.yaml'\n" in refused.err
    assert "run 'apirun stages up --config 'my stages.yaml'' as before." in failed.err
    assert "  apirun stages down --to network --config 'my stages.yaml'" in standing.err
