"""What is told of documents without sending, reading or writing anything."""

import time

import pytest

from apirun import (
    AuthSettings,
    Call,
    EnvEntry,
    EnvFromStage,
    MemoryStore,
    Migration,
    Migrator,
    Orchestrator,
    Poll,
    RenderError,
    Request,
    Response,
    SqliteStore,
    Stage,
    WaitSettings,
)
from tests.helpers.counting import serve_counting
from tests.helpers.stagetree import thing, write_stages

NOWHERE = "http://127.0.0.1:1"


def request(path, **settings):
    return Request("POST", f"{NOWHERE}/{path}", **settings)


def stage(name, *migrations, **settings):
    return Stage(name=name, migrations=migrations, store=MemoryStore(), **settings)


def missing_of(*stages, **settings):
    validation = Orchestrator(stages, **settings).validate()
    assert validation.ok
    return {each.name: each.used_by for each in validation.missing}


class Untouchable(MemoryStore):
    """A store of which nothing may be read or written."""

    def history(self):
        raise AssertionError

    recorded = runs = lock = history


def test_documents_that_need_nothing_are_ready(tmp_path, monkeypatch):
    """The value counts what there is, and names the file and what has no down."""
    with serve_counting() as server:
        no_down = {"up": {"request": {"method": "PUT", "url": "{{.api_base}}/x"}}}
        stages = {"a": [thing("one"), no_down], "b": [thing("two", kind="poll")]}
        write_stages(tmp_path, server.url, stages, {"b": ("a",)})
        monkeypatch.chdir(tmp_path)
        before = sorted(tmp_path.rglob("*"))

        validation = Orchestrator.from_file("stages.yaml").validate()

        assert [] == server.requests
    assert before == sorted(tmp_path.rglob("*"))
    assert (True, True, "stages.yaml") == (
        validation.ok,
        validation.ready,
        validation.source,
    )
    assert {"a": 2, "b": 1} == {
        name: each.migrations for name, each in validation.stages.items()
    }
    assert ("002_a_2",) == validation.stages["a"].irreversible
    assert "stages.yaml: 2 stages, 3 migrations, all documents are in order." == (
        str(validation)
    )


def test_no_history_is_opened():
    """It is as if nothing had ever run, whatever a store holds."""
    up = request("{{.a}}", response=Response(env_from={"b": "b"}))
    one = Migration(version=1, name="one", up=up, down=request("{{.b}}"))
    kept = Stage(name="s", migrations=[one], store=Untouchable(), env={"a": "1"})

    assert Orchestrator([kept]).validate().ready
    assert Migrator(kept).validate().ready


def test_no_database_is_made(tmp_path):
    """A store that does not exist yet is not created to look into it."""
    path = tmp_path / "s.db"
    one = Migration(version=1, name="one", up=request("x"))

    assert (
        Migrator(Stage(name="s", migrations=[one], store=SqliteStore(str(path))))
        .validate()
        .ready
    )
    assert not path.exists()


def test_every_missing_variable_is_found_at_once():
    """Also those behind the first of a request, in headers, bodies and env blocks."""
    up = request(
        "{{.a}}/{{.b}}",
        headers={"X": "{{.c}}"},
        body={"d": "{{.d}}"},
        env={"local": "{{.e}}"},
        response=Response(env_from={"made": "id"}),
    )
    back = request("{{.made}}/{{.local}}/{{.f}}")
    one = Migration(version=1, name="one", up=up, down=back)
    two = Migration(version=2, name="two", up=request("{{.made}}/{{.a}}"), down=back)

    found = missing_of(stage("s", one, two, env={"own": "{{.g}}"}))

    assert "s" == found.pop("g")
    assert set("abcdef") | {"local"} == set(found)
    assert found["a"] in ("s/001_one", "s/002_two")
    assert ("s/001_one", "s/002_two") == (found["d"], found["local"])


def test_what_runs_before_provides_is_not_missing():
    """Captures, polls, env blocks, dependencies and calls all provide."""

    def call(context):
        context.capture("called", "1")

    ask = Request(
        "GET", f"{NOWHERE}/{{{{.id}}}}", response=Response(env_from={"state": "s"})
    )
    made = Migration(
        version=1,
        name="made",
        up=request("x", response=Response(env_from={"id": "id"})),
        poll=Poll(request=ask, until='{{eq .state "up"}}'),
    )
    called = Migration(version=2, name="called", up=Call(call, captures=["called"]))
    uses = Migration(
        version=1,
        name="uses",
        up=request("{{.id}}/{{.state}}/{{.called}}/{{.shared}}/{{.outer}}"),
        down=request("{{.id}}"),
    )
    first = stage("first", made, called, env={"shared": "1"})
    second = stage("second", uses, depends_on=["first"])

    assert {} == missing_of(first, second, env={"outer": "1"})
    assert {"outer": "second/001_uses"} == missing_of(first, second)


def test_what_only_a_sibling_provides_is_missing():
    """A stage that does not depend on another sees nothing of it."""
    uses = Migration(version=1, name="uses", up=request("{{.shared}}"))

    assert {"shared": "b/001_uses"} == missing_of(
        stage("a", env={"shared": "1"}), stage("b", uses)
    )


def test_variables_that_are_given_are_there():
    """They are taken from the object and from the call, as in a run."""
    one = Migration(version=1, name="one", up=request("{{.a}}/{{.b}}"))
    orchestrator = Orchestrator([stage("s", one)], variables={"a": "1"})

    assert ["b"] == [each.name for each in orchestrator.validate().missing]
    assert orchestrator.validate(variables={"b": "2"}).ready
    assert Migrator(stage("s", one), variables={"a": 1, "b": 2}).validate().ready


@pytest.mark.parametrize("where", ["env", "private_env", "global", "up"])
def test_a_variable_of_the_process_that_is_not_set_is_missing_where_it_is_used(
    where, monkeypatch
):
    """It is an error of a run, unless --var gives it; what follows is found, too."""
    monkeypatch.delenv("NO_SUCH_THING", raising=False)
    entries = [EnvEntry("a", value_from_env="NO_SUCH_THING"), EnvEntry("b", "{{.a}}")]
    up = request("{{.b}}/{{.c}}", env=entries if where == "up" else ())
    one = Migration(version=1, name="one", up=up)
    own = {where: entries} if where in ("env", "private_env") else {}
    orchestrator = Orchestrator(
        [stage("s", one, **own)], env=entries if where == "global" else ()
    )

    validation = orchestrator.validate()

    assert (True, False) == (validation.ok, validation.ready)
    assert [("a", True), ("c", False)] == [
        (each.name, each.unset) for each in validation.missing
    ]
    assert "NO_SUCH_THING, which is not set" in validation.missing[0].problem.message
    assert orchestrator.validate(variables={"a": "1", "c": "2"}).ready


def test_a_variable_of_the_process_that_nothing_uses_is_a_warning(monkeypatch):
    """It does not stop a run."""
    monkeypatch.delenv("NO_SUCH_THING", raising=False)
    entry = EnvEntry("a", value_from_env="NO_SUCH_THING")

    validation = Orchestrator([stage("s", env=[entry])]).validate()

    assert validation.ready
    assert "warning: " in str(validation)
    assert "NO_SUCH_THING" in validation.warnings[0].message


def test_what_can_not_be_rendered_is_a_problem():
    """Functions that fail and stages that are not there are told with their place."""
    broken = Migration(version=1, name="broken", up=request("{{div 1 0}}"))
    lost = stage("lost", condition='{{success "frist"}}')

    validation = Orchestrator([stage("first", broken), lost]).validate()
    told = [str(problem) for problem in validation.problems]

    assert (False, False, 2) == (validation.ok, validation.ready, len(told))
    assert "division by zero" in told[0] or "divide by zero" in told[0]
    assert "test_validating.py" in told[0]
    assert "there is no stage 'frist'; did you mean 'first'?" in told[1]
    assert "2 stages, 1 migration, 2 problems found." in str(validation)


def test_a_stage_whose_condition_is_not_known_is_looked_at():
    """One that certainly does not run is not."""
    one = Migration(version=1, name="one", up=request("{{.a}}"))
    first = stage("first")
    may = stage("may", one, depends_on=["first"], condition='{{success "first"}}')
    never = stage("never", one, condition='{{eq "a" "b"}}')

    assert {"a": "may/001_one"} == missing_of(first, may)
    assert {} == missing_of(never)
    assert {"side": "s"} == missing_of(stage("s", condition='{{eq .side "left"}}'))


def test_a_name_that_a_dependency_does_not_provide_is_a_warning():
    """It is the one that a run logs."""
    first = stage("first", env={"a": "1"})
    relied = EnvFromStage("first", ["a", "b"])
    second = stage("second", depends_on=["first"], env_from_stages=[relied])

    validation = Orchestrator([first, second]).validate()

    assert validation.ready
    assert ["variable not found in dependent stage: variable=b stage=first"] == [
        each.message for each in validation.warnings
    ]


@pytest.mark.parametrize("given", [{}, {"password": "hunter2-secret"}])
def test_no_secret_is_shown(given):
    """A value that a function chokes on stays hidden, given or written down."""
    up = request("{{index (fromJson .password) 0}}")
    one = Migration(version=1, name="one", up=up)
    own = {} if given else {"password": "hunter2-secret"}

    validation = Orchestrator([stage("s", one, env=own)], variables=given).validate()

    assert not validation.ok
    assert "hunter2" not in f"{validation} {validation!r} {validation.to_dict()}"


def test_a_missing_variable_is_told_in_the_words_of_a_run():
    """Its place and who could provide it are there, and print() lists the names."""
    gives = Migration(
        version=1,
        name="g",
        up=request("x", response=Response(env_from={"vpc_id": "i"})),
    )
    uses = Migration(version=1, name="u", up=request("{{.vpc_id}}/{{.b}}"))

    validation = Orchestrator([stage("a", gives), stage("other", uses)]).validate()
    told = str(validation.missing[1].problem)

    assert 'map has no entry for key "vpc_id"' in told
    assert "a/001_g captures it" in told
    assert (
        "2 stages, 2 migrations, all documents are in order.\n"
        "A run needs these variables by --var; nothing here sets them:\n"
        "  b       for other/001_u\n"
        "  vpc_id  for other/001_u; a/001_g captures it from 'i'"
    ) == str(validation)


def test_a_hint_is_printed_whatever_its_words_are():
    """Only the list of names is left out, not a stage that is called like it."""
    gives = Migration(version=1, name="g", up=request("x"))
    uses = Migration(version=1, name="u", up=request("{{.vpc_id}}"))
    named = stage("known here", gives, env={"vpc_id": "1"})

    validation = Orchestrator([stage("other", uses), named]).validate()

    assert ("stage known here sets it in its env",) == validation.missing[0].hints
    assert str(validation).endswith(
        "  vpc_id  for other/001_u; stage known here sets it in its env"
    )
    private = stage("known here", gives, private_env={"vpc_id": "1"})

    assert str(Orchestrator([stage("other", uses), private]).validate()).endswith(
        "  vpc_id  for other/001_u; known here sets it, for this stage only"
    )


def test_the_names_that_there_are_stand_in_the_words_of_a_run_only():
    """Beside so many missing variables their list says little."""
    one = Migration(version=1, name="one", up=request("{{.zzz}}"))
    many = {f"name_{number:02}": "1" for number in range(13)}

    validation = Orchestrator([stage("s", one, env=many)]).validate()
    told = validation.missing[0].problem.message

    assert () == validation.missing[0].hints
    assert str(validation).endswith("  zzz  for s/001_one")
    assert told.endswith(f"\n  known here: {', '.join(sorted(many)[:12])}, …")
    with pytest.raises(RenderError) as refused:
        Orchestrator([stage("s", one, env=many)]).up()
    assert ("zzz", (), tuple(sorted(many))) == (
        refused.value.name,
        refused.value.hints,
        refused.value.known,
    )


def test_a_key_that_is_missing_in_something_else_is_no_variable():
    """To give it by --var would not help: it is a problem."""
    up = request("{{(fromJson .settings).size}}/{{.size_of_it}}")
    one = Migration(version=1, name="one", up=up)

    validation = Orchestrator(
        [stage("s", one, env={"settings": '{"colour": "red"}'})]
    ).validate()

    assert () == validation.missing
    assert 'no entry for key "size"' in validation.problems[0].message
    assert 1 == len(validation.problems)


def test_what_env_blocks_miss_is_found_too():
    """Each variable once, also in global.env, and behind another in one value."""
    one = Migration(version=1, name="one", up=request("{{.own}}/{{.shared}}/{{.c}}"))
    two = stage("two", one, env={"own": "{{.a}}/{{.b}}"})

    found = missing_of(stage("one"), two, env={"shared": "{{.d}}"})

    assert ["a", "b", "c", "d"] == sorted(found)
    assert "two/001_one" == found["c"]


def test_many_variables_are_found_in_a_moment():
    """Two hundred stages that miss the same forty need no rendering for each."""
    names = "/".join(f"{{{{.v{number}}}}}" for number in range(40))
    one = Migration(version=1, name="one", up=request(names))
    stages = [stage(f"s{number}", one) for number in range(200)]

    began_s = time.monotonic()
    found = missing_of(*stages)

    assert 40 == len(found)
    assert time.monotonic() - began_s < 5


def test_settings_are_looked_at_as_far_as_a_run_needs_them():
    """What is waited for, and the tokens that requests name; others are not."""
    one = Migration(version=1, name="one", up=request("x", auth_name="used"))
    config = {"username": "{{.user}}/{{.realm}}", "password": "p"}
    settings = {
        "auth": [
            AuthSettings(type="basic", name="used", config=config),
            AuthSettings(
                type="basic", name="idle", config={**config, "password": "{{.idle}}"}
            ),
        ],
        "wait": WaitSettings(
            url=f"{NOWHERE}/{{{{.path}}}}",
            headers={"Authorization": "{{.auth.used}}", "X-Key": "{{.key}}"},
        ),
    }

    assert dict.fromkeys(["key", "path", "realm", "user"], "s") == (
        missing_of(stage("s", one, **settings))
    )
    assert {} == missing_of(stage("s", **settings))
