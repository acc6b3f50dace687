"""Servers that answer nonsense, half an answer, too much, or nothing."""

import gzip
import json
import socket
import sqlite3
import struct
import zlib
from contextlib import closing

import pytest

from tests.helpers.command import run_apirun
from tests.helpers.raw import serve_raw

pytestmark = pytest.mark.e2e

SECRET = "s3cr3t-of-the-corpus"
OK = b"HTTP/1.1 200 OK\r\n"
JSON = b"Content-Type: application/json\r\n"
MEBIBYTE = 1024 * 1024


def whole(body, head=OK + JSON):
    """Return a complete answer."""
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


def reset(connection):
    """Close with RST instead of FIN."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def endless(connection):
    """Send until nobody listens."""
    connection.sendall(OK + b"Content-Type: text/plain\r\n\r\n")
    while True:
        connection.sendall(b"x" * 65536)


def endless_head(connection):
    """Send header lines until nobody listens."""
    connection.sendall(OK)
    while True:
        connection.sendall(b"X-Line: " + b"y" * 1000 + b"\r\n")


def drip(connection):
    """Send one byte of an answer at a time, for ever."""
    connection.sendall(OK + b"Content-Length: 1000000\r\n\r\n")
    while True:
        connection.sendall(b"z")
        connection.settimeout(0.2)
        try:
            connection.recv(1)
        except socket.timeout:
            continue


# What became of the POST is not known: exit code 3, and nothing is repeated.
LOST = {
    "nothing": [],
    "silence": [60.0],
    "reset_after_the_request": [reset],
    "reset_in_the_body": [OK + b"Content-Length: 100\r\n\r\n{", reset],
    "reset_in_the_head": [b"HTTP/1.1 200", reset],
    "half_a_status_line": [b"HTTP/1."],
    "half_a_head": [OK + b"Content-Ty"],
    "a_stall_in_the_head": [OK, 60.0],
    "a_stall_in_the_body": [OK + b"Content-Length: 9\r\n\r\n{", 60.0],
    "a_drip": [drip],
    "not_http": [b"SSH-2.0-OpenSSH_9.6\r\n"],
    "binary": [bytes(range(256)) * 4],
    "a_bare_newline": [b"\n"],
    "zeros": [b"\0" * 4096],
    "a_wrong_version": [b"HTTP/9.9 200 OK\r\n\r\n"],
    "no_code": [b"HTTP/1.1 OK\r\n\r\n"],
    "a_code_of_words": [b"HTTP/1.1 two-hundred OK\r\n\r\n"],
    "a_code_of_four_digits": [b"HTTP/1.1 2000 OK\r\n\r\n"],
    "a_negative_code": [b"HTTP/1.1 -200 OK\r\n\r\n"],
    "an_endless_status_line": [b"HTTP/1.1 200 " + b"O" * (MEBIBYTE)],
    "an_endless_head": [endless_head],
    "a_head_of_too_many_lines": [OK + b"X: y\r\n" * 5000 + b"\r\n"],
    "a_length_that_is_too_long": [OK + b"Content-Length: 50\r\n\r\n{}"],
    "chunks_that_stop": [OK + b'Transfer-Encoding: chunked\r\n\r\n5\r\n{"a"'],
    "chunks_of_no_number": [OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n"],
    "a_negative_chunk": [OK + b"Transfer-Encoding: chunked\r\n\r\n-5\r\n{}\r\n"],
    "a_huge_chunk": [OK + b"Transfer-Encoding: chunked\r\n\r\nffffffffff\r\n{}"],
    "broken_gzip": [whole(b"not gzip", OK + JSON + b"Content-Encoding: gzip\r\n")],
    "cut_deflate": [
        OK + b"Content-Encoding: deflate\r\nContent-Length: 99\r\n\r\n",
        zlib.compress(b"{}" * 99)[:9],
    ],
    "gigabytes": [endless],
    "a_gzip_bomb": [
        whole(gzip.compress(b"0" * 64 * MEBIBYTE), OK + b"Content-Encoding: gzip\r\n")
    ],
    "a_long_body_with_a_length": [
        OK + b"Content-Length: 999999999999\r\n\r\n" + b"a" * 2 * MEBIBYTE
    ],
    "a_bad_gateway": [whole(b"<html>502</html>", b"HTTP/1.1 502 Bad Gateway\r\n")],
    "a_gateway_timeout": [whole(b"", b"HTTP/1.1 504 Gateway Timeout\r\n")],
    "early_hints_first": [b"HTTP/1.1 103 E\r\n\r\n" + whole(b'{"id": 1}')],
    "only_early_hints": [b"HTTP/1.1 103 Early Hints\r\n\r\n"],
    "a_value_that_is_missing": [whole(b'{"other": 1}')],
    "a_value_in_no_json": [whole(b"{'id': 1}")],
    "a_value_in_half_a_json": [whole(b'{"id": ')],
    "a_value_in_invalid_utf8": [whole(b'{"id": "\xff\xfe"')],
    "a_value_in_deep_json": [whole(b"[" * 100000 + b"]" * 100000)],
    "an_empty_body_where_a_value_is_due": [whole(b"")],
    "a_204_with_a_body": [b'HTTP/1.1 204 No Content\r\n\r\n{"id": 1}'],
}

# The API said no: exit code 1, and the version stays pending.
REFUSED = {
    # The body holds a secret, which is not sent to another port.
    "a_redirect_to_another_host": [
        b"HTTP/1.1 307 T\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    ],
    "a_no": [whole(b'{"error": "no"}', b"HTTP/1.1 400 Bad Request\r\n")],
    "a_no_that_echoes_the_secret": [
        whole(SECRET.encode() * 3, b"HTTP/1.1 422 Unprocessable\r\n")
    ],
    "a_no_that_echoes_it_escaped": [
        whole(
            json.dumps({"sent": SECRET}).encode().replace(b"-", b"\\u002d"),
            b"HTTP/1.1 500 Oops\r\n",
        )
    ],
    "a_no_with_terminal_escapes": [
        whole(b"\x1b[2J\x1b]0;title\x07", b"HTTP/1.1 403 \x1b[31mred\r\n")
    ],
    "a_no_of_binary": [whole(bytes(range(256)), b"HTTP/1.1 404 No\r\n")],
    "a_long_no": [whole(b"n" * MEBIBYTE, b"HTTP/1.1 409 Conflict\r\n")],
    "a_no_without_a_reason": [b"HTTP/1.1 401\r\nContent-Length: 0\r\n\r\n"],
    "an_unknown_code": [whole(b"", b"HTTP/1.1 999 Whatever\r\n")],
    "too_many_requests": [
        whole(b"", b"HTTP/1.1 429 Slow\r\nRetry-After: 99999999999\r\n")
    ],
    "a_nonsense_retry_after": [
        whole(b"", b"HTTP/1.1 503 Busy\r\nRetry-After: the day before\r\n")
    ],
}

# Odd, and still a yes with a value.
ACCEPTED = {
    "a_duplicate_header": [whole(b'{"id": 1}', OK + b"X: 1\r\nX: 2\r\n")],
    "a_body_without_a_length": [OK + b'\r\n{"id": 1}'],
    "a_byte_order_mark": [whole(b'\xef\xbb\xbf{"id": 1}')],
    "a_nonsense_cookie": [whole(b'{"id": 1}', OK + b"Set-Cookie: ;;=\x01;\r\n")],
    "a_large_number": [whole(b'{"id": ' + b"9" * 400 + b"}")],
}


@pytest.fixture
def project(tmp_path):
    def write(url):
        (tmp_path / "config.yaml").write_text(
            json.dumps(
                {
                    "env": [
                        {"name": "api", "value": url},
                        {"name": "key", "value": SECRET, "secret": True},
                    ],
                    "client": {
                        "timeout": "2s",
                        "max_response_bytes": "1MiB",
                        "retry": {"attempts": 2, "backoff": "10ms"},
                    },
                }
            )
        )
        (tmp_path / "001_thing.yaml").write_text(
            json.dumps(
                {
                    "up": {
                        "request": {
                            "method": "POST",
                            "url": "{{.api}}/things?key={{.key}}",
                            "headers": {"X-Api-Key": "{{.key}}"},
                            "body": {"password": "{{.key}}"},
                        },
                        "response": {"env_from": {"id": "id"}, "env_missing": "fail"},
                    }
                }
            )
        )
        return tmp_path

    return write


def run(project, steps):
    """Send the one POST to a server of that kind; return how it ended."""
    with serve_raw(*steps) as server:
        directory = project(server.url)
        done = run_apirun("up", "--config", "config.yaml", "-v", cwd=directory)
        sent = len(server.requests)
    with closing(sqlite3.connect(str(directory / "apirun.db"))) as connection:
        kept = "\n".join(connection.iterdump())
    shown = done.out + done.err
    assert SECRET not in shown + kept
    assert "Traceback" not in shown
    assert "defect" not in shown
    assert "\x1b" not in shown
    status = run_apirun("status", "--config", "config.yaml", cwd=directory)
    return done, sent, status.out


@pytest.mark.parametrize("name", LOST)
def test_what_may_have_acted_is_unsettled(project, name):
    """A POST without a whole answer goes out once, and a person decides."""
    done, sent, status = run(project, LOST[name])

    assert (3, 1) == (done.code, sent), done
    assert "apirun settle 1 --config config.yaml --as" in done.err
    assert "unsettled" in status


@pytest.mark.parametrize("name", REFUSED)
def test_a_no_leaves_it_pending(project, name):
    """An answer that is not accepted is told, once, and nothing is recorded as done."""
    done, sent, status = run(project, REFUSED[name])

    assert (1, 1) == (done.code, sent), done
    assert "stays pending" in done.err
    assert "001_thing  pending" in status


@pytest.mark.parametrize("name", ACCEPTED)
def test_an_odd_yes_is_a_yes(project, name):
    """What HTTP allows, and what servers do all the same, is understood."""
    done, sent, status = run(project, ACCEPTED[name])

    assert (0, 1) == (done.code, sent), done
    assert "001_thing  applied" in status


def test_a_port_that_nobody_listens_on_is_tried_again_and_nothing_is_recorded(project):
    """What provably did not arrive is safe to repeat, and leaves it pending."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    directory = project(f"http://127.0.0.1:{port}")

    done = run_apirun("up", "--config", "config.yaml", cwd=directory)

    assert 1 == done.code
    assert "try 2" in done.err
    assert "Nothing was sent. Version 1 stays pending." in done.err
