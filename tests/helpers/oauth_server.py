"""
A real OAuth 2.0 server, Authlib's, in a process of its own.

It issues bearer tokens for three grants, to clients that authenticate by header
or in the body, and protects a small API with them::

    with serve_oauth() as oauth:
        oauth.set(lifetime_s=2)          # of the tokens issued from now on
        ...                              # oauth.token_url, f"{oauth.url}/items"
        oauth.revoke()                   # what was issued is refused from now on
        assert 1 == oauth.issued

``POST /items`` creates, ``GET /items`` lists, ``DELETE /items/ID`` removes; each
needs the scope ``write`` or ``read``. The token comes in the header, or as
``access_token`` in the query or a JSON body (RFC 6750, section 2).
"""

import importlib.util
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterator, List

import requests

ROOT = Path(__file__).resolve().parents[2]
CLIENT, SECRET = "robot one", "s3cr:et/%+ü-of-the-robot"
POSTING_CLIENT, POSTING_SECRET = "poster", "s3cret-of-the-poster"
USER, PASSWORD = "ada", "pass word&of=ada"
REFRESH_TOKEN = "first-refresh-token-of-ada"
MISSING = [
    name for name in ("authlib", "flask") if importlib.util.find_spec(name) is None
]


class OAuthServer:
    """
    A running server, as a test sees it.

    Attributes:
        url: Where it answers.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._session = requests.Session()
        self._session.trust_env = False

    @property
    def token_url(self) -> str:
        """The token endpoint."""
        return f"{self.url}/oauth/token"

    @property
    def issued(self) -> int:
        """How many tokens were issued."""
        return len(self.state["tokens"])

    @property
    def answers(self) -> List[str]:
        """All requests to the API with their status, in order of arrival."""
        return self.state["answers"]

    @property
    def items(self) -> List[str]:
        """Names of the items that are there."""
        return self.state["items"]

    @property
    def state(self) -> Any:
        """
        All that the server knows.

        Keys are ``tokens`` (each as issued), ``asked`` (what came to the token
        endpoint), ``answers`` and ``items``.
        """
        return self._control("GET")

    @property
    def secrets(self) -> List[str]:
        """Every secret that ever was in use, tokens included."""
        tokens = self.state["tokens"]
        issued = [token["access_token"] for token in tokens]
        refreshing = [token.get("refresh_token") for token in tokens]
        known = [SECRET, POSTING_SECRET, PASSWORD, REFRESH_TOKEN]
        return [*known, *issued, *filter(None, refreshing)]

    def set(self, **settings: Any) -> None:
        """
        Change how it behaves.

        Args:
            settings: ``lifetime_s`` of new tokens; ``refuses``, how many of the
                next requests to the API are answered 401; ``reply``, the answer
                of the token endpoint to everything, as a list of status,
                headers and body.
        """
        self._control("PUT", settings)

    def reset(self) -> None:
        """Forget everything."""
        self._control("POST")

    def revoke(self) -> None:
        """Refuse all access tokens that were issued so far."""
        self._control("DELETE")

    def close(self) -> None:
        """Give up the connection."""
        self._session.close()

    def _control(self, method: str, body: Any = None) -> Any:
        answer = self._session.request(
            method, f"{self.url}/control", json=body, timeout=10
        )
        answer.raise_for_status()
        return answer.json()


@contextmanager
def serve_oauth() -> Iterator[OAuthServer]:
    """Run a server on a free loopback port until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.helpers.oauth_app"],
        cwd=str(ROOT),
        # Without it Authlib asks for TLS.
        env={**os.environ, "AUTHLIB_INSECURE_TRANSPORT": "1"},
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    with process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            assert url, "the server did not start"
            server = OAuthServer(url)
            yield server
            server.close()
        finally:
            process.kill()
