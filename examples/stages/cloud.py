"""
A cloud for the example: small, local, and it remembers.

It keeps networks, databases and services, and answers for the services that it
runs. Everything stands in one JSON file, so that separate commands, and even a
restarted cloud, see the same things::

    GET, POST         /vpcs /databases /services
    GET, DELETE       /vpcs/KEY ...                   KEY is an id or a name
    GET, POST         /run/SERVICE/users
    GET, PUT, DELETE  /run/SERVICE/settings/NAME      and likewise for users
    GET               /health
    GET               /                               what is there, what was asked

Nothing outside the standard library is needed: ``python cloud.py``.
"""

import argparse
import base64
import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Tuple, cast
from urllib.parse import unquote, urlsplit

Item = Dict[str, Any]
Answer = Tuple[int, Item]
USER = "deployer"


class Kind(NamedTuple):
    """
    One kind of thing.

    Attributes:
        singular: What one of them is called; its ids begin with it.
        required: Fields that must be given.
        parents: From a field to the kind, and the field there, that it names.
    """

    singular: str
    required: Tuple[str, ...]
    parents: Mapping[str, Tuple[str, str]] = {}


KINDS = {
    "vpcs": Kind("vpc", ("name", "cidr")),
    "databases": Kind("database", ("name", "vpc_id"), {"vpc_id": ("vpcs", "id")}),
    "services": Kind(
        "service",
        ("name", "image", "vpc_id"),
        {"vpc_id": ("vpcs", "id"), "db_endpoint": ("databases", "endpoint")},
    ),
    "users": Kind("user", ("name", "role"), {"service": ("services", "name")}),
    "settings": Kind("setting", ("name",), {"service": ("services", "name")}),
}


class RefusalError(Exception):
    """The cloud says no, with a status code and a reason."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Address(NamedTuple):
    """What a path names: a kind, one of them perhaps, and whose it is."""

    kind: str
    key: str
    service: str

    @classmethod
    def parse(cls, path: str) -> "Address":
        """Return what *path* names; a `RefusalError` with 404 if nothing."""
        parts = [unquote(part) for part in path.strip("/").split("/")]
        service = ""
        if parts[0] == "run" and len(parts) > 2:
            service, parts = parts[1], parts[2:]
        owned = bool(service)
        kind = KINDS.get(parts[0])
        if kind is None or len(parts) > 2 or owned != ("service" in kind.parents):
            raise RefusalError(404, f"there is nothing at {path}")
        return cls(parts[0], parts[1] if len(parts) == 2 else "", service)


class Cloud:
    """
    What exists, by the rules of this cloud.

    Args:
        path: The JSON file that everything is kept in.
        base_url: Address that the cloud answers at.
    """

    def __init__(self, path: Path, base_url: str) -> None:
        self.base_url = base_url
        self._path = path
        self._lock = threading.Lock()
        self._state: Dict[str, Any] = {
            "serial": 0,
            "items": {kind: {} for kind in KINDS},
            "answers": {},
            "log": [],
        }
        if path.exists():
            self._state = json.loads(path.read_text(encoding="utf-8"))
        self._save()

    def overview(self) -> Item:
        """Return every name there is, and every request that was made."""
        with self._lock:
            names = {
                kind: [item["name"] for item in items.values()]
                for kind, items in self._state["items"].items()
            }
            log: List[str] = list(self._state["log"])
            return {**names, "requests": len(log), "log": log}

    def ask(self, method: str, path: str, body: Item, once: str) -> Answer:
        """
        Carry out one request and keep what came of it.

        Args:
            method: HTTP method.
            path: Path of the URL.
            body: The JSON object that came with it.
            once: Its ``Idempotency-Key``: the same key gets the same answer.
        """
        with self._lock:
            if once and once in self._state["answers"]:
                status, answer = self._state["answers"][once]
            else:
                try:
                    status, answer = self._carry_out(method, path, body)
                except RefusalError as refusal:
                    status, answer = refusal.status, {"error": str(refusal)}
                if once and status < 400:
                    self._state["answers"][once] = [status, answer]
            self._state["log"].append(f"{method} {path} {status}")
            self._save()
            return status, answer

    def _carry_out(self, method: str, path: str, body: Item) -> Answer:
        address = Address.parse(path)
        if method == "GET":
            return 200, self._get(address)
        if method == "POST" and not address.key:
            return 201, self._create(address, body)
        if method == "PUT" and address.kind == "settings" and address.key:
            return 200, self._put(address, body)
        if method == "DELETE" and address.key:
            return 200, self._delete(address)
        raise RefusalError(405, f"{path} does not take {method}")

    def _get(self, address: Address) -> Item:
        if address.key:
            return self._shown(address, self._one(address))
        return {address.kind: self._all(address)}

    def _create(self, address: Address, body: Item) -> Item:
        kind = KINDS[address.kind]
        item = {**body, "service": address.service} if address.service else dict(body)
        missing = [name for name in kind.required if not item.get(name)]
        if missing:
            raise RefusalError(422, f"missing: {', '.join(missing)}")
        if self._find(address._replace(key=item["name"])) is not None:
            raise RefusalError(
                409, f"the {kind.singular} {item['name']} exists already"
            )
        for field, (parent, its_field) in kind.parents.items():
            others = self._state["items"][parent].values()
            if field in item and item[field] not in [o[its_field] for o in others]:
                raise RefusalError(422, f"no {KINDS[parent].singular} {item[field]}")
        self._state["serial"] += 1
        item["id"] = f"{kind.singular}-{self._state['serial']}"
        if address.kind == "vpcs":
            group = {"id": f"sg-{self._state['serial']}", "name": "default"}
            item["security_groups"] = [group]
        elif address.kind == "databases":
            item["endpoint"] = f"{item['name']}.{item['vpc_id']}.internal:5432"
        elif address.kind == "services":
            item["url"] = f"{self.base_url}/run/{item['name']}"
        self._state["items"][address.kind][item["id"]] = item
        return self._shown(address, item)

    def _put(self, address: Address, body: Item) -> Item:
        item = self._find(address)
        if item is None:
            return self._create(address, {**body, "name": address.key})
        item.update({**body, "name": address.key})
        return self._shown(address, item)

    def _delete(self, address: Address) -> Item:
        item = self._one(address)
        for kind_name, kind in KINDS.items():
            for field, (parent, its_field) in kind.parents.items():
                for other in self._state["items"][kind_name].values():
                    if parent == address.kind and other.get(field) == item[its_field]:
                        user = f"{kind.singular} {other['name']}"
                        raise RefusalError(409, f"in use by the {user}")
        del self._state["items"][address.kind][item["id"]]
        return self._shown(address, item)

    def _all(self, address: Address) -> List[Item]:
        items = self._state["items"][address.kind].values()
        return [item for item in items if item.get("service", "") == address.service]

    def _find(self, address: Address) -> Optional[Item]:
        for item in self._all(address):
            if address.key in (item["id"], item["name"]):
                return item
        return None

    def _one(self, address: Address) -> Item:
        item = self._find(address)
        if item is None:
            what = KINDS[address.kind].singular
            raise RefusalError(404, f"there is no {what} {address.key}")
        return item

    @staticmethod
    def _shown(address: Address, item: Item) -> Item:
        return {KINDS[address.kind].singular: item}

    def _save(self) -> None:
        beside = self._path.with_suffix(".new")
        beside.write_text(json.dumps(self._state, indent=2), encoding="utf-8")
        os.replace(beside, self._path)


class CloudServer(ThreadingHTTPServer):
    """
    Serves one cloud on a local port.

    Args:
        path: The JSON file that everything is kept in.
        port: Port on 127.0.0.1; 0 takes a free one.
        password: What the user ``deployer`` must give.
    """

    daemon_threads = True

    def __init__(self, path: Path, port: int, password: str) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.cloud = Cloud(path, self.url)
        pair = base64.b64encode(f"{USER}:{password}".encode()).decode("ascii")
        self.authorization = f"Basic {pair}"


class Handler(BaseHTTPRequestHandler):
    """Turns HTTP into questions to the cloud."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    def _answer(self) -> None:
        path = urlsplit(self.path).path
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if path == "/health":
            self._send(200, {"status": "ok"})
        elif path == "/":
            self._send(200, self._home.cloud.overview())
        elif self.headers.get("Authorization") != self._home.authorization:
            self._send(401, {"error": "who are you?"})
        else:
            try:
                body = json.loads(raw or b"{}")
            except ValueError:
                body = None
            if not isinstance(body, dict):
                self._send(400, {"error": "the body is not a JSON object"})
                return
            once = self.headers.get("Idempotency-Key", "")
            item = cast(Item, body)
            self._send(*self._home.cloud.ask(self.command, path, item, once))

    @property
    def _home(self) -> CloudServer:
        """The server, by its own type."""
        assert isinstance(self.server, CloudServer)
        return self.server

    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815  # names that http.server calls

    def _send(self, status: int, answer: Item) -> None:
        body = json.dumps(answer).encode("utf-8")
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class names it so
        """Say nothing: the log is part of the overview."""


def main() -> None:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description="A small local cloud.")
    parser.add_argument("--port", type=int, default=8642, help="0 takes a free one")
    parser.add_argument("--state", type=Path, default=Path("cloud.json"))
    arguments = parser.parse_args()
    password = os.environ.get("CLOUD_PASSWORD", "open-sesame")
    server = CloudServer(arguments.state, arguments.port, password)
    print(f"The cloud is at {server.url}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        print("The cloud is gone.")
    finally:
        server.server_close()


if __name__ == "__main__":
    main()
