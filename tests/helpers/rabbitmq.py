"""A real RabbitMQ broker for as long as a test needs it."""

import os
import signal
import socket
import subprocess
import sys
import time
from base64 import b64encode
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Iterator
from urllib.parse import urlsplit

import requests
from attrs import frozen

from tests.helpers.ports import free_port

__all__ = ["RabbitMQ", "installed_rabbitmq", "serve_rabbitmq"]

START_TIMEOUT_S = 60.0
# The broker has begun what it is asked for, and has not ended it.
BEGUN_S = 0.0015
SETTLED_S = 0.3
EXAMPLE = Path(__file__).parents[2] / "examples" / "rabbitmq"


@frozen
class RabbitMQ:
    """
    A running broker.

    Attributes:
        url: Where its management API answers.
    """

    url: str

    def ask(self, method: str, path: str) -> Any:
        """Send one request as operator; None stands for 404 and an empty answer."""
        with requests.Session() as session:
            session.trust_env = False
            answer = session.request(
                method, f"{self.url}/api/{path}", auth=("guest", "guest"), timeout=10
            )
        if answer.status_code == 404:
            return None
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def lose_client_of(self, path: str) -> None:
        """PUT something in a connection that breaks while the broker makes it."""
        where = urlsplit(self.url)
        request = (
            f"PUT /api/{path} HTTP/1.1\r\nHost: {where.netloc}\r\n"
            f"Authorization: Basic {b64encode(b'guest:guest').decode()}\r\n"
            "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
        )
        address = (str(where.hostname), int(where.port or 80))
        with socket.create_connection(address) as connection:
            connection.sendall(request.encode())
            time.sleep(BEGUN_S)
        time.sleep(SETTLED_S)

    def names(self, path: str) -> "set[str]":
        """Return the names of what is listed at *path*."""
        return {item["name"] for item in self.ask("GET", path) or ()}


def installed_rabbitmq() -> Path:
    """Return where ``make`` unpacked the broker; it may not be there."""
    return Path(sys.prefix) / "services" / "rabbitmq"


@contextmanager
def serve_rabbitmq(data: Path) -> Iterator[RabbitMQ]:
    """
    Serve an empty broker as the example documents it, on free ports.

    Args:
        data: Where it keeps what it knows.
    """
    port = free_port()
    ports = {
        "RABBITMQ_MANAGEMENT_PORT": port,
        "RABBITMQ_AMQP_PORT": free_port(),
        "RABBITMQ_DIST_PORT": free_port(),
        "ERL_EPMD_PORT": free_port(),
    }
    with open(data.with_suffix(".log"), "wb") as log:
        process = subprocess.Popen(
            ["sh", str(EXAMPLE / "serve.sh"), str(installed_rabbitmq()), str(data)],
            env={**os.environ, **{name: str(each) for name, each in ports.items()}},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    server = RabbitMQ(f"http://127.0.0.1:{port}")
    try:
        _await(server, process)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        finally:
            # Its own session holds the shell, the broker and its name server only.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _await(server: RabbitMQ, process: "subprocess.Popen[bytes]") -> None:
    deadline_s = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline_s:
        assert process.poll() is None, "the broker ended at once"
        try:
            server.ask("GET", "overview")
        except requests.RequestException:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the broker did not become healthy")
