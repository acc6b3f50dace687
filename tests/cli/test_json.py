"""What ``--json`` prints: one document, of a form that is documented."""

import json
from pathlib import Path

import jsonschema
import pytest

from apirun import (
    Migrator,
    Orchestrator,
    schema,
    to_dict,
)
from tests.helpers.stagetree import thing, write_stages
from tests.helpers.terminal import run_on_terminal

ROOT = Path(__file__).parent.parent
NETWORK = ("--config", "network/config.yaml")


def check(kind, document):
    """Return what is wrong in a document by the schema of its kind."""
    checker = jsonschema.Draft7Validator(schema(kind))
    return [
        f"{'.'.join(map(str, each.absolute_path))}: {each.message}"
        for each in checker.iter_errors(document)
    ]


@pytest.fixture
def told(project):
    """Return a function that runs a command with --json and reads its document."""

    def run(*arguments, code=0, **settings):
        done = project.run(*arguments, "--json", **settings)
        assert code == done.code, done
        return json.loads(done.out)

    return run


def test_a_whole_life_of_stages_is_told_in_documented_forms(project, told):
    """Valid by their schemas are plan, run, status, graph and validation."""
    documents = [
        ("validation", told("stages", "validate")),
        ("plan", told("stages", "up", "--dry-run")),
        ("run", told("stages", "up", "--to", "network")),
        ("run", told("stages", "up")),
        ("run", told("stages", "up")),
        ("status", told("stages", "status")),
        ("status", told("stages", "status", "--history-all")),
        ("graph", told("stages", "graph")),
        ("plan", told("stages", "down", "--dry-run")),
        ("run", told("stages", "down")),
        ("status", told("stages", "status", "--history")),
    ]

    assert [] == [wrong for kind, each in documents for wrong in check(kind, each)]
    assert "applied" == documents[3][1]["stages"]["app"]["outcome"]
    assert [] == documents[5][1]["stages"]["app"]["history"]
    assert 1 == len(documents[6][1]["stages"]["app"]["history"])
    assert [["network", "database"], ["database", "app"]] == documents[7][1]["edges"]


def test_a_whole_life_of_one_directory_is_told_in_documented_forms(project, told):
    """The commands for one directory have forms of their own, without stages."""
    base = ("--var", f"api_base={project.server.url}")
    created = project.directory / "network" / "002_more_of_it.yaml"
    documents = [
        ("validation", told("validate", *NETWORK)),
        ("stage-plan", told("up", *NETWORK, *base, "--dry-run")),
        ("stage-run", told("up", *NETWORK, *base)),
        ("stage-status", told("status", *NETWORK)),
        ("stage-status", told("status", *NETWORK, "--history")),
        ("created", told("create", "more_of_it", *NETWORK)),
        ("stage-plan", told("down", *NETWORK, "--dry-run")),
        ("stage-run", told("down", *NETWORK)),
    ]

    assert [] == [wrong for kind, each in documents for wrong in check(kind, each)]
    assert {"path": str(created)} == documents[5][1]
    assert ["api_base"] == [each["name"] for each in documents[0][1]["missing"]]


def test_probes_and_adoption_are_told_in_documented_forms(project, told):
    """What is taken over has the form of a run, and drift stands in the status."""
    stages = {"network": [thing("network")], "app": [thing("app", kind="put")]}
    write_stages(project.directory, project.server.url, stages, {"app": ("network",)})
    told("stages", "up")
    project.server.things.clear()
    drifted = told("stages", "status", "--probe")
    for path in project.directory.rglob("apirun.db*"):
        path.unlink()
    told("stages", "up", "--stage", "network")
    app = ("adopt", "--config", "app/config.yaml", "--unprobed")
    (project.directory / "network" / "apirun.db").unlink()
    documents = [
        ("status", drifted),
        ("plan", told("stages", "adopt", "--dry-run", "--unprobed")),
        ("run", told("stages", "adopt", "--stage", "network")),
        (
            "stage-plan",
            told(*app, "--dry-run"),
        ),
        ("stage-run", told(*app)),
    ]

    assert [] == [wrong for kind, each in documents for wrong in check(kind, each)]
    assert 1 == drifted["stages"]["network"]["drifted"]
    assert documents[2][1]["stages"]["network"]["migrations"][0]["adopted"]


def test_what_goes_wrong_is_told_in_documented_forms(project, told):
    """Failures stand in results, and what is unsettled is settled in one."""
    project.write(kind="post")
    project.server.drop_answers_of.add("database")
    documents = [
        ("run", told("stages", "up", code=3)),
        ("status", told("stages", "status")),
        ("error", told("stages", "up", code=3)),
        (
            "settlement",
            told(
                *("settle", "1", "--as", "applied", "--var", "database_id=x"),
                *("--config", "database/config.yaml"),
            ),
        ),
        ("run", told("stages", "up")),
    ]
    project.server.refuse["DELETE app"] = 409
    documents.append(("run", told("stages", "down", code=1)))

    assert [] == [wrong for kind, each in documents for wrong in check(kind, each)]
    assert documents[0][1]["failure"]["needs_decision"]
    assert "UnsettledError" == documents[2][1]["error"]["kind"]


@pytest.mark.parametrize(
    ("wrong", "kind", "says"),
    [
        (["stages", "up", "--nonsense"], "UsageError", "--nonsense"),
        (["stages", "upp"], "UsageError", "Did you mean 'up'?"),
        (["up", "--config", "nowhere.yaml"], "UsageError", "nowhere.yaml"),
        (["stages", "up", "--stage", "app"], "PrerequisiteError", "database"),
        (["stages", "up", "--stage", "ap"], "UsageError", "did you mean 'app'"),
        (["settle", "7", "--as", "pending", *NETWORK], "UsageError", "7"),
    ],
)
def test_whatever_is_refused_is_told_in_one_form(told, wrong, kind, says):
    """A mistyped command, too, answers with a document; nothing was sent."""
    document = told(*wrong, code=2)

    assert [] == check("error", document)
    assert (False, kind, 2) == (
        document["ok"],
        document["error"]["kind"],
        document["error"]["exit_code"],
    )
    assert says in document["error"]["message"]


def test_a_variable_of_the_process_asks_for_json_as_well(told, project):
    """APIRUN_JSON=1 holds for wrong commands, too."""
    done = project.stages("up", "--nonsense", env={"APIRUN_JSON": "1"})

    assert [] == check("error", json.loads(done.out))


def test_wrong_documents_are_told_with_their_places(project, told):
    """Each problem has its file, line and column."""
    project.migration("app").write_text("up:\n  reqest: {url: x}\n")

    document = told("stages", "validate", code=2)
    problem = document["error"]["problems"][0]

    assert [] == check("error", document)
    assert {"file": "app/001_app_1.yaml", "line": 2, "column": 3} == problem["location"]
    assert "did you mean 'request'" in problem["message"]


def test_the_documents_are_what_a_program_gets(project, told, monkeypatch):
    """``--json`` prints what `to_dict` returns, key by key."""
    told("stages", "up")
    monkeypatch.chdir(project.directory)
    stages, network = Orchestrator.from_file(), Migrator.from_config(NETWORK[1])

    assert stages.status(history=10).to_dict() == told("stages", "status", "--history")
    assert stages.validate().to_dict() == told("stages", "validate")
    assert stages.graph().to_dict() == told("stages", "graph")
    assert stages.plan("down").to_dict() == told("stages", "down", "--dry-run")
    assert network.status().to_dict() == told("status", *NETWORK)
    assert network.validate().to_dict() == told("validate", *NETWORK)
    assert network.plan("down").to_dict() == told("down", *NETWORK, "--dry-run")


def test_histories_and_events_have_documented_forms(project, monkeypatch):
    """What no command prints as a whole is described for programs."""
    monkeypatch.chdir(project.directory)
    project.server.refuse["PUT database"] = 409
    heard = []
    orchestrator = Orchestrator.from_file(listeners=[heard.append])
    orchestrator.up()
    told = [each.to_dict() for each in heard]

    assert [] == [wrong for each in told for wrong in check("event", each)]
    assert {"RunStarted", "StageStarted", "MigrationStarted", "RunFinished"} < {
        each["event"] for each in told
    }
    assert [] == check("history", to_dict(Migrator.from_config(NETWORK[1]).history()))
    assert 1 == len(Migrator.from_config(NETWORK[1]).history())


def test_nothing_else_is_written_to_stdout(project):
    """On a terminal, too, the live view leaves the document alone."""
    shown = run_on_terminal("stages", "up", "-q", "--json", cwd=project.directory)

    assert [] == check("run", json.loads(shown.out))


def test_an_error_is_told_from_a_result_by_its_two_keys():
    """No other document has both `ok` and `error`, as the pages say."""
    kinds = [path.stem for path in (ROOT / "golden_schemas").glob("*.json")]
    both = [kind for kind in kinds if {"ok", "error"} <= _keys(schema(kind))]

    assert ["error"] == both


def _keys(document):
    return set(document.get("properties", ()))
