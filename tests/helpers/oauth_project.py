"""A directory of migrations over the API of an `OAuthServer`."""

from pathlib import Path
from typing import Any, Dict, Mapping

from tests.helpers.directory import Directory
from tests.helpers.oauth_server import CLIENT, SECRET, OAuthServer

__all__ = ["creates", "project", "token"]


def token(oauth: OAuthServer, **config: Any) -> Dict[str, Any]:
    """Return an entry of ``auth``: the token ``api``, of the first client."""
    settings = {
        "token_url": oauth.token_url,
        "client_id": CLIENT,
        "client_secret": SECRET,
        **config,
    }
    return {"type": "oauth2", "name": "api", "config": settings}


def creates(name: str, **request: Any) -> Dict[str, Any]:
    """Return a migration that creates the item *name*, with the token ``api``."""
    return {
        "up": {
            "request": {
                "auth_name": "api",
                "method": "POST",
                "url": "{{.api_base}}/items",
                "body": {"name": name},
                **request,
            },
            "response": {"result_code": [201], "env_from": {f"{name}_id": "id"}},
        },
        "down": {
            "auth": "api",
            "method": "DELETE",
            "url": f"{{{{.api_base}}}}/items/{{{{.{name}_id}}}}",
        },
    }


def project(
    root: Path,
    oauth: OAuthServer,
    *migrations: Mapping[str, Any],
    auth: Mapping[str, Any],
    **config: Any,
) -> Directory:
    """Write a directory with these migrations, numbered from 1."""
    directory = Directory(root, oauth.url, auth=[auth], **config)
    for version, migration in enumerate(migrations, start=1):
        directory.write(version, f"item_{version}", migration)
    return directory
