"""``apirun up`` against one way of failing: what was sent, recorded and told."""

import base64
import json
import sqlite3
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Dict, Iterator, Set, Tuple
from urllib.parse import quote, quote_plus

from attrs import frozen

from tests.failing.api import FailingApi, failing
from tests.failing.certificates import ca_file, server_context
from tests.failing.way import Kind, Verdict, Way
from tests.helpers.command import Finished, run_apirun, run_apirun_here

__all__ = ["Recorded", "Trial", "expected_code", "leaks", "trying"]

# Each holds what some encoding or another has to escape.
SECRETS = (
    'pass"wörd"/+&1',
    "t0ken+of/4711=",
    "phräse\\of'three'<words>",
)
# Where nothing but a timeout ends a try, and elsewhere, on a machine however busy.
TIMEOUT_S = 0.3
PATIENCE_S = 30.0


@frozen
class Recorded:
    """
    What a database holds of the one version.

    Attributes:
        state: ``applied``, ``pending`` or ``unsettled``.
        rows: Status code, whether it failed, and the error, of each run row.
    """

    state: str
    rows: Tuple[Tuple[int, bool, str], ...]


class Trial:
    """
    One directory with one migration, and the failing API that it talks to.

    Args:
        root: An empty directory.
        api: The API.
        kind: How the request is made safe, if it is.
    """

    def __init__(self, root: Path, api: FailingApi, kind: Kind) -> None:
        self.root = root
        self.api = api
        self.way = api.way
        self._write(self.way.url or api.url, _timeout_s(api.way))
        body = {"name": "ada", "phrase": "PHRASE", "padding": "x" * self.way.padding}
        (root / "body.json").write_text(
            json.dumps(body).replace('"PHRASE"', "{{toJson .phrase}}")
        )
        (root / "001_thing.yaml").write_text(json.dumps(_migration(self.way, kind)))

    def up(self) -> Finished:
        """Run ``apirun up`` in a process of its own."""
        return run_apirun("up", "--config", "config.yaml", "-v", cwd=self.root)

    def up_here(self) -> Finished:
        """Run ``apirun up`` in this process."""
        config = str(self.root / "config.yaml")
        return run_apirun_here("up", "--config", config, "-v", "--no-color")

    def status_here(self) -> Finished:
        """Run ``apirun status`` in this process."""
        return run_apirun_here("status", "--config", str(self.root / "config.yaml"))

    def mend(self) -> None:
        """Make the API well."""
        self.api.mend(server_context("good") if self.way.https else None)
        self._write(self.api.url, PATIENCE_S)

    def fail(self, way: Way) -> None:
        """Let the API fail in another way."""
        self.api.fail(way)
        self._write(self.api.url, _timeout_s(way))

    def recorded(self) -> Recorded:
        """Return what the database holds, read as a stranger would."""
        with closing(sqlite3.connect(str(self.root / "apirun.db"))) as connection:
            read = lambda query: connection.execute(query).fetchall()  # noqa: E731
            applied = read("SELECT version FROM schema_migrations")
            begun = read("SELECT version FROM apirun_intents")
            rows = read("SELECT status_code, failed, error FROM migration_runs")
        state = "applied" if applied else "unsettled" if begun else "pending"
        return Recorded(state, tuple((code, bool(no), why) for code, no, why in rows))

    def kept(self) -> str:
        """Return all that the database holds, as text."""
        with closing(sqlite3.connect(str(self.root / "apirun.db"))) as connection:
            return "\n".join(connection.iterdump())

    def _write(self, url: str, timeout_s: float) -> None:
        client: Dict[str, Any] = {
            "timeout": f"{int(timeout_s * 1000)}ms",
            "max_response_bytes": "256KiB",
            "retry": {"attempts": 2, "backoff": "1ms"},
            **self.way.client,
        }
        if self.way.https:
            client["ca_file"] = str(ca_file())
        config: Dict[str, Any] = {
            "env": [
                {"name": "api", "value": url},
                *(
                    {"name": name, "value": value, "secret": True}
                    for name, value in zip(("pass", "key", "phrase"), SECRETS)
                ),
            ],
            "auth": [
                {
                    "type": "basic",
                    "name": "me",
                    "config": {"username": "ada", "password": "{{.pass}}"},
                }
            ],
            "client": client,
            "store": {"save_response_body": True},
        }
        if self.way.warm:
            config["wait"] = {"url": "{{.api}}/health", "timeout": "5s"}
        (self.root / "config.yaml").write_text(json.dumps(config))


def _timeout_s(way: Way) -> float:
    return TIMEOUT_S if way.stalls else PATIENCE_S


def _migration(way: Way, kind: Kind) -> Dict[str, Any]:
    capture = {"env_from": {"thing_id": "id"}, "env_missing": "fail"}
    one = "{{.api}}/things/ada"
    request: Dict[str, Any] = {
        "auth_name": "me",
        "method": "PUT" if kind is Kind.PUT else "POST",
        "url": one if kind is Kind.PUT else "{{.api}}/things",
        "queries": {"q": "{{.key}}"},
        "headers": {"X-Trace": "of {{.key}}", "Content-Type": "application/json"},
        "body_file": "body.json",
    }
    if kind is Kind.KEY:
        request["idempotency_key"] = True
    migration: Dict[str, Any] = {"up": {"request": request, "response": capture}}
    if kind is Kind.PROBE:
        asked = {"auth_name": "me", "method": "GET", "url": one}
        migration["probe"] = {
            "request": asked,
            "response": {**capture, "result_code": ["200"]},
        }
    return migration


@contextmanager
def trying(way: Way, kind: Kind, root: Path) -> Iterator[Trial]:
    """Give a directory whose API fails that way."""
    tls = server_context(way.certificate) if way.certificate else None
    with failing(way, tls) as api:
        yield Trial(root, api, kind)


def expected_code(verdict: Verdict, kind: Kind) -> int:
    """Return the exit code of a run whose version ended that way."""
    if verdict is Verdict.LOST:
        return 3 if kind is Kind.POST else 1
    return 0 if verdict is Verdict.DONE else 1


def leaks(text: str) -> Set[str]:
    """Return every form of a secret that stands in *text*."""
    return {form for secret in SECRETS for form in _forms(secret) if form in text}


@lru_cache(maxsize=None)
def _forms(secret: str) -> Set[str]:
    data = secret.encode()
    plain = {
        secret,
        data.decode("latin-1"),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        quote(secret),
        quote(secret, safe=""),
        quote_plus(secret),
        data.hex(),
    }
    for before in range(3):
        text = base64.b64encode(bytes(before) + data).decode()
        core = text[-(-8 * before // 6) : 8 * (before + len(data)) // 6]
        plain |= {core, core.replace("+", "-").replace("/", "_")}
    # As it would be in the repr of an error, or of the bytes of an answer.
    quoted = {tell(form)[1:-1] for form in plain for tell in (repr, ascii)}
    escaped = {repr(form.encode())[2:-1] for form in plain}
    return plain | quoted | escaped | {form.replace("'", "\\'") for form in quoted}
