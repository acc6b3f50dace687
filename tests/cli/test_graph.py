"""The graph of the stages, as the command shows it."""

import json
from xml.etree import ElementTree

from tests.helpers.terminal import run_on_terminal

BROKEN = "store: {type: sqlite, sqlite: {path: not-a-database.db}}\n"


def break_store(project, stage):
    """Let the history of *stage* be a file that is no database."""
    (project.directory / stage / "config.yaml").write_text(BROKEN)
    (project.directory / stage / "not-a-database.db").write_text("plain text\n" * 99)


def test_the_tree_shows_where_each_stage_stands(project):
    """Each stage stands below its dependency, with its state from its store."""
    project.stages("up", "--stage", "network")
    done = project.stages("graph")

    assert (
        0,
        """\
network      up to date  1/1
└─ database  never run   0/1
   └─ app    never run   0/1
""",
    ) == (done.code, done.out)


def test_looking_creates_nothing(project):
    """No form of the graph makes a database or sends a request."""
    before = sorted(project.directory.rglob("*"))
    for form in ("text", "mermaid", "dot", "svg"):
        assert 0 == project.stages("graph", "--format", form).code

    assert before == sorted(project.directory.rglob("*"))
    assert [] == project.server.standing


def test_each_form_goes_to_stdout_alone(project):
    """What is piped into a file is the picture and nothing else."""
    svg = project.stages("graph", "--format", "svg")
    mermaid = project.stages("graph", "--format", "mermaid")
    dot = project.stages("graph", "--format", "dot")

    assert ElementTree.fromstring(svg.out).tag.endswith("svg")
    assert mermaid.out.startswith("flowchart LR\n")
    assert dot.out.startswith("digraph stages {\n")
    assert ("", "", "") == (svg.err, mermaid.err, dot.err)


def test_what_mermaid_does_not_draw_is_told(project):
    """A page shows an error instead of more than 500 lines; the text is there."""
    above = [f"above{number}" for number in range(24)]
    stages = [
        *({"name": name, "config_path": f"{name}/config.yaml"} for name in above),
        *(
            {
                "name": f"below{number}",
                "config_path": f"below{number}/config.yaml",
                "depends_on": above,
            }
            for number in range(24)
        ),
    ]
    for stage in stages:
        (project.directory / stage["name"]).mkdir()
        (project.directory / stage["config_path"]).write_text("{}")
    (project.directory / "stages.yaml").write_text(json.dumps({"stages": stages}))
    done = project.stages("graph", "--format", "mermaid")

    assert (0, 576) == (done.code, done.out.count(" --> "))
    assert "no more than 500 lines" in done.err
    assert "'--format svg' draws any number" in done.err


def test_json_has_the_stages_and_every_dependency(project):
    """A program gets the same states, and the dependencies as pairs."""
    told = json.loads(project.stages("graph", "--json").out)

    assert [["network", "database"], ["database", "app"]] == told["edges"]
    assert {"never run"} == {node["state"] for node in told["nodes"]}


def test_a_picture_and_a_document_at_once_are_refused(project):
    """What was typed is not ignored; a process variable gives way to it."""
    both = project.stages("graph", "--format", "svg", "--json")
    preset = project.stages("graph", "--json", env={"APIRUN_FORMAT": "svg"})

    assert 2 == both.code
    assert "--format svg and --json are two forms of the graph" in both.err
    assert "edges" in json.loads(preset.out)


def test_a_history_that_cannot_be_read_leaves_the_graph(project):
    """The stage is unknown, stderr says why, and the rest is as it is."""
    project.stages("up", "--stage", "network")
    break_store(project, "database")
    done = project.stages("graph")

    assert 0 == done.code
    assert "network      up to date  1/1" in done.out
    assert "└─ database  unknown" in done.out
    assert "warning: database: its state is not known: " in done.err


def test_status_tells_the_truth_of_the_others(project):
    """One unreadable history is a row of its own; the command ends with 2."""
    project.stages("up", "--stage", "network")
    break_store(project, "database")
    done = project.stages("status", "--history", "--probe")
    rows = {line.split()[0]: line for line in done.out.splitlines() if line}

    assert 2 == done.code
    assert "up to date" in rows["network"]
    assert "unknown" in done.out
    assert "History of network\n" in done.out
    assert "the history of 1 stage can't be read" in done.err


def test_colours_are_for_terminals(project):
    """On a terminal the states are coloured; piped, not even then is an escape."""
    shown = run_on_terminal("stages", "graph", cwd=project.directory)
    piped = project.stages("graph", env={"NO_COLOR": ""})

    assert "\x1b[33mnever run" in shown.out
    assert "\x1b" not in piped.out
