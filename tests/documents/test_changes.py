"""What has changed in a migration, for people."""

import pytest

from apirun.documents import describe_change, dump_migration
from apirun.env import EnvEntry
from apirun.migration import Migration, Poll, Request


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
            ['up.request.body line 2: "b" is now "B" (and 1 more lines)'],
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
