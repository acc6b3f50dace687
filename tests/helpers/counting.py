"""An API that counts how often each thing was created, and can lose answers."""

import json
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Callable, Dict, Iterator, List, Optional, Set, Tuple
from urllib.parse import parse_qs, urlsplit

from apirun.testing.serving import serving

__all__ = ["CountingServer", "serve_counting", "spawn_counting"]


class CountingServer(ThreadingHTTPServer):
    """
    Things by name: POST and PUT create them, DELETE removes them.

    A POST of a name that exists creates a second one, as careless APIs do, so
    that `doubled` shows what was sent twice.

    Args:
        delay_s: Seconds to wait before acting, and again before answering.

    Attributes:
        acted: Called with method and name when it has acted, before it answers.
        arrived: Set when a request has come in.
        go_on: While it is cleared, requests that have come in are held.
    """

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, delay_s: float = 0.0) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.delay_s = delay_s
        self.lock = threading.Lock()
        self.things: Counter = Counter()
        self.created: Counter = Counter()
        self.keys: Dict[str, str] = {}
        self.requests: List[Tuple[str, str]] = []
        self.drop_answers_of: Set[str] = set()
        self.refuse: Dict[str, int] = {}
        self.acted: Callable[[str, str], None] = lambda method, name: None
        self.arrived = threading.Event()
        self.go_on = threading.Event()
        self.go_on.set()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    @property
    def doubled(self) -> Dict[str, int]:
        """Things that stand more than once."""
        return {name: count for name, count in self.things.items() if count > 1}

    @property
    def standing(self) -> List[str]:
        """Names of the things that stand, sorted."""
        return sorted(name for name, count in self.things.items() if count > 0)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: CountingServer

    def log_message(self, *_: object) -> None:
        """Stay silent."""

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def _answer(self) -> None:
        server = self.server
        parts = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length) if length else b""
        name = parts.path.rpartition("/")[2]
        if self.command == "POST":
            name = json.loads(body)["name"]
        server.arrived.set()
        server.go_on.wait()
        time.sleep(server.delay_s)
        with server.lock:
            server.requests.append((self.command, self.path))
            status = server.refuse.get(f"{self.command} {name}")
            answer: Optional[object] = None
            if status is None:
                status, answer = self._act(name, parse_qs(parts.query))
                server.acted(self.command, name)
        time.sleep(server.delay_s)
        if name in server.drop_answers_of and self.command != "GET":
            server.drop_answers_of.discard(name)
            self.close_connection = True
            self.connection.close()
            return
        data = b"" if answer is None else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(data)

    def _act(
        self, name: str, query: Dict[str, List[str]]
    ) -> Tuple[int, Optional[object]]:
        things = self.server.things
        if self.command == "GET":
            name = query.get("name", [name])[0]
            return (200, _thing(name)) if things[name] > 0 else (404, None)
        if self.command == "POST":
            key = self.headers.get("Idempotency-Key")
            if key is None or key not in self.server.keys:
                things[name] += 1
                self.server.created[name] += 1
                if key is not None:
                    self.server.keys[key] = name
            return 201, _thing(name)
        if self.command == "PUT":
            if not things[name]:
                things[name] = 1
                self.server.created[name] += 1
            return 200, _thing(name)
        if things[name] > 0:
            things[name] -= 1
            return 204, None
        return 404, None


def _thing(name: str) -> Dict[str, str]:
    return {"id": f"id-{name}", "name": name}


@contextmanager
def serve_counting(delay_s: float = 0.0) -> Iterator[CountingServer]:
    """Serve a counting API on a free loopback port until the block ends."""
    server = CountingServer(delay_s)
    with serving(server):
        yield server


@contextmanager
def spawn_counting(delay_s: float = 0.0) -> Iterator[str]:
    """Serve a counting API in a process of its own, and give its URL."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.helpers.counting", str(delay_s)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        # It serves until its input ends, so it can't outlive its maker.
        process.stdin.close()
        process.wait()
        process.stdout.close()


if __name__ == "__main__":
    with serve_counting(float(sys.argv[1])) as served:
        sys.stdout.write(f"{served.url}\n")
        sys.stdout.flush()
        sys.stdin.read()
