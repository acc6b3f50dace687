"""The rules of the cloud that the example talks to."""

from typing import Any, Iterator, Tuple

import pytest
import requests

from examples.stages.cloud import USER
from tests.helpers.cloud import PASSWORD, serve_cloud


class Client:
    """Asks one cloud as its user."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.auth = (USER, PASSWORD)

    def ask(
        self, method: str, path: str, body: object = None, **headers: str
    ) -> Tuple[int, Any]:
        answer = self.session.request(
            method, self.url + path, json=body, headers=headers, timeout=10
        )
        return answer.status_code, answer.json()


@pytest.fixture
def client(tmp_path) -> Iterator[Client]:
    with serve_cloud(tmp_path) as server:
        client = Client(server.url)
        yield client
        client.session.close()


def make(client: Client, kind: str, **fields: object) -> Any:
    status, answer = client.ask("POST", f"/{kind}", fields)
    assert 201 == status, answer
    (item,) = answer.values()
    return item


def test_who_does_not_say_who_he_is_gets_nothing(client):
    """
    Without the password every request but the health check is answered 401.
    """
    client.session.auth = None

    assert 401 == client.ask("GET", "/vpcs")[0]
    assert 200 == client.ask("GET", "/health")[0]


def test_a_name_is_given_once(client):
    """
    A second network of the same name is refused with 409.
    """
    make(client, "vpcs", name="main", cidr="10.0.0.0/16")

    status, answer = client.ask("POST", "/vpcs", {"name": "main", "cidr": "::/0"})

    assert (409, {"error": "the vpc main exists already"}) == (status, answer)


def test_it_is_found_by_id_and_by_name(client):
    """
    A thing answers at its id and at its name, and no other address.
    """
    vpc = make(client, "vpcs", name="main", cidr="10.0.0.0/16")

    assert (200, {"vpc": vpc}) == client.ask("GET", f"/vpcs/{vpc['id']}")
    assert (200, {"vpc": vpc}) == client.ask("GET", "/vpcs/main")
    assert 404 == client.ask("GET", "/vpcs/other")[0]


def test_what_it_depends_on_must_be_there(client):
    """
    A database in a network that does not exist is refused with 422.
    """
    body = {"name": "db", "vpc_id": "vpc-9"}

    assert (422, {"error": "no vpc vpc-9"}) == client.ask("POST", "/databases", body)


def test_what_is_in_use_stays(client):
    """
    A network with a database in it can't be deleted, an empty one can.
    """
    vpc = make(client, "vpcs", name="main", cidr="10.0.0.0/16")
    database = make(client, "databases", name="db", vpc_id=vpc["id"])

    in_use = client.ask("DELETE", f"/vpcs/{vpc['id']}")
    client.ask("DELETE", f"/databases/{database['id']}")
    empty = client.ask("DELETE", f"/vpcs/{vpc['id']}")

    assert (409, {"error": "in use by the database db"}) == in_use
    assert 200 == empty[0]


def test_users_belong_to_their_service(client):
    """
    Two services may each have a user of the same name.
    """
    vpc = make(client, "vpcs", name="main", cidr="10.0.0.0/16")
    for service in ("auth", "api"):
        make(client, "services", name=service, image="i", vpc_id=vpc["id"])
        make(client, f"run/{service}/users", name="admin", role="admin")

    (user,) = client.ask("GET", "/run/api/users")[1]["users"]
    assert "api" == user["service"]
    assert 422 == client.ask("POST", "/run/no/users", {"name": "a", "role": "b"})[0]


def test_a_repeated_idempotency_key_creates_nothing(client):
    """
    The same key gets the first answer again, and there is one network.
    """
    body = {"name": "main", "cidr": "10.0.0.0/16"}

    answers = [
        client.ask("POST", "/vpcs", body, **{"Idempotency-Key": "one"})
        for _ in range(2)
    ]

    assert answers[0] == answers[1]
    assert 1 == len(client.ask("GET", "/vpcs")[1]["vpcs"])


def test_settings_are_replaced(client):
    """
    PUT creates settings the first time and changes them the second.
    """
    vpc = make(client, "vpcs", name="main", cidr="10.0.0.0/16")
    make(client, "services", name="api", image="i", vpc_id=vpc["id"])

    for theme in ("dark", "light"):
        status, answer = client.ask(
            "PUT", "/run/api/settings/defaults", {"theme": theme}
        )

    assert (200, "light") == (status, answer["setting"]["theme"])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/users", 404),
        ("GET", "/run/api/vpcs", 404),
        ("DELETE", "/vpcs", 405),
        ("PUT", "/vpcs/main", 405),
        ("POST", "/vpcs", 422),
    ],
)
def test_what_makes_no_sense_is_refused(client, method, path, status):
    """
    An address or method that does not exist has its own status code.
    """
    assert status == client.ask(method, path)[0]


def test_another_cloud_on_the_same_file_knows_the_same(tmp_path):
    """
    What was made and asked survives a restart.
    """
    with serve_cloud(tmp_path) as server:
        make(Client(server.url), "vpcs", name="main", cidr="10.0.0.0/16")
    with serve_cloud(tmp_path) as server:
        overview = server.cloud.overview()

    assert ["main"] == overview["vpcs"]
    assert (1, ["POST /vpcs 201"]) == (overview["requests"], overview["log"])
