"""Redirects: followed as HTTP has it, and never with credentials to another host."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apirun.exceptions import AnswerLostError, RefusedError
from apirun.http import Accepted, WireRequest, WireResponse
from apirun.http.redirects import follow
from apirun.masking import Masker
from apirun.testing import Reply, serve_api
from apirun.testing import failing as ways
from tests.http.test_client import client, post, put

SECRET = "hunter2-and-more"
CREDENTIALS = (
    ("Authorization", "Bearer abc"),
    ("Cookie", "session=abc"),
    ("X-Api-Key", "abc"),
    ("X-Plain", f"prefix {SECRET}"),
)


@pytest.fixture
def here():
    with serve_api() as api:
        yield api


@pytest.fixture
def there():
    with serve_api(host="127.0.0.2") as api:
        yield api


def moved(status, url):
    return Reply(status, None, {"Location": url})


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_credentials_go_to_another_host(here, there, status):
    """Headers that hold credentials stay behind, the others come along."""
    here.reply("GET", "/a", moved(status, f"{there.url}/users"))
    headers = (*CREDENTIALS, ("X-Trace", "7"))
    with client(masker=Masker([SECRET])) as http:
        request = put(f"{here.url}/a?access_token=abc", method="GET", body=None)
        http.send(post(request.url, method="GET", body=None, headers=headers))

    got = there.last.headers
    left = {name.lower() for name, _ in CREDENTIALS} & set(got)
    assert (set(), "7", ()) == (left, got["x-trace"], there.last.query)
    assert "abc" not in str(got)
    assert "Bearer abc" == here.last.headers["authorization"]


def test_another_port_is_another_host(here):
    """A second server on the same machine gets no credentials."""
    with serve_api() as other, client() as http:
        here.reply("GET", "/a", moved(302, f"{other.url}/users"))
        http.send(post(f"{here.url}/a", method="GET", body=None, headers=CREDENTIALS))

        assert "authorization" not in other.last.headers


def test_credentials_stay_behind_for_good(here, there):
    """A way over another host and back does not bring them out again."""
    here.reply("GET", "/a", moved(302, f"{there.url}/b"))
    there.reply("GET", "/b", moved(302, f"{here.url}/users"))
    with client() as http:
        http.send(post(f"{here.url}/a", method="GET", body=None, headers=CREDENTIALS))

    assert ["GET /a", "GET /users"] == here.lines
    assert "authorization" not in here.last.headers


def test_the_same_host_gets_the_credentials(here):
    """A redirect within one host is sent like the first request."""
    here.reply("GET", "/a", moved(301, "/users"))
    with client() as http:
        http.send(post(f"{here.url}/a", method="GET", body=None, headers=CREDENTIALS))

    assert "Bearer abc" == here.last.headers["authorization"]


def test_a_password_in_the_url_does_not_travel(here, there):
    """User name and password of a URL are sent to its own host only."""
    here.reply("GET", "/a", moved(302, f"http://x:y@{there.url[7:]}/users"))
    with client() as http:
        url = f"http://me:p%40ss@{here.url[7:]}/a"
        http.send(post(url, method="GET", body=None))

    assert "Basic bWU6cEBzcw==" == here.last.headers["authorization"]
    assert "authorization" not in there.last.headers


def test_a_header_wins_over_a_password_in_the_url(here):
    """An Authorization that the request has is the one that is sent."""
    with client() as http:
        url = f"http://me:pass@{here.url[7:]}/users"
        http.send(post(url, headers=(("Authorization", "Bearer abc"),)))

    assert "Bearer abc" == here.last.headers["authorization"]


@pytest.mark.parametrize("status", [307, 308])
def test_a_secret_body_does_not_go_to_another_host(here, there, status):
    """A body with a secret in it is refused rather than sent elsewhere."""
    here.reply("POST", "/login", moved(status, f"{there.url}/login"))
    body = b'{"password": "%s"}' % SECRET.encode()
    with client(masker=Masker([SECRET])) as http, pytest.raises(RefusedError) as caught:
        http.send(post(f"{here.url}/login", body=body))

    assert [] == there.lines
    assert SECRET not in str(caught.value)
    assert status == caught.value.status


def test_masking_switched_off_keeps_secrets_from_other_hosts(here, there):
    """Whether secrets are shown has nothing to do with where they are sent."""
    here.reply("POST", "/login", moved(307, f"{there.url}/login"))
    masker = Masker([SECRET], enabled=False)
    with client(masker=masker) as http, pytest.raises(RefusedError):
        http.send(post(f"{here.url}/login", body=SECRET.encode()))

    assert [] == there.lines


@pytest.mark.parametrize(
    ("method", "status", "expected"),
    [
        ("POST", 301, "GET"),
        ("POST", 302, "GET"),
        ("POST", 303, "GET"),
        ("POST", 307, "POST"),
        ("POST", 308, "POST"),
        ("PUT", 301, "PUT"),
        ("PUT", 302, "PUT"),
        ("PUT", 303, "GET"),
        ("PUT", 308, "PUT"),
        ("DELETE", 303, "GET"),
        ("GET", 303, "GET"),
        ("HEAD", 303, "HEAD"),
    ],
)
def test_the_method_after_a_redirect(here, method, status, expected):
    """Only a POST, or what is answered with 303, becomes a GET without a body."""
    here.reply(method, "/a", moved(status, "/b"))
    here.reply(expected, "/b", Reply(200))
    body = None if method in ("GET", "HEAD") else b"{}"
    with client() as http:
        headers = (("Content-Type", "application/json"),)
        http.send(
            post(
                f"{here.url}/a",
                method=method,
                repeatable=True,
                body=body,
                headers=headers,
            )
        )

    assert [f"{method} /a", f"{expected} /b"] == here.lines
    kept = body is not None and expected == method
    assert (b"{}" if kept else b"") == here.last.body
    if expected != method:
        assert "content-type" not in here.last.headers


def test_a_circle_of_redirects_is_no_success(here):
    """It ends after ten, and is told as what it is instead of a status below 400."""
    here.reply("GET", "/a", moved(302, "/a"))
    with client() as http, pytest.raises(RefusedError, match="10 redirects"):
        http.send(post(f"{here.url}/a", method="GET", body=None))

    assert 11 == len(here.lines)


@pytest.mark.parametrize(
    "target",
    [
        "http:///a",
        "http:a",
        "http://:80/a",
        "file:///a",
        "ftp://127.0.0.1/a",
        "http://[::1",
        "mailto:me",
        "http://127.0.0.1:99999/",
    ],
)
def test_a_redirect_to_nowhere_is_no_success(here, target):
    """A POST that was redirected to no web address may have acted."""
    here.reply("POST", "/a", moved(303, target))
    with client() as http, pytest.raises(AnswerLostError, match="redirects to"):
        http.send(post(f"{here.url}/a"))

    assert ["POST /a"] == here.lines


def test_a_post_whose_redirect_breaks_may_have_acted(here):
    """The first host was reached, so a refused second one is a lost answer."""
    here.reply("POST", "/a", moved(303, "http://127.0.0.3:9/"))
    lost = rf"^POST {here.url}/a answered 303 and redirects: GET .* was not sent"
    with client() as http, pytest.raises(AnswerLostError, match=lost):
        http.send(post(f"{here.url}/a"))

    assert ["POST /a"] == here.lines


@pytest.mark.parametrize("status", [307, 308])
def test_a_post_that_was_only_sent_on_did_nothing_yet(here, status):
    """A host that says to ask another one has not acted; the other got nothing."""
    here.reply("POST", "/a", moved(status, "http://127.0.0.3:9/"))
    with client() as http, pytest.raises(RefusedError, match="was not sent"):
        http.send(post(f"{here.url}/a"))

    assert ["POST /a"] == here.lines


def test_the_body_of_a_redirect_is_bounded_too(here):
    """What comes with a redirect is not read without end."""

    def redirect_for_ever(peer):
        peer.read()
        peer.send(ways.head(302, Location=f"{here.url}/users"))
        peer.flood(b"x" * 65536)

    too_long = pytest.raises(AnswerLostError, match="max_response_bytes")
    with ways.serve_failing(redirect_for_ever) as api, client() as http, too_long:
        http.send(post(api.url))

    assert [] == here.lines


def test_an_expected_redirect_is_an_answer(here):
    """A redirect that result_code names is not followed."""
    here.reply("POST", "/a", moved(302, "/b"))
    with client() as http:
        response = http.send(post(f"{here.url}/a", accepts=Accepted(("302",))))

    assert (302, "/b", 1) == (
        response.status,
        response.headers["location"],
        len(here.lines),
    )


def test_a_place_beyond_ascii_is_found():
    """Headers are read as ISO 8859-1, and hold what the server meant all the same."""
    place = "/users?name=jörg".encode().decode("latin-1")
    moved = ways.raw(ways.whole(303, Location=place, Connection="close"))
    with ways.serve_failing(moved, ways.answer(200)) as api, client() as http:
        http.send(post(api.url))

    assert "GET /users?name=j%C3%B6rg" == api.lines[-1]


def test_cookies_of_redirects_are_kept_in_the_answer(here):
    """A session that a login sets before it redirects can be captured."""
    login = Reply(303, None, {"Location": "/home", "Set-Cookie": "sid=a=b; HttpOnly"})
    here.reply("POST", "/login", login)
    here.reply("GET", "/home", Reply(200, "", {"Set-Cookie": "theme=dark"}))
    with client() as http:
        response = http.send(post(f"{here.url}/login"))

    assert {"sid": "a=b", "theme": "dark"} == response.cookies
    assert "cookie" not in here.last.headers


def test_cookies_do_not_outlive_their_answer(here):
    """What one answer sets is not sent with the next request."""
    here.reply("POST", "/a", Reply(200, "", {"Set-Cookie": "sid=1"}))
    with client() as http:
        for _ in range(2):
            http.send(post(f"{here.url}/a"))

    assert "cookie" not in here.last.headers


@pytest.mark.parametrize(
    ("start", "target", "kept"),
    [
        ("http://api.example/a", "https://api.example/a", True),
        ("http://api.example:80/a", "https://API.example:443/a", True),
        ("https://api.example/a", "http://api.example/a", False),
        ("http://api.example:8080/a", "https://api.example/a", False),
        ("https://api.example/a", "https://api.example.evil/a", False),
        ("https://api.example/a", "https://evil/api.example", False),
        ("https://api.example/a", "//evil/a", False),
        ("https://api.example/a", "https://api.example@evil/a", False),
        ("https://api.example/a", "https://www.api.example/a", False),
        ("https://api.example/a", "b?c=d", True),
    ],
)
def test_what_counts_as_the_same_host(start, target, kept):
    """The same scheme, name and port; or the same name, now with TLS."""
    onward = _follow(start, target)

    assert kept == any(name == "Authorization" for name, _ in onward.headers)


@given(st.text(max_size=40), st.sampled_from(["", "//", "https://", "http:", "/"]))
def test_any_location_is_told_or_followed(text, before):
    """Whatever a server writes there, credentials go to the first host alone."""
    onward = _follow("https://api.example/a", before + text)

    if not isinstance(onward, str) and "Authorization" in dict(onward.headers):
        assert onward.url.startswith("https://api.example")


def _follow(start, target):
    request = WireRequest(method="GET", url=start, headers=CREDENTIALS)
    response = WireResponse(status=302, headers={"Location": target})
    return follow(request, response, Masker())
