"""Keys in a header of any name: sent, left out, planned, refused."""

import pytest

from apirun import AuthError
from apirun.auth.api_key import ApiKeyAuth
from apirun.testing import serve_api
from tests.helpers.oauth_project import creates, project

KEY = "k3y-of-the-robot"


def key(**config):
    """Return an entry of ``auth``: the token ``api``, a key."""
    return {"type": "api_key", "name": "api", "config": {"value": KEY, **config}}


@pytest.mark.parametrize("header", [None, "X-Api-Key"])
def test_a_key_is_sent_in_its_header(tmp_path, header):
    """In ``Authorization`` where the settings name none."""
    with serve_api() as api:
        auth = key(**({"header": header} if header else {}))

        assert project(tmp_path, api, creates("a"), auth=auth).migrator().up().ok

        assert KEY == api.last.headers[(header or "Authorization").lower()]
        assert ("authorization" in api.last.headers) == (header is None)


def test_a_header_of_the_request_goes_first(tmp_path):
    """Whatever the case of its name."""
    with serve_api() as api:
        migration = creates("a", headers={"x-api-key": "own"})

        auth = key(header="X-Api-Key")
        assert project(tmp_path, api, migration, auth=auth).migrator().up().ok

        assert "own" == api.last.headers["x-api-key"]


def test_a_template_gets_the_same_value(tmp_path):
    """Also beside the header that carries it."""
    with serve_api() as api:
        migration = creates("a", body={"name": "a", "key": "{{.auth.api}}"})

        auth = key(header="X-Api-Key", value="{{.prefix}}-1")
        directory = project(tmp_path, api, migration, auth=auth, env={"prefix": "pre"})
        assert directory.migrator().up().ok

        assert ("pre-1", "pre-1") == (
            api.last.json["key"],
            api.last.headers["x-api-key"],
        )


def test_a_plan_shows_which_token_would_go_where(tmp_path):
    """Under the name of its header, which may be a template, and without its value."""
    with serve_api() as api:
        auth = key(header="X-{{.name}}")
        directory = project(
            tmp_path, api, creates("a"), auth=auth, env={"name": "Robot"}
        )

        (planned,) = directory.migrator().plan().migrations

        assert ("X-Robot", "(token api)") in planned.headers
        assert KEY not in str(planned)
        assert [] == api.lines


def test_a_plan_shows_the_token_of_other_types_as_authorization(tmp_path):
    """Nothing is asked for it."""
    with serve_api() as api:
        config = {"token_url": f"{api.url}/t", "client_id": "c", "client_secret": "s"}
        auth = {"type": "oauth2", "name": "api", "config": config}
        directory = project(tmp_path, api, creates("a"), auth=auth)

        (planned,) = directory.migrator().plan().migrations

        assert ("Authorization", "(token api)") in planned.headers
        assert [] == api.lines


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({"header": "X Key", "value": KEY}, "'X Key' is not the name of a header"),
        ({"value": f"{KEY}\nX: y"}, "has characters that no header can hold"),
        ({"value": ""}, "'value' is missing"),
        ({"value": KEY, "prefix": "Token"}, "does not know 'prefix'"),
    ],
)
def test_a_key_that_no_header_can_hold_is_refused(config, told):
    """The key itself is not shown."""
    with pytest.raises(AuthError, match=told) as caught:
        ApiKeyAuth.from_config(config)

    assert KEY not in str(caught.value)
