"""What is shown, where, and in which form."""

import json
import re

from tests.helpers.stagetree import thing, write_stages
from tests.helpers.terminal import run_on_terminal, without_styles


def test_results_go_to_stdout_and_progress_to_stderr(project):
    """The summary can be piped on its own; each version is a line of the log."""
    done = project.stages("up")

    assert "3 versions applied in 3 stages" in done.out
    assert "001_network_1 applied (200" in done.err
    assert "001_network_1" not in done.out


def test_quiet_shows_errors_only(project):
    """A run that ends well says nothing; one that fails still explains."""
    good = project.stages("up", "-q", "--stage", "network")
    project.server.refuse["PUT database"] = 409
    bad = project.stages("up", "-q")

    assert ("", "") == (good.out, good.err)
    assert "" == bad.out
    assert "database/001_database_1 failed" in bad.err


def test_verbose_shows_each_request_and_the_variables(project):
    """-v is the log at its finest, and what the stages provide."""
    done = project.stages("up", "-v")

    assert f"PUT {project.server.url}/things/network" in done.err
    assert "network_id" in done.out
    assert "id-network" in done.out


def test_json_is_one_document(project):
    """Plan, result and status can each be read by a program."""
    plan = json.loads(project.stages("up", "--dry-run", "--json").out)
    result = json.loads(project.stages("up", "--json").out)
    status = json.loads(project.stages("status", "--json", "--history").out)
    valid = json.loads(project.stages("validate", "--json").out)

    assert "PUT" == plan["stages"]["network"]["migrations"][0]["method"]
    assert (True, "applied") == (result["ok"], result["stages"]["app"]["outcome"])
    assert "id-network" == result["stages"]["network"]["env"]["network_id"]
    assert "up to date" == status["stages"]["app"]["state"]
    assert 200 == status["stages"]["app"]["history"][0]["status_code"]
    assert valid["ok"]


def test_the_failure_block_tells_where_what_and_what_next(project):
    """One block has the file, the request, the answer, what stands and the advice."""
    project.server.refuse["PUT database"] = 409

    done = project.stages("up")
    block = done.err[done.err.index("Error: ") :].replace(project.server.url, "API")

    assert (
        """\
Error: database/001_database_1 failed
  where     database/001_database_1.yaml:6:12
  request   PUT API/things/database
  reason    PUT API/things/database answered 409, but 'response.result_code' \
accepts any status below 400
  answer    409
  recorded  Version 1 stays pending.
  applied   network/001_network_1
  next      Correct what the message names, then run 'apirun stages up' as before.
"""
        == block
    )


def test_history_is_shown_on_request(project):
    """Status --history tells every recorded request, and --history-limit bounds it."""
    project.stages("up")
    project.stages("down")

    everything = project.stages("status", "--history").out
    one = project.stages("status", "--history", "--history-limit", "1").out

    assert (3, 3) == (everything.count("  down  "), everything.count("  up    "))
    assert (3, 0) == (one.count("  down  "), one.count("  up  "))


def test_a_log_in_json_has_one_object_a_line(project):
    """`logging.format: json` turns the stage's lines into JSON objects."""
    config = project.directory / "network" / "config.yaml"
    config.write_text("logging: {format: json, level: debug}\n")

    done = project.stages("up", "--stage", "network")
    told = [json.loads(line) for line in done.err.splitlines()]

    assert {"network"} == {line["stage"] for line in told}
    assert "debug" in {line["level"] for line in told}
    assert {"001_network_1"} == {
        line["migration"] for line in told if "migration" in line
    }


def test_a_level_in_the_settings_holds(project):
    """`logging.level: warn` keeps the stage's ordinary lines away."""
    config = project.directory / "network" / "config.yaml"
    config.write_text("logging: {level: warn}\n")

    assert "" == project.stages("up", "--stage", "network").err


def test_secrets_reach_no_output(project):
    """A secret is *** in the plan, the log, the failure, the status and JSON."""
    path = project.migration("network")
    document = json.loads(path.read_text())
    document["up"]["request"]["headers"] = {"X-Key": "{{.api_key}}"}
    document["up"]["request"]["url"] += "?key={{.api_key}}"
    document["up"]["response"]["env_from"] = {"copy": {"path": "name", "secret": True}}
    path.write_text(json.dumps(document))
    secret = "s3cr3t-value-of-mine"
    flags = ("--var", f"api_key={secret}", "-v")
    project.server.refuse["PUT database"] = 500

    runs = [
        project.stages("up", *flags, "--dry-run"),
        project.stages("up", *flags),
        project.stages("up", *flags, "--json"),
        project.stages("status", "-v", "--history-all"),
        project.stages("status", "--json", "--history-all"),
    ]

    assert [0, 1, 1, 0, 0] == [done.code for done in runs]
    assert [] == [done for done in runs if secret in done.out + done.err]
    assert "key=***" in runs[1].err


def test_control_characters_of_an_answer_do_nothing_to_the_terminal(project):
    """What an API answers can't move the cursor: it is shown as escapes."""
    project.migration("network").write_text(
        json.dumps({"up": {"request": {"url": "http://127.0.0.1:1/\u009b2J"}}})
    )

    done = project.stages("up", "--dry-run")

    assert "\x9b" not in done.out + done.err


def test_a_terminal_gets_colours_and_no_line_is_too_long(project):
    """At 60 columns the failure block wraps; colours are there and can be left out."""
    project.server.refuse["PUT database"] = 409

    shown = run_on_terminal("stages", "up", cwd=project.directory, columns=60)
    plain = run_on_terminal(
        "stages", "status", "--no-color", cwd=project.directory, columns=60
    )
    table = without_styles(shown.out)
    block = table[table.index("Error: ") :]

    assert 1 == shown.code
    assert "\x1b[31m" in shown.out
    assert "\x1b[3" not in plain.out
    assert [] == [line for line in block.splitlines() if len(line) > 60]


def test_the_live_view_leaves_the_log_behind(project):
    """On a terminal a line for each running stage comes and goes; the log stays."""
    project.server.delay_s = 0.2

    shown = run_on_terminal("stages", "up", cwd=project.directory, columns=100)
    text = without_styles(shown.out)

    assert 0 == shown.code
    assert "network: 001_network_1 applied" in text
    assert "1 of 1" in text
    assert "3 versions applied in 3 stages" in text


def test_three_hundred_stages_stay_readable(project):
    """Of many stages the summary lists those in which something happened."""
    names = [f"s{number:03d}" for number in range(300)]
    write_stages(
        project.directory,
        project.server.url,
        {name: [thing(name, kind="put")] for name in names},
        {},
    )
    first = project.stages("up", *[w for n in names[:290] for w in ("--stage", n)])
    second = project.stages("up")

    assert (0, 0) == (first.code, second.code)
    assert "and 290 stages unchanged" in second.out
    assert 10 == second.out.count("applied  1")


def test_a_failure_among_many_stages_is_not_buried(project):
    """Only the stage that failed has a row; the others are counted, with why."""
    names = [f"s{number:03d}" for number in range(60)]
    write_stages(
        project.directory,
        project.server.url,
        {name: [thing(name, kind="put")] for name in names},
        {name: [names[30]] for name in names[31:]},
        rollback_on_failure=True,
        max_concurrent_stages=1,
    )
    project.server.refuse["PUT s030"] = 409

    told = project.stages("up").out.splitlines()

    assert [
        "s030   failed",
        "and 30 stages applied and rolled back again",
        "and 29 stages not started: stage s030 failed",
        "",
    ] == [re.sub(r"(failed)  +[\d.]+m?s", r"\1", line).rstrip() for line in told[1:-1]]
    assert told[-1].endswith(": 30 versions applied, all rolled back again.")


def test_a_retry_names_its_request_once(project):
    """The line says what was not sent, and when it is tried again."""
    done = project.stages("up", "--var", "api_base=http://127.0.0.1:1")
    retried = [line for line in done.err.splitlines() if "; try " in line]

    assert 2 == len(retried)
    assert [1, 1] == [line.count("PUT http://127.0.0.1:1/") for line in retried]


def test_what_was_settled_as_absent_is_told_as_pending(project):
    """The log says what the version is now, in a word of the status."""
    project.write(kind="probe")
    project.server.drop_answers_of.add("network")
    project.stages("up")
    project.server.things.clear()
    done = project.stages("up")

    assert 0 == done.code
    assert "network: 001_network_1 was unsettled, now pending again\n" in done.err
    assert "network: 001_network_1 applied (201" in done.err


def test_a_rollback_whose_answer_was_lost_is_counted_as_such(project):
    """The summary does not leave it among what was not touched."""
    server = project.server
    project.write(rollback_on_failure=True)
    (project.directory / "network" / "config.yaml").write_text(
        "client: {retry: {attempts: 1}}\n"
    )
    server.refuse["PUT app"] = 409
    server.acted = lambda method, name: (
        server.drop_answers_of.add("network") if name == "database" else None
    )
    done = project.stages("up")
    row = next(line for line in done.out.splitlines() if line.startswith("network"))

    assert 1 == done.code
    assert row.endswith("0 rolled back again, 1 unsettled")


def test_a_rollback_that_failed_is_told_even_quietly(project):
    """What could not be rolled back, and why; it is no rollback of nothing."""
    project.write(rollback_on_failure=True)
    project.server.refuse.update({"PUT app": 422, "DELETE network": 409})

    done = project.stages("up", "-q")
    project.server.refuse["DELETE database"] = 409
    again = project.stages("up")

    assert "also      network/001_network_1 was not rolled back: DELETE " in done.err
    assert "answered 409" in done.err
    assert re.search(
        r"^database +applied.* 1 could not be rolled back$", again.out, re.M
    )
    assert "undone" in done.err
    assert "undone" not in again.err


def test_what_a_rollback_did_before_it_failed_is_no_application(project):
    """The block says of which versions it is known that they are gone."""
    project.stages("up")
    project.server.refuse["DELETE database"] = 409
    done = project.stages("down")

    assert "undone    app/001_app_1\n" in done.err
    assert not re.search(r"^  applied", done.err, re.MULTILINE)


def test_nothing_to_do_is_true_of_the_versions_that_were_asked_for(project):
    """What is pending above, or applied below, is not denied."""
    network = ("--config", "network/config.yaml")
    base = ("--var", f"api_base={project.server.url}")
    other = json.dumps(thing("other", kind="put"))
    (project.directory / "network" / "002_other.yaml").write_text(other)

    def said(*command):
        return project.run(*command, *network, *base).out.splitlines()[-1]

    said("up", "--to", "1")

    every = "every version up to 1 is applied."
    assert f"Nothing to do: {every}" == said("up", "--to", "1")
    assert f"Nothing to adopt: {every}" == said("adopt", "--to", "1")
    assert "Nothing to do: no version above 1 is applied." == said("down", "--to", "1")
    assert "1 version rolled back" in said("down", "--to", "0")
    assert "Nothing to do: no version is applied." == said("down", "--to", "0")


def test_an_adoption_without_anything_to_adopt_has_no_table(project):
    """A line is enough."""
    project.stages("up", "-q")

    done = project.stages("adopt")

    assert "Nothing to adopt: every version is applied.\n" == done.out


def test_a_migration_that_was_created_is_named_as_the_others_are(project):
    """By its path from here, as it is typed in an editor."""
    done = project.run("create", "more", "--config", "network/config.yaml")

    assert "network/002_more.yaml is written: fill in its requests.\n" == done.out
