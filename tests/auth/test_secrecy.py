"""No secret and no token is shown or kept, whatever is asked for."""

import base64
import json
from urllib.parse import quote

import pytest

from tests.helpers.command import run_apirun
from tests.helpers.oauth_project import creates, project, token
from tests.helpers.oauth_server import PASSWORD, REFRESH_TOKEN, USER

pytestmark = pytest.mark.e2e

GRANTS = {
    "client_credentials": {},
    "password": {"username": USER, "password": PASSWORD},
    "refresh_token": {"refresh_token": REFRESH_TOKEN},
}


def forms(secret):
    """Return a secret as it might stand in some output."""
    return {
        secret,
        quote(secret, safe=""),
        json.dumps(secret)[1:-1],
        base64.b64encode(secret.encode()).decode().rstrip("="),
        base64.b64encode(f"Bearer {secret}".encode()).decode().rstrip("="),
    }


@pytest.mark.parametrize("grant", GRANTS)
def test_no_secret_leaves_a_command(tmp_path, oauth, grant):
    """Not with any flag, not in the database; the API gives the token back."""
    auth = token(oauth, grant_type=grant, **GRANTS[grant])
    copying = creates("b", headers={"X-Copy": "{{.auth.api | b64enc}}"})
    copying["up"]["env"] = {"copy": "{{.auth.api}}"}
    refused = creates("c", url="{{.api_base}}/nowhere/{{.auth.api}}")
    project(
        tmp_path,
        oauth,
        creates("a"),
        copying,
        refused,
        auth=auth,
        store={"save_response_body": True},
        logging={"level": "debug"},
    )
    oauth.set(refuses=1)
    where = {"cwd": tmp_path}
    config = ("--config", "config.yaml")

    said = [
        run_apirun("up", "--dry-run", "-v", *config, **where),
        run_apirun("up", "-v", *config, **where),
        run_apirun("up", "--json", "-v", *config, **where),
        run_apirun("status", "--verbose", "--history-all", *config, **where),
        run_apirun("status", "--json", "--verbose", *config, **where),
        run_apirun("down", "--dry-run", "--json", *config, **where),
        run_apirun("down", "--to", "0", "-v", *config, **where),
    ]

    # The first run used the refresh token up, as this server takes each once.
    last = int(grant == "refresh_token")
    assert [0, 1, 1, 0, 0, 0, last] == [done.code for done in said], said
    shown = "".join(done.out + done.err for done in said)
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("apirun.db*"))
    secrets = {form for secret in oauth.secrets for form in forms(secret)}
    assert "(token api)" in shown
    assert "the token 'api' was renewed" in shown
    assert b'"echo":"***"' in kept.replace(b" ", b"")
    assert [] == [secret for secret in secrets if secret in shown]
    assert [] == [secret for secret in secrets if secret.encode() in kept]
