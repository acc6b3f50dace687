"""What `apirun stages` selects, seen at the API and in fresh processes."""

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
