"""Whole runs: against a bare loop, against half the size, and with nothing to do."""

import json
import random
import sqlite3
import tempfile
import time
from pathlib import Path
from typing import Callable, Dict, List

import requests

from apirun import Orchestrator
from tests.helpers.counting import spawn_counting
from tests.helpers.stagetree import thing, write_stages

__all__ = ["main"]


def _timed(action: Callable[[], object]) -> float:
    started_s = time.perf_counter()
    action()
    return time.perf_counter() - started_s


def _bare_loop(url: str, count: int, directory: Path) -> None:
    """Send *count* requests with two durable commits around each."""
    connection = sqlite3.connect(str(directory / "bare.db"), isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE log (id INTEGER PRIMARY KEY, what TEXT)")
    with requests.Session() as session:
        for number in range(count):
            connection.execute("INSERT INTO log (what) VALUES ('begin')")
            answer = session.post(
                f"{url}/things", data=json.dumps({"name": f"bare{number}"})
            )
            answer.raise_for_status()
            answer.json()
            connection.execute("INSERT INTO log (what) VALUES ('end')")
    connection.close()


def _migrations(url: str, count: int, directory: Path) -> float:
    """Return the seconds that *count* migrations of one stage take."""
    work = [thing(f"n{number}", kind="post") for number in range(count)]
    path = write_stages(directory, url, {"only": work}, {})
    return _timed(lambda: Orchestrator.from_file(path).up())


def bench_migrations() -> None:
    """Print the cost of a migration against that of a bare request."""
    with spawn_counting() as url, tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        for name in ("bare", "warm", "one", "two"):
            (root / name).mkdir()
        _migrations(url, 20, root / "warm")
        bare_s = _timed(lambda: _bare_loop(url, 1000, root / "bare"))
        one_s = _migrations(url, 1000, root / "one")
        two_s = _migrations(url, 2000, root / "two")
    print(
        f"runs: 1,000 migrations {one_s:.2f} s, bare loop {bare_s:.2f} s, "
        f"ratio {one_s / bare_s:.2f} (aim: at most 1.5)"
    )
    print(
        f"runs: 2,000 migrations {two_s:.2f} s against 1,000 in {one_s:.2f} s, "
        f"ratio {two_s / one_s:.2f} (aim: at most 2.2)"
    )


def bench_idle_stages() -> None:
    """Print what a stage costs that has nothing to do."""
    count = 1000
    names = [f"s{number}" for number in range(count)]
    stages = {name: [thing(name, kind="post")] for name in names}
    depends_on = {name: [names[i // 2]] for i, name in enumerate(names) if i}
    with spawn_counting() as url, tempfile.TemporaryDirectory() as folder:
        path = write_stages(
            Path(folder), url, stages, depends_on, max_concurrent_stages=8
        )
        result = Orchestrator.from_file(path).up()
        assert result.ok, result.failure
        idle_s = _timed(lambda: Orchestrator.from_file(path).up())
    print(
        f"runs: {count} stages with nothing to do {idle_s:.2f} s, "
        f"{idle_s / count * 1000:.2f} ms a stage (aim: at most 5)"
    )


def _random_graph(count: int, dice: random.Random) -> Dict[str, List[str]]:
    names = [f"s{number}" for number in range(count)]
    return {
        name: sorted(set(dice.choices(names[:index], k=dice.randint(0, 3))))
        if index
        else []
        for index, name in enumerate(names)
    }


def bench_makespan() -> None:
    """Print the makespan of a random graph against its lower bound."""
    dice, slots, delay_s = random.Random(7), 8, 0.15
    ratios = []
    for _ in range(3):
        graph = _random_graph(100, dice)
        stages = {
            name: [thing(f"{name}x{n}", kind="post") for n in range(dice.randint(1, 4))]
            for name in graph
        }
        work = {name: len(stages[name]) * 2 * delay_s for name in graph}
        longest: Dict[str, float] = {}
        for name, above in graph.items():
            longest[name] = work[name] + max((longest[a] for a in above), default=0.0)
        bound_s = max(*longest.values(), sum(work.values()) / slots)
        with spawn_counting(delay_s) as url, tempfile.TemporaryDirectory() as folder:
            path = write_stages(
                Path(folder), url, stages, graph, max_concurrent_stages=slots
            )
            orchestrator = Orchestrator.from_file(path)
            took_s = _timed(orchestrator.up)
        ratios.append(took_s / bound_s)
    shown = ", ".join(f"{ratio:.2f}" for ratio in ratios)
    print(
        "runs: makespan of random 100-stage graphs against max(critical path, "
        f"work/slots): {shown} (aim: at most 1.1)"
    )


def main() -> None:
    """Print all ratios."""
    bench_migrations()
    bench_idle_stages()
    bench_makespan()


if __name__ == "__main__":
    main()
