"""Whole runs over PostgreSQL against a bare loop on the same server."""

import json
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Callable, Iterator

import psycopg
import requests

from apirun import Orchestrator
from tests.helpers.counting import spawn_counting
from tests.helpers.postgres import Server, remove_server, start_server
from tests.helpers.stagetree import thing, write_stages

__all__ = ["main"]

COUNT = 1000
ROUNDS = 3
LIMIT = 1.5


@contextmanager
def _server() -> Iterator[Server]:
    server = start_server()
    try:
        yield server
    finally:
        remove_server(server)


def _timed(action: Callable[[], object]) -> float:
    started_s = time.perf_counter()
    action()
    return time.perf_counter() - started_s


def _bare_loop(url: str, dsn: str, count: int) -> None:
    """Send *count* requests with two durable commits around each."""
    insert = "INSERT INTO log (what) VALUES (%s)"
    with psycopg.connect(dsn, autocommit=True) as connection, requests.Session() as api:
        connection.execute("CREATE TABLE IF NOT EXISTS log (id bigserial, what text)")
        for number in range(count):
            connection.execute(insert, ("begin",))
            answer = api.post(
                f"{url}/things", data=json.dumps({"name": f"bare{number}"})
            )
            answer.raise_for_status()
            answer.json()
            connection.execute(insert, ("end",))


def _migrations(url: str, dsn: str, count: int) -> float:
    """Return the seconds that *count* migrations of one stage take."""
    work = [thing(f"n{number}", kind="post") for number in range(count)]
    with tempfile.TemporaryDirectory() as folder:
        path = write_stages(Path(folder), url, {"only": work}, {})
        store = {"type": "postgres", "postgres": {"dsn": dsn}}
        (Path(folder) / "only/config.yaml").write_text(json.dumps({"store": store}))

        def run() -> None:
            result = Orchestrator.from_file(path).up()
            assert result.ok, result.failure

        return _timed(run)


def main() -> bool:
    """Print the ratios, and return whether the best of them is within its limit."""
    ratios = []
    with spawn_counting() as url, _server() as server:

        def dsn() -> str:
            return server.dsn(server.create_database())

        _migrations(url, dsn(), 20)
        for _ in range(ROUNDS):
            where = dsn()
            bare_s = _timed(lambda where=where: _bare_loop(url, where, COUNT))
            took_s = _migrations(url, dsn(), COUNT)
            ratios.append(took_s / bare_s)
            print(
                f"postgres: {COUNT:,} migrations {took_s:.2f} s, bare loop with two "
                f"commits each {bare_s:.2f} s, ratio {ratios[-1]:.2f} "
                f"(aim: at most {LIMIT})"
            )
    return min(ratios) <= LIMIT


if __name__ == "__main__":
    main()
