"""New migrations to start from."""


def test_create_writes_the_next_version_and_it_is_valid(project):
    """The file has the next number and can be validated as it is."""
    done = project.run("create", "add_subnet", "--config", "network/config.yaml")

    assert (0, "") == (done.code, done.err)
    assert (project.directory / "network" / "002_add_subnet.yaml").exists()
    assert 0 == project.run("validate", "--config", "network/config.yaml").code


def test_a_directory_runs_without_stages(project):
    """up, status and down work on one config.yaml alone."""
    config = ("--config", "network/config.yaml")
    base = ("--var", f"api_base={project.server.url}")

    assert 0 == project.run("up", *config, *base).code
    made = project.server.standing
    shown = project.run("status", *config).out
    assert 0 == project.run("down", *config, *base).code

    assert (["network"], []) == (made, project.server.standing)
    assert "001_network_1  applied" in shown


def test_options_come_from_process_variables_too(project):
    """APIRUN_CONFIG and the like set what is not given."""
    env = {"APIRUN_CONFIG": "network/config.yaml", "APIRUN_JSON": "1"}

    done = project.run("status", env=env)

    assert done.out.startswith("{")
    assert '"network"' in done.out
