"""What goes over the wire, and what came back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apirun.http import Accepted, WireRequest, WireResponse


@given(st.integers(100, 599))
def test_no_codes_accept_what_http_calls_no_error(status):
    """Without codes any status below 400 is a yes, and none is named."""
    assert (status < 400) == Accepted()(status)
    assert not Accepted().names(status)


@given(st.integers(100, 599), st.integers(100, 599))
def test_codes_accept_themselves_and_their_class(code, status):
    """A number accepts itself only, a class all that begin like it."""
    assert (code == status) == Accepted((str(code),))(status)
    assert (code // 100 == status // 100) == Accepted((f"{code // 100}xx",))(status)


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("", "é".encode(), "é"),
        ("text/plain; charset=latin-1", b"\xe9", "é"),
        ('text/plain; charset="ISO-8859-1"; q=1', b"\xe9", "é"),
        ("text/plain; charset=klingon", "é".encode(), "é"),
        ("text/plain; charset=\0", "é".encode(), "é"),
        ("text/plain; charset=rot13", b"a", "a"),
        ("text/plain; charset=base64", b"a", "a"),
        ("application/json", b"\xef\xbb\xbf{}", "{}"),
        ("application/json", b"\xff", "\ufffd"),
        ("text/html;charset=ISO-8859-1", "é".encode(), "é"),
        ("", "é!".encode("utf-16"), "é!"),
        ("", "{}".encode("utf-16-le"), "{}"),
        ("text/plain; charset=utf-16", "{}".encode("utf-16"), "{}"),
    ],
)
def test_text_follows_the_charset(kind, body, expected):
    """An unknown charset is UTF-8, and what does not fit is replaced."""
    response = WireResponse(status=200, headers={"Content-Type": kind}, body=body)

    assert expected == response.text


@given(st.text(max_size=30), st.binary(max_size=50))
def test_any_body_has_a_text(charset, body):
    """Whatever a server claims its charset to be, its body can be shown."""
    headers = {"Content-Type": f"text/plain; charset={charset}"}

    assert isinstance(WireResponse(status=200, headers=headers, body=body).text, str)


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("application/octet-stream", bytes(range(256)) * 5, "(1,280 bytes of "),
        ("IMAGE/PNG; x=1", b"\x89PNG\r\n", "(6 bytes of image/png)"),
        ("application/octet-stream", "é".encode(), "é"),
        ("application/problem+json", b"gro\xdf", "gro\ufffd"),
        ("text/plain", b"gro\xdf", "gro\ufffd"),
        ("", b"gro\xdf", "gro\ufffd"),
    ],
)
def test_what_is_no_text_is_shown_by_its_size(kind, body, expected):
    """A text with a wrong letter is shown still: somebody has to find that letter."""
    response = WireResponse(status=200, headers={"Content-Type": kind}, body=body)

    assert response.shown.startswith(expected)


def test_nothing_that_may_be_secret_is_in_a_repr():
    """Headers, cookies and bodies stay out of tracebacks."""
    request = WireRequest(
        method="POST", url="http://a", headers=(("A", "hunter2"),), body=b"hunter2"
    )
    response = WireResponse(
        status=200, headers={"A": "hunter2"}, cookies={"a": "hunter2"}, body=b"hunter2"
    )

    assert "hunter2" not in repr(request) + repr(response)
