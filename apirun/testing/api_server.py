"""
A real HTTP API on a free loopback port, for as long as a test needs it.

It keeps resources in collections, records every request, and answers what a
test tells it to. Without a told reply it is a small REST API over any
collection that is named: ``POST /users`` creates (201, the body with an
``id``), ``GET /users?name=ada`` lists what matches, ``GET``, ``PUT``, ``PATCH``
and ``DELETE /users/ID`` answer 200, or 404 where nothing is. A repeated
``Idempotency-Key`` creates nothing new. Whatever goes wrong in here, such as
an error that a test's own function raises, is answered with 500 and its text.

Example:
    >>> import requests
    >>> with serve_api() as api:
    ...     api.reply("POST", "/vpc", Reply(201, {"vpc": {"id": "vpc-1"}}))
    ...     told = requests.post(f"{api.url}/vpc", timeout=10).json()
    ...     made = requests.post(f"{api.url}/users", json={"name": "ada"}, timeout=10)
    >>> told, made.json()
    ({'vpc': {'id': 'vpc-1'}}, {'name': 'ada', 'id': 'users-1'})
    >>> api.lines, api.created["users"]
    (['POST /vpc', 'POST /users'], 1)
"""

import json
import ssl
import threading
import time
from collections import Counter
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Tuple, Union
from urllib.parse import parse_qsl, urlsplit

from attrs import field, frozen

from apirun.testing.serving import serving

__all__ = ["ApiServer", "Received", "Reply", "serve_api"]


@frozen
class Received:
    """
    One request as it arrived.

    Attributes:
        method: HTTP method.
        path: Path without the query.
        query: Pairs of name and value, decoded.
        headers: Names in lower case; repeated ones are joined with a comma.
        body: The bytes that were sent.
    """

    method: str
    path: str
    query: Tuple[Tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 - JSON may be anything
        """The body read as JSON; None if there is no body."""
        return json.loads(self.body) if self.body else None


@frozen
class Reply:
    """
    One answer.

    Attributes:
        status: Status code.
        body: Bytes or text as they are; anything else is sent as JSON.
        headers: Added to Content-Length and Content-Type.
        delay_s: Seconds to wait before it is sent.
        drop: Close the connection instead of answering.
    """

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(factory=dict)
    delay_s: float = 0.0
    drop: bool = False


Answering = Callable[[Received], Reply]


class ApiServer(ThreadingHTTPServer):
    """
    An API that remembers; made by `serve_api`.

    Attributes:
        requests: Every request, in the order of arrival.
        items: Resources by collection and id.
        created: How many resources were ever created, by collection.
        connections: How many connections were accepted.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        super().__init__((host, port), _Handler)
        self.lock = threading.Lock()
        self.scheme = "http"
        self.host = host
        self.requests: List[Received] = []
        self.items: Dict[str, Dict[str, Dict[str, Any]]] = {}
        self.created: Counter[str] = Counter()
        self.connections = 0
        self._keys: Dict[str, Reply] = {}
        self._told: Dict[Tuple[str, str], List[Union[Reply, Answering]]] = {}

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"{self.scheme}://{self.host}:{self.server_address[1]}"

    @property
    def lines(self) -> List[str]:
        """All requests as ``METHOD /path``, in the order of arrival."""
        return [f"{each.method} {each.path}" for each in self.requests]

    @property
    def last(self) -> Received:
        """The newest request."""
        return self.requests[-1]

    def reply(self, method: str, path: str, *replies: Union[Reply, Answering]) -> None:
        """
        Answer *method* *path* with *replies*, one after the other.

        The last one stays. A reply may be a function of what was received.
        """
        self._told[method, path] = list(replies)

    def answer(self, received: Received) -> Reply:
        """Return the answer to *received*, told or REST."""
        with self.lock:
            self.requests.append(received)
            told = self._told.get((received.method, received.path))
            if told is None:
                with suppress(ValueError):  # of what is no JSON
                    if isinstance(received.json or {}, dict):
                        return self._rest(received)
                return Reply(400, {"error": "the body is no JSON object"})
            reply = told.pop(0) if len(told) > 1 else told[0]
        return reply if isinstance(reply, Reply) else reply(received)

    def _rest(self, received: Received) -> Reply:
        collection, _, key = received.path.strip("/").partition("/")
        things = self.items.setdefault(collection, {})
        if not key:
            if received.method == "POST":
                return self._create(collection, received)
            if received.method in ("GET", "HEAD"):
                wanted = dict(received.query).items()
                found = [
                    dict(each)
                    for each in things.values()
                    if all(str(each.get(name)) == value for name, value in wanted)
                ]
                return Reply(200, found)
            return Reply(405, {"error": f"{received.method} a collection"})
        if received.method == "PUT":
            self.created[collection] += key not in things
            things[key] = {**(received.json or {}), "id": key}
        if key not in things:
            return Reply(404, {"error": f"no {collection} {key}"})
        if received.method == "DELETE":
            return Reply(200, things.pop(key))
        if received.method == "PATCH":
            things[key].update(received.json or {})
        # A copy: the answer is written while others may change the thing.
        return Reply(200, dict(things[key]))

    def _create(self, collection: str, received: Received) -> Reply:
        key = received.headers.get("idempotency-key", "")
        if key in self._keys:
            return self._keys[key]
        self.created[collection] += 1
        number = self.created[collection]
        thing = {**(received.json or {}), "id": f"{collection}-{number}"}
        self.items[collection][thing["id"]] = thing
        reply = Reply(201, dict(thing))
        if key:
            self._keys[key] = reply
        return reply

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as in the base class
        """Count the connection."""
        self.connections += 1
        super().process_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as in the base class
        """Stay silent: tests are free to go away in the middle."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: ApiServer

    def log_message(self, *_: object) -> None:
        """Stay silent."""

    def _handle(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        parts = urlsplit(self.path)
        headers: Dict[str, str] = {}
        for name, value in self.headers.items():
            before = headers.get(name.lower())
            headers[name.lower()] = value if before is None else f"{before}, {value}"
        received = Received(
            self.command,
            parts.path,
            tuple(parse_qsl(parts.query, keep_blank_values=True)),
            headers,
            self.rfile.read(length) if length else b"",
        )
        try:
            reply = self.server.answer(received)
        except Exception as error:  # noqa: BLE001 - who asked is told, whatever it is
            told = f"{received.method} {received.path}: {type(error).__name__}: {error}"
            reply = Reply(500, {"error": told})
        time.sleep(reply.delay_s)
        if reply.drop:
            self.close_connection = True
            return
        self._send(reply)

    def _send(self, reply: Reply) -> None:
        kind = "application/json"
        body = reply.body
        if body is None:
            data = b""
        elif isinstance(body, bytes):
            data, kind = body, "application/octet-stream"
        elif isinstance(body, str):
            data, kind = body.encode(), "text/plain; charset=utf-8"
        else:
            data = json.dumps(body).encode()
        headers = {"Content-Type": kind, **reply.headers}
        if reply.status not in (204, 304):
            headers.setdefault("Content-Length", str(len(data)))
        self.send_response(reply.status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD" and reply.status not in (204, 304):
            self.wfile.write(data)

    def do_GET(self) -> None:
        self._handle()

    def do_HEAD(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def do_PUT(self) -> None:
        self._handle()

    def do_PATCH(self) -> None:
        self._handle()

    def do_DELETE(self) -> None:
        self._handle()


@contextmanager
def serve_api(
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    tls: Optional[ssl.SSLContext] = None,
) -> Iterator[ApiServer]:
    """
    Serve an API on the loopback interface until the block ends.

    Args:
        host: Address to listen on, such as ``127.0.0.2``.
        port: Port to listen on; 0 takes a free one.
        tls: Serve https with this context.
    """
    server = ApiServer(host, port)
    if tls is not None:
        server.scheme = "https"
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    with serving(server):
        yield server
