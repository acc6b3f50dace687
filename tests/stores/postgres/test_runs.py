"""Whole runs over a PostgreSQL history: servers that die, locks that are lost."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg
import pytest

from apirun import MigrationFinished, Migrator, Orchestrator, Outcome, StageState
from apirun.stores.postgres import PostgresStore
from apirun.testing import Reply, serve_api
from tests.helpers.command import run_apirun
from tests.helpers.counting import serve_counting
from tests.helpers.postgres import PASSWORD
from tests.helpers.stagetree import thing, write_stages

GRAPH = {"network": (), "database": ("network",), "app": ("database",)}


@pytest.fixture
def api():
    """Return an API that creates a thing for each POST, also for a repeated one."""
    with serve_api() as server:
        yield server


def _write(root, api_base, dsn, *, count=3, kind="probe", graph=None):
    """Write stages whose histories share a database."""
    graph = graph or {"only": ()}
    stages = {
        name: [thing(f"{name}{n}", kind=kind) for n in range(1, count + 1)]
        for name in graph
    }
    path = write_stages(root, api_base, stages, graph)
    for name in graph:
        store = {"type": "postgres", "postgres": {"dsn": dsn}}
        (root / name / "config.yaml").write_text(json.dumps({"store": store}))
    return path


def _on_creating(api, name, action):
    """Let *action* happen while the thing *name* is created, once."""
    done = []

    def answer(received):
        made = Reply(201, {"id": f"id-{received.json['name']}"})
        api.things.append(received.json["name"])
        if received.json["name"] == name and not done:
            done.append(name)
            action()
        return made

    def look(received):
        wanted = dict(received.query)["name"]
        found = wanted in api.things
        return Reply(200, {"id": f"id-{wanted}"}) if found else Reply(404)

    api.things = []
    api.reply("POST", "/things", answer)
    api.reply("GET", "/things", look)


def _history(dsn):
    with closing(PostgresStore(dsn, stage="only")) as store:
        history = store.history()
    return (
        [kept.version for kept in history.applied],
        [kept.version for kept in history.unsettled],
    )


@pytest.mark.parametrize("how", ["stop", "kill"])
def test_a_server_that_dies_during_a_request_leaves_it_unsettled(
    tmp_path, api, mortal_server, how
):
    """
    The intent stands, the run says so, and the next one settles it and goes on.
    """
    dsn = mortal_server.dsn(mortal_server.create_database())
    path = _write(tmp_path, api.url, dsn)
    _on_creating(api, "only2", getattr(mortal_server, how))

    result = Orchestrator.from_file(path).up()

    failure = result.stages["only"].failure
    assert not result.ok
    assert failure is not None
    assert "no longer locked by this run" in failure.message
    assert "It is not known whether what was to be recorded is" in failure.message
    assert PASSWORD not in str(result)
    assert ["only1", "only2"] == api.things

    mortal_server.start()
    assert ([1], [2]) == _history(dsn)
    status = Orchestrator.from_file(path).status().stages["only"]
    assert StageState.UNSETTLED is status.state
    again = Orchestrator.from_file(path).up()

    assert again.ok, again.stages["only"].failure
    assert ["only1", "only2", "only3"] == api.things
    assert ([1, 2, 3], []) == _history(dsn)


def test_a_server_that_dies_between_requests_lets_nothing_be_sent(
    tmp_path, api, mortal_server
):
    """
    Without an intent no request goes out; the next run begins where this ended.
    """
    dsn = mortal_server.dsn(mortal_server.create_database())
    path = _write(tmp_path, api.url, dsn)
    _on_creating(api, "none", lambda: None)

    def listen(event):
        if isinstance(event, MigrationFinished) and mortal_server.process is not None:
            mortal_server.kill()

    result = Orchestrator.from_file(path).up(listeners=[listen])

    assert not result.ok
    assert ["only1"] == api.things
    assert "no longer locked by this run" in result.stages["only"].failure.message

    mortal_server.start()
    assert [1] == _history(dsn)[0]
    again = Orchestrator.from_file(path).up()
    assert again.ok, again.stages["only"].failure
    assert ["only1", "only2", "only3"] == api.things


def test_a_server_that_is_away_is_told_before_anything_is_sent(
    tmp_path, api, mortal_server
):
    """
    Exit code 1 or 2, the place without the password, and what to do.
    """
    dsn = mortal_server.dsn(mortal_server.create_database())
    _write(tmp_path, api.url, dsn)
    mortal_server.stop()

    done = run_apirun("stages", "up", cwd=tmp_path)

    assert done.code in (1, 2), done
    assert f"localhost:{mortal_server.port}/" in done.err
    assert "nothing listens there. Nothing was sent. Start the server" in done.err
    assert PASSWORD not in done.err + done.out
    assert "Traceback" not in done.err
    assert [] == api.requests


def test_a_runner_that_lost_its_lock_writes_nothing_more(tmp_path, api, dsn):
    """
    While another one goes on, the first can't add a line, nor send a request.
    """
    path = _write(tmp_path, api.url, dsn)
    seconds = []

    def cut():
        with psycopg.connect(dsn) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 10000) FROM pg_locks "
                "WHERE locktype = 'advisory'"
            )
        seconds.append(Orchestrator.from_file(path).up())

    _on_creating(api, "only2", cut)

    first = Orchestrator.from_file(path).up()

    assert [True] == [second.ok for second in seconds]
    assert not first.ok
    assert "no longer locked by this run" in first.stages["only"].failure.message
    assert ["only1", "only2", "only3"] == api.things
    assert ([1, 2, 3], []) == _history(dsn)
    with closing(PostgresStore(dsn, stage="only")) as store:
        assert [3, 2, 1] == [row.version for row in store.runs()]


def test_two_processes_that_race_for_a_stage_double_nothing(tmp_path, dsn):
    """
    Whoever comes second waits, and finds the work done.
    """
    with serve_counting(0.01) as server:
        _write(tmp_path, server.url, dsn, kind="post", graph=GRAPH)

        def run(_):
            return run_apirun("stages", "up", cwd=tmp_path)

        with ThreadPoolExecutor(3) as pool:
            codes = [done.code for done in pool.map(run, range(3))]

        assert [0, 0, 0] == codes
        assert {} == server.doubled
        assert 9 == len(server.standing)


def test_stages_share_a_database_from_end_to_end(tmp_path, dsn):
    """
    Three stages in one database: up, status, again, down, each by a command.
    """
    with serve_counting() as server:
        _write(tmp_path, server.url, dsn, count=2, kind="post", graph=GRAPH)

        def run(*arguments):
            done = run_apirun(*arguments, cwd=tmp_path)
            assert PASSWORD not in done.out + done.err
            return done

        assert 2 == run("stages", "up", "--stage", "app").code
        assert 0 == run("stages", "up", "--dry-run").code
        assert [] == _relations(dsn)
        up = run("stages", "up", "--json")
        assert (0, True) == (up.code, json.loads(up.out)["ok"])
        assert 6 == len(server.standing)
        assert 0 == run("stages", "status", "--exit-code").code
        history = run("stages", "status", "--history", "--json")
        assert "database2_id" in history.out
        assert 0 == run("stages", "up").code
        assert {} == server.doubled
        single = run("status", "--config", "database/config.yaml", "--exit-code")
        assert 0 == single.code, single
        assert 0 == run("stages", "down").code
        assert [] == server.standing

    tables = _relations(dsn)
    for name in GRAPH:
        assert f"{name}_schema_migrations" in tables
    assert "schema_migrations" not in tables


def test_a_stage_in_a_shared_database_is_settled_by_its_config(tmp_path, dsn):
    """
    The command that the failure names finds the tables of the stage.
    """
    with serve_counting() as server:
        _write(tmp_path, server.url, dsn, count=1, kind="post", graph=GRAPH)
        server.drop_answers_of.add("database1")
        stopped = run_apirun("stages", "up", cwd=tmp_path)
        assert 3 == stopped.code, stopped
        command = "apirun settle 1 --config database/config.yaml --as applied"
        assert command in stopped.err

        settled = run_apirun(
            *command.split()[1:], "--var", "database1_id=7", cwd=tmp_path
        )
        again = run_apirun("stages", "up", cwd=tmp_path)

    assert (0, 0) == (settled.code, again.code), (settled, again)
    assert {} == server.doubled


def test_a_stage_not_named_like_its_directory_is_settled_with_a_prefix(tmp_path, dsn):
    """
    What its config.yaml needs for the command is told, and changes no history.
    """
    with serve_counting() as server:
        path = _write(tmp_path, server.url, dsn, count=1, kind="post", graph=GRAPH)
        path.write_text(path.read_text().replace('"database"', '"Main-DB"'))
        server.drop_answers_of.add("database1")
        stopped = run_apirun("stages", "up", cwd=tmp_path)
        assert 3 == stopped.code, stopped
        assert "'table_prefix: main_db' under 'store' in database/config.yaml" in (
            stopped.err
        )

        config = tmp_path / "database/config.yaml"
        document = json.loads(config.read_text())
        document["store"]["table_prefix"] = "main_db"
        config.write_text(json.dumps(document))
        settled = run_apirun(
            *("settle", "1", "--config", "database/config.yaml", "--as", "applied"),
            *("--var", "database1_id=7"),
            cwd=tmp_path,
        )
        again = run_apirun("stages", "up", cwd=tmp_path)

    assert (0, 0) == (settled.code, again.code), (settled, again)
    assert {} == server.doubled
    assert 3 == len(server.standing)


def test_a_held_lock_is_exit_code_4(tmp_path, dsn):
    """
    Who holds the stage is named on the command line.
    """
    with serve_counting() as server:
        _write(tmp_path, server.url, dsn, count=1)
        with closing(PostgresStore(dsn)) as store, store.lock(timeout_s=1):
            done = run_apirun(
                *("up", "--config", "only/config.yaml", "--lock-timeout", "100ms"),
                *("--var", f"api_base={server.url}"),
                cwd=tmp_path,
            )

    assert 4 == done.code, done
    assert "is locked: process " in done.err
    assert [] == server.requests


def test_a_process_carries_a_stage(tmp_path, dsn):
    """
    The store goes to another process with its stage, and its results come back.
    """
    code = """
import sys
from concurrent.futures import ProcessPoolExecutor
from apirun import Orchestrator
if __name__ == "__main__":
    with ProcessPoolExecutor(2) as pool:
        result = Orchestrator.from_file("stages.yaml", executor=pool).up()
    print(result.ok, len(result.stages))
"""
    with serve_counting() as server:
        _write(tmp_path, server.url, dsn, graph=GRAPH)
        (tmp_path / "main.py").write_text(code)
        told = subprocess.run(
            [sys.executable, "main.py"],
            cwd=str(tmp_path),
            stdout=subprocess.PIPE,
            encoding="utf-8",
            timeout=60,
            check=True,
        ).stdout

    assert "True 3\n" == told


def test_many_stages_need_few_connections(tmp_path, postgres_server):
    """
    A run needs connections for the stages under way, not for all there are.
    """
    database = postgres_server.create_database("CONNECTION LIMIT 5")
    name = f"few_{database}"
    postgres_server.run(f"CREATE ROLE {name} LOGIN PASSWORD '{PASSWORD}'")
    postgres_server.run(f"GRANT CREATE ON SCHEMA public TO {name}", database)
    dsn = postgres_server.dsn(database, user=name)
    graph = {f"s{n}": () if n == 0 else (f"s{n - 1}",) for n in range(12)}
    with serve_counting() as server:
        path = _write(tmp_path, server.url, dsn, count=1, kind="put", graph=graph)
        orchestrator = Orchestrator.from_file(path)
        up = orchestrator.up()
        assert up.ok, up.failure
        states = {each.state for each in orchestrator.status().stages.values()}
        lines = orchestrator.history()
        down = orchestrator.down()

    assert {StageState.UP_TO_DATE} == states
    assert 12 == len(lines)
    assert down.ok, down.failure


def test_a_directory_alone_runs_up_and_down(tmp_path, dsn):
    """
    `Migrator` keeps its history there as well.
    """
    with serve_counting() as server:
        _write(tmp_path, server.url, dsn)
        migrator = Migrator.from_config(
            tmp_path / "only/config.yaml", variables={"api_base": server.url}
        )
        assert Outcome.APPLIED is migrator.up().outcome
        assert 3 == len(migrator.history())
        assert Outcome.ROLLED_BACK is migrator.down(to=0).outcome
        assert "postgres:" in migrator.status().store

    assert [] == server.standing
    assert "schema_migrations" in _relations(dsn)


def test_a_setting_may_stand_in_a_process_variable(tmp_path, dsn):
    """
    A password need not stand in any file; without its variable nothing is sent.
    """
    url, _, database = dsn.rpartition("/")
    _, _, address = url.rpartition("@")
    host, _, port = address.partition(":")
    with serve_counting() as server:
        _write(tmp_path, server.url, dsn, count=1)
        store = {
            "type": "postgresql",
            "postgres": {
                "host": host,
                "port": port,
                "user": "apirun",
                "password": {"valueFromEnv": "INFRA_DB_PASSWORD"},
                "dbname": database,
                "sslmode": "prefer",
            },
        }
        (tmp_path / "only/config.yaml").write_text(json.dumps({"store": store}))
        without = run_apirun("stages", "up", cwd=tmp_path)
        done = run_apirun(
            "stages", "up", cwd=tmp_path, env={"INFRA_DB_PASSWORD": PASSWORD}
        )

    assert (2, 0) == (without.code, done.code), (without, done)
    assert "INFRA_DB_PASSWORD, which is not set" in without.err
    assert ([1], []) == _history(dsn)


def _relations(dsn):
    with psycopg.connect(dsn) as connection:
        rows = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        ).fetchall()
    return sorted(name for (name,) in rows)
