"""What has changed in a migration, for people."""

import pytest

from apirun.documents import describe_change, dump_migration
from apirun.env import EnvEntry
from apirun.migration import Migration, Poll, Probe, Request, Response


def change(old, new):
    def text(request):
        return dump_migration(Migration(version=1, name="a", up=request))

    return list(describe_change(text(old), text(new)))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            Request("GET", "http://a/vpc"),
            Request("GET", "http://a/vpcs"),
            ['up.request.url: "http://a/vpc" is now "http://a/vpcs"'],
        ),
        (
            Request("GET", "/a", headers={"X-A": "b"}),
            Request("PUT", "/a", headers={"X-A": "c", "X-B": "d"}),
            [
                'up.request.headers.X-A: "b" is now "c"',
                'up.request.headers.X-B: "d" is new',
                'up.request.method: "GET" is now "PUT"',
            ],
        ),
        (
            Request("GET", "/a", timeout_s=3),
            Request("GET", "/a"),
            ['up.request.timeout: "3s" is gone'],
        ),
        (
            Request("GET", "/a", body="a\nb\nc"),
            Request("GET", "/a", body="a\nB\nC"),
            [
                'up.request.body line 2: "b" is now "B"',
                'up.request.body line 3: "c" is now "C"',
            ],
        ),
        (
            Request("GET", "/a", body="a\nb\nc"),
            Request("GET", "/a", body="a\n  new\nb"),
            [
                'up.request.body line 2: "new" is new',
                'up.request.body line 3: "c" is gone',
            ],
        ),
        (
            Request("GET", "/a", body='{"name": "a", "size": {{.size}}}'),
            Request("GET", "/a", body='{\n "size": {{.width}},\n "name": "a"}'),
            ['up.request.body.size: "{{.size}}" is now "{{.width}}"'],
        ),
        (
            Request("GET", "/a", body='{"a": 1}'),
            Request("GET", "/a", body='{ "a": 1 }'),
            ["up.request.body: only its layout has changed"],
        ),
        (
            Request("GET", "/a", body={"ports": [80, 443, 22]}),
            Request("GET", "/a", body={"ports": [443, 22, 8080]}),
            [
                "up.request.body.ports: 80 is gone",
                "up.request.body.ports: 8080 is new",
            ],
        ),
        (
            Request("GET", "/a", body=[{"port": 1, "to": "b"}, {"port": 2}]),
            Request("GET", "/a", body=[{"port": 1, "to": "c"}, {"port": 2}]),
            ['up.request.body.0.to: "b" is now "c"'],
        ),
        (
            Request("GET", "/a", body=["a", "b"]),
            Request("GET", "/a", body=["b", "a"]),
            ["up.request.body: the order has changed"],
        ),
        (
            Request("GET", "/a", headers=[("A", "1"), ("B", "2")]),
            Request("GET", "/a", headers=[("B", "2"), ("A", "1")]),
            ["up.request.headers: the order has changed"],
        ),
        (
            Request("GET", "/a", response=Response(env_from={"my_token": "a"})),
            Request("GET", "/a", response=Response(env_from={"my_token": "b"})),
            ['up.response.env_from.my_token: "a" is now "b"'],
        ),
        (
            Request("GET", "/a", body="a\n"),
            Request("GET", "/a", body="a"),
            ['up.request.body: "a\\n" is now "a"'],
        ),
        (
            Request("GET", "/a", body={"a": [1, 2]}),
            Request("GET", "/a", body={"a": [1, 3]}),
            ["up.request.body.a.1: 2 is now 3"],
        ),
        (
            Request("GET", "/" + "a" * 80 + "b"),
            Request("GET", "/" + "a" * 80 + "c"),
            ['up.request.url: "…aaaaaaaaaaaaaaab" is now "…aaaaaaaaaaaaaaac"'],
        ),
    ],
)
def test_a_change_is_told_by_its_key(old, new, told):
    """
    Each key that differs has one line with both values.
    """
    assert told == change(old, new)


def test_a_secret_is_not_told():
    """
    The value of a secret variable appears on neither side.
    """
    old = Request("GET", "/a", env=[EnvEntry("pw", "hunter1", secret=True)])
    new = Request("GET", "/a", env=[EnvEntry("pw", "hunter2", secret=True)])

    assert ["up.env.pw.value: the secret value has changed"] == change(old, new)


@pytest.mark.parametrize(
    "request_of",
    [
        lambda secret: Request("GET", "/a", headers={"Authorization": secret}),
        lambda secret: Request("GET", "/a", headers={"X-Api-Key": secret}),
        lambda secret: Request("GET", "/a", queries={"access_token": secret}),
        lambda secret: Request("GET", f"/a?api_key={secret}"),
        lambda secret: Request("GET", f"http://me:{secret}@host/"),
        lambda secret: Request("GET", "/a", env=[EnvEntry("db_password", secret)]),
        lambda secret: Request("GET", "/a", body={"user": {"password": secret}}),
        lambda secret: Request("GET", "/a", body={"users": [{"password": secret}]}),
        lambda secret: Request(
            "GET", "/a", body=f'{{"a": {{"password": "{secret}"}}}}'
        ),
        lambda secret: Request("GET", "/a", body=f"user=a&password={secret}&x=y"),
        lambda secret: Request("GET", "/a", body=f"user: a\npassword: {secret}\n"),
    ],
)
@pytest.mark.parametrize("gone", [False, True])
def test_what_is_secret_by_its_name_is_not_told(request_of, gone):
    """
    Headers, queries, variables and bodies may hold one; that it differs is told.
    """
    other = Request("GET", "/b") if gone else request_of("hunter2-new")
    lines = change(request_of("hunter2-old"), other)

    assert lines
    assert "hunter2" not in "\n".join(lines)


def test_where_a_secret_comes_from_is_told():
    """
    A header that takes its token from another variable shows both.
    """
    old = Request("GET", "/a", headers={"Authorization": "Bearer {{.a}}"})
    new = Request("GET", "/a", headers={"Authorization": "Bearer {{.b}}"})

    assert [
        'up.request.headers.Authorization: "Bearer {{.a}}" is now "Bearer {{.b}}"'
    ] == change(old, new)


def test_a_request_that_comes_or_goes_is_one_line():
    """
    A down that is gone is told by its method and URL.
    """
    up = Request("GET", "/a")
    old = dump_migration(
        Migration(version=1, name="a", up=up, down=Request("DELETE", "/a"))
    )
    new = dump_migration(
        Migration(version=1, name="a", up=up, probe=Probe(Request("GET", "/b")))
    )

    assert ('down: "DELETE /a" is gone', 'probe: "GET /b" is new') == describe_change(
        old, new
    )


def test_many_differences_are_not_told_one_by_one():
    """
    After twenty lines the rest is counted.
    """
    old = Request("GET", "/a", body={str(key): 1 for key in range(50)})
    new = Request("GET", "/a", body={str(key): 2 for key in range(50)})

    lines = change(old, new)

    assert (20, "and 31 differences more") == (len(lines), lines[-1])


def test_the_same_is_no_change():
    """
    Two equal migrations differ in nothing.
    """
    assert [] == change(Request("GET", "/a"), Request("get", "/a"))


def test_a_damaged_copy_is_told():
    """
    A copy that can't be read is said to be one.
    """
    assert ("the recorded copy can't be read, so what has changed is not known",) == (
        describe_change("", "{}")
    )


def test_a_poll_that_asks_for_something_else_is_a_change():
    """What a version waits for is part of what it means."""

    def text(until):
        poll = Poll(request=Request("GET", "/a/1"), until=until)
        return dump_migration(
            Migration(version=1, name="a", up=Request("POST", "/a"), poll=poll)
        )

    assert ('up.poll.until: "{{.a}}" is now "{{.b}}"',) == describe_change(
        text("{{.a}}"), text("{{.b}}")
    )
