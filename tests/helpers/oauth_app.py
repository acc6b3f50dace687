"""The program that `tests.helpers.oauth_server` runs; it prints its address."""

import logging
import secrets
import sys
import threading
import time
from typing import Any, Dict, List, Optional, Tuple

from attrs import define, field
from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector
from authlib.oauth2.rfc6749 import ClientMixin, TokenMixin, grants
from authlib.oauth2.rfc6749.errors import InvalidGrantError
from authlib.oauth2.rfc6750 import BearerTokenGenerator, BearerTokenValidator
from flask import Flask, Response, jsonify, request
from werkzeug.serving import make_server

from tests.helpers import oauth_server as known

SCOPES = {"read", "write"}


@define
class Client(ClientMixin):
    """One of the clients."""

    client_id: str
    secret: str
    method: str

    def get_client_id(self) -> str:
        return self.client_id

    def get_default_redirect_uri(self) -> None:
        return None

    def get_allowed_scope(self, scope: Optional[str]) -> Optional[str]:
        asked = set((scope or "read write").split())
        return " ".join(sorted(asked)) if asked <= SCOPES else None

    def check_client_secret(self, client_secret: str) -> bool:
        return secrets.compare_digest(self.secret.encode(), client_secret.encode())

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method == self.method

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in ("client_credentials", "password", "refresh_token")


@define
class Issued(TokenMixin):
    """A token that was issued."""

    client_id: str
    access_token: str
    expires_in: float
    scope: str = ""
    refresh_token: str = ""
    issued_s: float = field(factory=time.monotonic)
    revoked: bool = False

    def check_client(self, client: Client) -> bool:
        return client.client_id == self.client_id

    def get_scope(self) -> str:
        return self.scope

    def get_expires_in(self) -> float:
        return self.expires_in

    def is_expired(self) -> bool:
        return time.monotonic() >= self.issued_s + self.expires_in

    def is_revoked(self) -> bool:
        return self.revoked


@define
class World:
    """All that the server knows."""

    lifetime_s: float = 3600
    refuses: int = 0
    reply: Optional[List[Any]] = None
    tokens: List[Issued] = field(factory=list)
    asked: List[Dict[str, str]] = field(factory=list)
    answers: List[str] = field(factory=list)
    items: Dict[str, str] = field(factory=dict)
    refresh: Dict[str, str] = field(factory=lambda: {known.REFRESH_TOKEN: known.CLIENT})
    lock: threading.Lock = field(factory=threading.Lock)


world = World()
clients = {
    client.client_id: client
    for client in (
        Client(known.CLIENT, known.SECRET, "client_secret_basic"),
        Client(known.POSTING_CLIENT, known.POSTING_SECRET, "client_secret_post"),
    )
}


class PasswordGrant(grants.ResourceOwnerPasswordCredentialsGrant):
    """The grant of the user ada."""

    def authenticate_user(self, username: str, password: str) -> str:
        if (username, password) != (known.USER, known.PASSWORD):
            raise InvalidGrantError(f"no user {username} with the password {password}")
        return username


class RefreshTokenGrant(grants.RefreshTokenGrant):
    """Refresh tokens that serve once."""

    INCLUDE_NEW_REFRESH_TOKEN = True

    def authenticate_refresh_token(self, refresh_token: str) -> Optional[Issued]:
        client = world.refresh.get(refresh_token)
        if client is None:
            return None
        return Issued(client, "", 0, "read write", refresh_token)

    def authenticate_user(self, _: Issued) -> str:
        return known.USER

    def revoke_old_credential(self, refresh_token: Issued) -> None:
        del world.refresh[refresh_token.refresh_token]


class Server(AuthorizationServer):
    """Tokens that live as long as a test says."""

    def create_bearer_token_generator(self, config: Any) -> BearerTokenGenerator:
        return BearerTokenGenerator(
            lambda **_: secrets.token_urlsafe(32),
            lambda **_: secrets.token_urlsafe(40),
            lambda *_: world.lifetime_s,
        )


class Validator(BearerTokenValidator):
    """Knows what was issued."""

    def authenticate_token(self, token_string: str) -> Optional[Issued]:
        found = (t for t in world.tokens if t.access_token == token_string)
        return next(found, None)


def save_token(token: Dict[str, Any], oauth_request: Any) -> None:
    """Remember what is being issued."""
    world.tokens.append(
        Issued(
            oauth_request.client.client_id,
            token["access_token"],
            token.get("expires_in", 0),
            # Older versions leave out the scope that was not asked for.
            token.get("scope") or "read write",
            token.get("refresh_token", ""),
        )
    )
    if "refresh_token" in token:
        world.refresh[token["refresh_token"]] = oauth_request.client.client_id


app = Flask(__name__)
app.config["OAUTH2_SCOPES_SUPPORTED"] = sorted(SCOPES)
server = Server(app, clients.get, save_token)
server.register_grant(grants.ClientCredentialsGrant)
for kind in (PasswordGrant, RefreshTokenGrant):
    kind.TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]
    server.register_grant(kind)
require = ResourceProtector()
require.register_token_validator(Validator())
grants.ClientCredentialsGrant.TOKEN_ENDPOINT_AUTH_METHODS = [
    "client_secret_basic",
    "client_secret_post",
]


@app.before_request
def take_token_from_elsewhere() -> Optional[Response]:
    """RFC 6750, sections 2.2 and 2.3; and refuse everything if told to."""
    if not request.path.startswith("/items"):
        return None
    told = request.get_json(silent=True)
    body = told.get("access_token") if isinstance(told, dict) else None
    token = request.args.get("access_token") or body
    if token and "Authorization" not in request.headers:
        request.environ["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    if world.refuses:
        world.refuses -= 1
        return Response('{"error": "invalid_token"}', 401)
    return None


@app.after_request
def remember(response: Response) -> Response:
    """Keep what the API answered."""
    if request.path.startswith("/items"):
        world.answers.append(f"{request.method} {request.path} {response.status_code}")
    return response


@app.post("/oauth/token")
def token() -> Response:
    """Issue a token, slowly enough that two can be asked for at once."""
    world.asked.append(
        {
            **request.form.to_dict(),
            "authorization": request.headers.get("Authorization", ""),
        }
    )
    if world.reply is not None:
        status, headers, body = world.reply
        return Response(body, status, headers)
    time.sleep(0.05)
    with world.lock:
        return server.create_token_response()


@app.get("/items")
@require("read")
def items() -> Response:
    """List."""
    name = request.args.get("name")
    found = [
        {"id": key, "name": item}
        for key, item in world.items.items()
        if name in (None, item)
    ]
    return jsonify(found)


@app.post("/items")
@require("write")
def create() -> Tuple[Response, int]:
    """Create; as chatty as some APIs are."""
    key = str(len(world.items) + 1)
    world.items[key] = request.get_json()["name"]
    echo = request.headers["Authorization"]
    return jsonify(id=key, echo=echo), 201


@app.delete("/items/<key>")
@require("write")
def delete(key: str) -> Response:
    """Remove."""
    return Response(status=204 if world.items.pop(key, None) else 404)


@app.get("/control")
def state() -> Response:
    """Tell everything."""
    return jsonify(
        tokens=[
            {
                "access_token": each.access_token,
                "refresh_token": each.refresh_token,
                "scope": each.scope,
            }
            for each in world.tokens
        ],
        asked=world.asked,
        answers=world.answers,
        items=list(world.items.values()),
    )


@app.put("/control")
def change() -> Response:
    """Behave otherwise from now on."""
    for name, value in request.get_json().items():
        setattr(world, name, value)
    return jsonify(True)


@app.post("/control")
def reset() -> Response:
    """Begin anew."""
    world.__init__()
    return jsonify(True)


@app.delete("/control")
def revoke() -> Response:
    """Revoke all access tokens."""
    for each in world.tokens:
        each.revoked = True
    return jsonify(True)


if __name__ == "__main__":
    logging.getLogger("werkzeug").disabled = True
    listener = make_server("127.0.0.1", 0, app, threaded=True)
    sys.stdout.write(f"http://127.0.0.1:{listener.server_port}\n")
    sys.stdout.flush()
    listener.serve_forever()
