"""Templates that can't be rendered: told at their place, once."""

import pickle
from pathlib import Path

import pytest

from apirun import (
    Call,
    EnvEntry,
    MemoryStore,
    Migration,
    Migrator,
    Orchestrator,
    RenderError,
    Request,
    Stage,
)
from tests.helpers.counting import serve_counting

PLAIN = """\
stages:
  - name: net
    config_path: config.yaml
"""
REGION = "      region: {valueFromEnv: NO_SUCH_REGION}\n"
UNSET = (
    "the variable region takes its value from the process variable "
    "NO_SUCH_REGION, which is not set: set it and run again"
)


@pytest.fixture
def stages(tmp_path, monkeypatch):
    """Return what writes the one stage, with lines of its env, and reads it."""
    monkeypatch.delenv("NO_SUCH_REGION", raising=False)
    monkeypatch.chdir(tmp_path)
    Path("config.yaml").write_text("{}\n")

    def written(env="", base="http://127.0.0.1:1", up="x", down="x"):
        head = f"{PLAIN}    env:\n" if env else PLAIN
        Path("stages.yaml").write_text(head + env)
        Path("001_vpc.yaml").write_text(
            f'up: {{request: {{method: PUT, url: "{base}/{up}"}}}}\n'
            f'down: {{method: DELETE, url: "{base}/{down}"}}\n'
        )
        return Orchestrator.from_file("stages.yaml")

    return written


def refusal(run):
    with pytest.raises(RenderError) as refused:
        run()
    return refused.value


def test_a_use_is_told_before_the_declaration(stages):
    """The place is that of the use, and a line of its own has the other."""
    error = refusal(stages(REGION, up="{{.region}}").up)

    assert (
        f"001_vpc.yaml:1:35: {UNSET}\n"
        "  in up.request.url\n"
        "  by way of env.region, declared at stages.yaml:5:15"
    ) == str(error)
    assert ("001_vpc.yaml:1:35", "up.request.url", "") == (
        str(error.location),
        error.key,
        error.name,
    )
    assert ("env.region, declared at stages.yaml:5:15",) == error.through


@pytest.mark.parametrize(
    ("declared", "told"),
    [
        (
            REGION,
            (
                f"{UNSET}\n"
                "  in down.url\n"
                "  by way of env.wide, declared at stages.yaml:7:14\n"
                "  by way of env.zone, declared at stages.yaml:6:14\n"
                "  by way of env.region, declared at stages.yaml:5:15"
            ),
        ),
        (
            '      regions: "eu"\n',
            (
                'template: gotmpl:1:2: executing "gotmpl" at <.region>: map has no '
                'entry for key "region"\n'
                "  in down.url\n"
                "  by way of env.wide, declared at stages.yaml:7:14\n"
                "  by way of env.zone, declared at stages.yaml:6:16\n"
                "  did you mean 'regions'?"
            ),
        ),
    ],
    ids=["unset", "missing"],
)
def test_every_declaration_on_the_way_has_a_line(stages, declared, told):
    """The nearest to the use first; names that could be meant stand last."""
    with serve_counting() as api:
        assert stages(base=api.url).up().ok
        chain = (
            f'{declared}      zone: "{{{{.region}}}}"\n      wide: "{{{{.zone}}}}"\n'
        )
        error = refusal(stages(chain, base=api.url, down="{{.wide}}").down)

        assert ["PUT"] == [sent[0] for sent in api.requests]
    assert told == str(error).partition(": ")[2]
    assert str(error).startswith("001_vpc.yaml:2:")
    assert str(error) == str(pickle.loads(pickle.dumps(error)))


def test_what_a_program_composed_is_told_by_stage_and_key(monkeypatch):
    """Places are lines of the program, for a request and inside of a callable."""
    monkeypatch.delenv("NO_SUCH_REGION", raising=False)
    entry = EnvEntry("region", value_from_env="NO_SUCH_REGION")
    sent = Request("PUT", "http://127.0.0.1:1/{{.region}}")
    used = Call(lambda context: context.variables["region"])

    def refused(up):
        one = Migration(version=1, name="one", up=up)
        return Migrator(
            Stage(name="net", migrations=[one], env=[entry], store=MemoryStore())
        )

    error = refusal(refused(sent).up)
    told = refused(used).up().failure.message

    assert f"{UNSET}\n  in stage net, 001_one, up.url\n" in str(error)
    assert [True] == [
        "stage net, env.region, declared at " in each for each in error.through
    ]
    assert "test_rendering.py:" in told.partition(UNSET)[0]
    assert f": {UNSET}\n  by way of stage net, env.region, declared at " in told


def test_a_condition_that_asks_for_it_by_name_is_told_likewise(stages):
    """To the function ``env`` it is as unusable as to the dot."""
    stages(REGION)
    text = Path("stages.yaml").read_text()
    told = set()
    for condition in ('{{eq .region "x"}}', '{{eq (env "region") "x"}}'):
        Path("stages.yaml").write_text(f"{text}    condition: '{condition}'\n")
        orchestrator = Orchestrator.from_file("stages.yaml")
        told.add(str(refusal(orchestrator.up)))

        validation = orchestrator.validate()
        assert [("region", True)] == [
            (each.name, each.unset) for each in validation.missing
        ]
        assert () == validation.problems

    assert {
        (
            f"stages.yaml:6:17: {UNSET}\n"
            "  in condition\n"
            "  by way of env.region, declared at stages.yaml:5:15"
        )
    } == told
