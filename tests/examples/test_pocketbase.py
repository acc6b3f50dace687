"""The second example: a real PocketBase server is set up, and emptied again."""

import pytest
import requests

from tests.helpers.cloud import copy_example
from tests.helpers.command import run_apirun
from tests.helpers.pocketbase import start_pocketbase

pytestmark = pytest.mark.e2e

EDITOR_PASSWORD = "type-setter-1815"
OURS = ("authors", "articles", "comments")


class Example:
    """A copy of the example, and the server that it sets up."""

    def __init__(self, directory, server):
        self.directory = directory
        self.server = server

    def run(self, *arguments):
        """Run ``apirun stages`` in a fresh process; it must end well."""
        env = {
            "PB_SUPERUSER_EMAIL": self.server.email,
            "PB_SUPERUSER_PASSWORD": self.server.password,
            "PB_EDITOR_PASSWORD": EDITOR_PASSWORD,
        }
        done = run_apirun("stages", *arguments, cwd=self.directory, env=env)
        assert 0 == done.code, done
        for secret in (self.server.password, EDITOR_PASSWORD):
            assert secret not in done.out + done.err
        return done

    def send(self, *arguments):
        """Run a command that talks to the server."""
        return self.run(*arguments, "--var", f"pocketbase_url={self.server.url}")

    def records(self, collection):
        """All records of one collection, as superuser."""
        answer = self.server.ask("GET", f"/api/collections/{collection}/records")
        return answer["items"]

    @property
    def collections(self):
        """Names of the collections that PocketBase does not bring itself."""
        answer = self.server.ask("GET", "/api/collections?perPage=100")
        names = {item["name"] for item in answer["items"] if not item["system"]}
        return names - {"users"}

    @property
    def site_name(self):
        """What the server calls itself."""
        return self.server.ask("GET", "/api/settings")["meta"]["appName"]


@pytest.fixture
def example(tmp_path):
    server = start_pocketbase(tmp_path)
    try:
        yield Example(copy_example("pocketbase", tmp_path), server)
    finally:
        server.stop()


def test_up_sets_the_server_up(example):
    """Collections, relations, records, the user and the settings are there."""
    example.send("up")

    (author,) = example.records("authors")
    (article,) = example.records("articles")
    (comment,) = example.records("comments")
    (user,) = example.records("users")
    fields = example.server.ask("GET", "/api/collections/articles")["fields"]
    relation = next(field for field in fields if field["name"] == "author")
    authors = example.server.ask("GET", "/api/collections/authors")
    assert set(OURS) == example.collections
    assert authors["id"] == relation["collectionId"]
    assert ("Ada Lovelace", author["id"]) == (author["name"], article["author"])
    assert article["id"] == comment["article"]
    assert ("editor@magazine.example", True) == (user["email"], user["verified"])
    assert "The Analytical Engine" == example.site_name


def test_the_rules_hold(example):
    """Strangers read what is published, only the editor writes articles."""
    example.send("up")
    articles = f"{example.server.url}/api/collections/articles/records"
    author = example.records("authors")[0]["id"]
    draft = {"title": "Draft", "author": author, "published": False}
    with requests.Session() as session:
        session.trust_env = False
        refused = session.post(articles, json=draft, timeout=10)
        login = session.post(
            f"{example.server.url}/api/collections/users/auth-with-password",
            json={"identity": "editor@magazine.example", "password": EDITOR_PASSWORD},
            timeout=10,
        )
        token = {"Authorization": login.json()["token"]}
        written = session.post(articles, json=draft, headers=token, timeout=10)
        seen = session.get(articles, timeout=10).json()["items"]

    assert (400, 200) == (refused.status_code, written.status_code)
    assert ["Notes on the Analytical Engine"] == [item["title"] for item in seen]


def test_a_second_up_sends_nothing(example):
    """With the server stopped, a second up still ends well."""
    example.send("up")
    example.server.stop()

    example.send("up")


def test_status_tells_what_the_server_holds(example):
    """In fresh processes: never run, up to date, and the ids as the server has them."""
    assert 3 == example.run("status").out.count("never run")
    example.send("up")

    done = example.run("status", "--verbose")

    assert 3 == done.out.count("up to date")
    assert example.records("authors")[0]["id"] in done.out


def test_a_migration_added_later_is_applied_alone(example):
    """A second article refers to the author of an earlier process."""
    example.send("up")
    before = example.records("comments")
    later = example.directory / "content" / "migration" / "004_add_another.yaml"
    later.write_text(
        """
up:
  request:
    auth_name: superuser
    method: POST
    url: "{{.pocketbase_url}}/api/collections/articles/records"
    body: {title: On Numbers, author: "{{.author_id}}"}
  response:
    env_from: {another_id: id}
down:
  auth: superuser
  method: DELETE
  url: "{{.pocketbase_url}}/api/collections/articles/records/{{.another_id}}"
""",
        encoding="utf-8",
    )

    example.send("up")

    author = example.records("authors")[0]["id"]
    articles = example.records("articles")
    assert {author} == {article["author"] for article in articles}
    assert 2 == len(articles)
    assert before == example.records("comments")


def test_down_leaves_an_empty_server(example):
    """Nothing of ours is left, and the site has its former name."""
    former = example.site_name
    example.send("up")

    example.send("down")

    assert set() == example.collections
    assert [] == example.records("users")
    assert former == example.site_name
