"""The servers that users test with: examples, fixtures, and what they need."""

import doctest
import socket
import subprocess
import sys

import pytest

import apirun.testing
from apirun.testing import Received, api_server, failing
from apirun.testing.failing import answer, reset_after_request


@pytest.mark.parametrize("module", [apirun.testing, api_server, failing])
def test_the_examples_run(module):
    """What the docstrings show is so."""
    result = doctest.testmod(module)

    assert 0 < result.attempted
    assert 0 == result.failed


def test_the_servers_need_neither_pytest_nor_hypothesis():
    """They are imported without, and the contract, which needs both, later."""
    code = (
        "import sys, apirun.testing as t\n"
        "print({'pytest', 'hypothesis'} & set(sys.modules), t.StoreContract.__name__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    )

    assert "set() StoreContract\n" == done.stdout


def serve_from_a_shell(*words):
    """Run ``python -m apirun.testing`` with what can't be served."""
    return subprocess.run(
        [sys.executable, "-m", "apirun.testing", *words],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_a_port_that_is_taken_is_told_without_a_traceback():
    """Who starts the server of the pages twice learns what to do."""
    with api_server.serve_api() as api:
        port = api.server_port
        done = serve_from_a_shell(str(port))

    assert (2, "") == (done.returncode, done.stdout)
    assert f"error: can't listen on 127.0.0.1:{port}: " in done.stderr
    assert "or name another port" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("port", ["tea", "-1", "65536"])
def test_what_is_no_port_is_told(port):
    """It is refused with the ports that there are."""
    done = serve_from_a_shell(port)

    assert 2 == done.returncode
    assert "Traceback" not in done.stderr
    assert f"{port!r} is no port from 0 to 65535" in done.stderr


def test_a_name_that_is_not_there_is_told():
    """As by any other module."""
    with pytest.raises(AttributeError, match="has no attribute 'StoreContracts'"):
        apirun.testing.StoreContracts  # noqa: B018 - asking is the test


def ask(url, request):
    """Send *request* and return what comes back until the connection ends."""
    host, port = url[len("http://") :].split(":")
    with socket.create_connection((host, int(port))) as client:
        client.sendall(request)
        return b"".join(iter(lambda: client.recv(1000), b""))


def test_the_fixture_serves_an_api(apirun_api):
    """A fresh one for each test, which keeps what it is told."""
    body = b'{"name": "ada"}'
    head = b"POST /users HTTP/1.1\r\nConnection: close\r\nContent-Length: 15\r\n\r\n"

    answered = ask(apirun_api.url, head + body)

    assert answered.startswith(b"HTTP/1.1 201")
    assert {"users-1": {"name": "ada", "id": "users-1"}} == apirun_api.items["users"]


def asked(api, method, path, body=b""):
    """Return the status and the body that come back for one request."""
    head = f"{method} {path} HTTP/1.1\r\nConnection: close\r\n"
    length = f"Content-Length: {len(body)}\r\n\r\n"
    told, _, text = ask(api.url, (head + length).encode() + body).partition(b"\r\n\r\n")
    return int(told.split()[1]), text.decode()


def test_what_a_function_raises_is_answered(apirun_api):
    """A mistake in a test is not taken for a connection that was lost."""

    def answer_wrongly(received):
        raise KeyError("vpc_id")

    apirun_api.reply("GET", "/vpc", answer_wrongly)

    expected = (500, '{"error": "GET /vpc: KeyError: \'vpc_id\'"}')
    assert expected == asked(apirun_api, "GET", "/vpc")


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "POST"])
def test_an_answer_stays_as_it_was_when_it_was_given(apirun_api, method):
    """It is written while others may change the thing."""
    path = "/users" if method == "POST" else "/users/users-1"
    apirun_api.items["users"] = {"users-1": {"id": "users-1", "age": 1}}
    given = Received(method, path, (), {}, b'{"age": 1}')
    change = Received("PATCH", "/users/users-1", (), {}, b'{"age": 2}')
    everyone = Received("GET", "/users", (), {}, b"")

    replies = [apirun_api.answer(given), apirun_api.answer(everyone)]
    apirun_api.answer(change)

    assert {"id": "users-1", "age": 1} == replies[0].body
    assert [{"id": "users-1", "age": 1}] == replies[1].body


@pytest.mark.parametrize("body", [b"no JSON", b"[1]", b"7", b"\xff"])
@pytest.mark.parametrize("target", ["POST /users", "PUT /users/u1", "PATCH /users/u1"])
def test_a_body_that_no_resource_is_made_of_is_refused(apirun_api, target, body):
    """With an answer that says so, and nothing is made."""
    head = f"{target} HTTP/1.1\r\nConnection: close\r\nContent-Length: {len(body)}"

    answered = ask(apirun_api.url, head.encode() + b"\r\n\r\n" + body)

    assert answered.startswith(b"HTTP/1.1 400")
    assert answered.endswith(b'{"error": "the body is no JSON object"}')
    assert {} == apirun_api.items.get("users", {})


def test_the_fixture_serves_failures(apirun_failing_api):
    """One script for each connection, and the last one stays."""
    api = apirun_failing_api(reset_after_request, answer(200, Connection="close"))
    request = b"GET /users HTTP/1.1\r\n\r\n"

    with pytest.raises(ConnectionResetError):
        ask(api.url, request)

    assert ask(api.url, request).endswith(b"{}") == ask(api.url, request).endswith(b"}")
    assert ["GET /users"] * 3 == api.lines
