"""Why no answer came, in words."""

import http.client
import socket
import ssl

import pytest
import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError, ProtocolError

from apirun.http.reasons import reason_of, timed_out
from apirun.masking import Masker


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (
            http.client.RemoteDisconnected("Remote end closed"),
            "the connection was closed without an answer",
        ),
        (ConnectionResetError(104, "reset by peer"), "the connection was reset"),
        (ConnectionRefusedError(111, "Connection refused"), "Connection refused"),
        (socket.gaierror(-2, "Name not known"), "Name not known"),
        (
            http.client.BadStatusLine("SSH-2.0\r\n"),
            r"what came is no HTTP/1 answer: 'SSH-2.0\r\n'",
        ),
        (
            http.client.UnknownProtocol("HTTP/9"),
            "it answered in 'HTTP/9', which is not known",
        ),
        (
            http.client.LineTooLong("header line"),
            (
                "the answer can't be read: got more than 65536 bytes when reading "
                "header line"
            ),
        ),
        (
            http.client.IncompleteRead(b"secret", 9),
            "the answer ended too early, or its length or chunks are wrong",
        ),
        (ssl.SSLError(1, "no cipher"), "TLS failed: no cipher"),
        (UnicodeError("label too long"), "its name can't be looked up"),
        (ValueError("odd"), "odd"),
        (ValueError(), "ValueError"),
    ],
)
def test_what_a_library_raises_is_told_in_words(error, expected):
    """Neither Python's types nor its numbers are for a person to read."""
    wrapped = requests.ConnectionError(ProtocolError("Connection aborted.", error))

    assert expected == reason_of(error, Masker())
    assert expected == reason_of(wrapped, Masker())


def test_what_made_a_connection_fail_is_told():
    """The reason may be an argument, an attribute or a cause."""
    pool = None
    failed = NewConnectionError(pool, "wrapped")
    failed.__cause__ = ConnectionRefusedError(111, "Connection refused")
    wrapped = requests.ConnectionError(MaxRetryError(pool, "/", failed))

    assert "Connection refused" == reason_of(wrapped, Masker())


@pytest.mark.parametrize("secret", ["hunter2", "wörd'n", 'pass"word', "back\\slash"])
@pytest.mark.parametrize("kind", [http.client.BadStatusLine, http.client.LineTooLong])
def test_what_a_server_said_is_masked_before_it_is_cut_and_quoted(secret, kind):
    """A secret does not show by being quoted, cut in half, or read as ISO 8859-1."""
    for before in range(70, 90):
        said = f"{'x' * before}{secret}\xff".encode().decode("latin-1")
        told = reason_of(kind(said), Masker([secret]))

        assert set() == {part for part in (secret[:4], secret[-4:]) if part in told}
        assert "Ã" not in told


def test_a_socket_that_waited_in_vain_is_found_in_what_wraps_it():
    """Sending as well as reading may meet the deadline before the watchdog does."""
    late = socket.timeout("timed out")
    wrapped = requests.ConnectionError(ProtocolError("Connection aborted.", late))

    assert timed_out(wrapped)
    assert not timed_out(requests.ConnectionError(ProtocolError("x", OSError("y"))))
