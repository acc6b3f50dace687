"""Tokens of a real OAuth 2.0 server: three grants, and what it says no to."""

import json

import pytest

from apirun.testing import Reply, serve_api
from tests.helpers.oauth_project import creates, project, token
from tests.helpers.oauth_server import (
    CLIENT,
    PASSWORD,
    POSTING_CLIENT,
    POSTING_SECRET,
    REFRESH_TOKEN,
    SECRET,
    USER,
)

GRANTS = {
    "client_credentials": {},
    "password": {"username": USER, "password": PASSWORD},
    "refresh_token": {"refresh_token": REFRESH_TOKEN},
}
IN_BODY = {
    "client_id": POSTING_CLIENT,
    "client_secret": POSTING_SECRET,
    "client_auth": "body",
}


@pytest.mark.parametrize("grant", GRANTS)
def test_a_grant_is_worth_a_token(tmp_path, oauth, grant):
    """With each of the three, one token serves both versions, there and back."""
    auth = token(oauth, grant_type=grant, **GRANTS[grant])
    directory = project(tmp_path, oauth, creates("a"), creates("b"), auth=auth)

    result = directory.migrator().up()

    (asked,) = oauth.state["asked"]
    assert result.ok, result.failure
    assert ["a", "b"] == oauth.items
    assert (1, grant) == (oauth.issued, asked["grant_type"])
    assert {name: asked[name] for name in GRANTS[grant]} == GRANTS[grant]


@pytest.mark.parametrize("grant", ["client_credentials", "password"])
def test_a_client_authenticates_by_header(tmp_path, oauth, grant):
    """As HTTP Basic, encoded twice, so that any character gets through."""
    auth = token(oauth, grant_type=grant, **GRANTS[grant])

    assert project(tmp_path, oauth, creates("a"), auth=auth).migrator().up().ok

    (asked,) = oauth.state["asked"]
    assert asked["authorization"].startswith("Basic ")
    assert not {"client_id", "client_secret"} & set(asked)


@pytest.mark.parametrize("grant", ["client_credentials", "password"])
def test_a_client_authenticates_in_the_body(tmp_path, oauth, grant):
    """Where that is asked for, and only there."""
    auth = token(oauth, grant_type=grant, **GRANTS[grant], **IN_BODY)

    assert project(tmp_path, oauth, creates("a"), auth=auth).migrator().up().ok

    (asked,) = oauth.state["asked"]
    assert "" == asked["authorization"]
    assert (POSTING_CLIENT, POSTING_SECRET) == (
        asked["client_id"],
        asked["client_secret"],
    )


@pytest.mark.parametrize("scopes", [["write", "read"], "write  read"])
def test_scopes_are_a_list_or_text(tmp_path, oauth, scopes):
    """The server is asked for both, with one blank between."""
    auth = token(oauth, scopes=scopes, audience="items")

    assert project(tmp_path, oauth, creates("a"), auth=auth).migrator().up().ok

    (asked,) = oauth.state["asked"]
    assert ("write read", "items") == (asked["scope"], asked["audience"])


def test_a_scope_that_does_not_suffice_is_not_mended_by_another_token(tmp_path, oauth):
    """The API answers 403, which ends it."""
    auth = token(oauth, scopes="read")

    result = project(tmp_path, oauth, creates("a"), auth=auth).migrator().up()

    assert (403, ["POST /items 403"]) == (result.failure.status, oauth.answers)
    assert 1 == oauth.issued


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({"client_secret": "wr0ng-secret"}, "answered 401: invalid_client"),
        ({"client_id": "nobody"}, "answered 401: invalid_client"),
        ({"scopes": "root"}, "answered 400: invalid_scope: "),
        (
            {"grant_type": "password", "username": USER, "password": "wr0ng-secret"},
            "answered 400: invalid_grant: no user ada with the password ***",
        ),
        (
            {"grant_type": "refresh_token", "refresh_token": "wr0ng-secret"},
            "answered 400: invalid_grant",
        ),
        ({"client_auth": "body"}, "answered 401: invalid_client"),
    ],
)
def test_what_the_server_refuses_is_told(tmp_path, oauth, config, told):
    """In its words, without a secret; nothing is sent to the API or recorded."""
    auth = token(oauth, **config)
    migrator = project(tmp_path, oauth, creates("a"), auth=auth).migrator()

    failure = migrator.up().failure

    asked = f"{oauth.token_url}, asked by the client '"
    assert "AuthError" == failure.kind
    assert "the token 'api' (type oauth2) could not be acquired: " in failure.message
    assert asked in failure.message
    assert told in failure.message
    assert "wr0ng-secret" not in str(failure)
    assert SECRET not in str(failure)
    assert "Version 1 stays pending." == failure.recorded
    assert ([], ()) == (oauth.answers, migrator.history())


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        ([200, {}, "<html>login</html>"], "200 without an access_token: is token_url"),
        ([200, {}, "access_token=t0psecret&token_type=bearer"], "without an access_"),
        ([200, {}, '{"access_token": ["t0psecret"]}'], "without an access_token"),
        ([200, {}, '["t0psecret"]'], "without an access_token"),
        (
            [200, {}, '{"access_token": "t0psecret", "token_type": "mac"}'],
            'with a token of the type "mac", and only Bearer is known here',
        ),
        (
            [200, {}, '{"access_token": "t0psecret\\nX: y", "token_type": "bearer"}'],
            "has characters no header can hold",
        ),
        ([500, {}, "t0psecret broke"], "answered 500, and did not say why"),
        ([400, {}, '{"error": "invalid_request"}'], "answered 400: invalid_request"),
        ([302, {"Location": "/elsewhere"}, ""], "answered 302: it redirects elsewhere"),
    ],
)
def test_an_odd_answer_is_no_token(tmp_path, oauth, reply, told):
    """What is wrong with it is told, and nothing out of it is shown."""
    oauth.set(reply=reply)
    auth = token(oauth)

    failure = (
        project(tmp_path, oauth, creates("a"), auth=auth, client={"retry": ONCE})
        .migrator()
        .up()
        .failure
    )

    assert told in failure.message
    assert "t0psecret" not in str(failure)
    assert [] == oauth.answers


ONCE = {"attempts": 1}


def test_an_endpoint_that_is_not_there_is_told(tmp_path, oauth):
    """Its address, and that nothing reached it."""
    auth = token(oauth, token_url="http://127.0.0.1:1/token?secret=t0p")
    directory = project(
        tmp_path, oauth, creates("a"), auth=auth, client={"retry": ONCE}
    )

    failure = directory.migrator().up().failure

    assert "the token 'api' (type oauth2) could not be acquired" in failure.message
    assert "127.0.0.1:1/token" in failure.message
    assert "t0p" not in failure.message


def test_a_token_type_in_any_case_and_no_type_at_all_are_bearer(tmp_path, oauth):
    """And a lifetime that can't be read is one that is not known."""
    for kind in ('"token_type": "bEARER"', '"expires_in": "soon"'):
        oauth.set(reply=[200, {}, f'{{"access_token": "kn0wn-token", {kind}}}'])
        directory = project(tmp_path, oauth, creates("a"), auth=token(oauth))
        directory.migrator().up()

    assert ["POST /items 401"] * 2 == oauth.answers


def test_a_public_client_names_itself_in_the_body(tmp_path, oauth):
    """It has no secret that a header could carry (RFC 6749, section 3.2.1)."""
    auth = token(oauth, grant_type="password", **GRANTS["password"], client_secret="")
    auth["config"].pop("client_secret")

    project(tmp_path, oauth, creates("a"), auth=auth).migrator().up()

    (asked,) = oauth.state["asked"]
    assert ("", CLIENT) == (asked["authorization"], asked["client_id"])


def test_a_server_that_fails_once_is_asked_again(tmp_path):
    """A token endpoint is retried like any other address."""
    with serve_api() as api:
        failed = Reply(503, headers={"Retry-After": "0"})
        api.reply("POST", "/token", failed, Reply(200, ISSUED))
        config = {"token_url": f"{api.url}/token", "client_id": "c"}
        auth = {
            "type": "oauth2",
            "name": "api",
            "config": {**config, "client_secret": "s"},
        }
        directory = project(tmp_path, api, creates("a"), auth=auth)

        assert directory.migrator().up().ok
        assert ["POST /token", "POST /token", "POST /items"] == api.lines
        assert "Bearer t" == api.last.headers["authorization"]


ISSUED = {"access_token": "t", "token_type": "Bearer"}


@pytest.mark.parametrize(
    ("client", "reply"),
    [
        ({"retry": {"attempts": 2, "backoff": "1ms"}}, Reply(503)),
        ({"retry": {"attempts": 1}, "timeout": "100ms"}, Reply(200, ISSUED, delay_s=1)),
    ],
    ids=["attempts", "timeout"],
)
def test_a_token_is_asked_for_as_the_client_of_the_stage_says(tmp_path, client, reply):
    """Its retries and its timeout are those of every other request."""
    with serve_api() as api:
        api.reply("POST", "/token", reply)
        config = {
            "token_url": f"{api.url}/token",
            "client_id": "c",
            "client_secret": "s",
        }
        auth = {"type": "oauth2", "name": "api", "config": config}

        done = project(tmp_path, api, creates("a"), auth=auth, client=client)
        failure = done.migrator().up().failure

        assert ["POST /token"] * client["retry"]["attempts"] == api.lines
        assert "could not be acquired" in failure.message


def test_settings_are_templates(tmp_path, oauth, monkeypatch):
    """Over the stage's variables, so that secrets stand in the process."""
    monkeypatch.setenv("ROBOT_SECRET", SECRET)
    auth = token(oauth, client_secret="{{.robot_secret}}", scopes=["{{.scope}}"])
    env = {"robot_secret": {"valueFromEnv": "ROBOT_SECRET"}, "scope": "write"}

    directory = project(tmp_path, oauth, creates("a"), auth=auth, env=env)

    assert directory.migrator().up().ok
    assert SECRET not in directory.config.read_text()
    assert json.dumps(SECRET) not in directory.config.read_text()
