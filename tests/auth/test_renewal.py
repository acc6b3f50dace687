"""A token is renewed before it expires, and once when it is refused."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from apirun import AuthSettings, ClientSettings, Masker, RequestRetried
from apirun.auth import Token, Tokens
from apirun.control import Control
from apirun.events import MigrationFinished
from apirun.http.client import HttpClient
from apirun.testing import Reply, serve_api
from tests.helpers.directory import Directory
from tests.helpers.oauth_project import creates, project, token
from tests.helpers.oauth_server import REFRESH_TOKEN

BARE = '{{trimPrefix "Bearer " .auth.api}}'


def revoking(oauth, *, after):
    """Return a listener that revokes all tokens after a migration."""

    def listener(event):
        if isinstance(event, MigrationFinished) and event.result.name == after:
            oauth.revoke()

    return listener


def test_a_token_that_expires_is_renewed_before(tmp_path, oauth):
    """In the middle of a stage; no request is ever refused."""
    oauth.set(lifetime_s=3)
    directory = project(
        tmp_path,
        oauth,
        *map(creates, "abc"),
        auth=token(oauth),
        delay_between_migrations="1.4s",
    )

    result = directory.migrator().up()

    assert result.ok, result.failure
    assert ["POST /items 201"] * 3 == oauth.answers
    assert 2 == oauth.issued


def test_a_token_that_is_revoked_is_renewed_once(tmp_path, oauth):
    """The POST that was refused is sent again, and creates one thing."""
    told = []
    listeners = [revoking(oauth, after="001_item_1"), told.append]
    directory = project(tmp_path, oauth, *map(creates, "abc"), auth=token(oauth))

    result = directory.migrator(listeners=listeners).up()

    (retried,) = (event for event in told if isinstance(event, RequestRetried))
    assert result.ok, result.failure
    assert [
        "POST /items 201",
        "POST /items 401",
        "POST /items 201",
        "POST /items 201",
    ] == oauth.answers
    assert (["a", "b", "c"], 2) == (oauth.items, oauth.issued)
    assert "it answered 401, and the token 'api' was renewed" == retried.reason


def test_a_second_401_ends_it(tmp_path, oauth):
    """The request is sent twice, never more often, and the version stays pending."""
    oauth.set(refuses=100)
    migrator = project(tmp_path, oauth, creates("a"), auth=token(oauth)).migrator()

    failure = migrator.up().failure

    assert ["POST /items 401"] * 2 == oauth.answers
    assert (401, "RefusedError", 2) == (failure.status, failure.kind, oauth.issued)
    assert "Version 1 stays pending." == failure.recorded


@pytest.mark.parametrize(
    "request_",
    [
        {"headers": {"Authorization": "{{.auth.api}}"}},
        {"queries": {"access_token": BARE}},
        {"url": "{{.api_base}}/items?access_token=" + BARE},
        {"body": {"name": "a", "access_token": BARE}},
        {"body": '{"name": "a", "access_token": "' + BARE + '"}'},
    ],
    ids=["header", "query", "url", "body", "text"],
)
def test_a_token_is_renewed_wherever_it_stands(tmp_path, oauth, request_):
    """A request that took it with a template is rendered again."""
    oauth.set(refuses=1)
    migration = creates("a", auth_name=None, **request_)
    directory = project(tmp_path, oauth, migration, auth=token(oauth))

    result = directory.migrator().up()

    assert result.ok, result.failure
    assert ["POST /items 401", "POST /items 201"] == oauth.answers
    assert (2, ["a"]) == (oauth.issued, oauth.items)


def test_a_token_is_renewed_in_a_variable_of_the_migration(tmp_path, oauth):
    """Also in one made from that; others keep their values; none is recorded."""
    migration = creates(
        "a",
        auth_name=None,
        headers={"Authorization": "{{.again}}"},
        body={"name": "{{.name}}"},
    )
    migration["up"]["env"] = {
        "taken": BARE,
        "again": "Bearer {{.taken}}",
        "name": "{{uuidv4}}",
    }
    oauth.set(refuses=1)
    directory = project(tmp_path, oauth, migration, auth=token(oauth))

    result = directory.migrator().up()

    history = b"".join(path.read_bytes() for path in tmp_path.glob("apirun.db*"))
    assert result.ok, result.failure
    assert ["POST /items 401", "POST /items 201"] == oauth.answers
    assert oauth.items[0].encode() in history
    assert not [text for text in oauth.secrets if text.encode() in history]


def test_a_find_renews_too(tmp_path, oauth):
    """A GET before the main request, and the main request uses what it got."""
    migration = creates("a")
    migration["down"]["find"] = {
        "request": {"auth_name": "api", "url": "{{.api_base}}/items?name=a"},
        "response": {"env_from": {"a_id": "0.id"}},
    }
    migrator = project(tmp_path, oauth, migration, auth=token(oauth)).migrator()
    assert migrator.up().ok
    oauth.set(refuses=1)

    assert migrator.down().ok

    assert ["GET /items 401", "GET /items 200", "DELETE /items/1 204"] == (
        oauth.answers[1:]
    )


def test_a_probe_renews_too(tmp_path, oauth):
    """What is unsettled is found out with a new token."""
    migration = creates("a")
    migration["up"]["response"].update(env_missing="fail", env_from={"a_id": "gone"})
    migration["probe"] = {
        "request": {"auth_name": "api", "url": "{{.api_base}}/items?name=a"},
        "response": {"result_code": [200], "env_from": {"a_id": "0.id"}},
    }
    migrator = project(tmp_path, oauth, migration, auth=token(oauth)).migrator()
    assert "unsettled" == migrator.up().outcome.value
    oauth.set(refuses=1)

    result = migrator.up()

    assert result.ok, result.failure
    assert ["POST /items 201", "GET /items 401", "GET /items 200"] == oauth.answers
    assert ["a"] == oauth.items


def test_a_401_that_is_accepted_renews_nothing(tmp_path, oauth):
    """Who lists 401 in result_code means it."""
    oauth.set(refuses=1)
    migration = creates("a")
    migration["up"]["response"]["result_code"] = [201, 401]

    result = project(tmp_path, oauth, migration, auth=token(oauth)).migrator().up()

    assert result.ok, result.failure
    assert (["POST /items 401"], 1) == (oauth.answers, oauth.issued)


def test_a_request_without_a_token_is_not_sent_again(tmp_path, oauth):
    """Its own header is refused, and no token could mend that."""
    migration = creates("a", auth_name=None, headers={"Authorization": "Bearer none"})
    directory = project(tmp_path, oauth, creates("b"), migration, auth=token(oauth))

    assert not directory.migrator().up().ok

    assert ["POST /items 201", "POST /items 401"] == oauth.answers
    assert 1 == oauth.issued


@pytest.mark.parametrize(
    ("kind", "config"),
    [("basic", {"username": "u", "password": "p"}), ("api_key", {"value": "k"})],
)
def test_what_can_not_change_is_not_renewed(tmp_path, kind, config):
    """A password or a key that is refused once is refused."""
    with serve_api() as api:
        api.reply("POST", "/items", Reply(401))
        auth = {"type": kind, "name": "api", "config": config}

        result = project(tmp_path, api, creates("a"), auth=auth).migrator().up()

        assert 401 == result.failure.status
        assert ["POST /items"] == api.lines


class Same:
    """A provider that has only one token."""

    @classmethod
    def from_config(cls, config):
        """Take any configuration."""
        return cls()

    def acquire(self, send):
        """Give the token."""
        return Token("Same t0ken-of-same")


class Numbered(Same):
    """A provider that has a new token each time."""

    asked = 0

    def acquire(self, send):
        """Give the next token."""
        self.asked += 1
        return Token(f"Numbered t0ken-{self.asked}")


def own(root, api, kind, *migrations):
    """Return a migrator whose token ``api`` comes from the class *kind*."""
    directory = Directory(root, api.url, auth=[{"type": "own", "name": "api"}])
    for version, migration in enumerate(migrations, start=1):
        directory.write(version, "item", migration)
    return directory.migrator(auth_providers={"own": kind})


def test_the_same_token_is_not_tried_again(tmp_path):
    """A provider that has no other one is asked, and that is all."""
    with serve_api() as api:
        api.reply("POST", "/items", Reply(401))

        assert 401 == own(tmp_path, api, Same, creates("a")).up().failure.status

        assert ["POST /items"] == api.lines


def test_a_401_behind_a_redirect_does_not_say_that_nothing_was_done(tmp_path):
    """The POST was answered with 303, so it is not sent a second time."""
    with serve_api() as api:
        api.reply("POST", "/items", Reply(303, headers={"Location": "/seen"}))
        api.reply("GET", "/seen", Reply(401))

        assert 401 == own(tmp_path, api, Numbered, creates("a")).up().failure.status

        assert ["POST /items", "GET /seen"] == api.lines


def test_a_delete_that_was_refused_did_not_delete(tmp_path):
    """So a 404 to the second one does not mean that the first one succeeded."""
    migration = creates("a")
    migration["down"]["response"] = {"result_code": [200]}
    with serve_api() as api:
        migrator = own(tmp_path, api, Numbered, migration)
        assert migrator.up().ok
        api.reply("DELETE", "/items/items-1", Reply(401), Reply(404))

        assert 404 == migrator.down().failure.status


def test_a_refresh_token_that_was_replaced_is_used_next(tmp_path, oauth):
    """The server takes each of them once."""
    config = {"grant_type": "refresh_token", "refresh_token": REFRESH_TOKEN}
    directory = project(
        tmp_path, oauth, *map(creates, "abc"), auth=token(oauth, **config)
    )
    listeners = [revoking(oauth, after=f"00{n}_item_{n}") for n in (1, 2)]

    result = directory.migrator(listeners=listeners).up()

    state = oauth.state
    issued = [token["refresh_token"] for token in state["tokens"]]
    asked = [asked["refresh_token"] for asked in state["asked"]]
    assert result.ok, result.failure
    assert [REFRESH_TOKEN, *issued[:2]] == asked


def test_a_renewal_that_is_refused_is_told(tmp_path, oauth):
    """With the request that could not go on, and why."""
    oauth.set(refuses=1)
    directory = project(tmp_path, oauth, creates("a"), auth=token(oauth))

    def listener(event):
        oauth.set(reply=[400, {}, '{"error": "unauthorized_client"}'])

    # The first token is there when the migration is announced.
    failure = directory.migrator(listeners=[only_started(listener)]).up().failure

    assert failure.message.startswith(f"POST {oauth.url}/items answered 401, and the ")
    assert "unauthorized_client" in failure.message
    assert (["POST /items 401"], []) == (oauth.answers, oauth.items)


def only_started(listener):
    """Call *listener* when a migration starts."""
    return lambda event: (
        listener(event) if type(event).__name__ == "MigrationStarted" else None
    )


@pytest.fixture
def tokens(oauth):
    """Return the tokens of a stage that has the token ``api``."""
    entry = token(oauth)
    masker = Masker()
    client = HttpClient(ClientSettings(), control=Control(), masker=masker)
    settings = AuthSettings(**entry)
    yield Tokens([settings], lambda text, _: text, client.send, masker, {})
    client.close()


def test_eight_threads_acquire_one_token(tokens, oauth):
    """The first asks the server, the others wait for it."""
    with ThreadPoolExecutor(8) as pool:
        values = set(pool.map(lambda _: tokens["api"], range(40)))

    assert (1, 1) == (len(values), oauth.issued)


def test_eight_threads_that_are_refused_renew_once(tokens, oauth):
    """Whoever comes later finds the new token there."""
    refused = {"api": tokens["api"]}

    def renew(_):
        return tokens.renew(refused), tokens["api"]

    with ThreadPoolExecutor(8) as pool:
        values = set(pool.map(renew, range(40)))

    assert {(True, f"Bearer {oauth.state['tokens'][1]['access_token']}")} == values
    assert 2 == oauth.issued


@pytest.mark.parametrize("lifetime_s", [0.5, 0.2])
def test_a_token_is_used_for_nine_tenths_of_a_short_life(tokens, oauth, lifetime_s):
    """And is another one after that, though it was never refused."""
    oauth.set(lifetime_s=lifetime_s)
    first = tokens["api"]
    time.sleep(lifetime_s * 0.95)

    assert first != tokens["api"]


def test_a_long_life_ends_half_a_minute_early(tokens, oauth):
    """Of the time that the server told, whatever it is."""
    oauth.set(lifetime_s=3600)
    tokens["api"]

    left_s = tokens._held["api"].renew_at_s - time.monotonic()

    assert 3560 < left_s <= 3570
