"""
How long reading documents takes: ``python -m tests.benchmarks.bench_documents``.

The measure to reach is 0.3 to 0.7 ms for one migration.
"""

import os
import tempfile
import time
from typing import Callable

from ruamel.yaml import YAML

from apirun.documents import dump_migration, load_directory
from apirun.documents.builder import Builder
from apirun.documents.events import python_events

CONFIG = "auth: [{type: basic, name: admin, config: {username: a, password: b}}]\n"
MIGRATION = """\
up:
  name: create user {number}
  env: {{username: "demo{number}"}}
  request:
    auth_name: admin
    method: POST
    url: "{{{{.api_base}}}}/users/{number}"
    headers: [{{name: X-Request, value: "{{{{.id}}}}"}}]
    queries: [{{name: notify, value: "true"}}]
    body: |
      {{"username": "{{{{.username}}}}", "number": {number}}}
    timeout: 10s
    retry: {{attempts: 3}}
  response:
    result_code: ["201", "409"]
    env_from: {{user_id: "id", token: {{path: "access.token", secret: true}}}}
probe:
  request: {{url: "{{{{.api_base}}}}/users?name={{{{.username}}}}"}}
  response: {{result_code: ["200"], env_from: {{user_id: "0.id"}}}}
down:
  name: delete user
  auth: admin
  method: DELETE
  url: "{{{{.api_base}}}}/users/{{{{.user_id}}}}"
  response: {{result_code: ["200", "204", "404"]}}
"""


def best_ms(work: Callable[[], object], *, count: int, rounds: int = 5) -> float:
    """Return the best time in milliseconds of *work*, divided by *count*."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times) * 1000 / count


def directory_of(count: int, home: str) -> str:
    """Write *count* different migrations and return their config.yaml."""
    path = os.path.join(home, f"of_{count}")
    os.mkdir(path)
    for number in range(1, count + 1):
        name = os.path.join(path, f"{number:05d}_user.yaml")
        with open(name, "w", encoding="utf-8") as stream:
            stream.write(MIGRATION.format(number=number))
    config = os.path.join(path, "config.yaml")
    with open(config, "w", encoding="utf-8") as stream:
        stream.write(CONFIG)
    return config


def main() -> None:
    """Print the times."""
    text = MIGRATION.format(number=1)
    round_trip = YAML(typ="rt", pure=True)
    with tempfile.TemporaryDirectory() as home:
        small, large = directory_of(1000, home), directory_of(2000, home)
        thousand = best_ms(lambda: load_directory(small), count=1000, rounds=3)
        two_thousand = best_ms(lambda: load_directory(large), count=2000, rounds=3)
        migrations = load_directory(small).stage.migrations
    dump = best_ms(lambda: [dump_migration(item) for item in migrations], count=1000)
    quick = best_ms(lambda: Builder("a", text).build(), count=1, rounds=200)
    slow = best_ms(
        lambda: Builder("a", text, python_events).build(), count=1, rounds=30
    )
    ruamel = best_ms(lambda: round_trip.load(text), count=1, rounds=30)
    print(f"one of 1,000 migrations, file to value:  {thousand:7.3f} ms")
    print(f"one of 2,000 migrations, file to value:  {two_thousand:7.3f} ms")
    print(
        f"2,000 against 1,000:                     {2 * two_thousand / thousand:7.2f}"
    )
    print(f"text to plain data with places, libyaml: {quick:7.3f} ms")
    print(f"the same with the pure-Python parser:    {slow:7.3f} ms")
    print(f"ruamel.yaml's own round-trip loader:     {ruamel:7.3f} ms")
    print(f"one dump of a migration's meaning:       {dump:7.3f} ms")


if __name__ == "__main__":
    main()
