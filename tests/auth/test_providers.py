"""Providers that others write: handed over by a program, or installed."""

import os
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest

from apirun import (
    AuthSettings,
    DocumentError,
    MemoryStore,
    Migration,
    Migrator,
    Orchestrator,
    Request,
    Stage,
)
from apirun.auth import Token
from apirun.http import WireRequest
from apirun.testing import Reply, serve_api
from tests.helpers.command import run_apirun
from tests.helpers.oauth_project import creates, project

VAULT = '''
from apirun.auth import Token
from apirun.http import WireRequest


class VaultAuth:
    """Reads a token from where the settings say."""

    def __init__(self, url, paths):
        self.url, self.paths = url, paths

    @classmethod
    def from_config(cls, config):
        return cls(config["url"], config["paths"])

    def acquire(self, send):
        answer = send(WireRequest(method="GET", url=self.url + self.paths[0]))
        return Token("Vault " + answer.text, (answer.text,))
'''


class VaultAuth:
    """A provider that asks an API for its token."""

    def __init__(self, url):
        self.url = url

    @classmethod
    def from_config(cls, config):
        """Take the address."""
        return cls(config["url"])

    def acquire(self, send):
        """Read the token."""
        answer = send(WireRequest(method="GET", url=f"{self.url}/secret"))
        return Token(f"Vault {answer.text}", (answer.text,))


class Broken(VaultAuth):
    """A provider with a mistake in it."""

    def acquire(self, send):
        """Fail as no provider should."""
        raise KeyError("lease")


@pytest.fixture
def api():
    with serve_api() as server:
        server.reply("GET", "/secret", Reply(200, "v4ult-token"))
        yield server


def vault(api, name="vault"):
    """Return an entry of ``auth``."""
    return {"type": name, "name": "api", "config": {"url": api.url}}


def composed(api):
    """Return a stage that is composed in Python."""
    return Stage(
        name="network",
        store=MemoryStore(),
        auth=[AuthSettings(type="vault", name="api", config={"url": api.url})],
        migrations=[
            Migration(
                version=1,
                name="a",
                up=Request("POST", f"{api.url}/items", auth_name="api", body={}),
            )
        ],
    )


def test_a_migrator_takes_a_class(tmp_path, api):
    """A document that names its type is right, and its token is sent."""
    directory = project(tmp_path, api, creates("a"), auth=vault(api))

    assert directory.migrator(auth_providers={"vault": VaultAuth}).up().ok

    assert "Vault v4ult-token" == api.last.headers["authorization"]


def test_an_orchestrator_takes_a_class(tmp_path, api):
    """For all of its stages, read from files."""
    project(tmp_path / "network", api, creates("a"), auth=vault(api))
    stages = tmp_path / "stages.yaml"
    stages.write_text("stages: [{name: network, config_path: network/config.yaml}]\n")

    orchestrator = Orchestrator.from_file(stages, auth_providers={"vault": VaultAuth})

    assert orchestrator.up().ok
    assert "Vault v4ult-token" == api.last.headers["authorization"]


def test_composed_stages_take_a_class(api):
    """The same without any file."""
    providers = {"vault": VaultAuth}

    assert Orchestrator([composed(api)], auth_providers=providers).up().ok
    assert Migrator(composed(api), auth_providers=providers).up().ok

    assert "Vault v4ult-token" == api.last.headers["authorization"]


def test_a_class_goes_along_to_another_process(tmp_path, api):
    """Whatever carries the stages."""
    directory = project(tmp_path, api, creates("a"), auth=vault(api))

    with ProcessPoolExecutor(1) as executor:
        result = directory.migrator(
            auth_providers={"vault": VaultAuth}, executor=executor
        ).up()

    assert result.ok, result.failure
    assert "Vault v4ult-token" == api.last.headers["authorization"]


def test_a_class_may_take_the_place_of_ours(tmp_path, api):
    """Then its settings are its own."""
    directory = project(tmp_path, api, creates("a"), auth=vault(api, "basic"))

    assert directory.migrator(auth_providers={"basic": VaultAuth}).up().ok

    assert "Vault v4ult-token" == api.last.headers["authorization"]


def test_without_the_class_its_type_is_unknown(tmp_path, api):
    """In a file and in a stage that is composed; what is near is named."""
    directory = project(tmp_path, api, creates("a"), auth=vault(api))

    for load in (directory.migrator, lambda: Migrator(composed(api))):
        with pytest.raises(DocumentError, match="'vault' is no auth type"):
            load()
    with pytest.raises(DocumentError, match="did you mean 'vaults'"):
        directory.migrator(auth_providers={"vaults": VaultAuth})


def test_a_mistake_of_a_class_is_told_as_such(tmp_path, api):
    """And not taken for a variable that is missing."""
    migration = creates("a", auth_name=None, headers={"X": "{{.auth.api}}"})
    directory = project(tmp_path, api, migration, auth=vault(api))

    result = directory.migrator(auth_providers={"vault": Broken}).up()

    assert "AuthError" == result.failure.kind
    assert (
        "the token 'api' (type vault) could not be acquired: KeyError: 'lease'"
        == result.failure.message
    )


def _install(where: Path) -> None:
    """Make what an installed distribution is to Python: modules and metadata."""
    (where / "acme_vault.py").write_text(VAULT)
    info = where / "acme_vault-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: acme-vault\nVersion: 1.0\n"
    )
    (info / "entry_points.txt").write_text(
        "[apirun.auth]\nacme = acme_vault:VaultAuth\n"
    )


def test_a_class_of_another_distribution_is_found(tmp_path, api):
    """By the command line too; lists in its settings stay lists, templates inside."""
    site = tmp_path / "site"
    site.mkdir()
    _install(site)
    config = {"url": api.url, "paths": ["/{{.what}}"]}
    auth = {"type": "acme", "name": "api", "config": config}
    root = tmp_path / "config"
    project(root, api, creates("a"), auth=auth, env={"what": "secret"})

    without = run_apirun("validate", "--config", "config.yaml", cwd=root)
    env = {"PYTHONPATH": os.pathsep.join([str(site), os.environ.get("PYTHONPATH", "")])}
    done = run_apirun("up", "-v", "--config", "config.yaml", cwd=root, env=env)

    assert (2, True) == (without.code, "'acme' is no auth type" in without.err)
    assert 0 == done.code, done
    assert "Vault v4ult-token" == api.last.headers["authorization"]
    assert "v4ult" not in done.out + done.err
