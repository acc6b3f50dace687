"""The fourth example: a real Kinto server is set up, and emptied again."""

import importlib.util
import json

import pytest
import requests

from tests.helpers.cloud import copy_example
from tests.helpers.command import run_apirun
from tests.helpers.kinto import serve_kinto

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(
        importlib.util.find_spec("kinto") is None,
        reason="the package kinto does not support this Python",
    ),
]

PASSWORD = "blue-pencil-1815"
FLAGS = "/buckets/shop/collections/flags"


class Example:
    """A copy of the example, and the server that it sets up."""

    def __init__(self, directory, url):
        self.directory = directory
        self.url = url

    def run(self, *arguments):
        """Run ``apirun stages`` in a fresh process."""
        done = run_apirun(
            "stages",
            *arguments,
            "--var",
            f"kinto_url={self.url}",
            cwd=self.directory,
            env={"KINTO_EDITOR_PASSWORD": PASSWORD},
        )
        assert PASSWORD not in done.out + done.err
        return done

    def ask(self, method, path, body=None, *, signed_in=True):
        """Send one request, and return status and decoded answer."""
        with requests.Session() as session:
            session.trust_env = False
            answer = session.request(
                method,
                self.url + path,
                json=body,
                auth=("editor", PASSWORD) if signed_in else None,
                timeout=10,
            )
        return answer.status_code, answer.json()

    @property
    def flags(self):
        """The records by title or id, as a stranger reads them."""
        _, answer = self.ask("GET", f"{FLAGS}/records", signed_in=False)
        return {each.get("title", each["id"]): each for each in answer["data"]}


@pytest.fixture
def example(tmp_path):
    """Serve an empty Kinto beside a copy of the example."""
    directory = copy_example("kinto", tmp_path)
    with serve_kinto(directory / "kinto.ini") as url:
        yield Example(directory, url)


def test_up_sets_the_server_up(example):
    """The account, the bucket, the collection and its records are there."""
    assert 0 == example.run("up").code

    flags = example.flags
    assert {"dark-mode", "Summer sale"} == set(flags)
    assert flags["dark-mode"]["enabled"] is True
    assert 200 == example.ask("GET", "/accounts/editor")[0]


def test_a_second_up_sends_nothing(example):
    """In a fresh process nothing is left to do."""
    example.run("up")
    before = example.flags

    done = example.run("up", "--json")

    stages = json.loads(done.out)["stages"].values()
    assert (0, []) == (done.code, [m for stage in stages for m in stage["migrations"]])
    assert before == example.flags


def test_a_flag_that_somebody_switched_is_reported_as_drift(example):
    """Its probe captures another value than was recorded; nothing is changed."""
    example.run("up")
    off = {"data": {"enabled": False}}
    assert 200 == example.ask("PATCH", f"{FLAGS}/records/dark-mode", off)[0]

    done = example.run("status", "--probe", "--exit-code")

    assert 1 == done.code
    assert "changed  dark_mode_enabled: true is now false" in done.out
    assert example.flags["dark-mode"]["enabled"] is False


def test_what_was_made_by_hand_is_found_by_its_search(example):
    """An announcement that is there already is adopted, and made once."""
    example.run("up", "--to", "settings")
    made = {"data": {"enabled": True, "title": "Summer sale"}}
    _, answer = example.ask("POST", f"{FLAGS}/records", made)

    adopted = example.run("adopt", "--stage", "rollout", "--allow-out-of-order")
    up = example.run("up", "--allow-out-of-order")

    assert (0, 0) == (adopted.code, up.code), adopted.err + up.err
    assert {"dark-mode", "Summer sale"} == set(example.flags)
    assert answer["data"]["id"] == example.flags["Summer sale"]["id"]


def test_down_leaves_an_empty_server(example):
    """The bucket and the account are gone."""
    example.run("up")

    assert 0 == example.run("down").code

    assert 401 == example.ask("GET", "/accounts/editor")[0]
