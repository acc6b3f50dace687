"""Documents to values: every key arrives where it belongs."""

import pytest

from apirun.documents import load_directory, load_stages
from apirun.env import EnvEntry
from apirun.migration import Capture, Migration, Poll, Probe, Request, Response
from apirun.retry import RetryPolicy
from apirun.settings import (
    AuthSettings,
    ClientSettings,
    LoggingSettings,
    StoreSettings,
    WaitSettings,
)
from apirun.stage import EnvFromStage, OnFailure

STAGES = """
apiVersion: apirun/v1
kind: StageOrchestration
stages:
  - name: infrastructure
    config_path: infrastructure/config.yaml
    env: {region: us-west-2, replicas: 3, version: 1.10, on: yes, none: , mask: 0x1F}
    timeout: 300s
  - name: services
    config_path: ./services/../services/config.yaml
    depends_on: [infrastructure]
    env:
      - {name: a, value: b, secret: true}
      - {name: home, valueFromEnv: APIRUN_TEST_UNSET}
    env_from_stages:
      - stage: infrastructure
        vars: [vpc_id, db_endpoint]
    condition: '{{eq .environment "production"}}'
    on_failure: skip_dependents
global:
  env: {project_name: demo}
  wait_between_stages: 10s
  rollback_on_failure: true
  max_concurrent_stages: 0
"""
CONFIG = """
migrate_dir: migration
env:
  a: {value: b, secret: true}
  c: 007
auth:
  - type: oauth2
    name: admin
    config: {token_url: "{{.a}}", client_id: 0123, client_secret: x, scopes: [1]}
store:
  type: sqlite
  save_response_body: true
  sqlite: {path: ../x.db}
  table_prefix: demo
wait: {url: "{{.b}}/health", status: 204, timeout: 1m, headers: {A: b}}
client:
  insecure: true
  min_tls_version: tls1.2
  max_tls_version: "1.3"
  ca_file: ca.pem
  cert_file: /etc/cert.pem
  timeout: 5s
  max_response_bytes: 1.5KiB
  proxy: http://127.0.0.1:1
  retry: {attempts: 5, backoff: 100ms, max_backoff: 2s}
logging: {level: debug, format: json, color: false, masking: {enabled: false}}
render_body: false
delay_between_migrations: 1.5s
"""
MIGRATION = """
up:
  name: create user
  env: {username: demo}
  request:
    auth_name: admin
    method: post
    url: "{{.api_base}}/users"
    headers: [{name: X-Request, value: "{{.id}}"}, {name: X-Request, value: 2}]
    queries: {notify: true}
    body: {user: "{{.username}}", n: [1, 1.5, 0x10, yes, true, null, "1"], 1: {}}
    render_body: true
    timeout: 10s
    retry: {attempts: 1}
    idempotency_key: true
  response:
    result_code: ["201", 409, 2xx, "{{.code}}"]
    env_missing: fail
    env_from: {user_id: "id", token: {path: "access.token", secret: true}}
  poll:
    request: {url: "{{.api_base}}/users/{{.user_id}}", timeout: 2s}
    until: '{{eq .status "ready"}}'
    fail_if: "{{.status}} == 'failed'"
    response: {env_from: {status: status}}
    interval: 500ms
    timeout: 5m
probe:
  request: {url: "{{.api_base}}/users"}
  response: {result_code: 200, env_from: {user_id: "0.id"}}
down:
  name: delete user
  auth: admin
  env: {a: b}
  find: {request: {url: /find}, response: {env_from: {user_id: id}}}
  method: DELETE
  url: "/users/{{.user_id}}"
  headers: {A: b}
  body_file: gone.bin
  response: {result_code: [200, "204"]}
"""


@pytest.fixture(name="root")
def _root(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stages.yaml").write_text(STAGES)
    (tmp_path / "infrastructure/migration").mkdir(parents=True)
    (tmp_path / "infrastructure/config.yaml").write_text(CONFIG)
    (tmp_path / "infrastructure/migration/010_create_user.yaml").write_text(MIGRATION)
    (tmp_path / "infrastructure/migration/gone.bin").write_bytes(b"\xff{{")
    (tmp_path / "services").mkdir()
    (tmp_path / "services/config.yaml").write_text("env:\n")
    return tmp_path


def test_stages_have_what_stages_yaml_says(root):
    """
    Scalars of ``env`` keep their text, durations are seconds, names are kept.
    """
    file = load_stages("stages.yaml")
    first, second = file.stages

    assert (
        EnvEntry("region", "us-west-2"),
        EnvEntry("replicas", "3"),
        EnvEntry("version", "1.10"),
        EnvEntry("on", "yes"),
        EnvEntry("none", ""),
        EnvEntry("mask", "0x1F"),
    ) == first.env
    assert (300.0, OnFailure.STOP, ()) == (
        first.timeout_s,
        first.on_failure,
        first.depends_on,
    )
    assert ("infrastructure",) == second.depends_on
    assert (
        EnvEntry("a", "b", None, secret=True),
        EnvEntry("home", "", "APIRUN_TEST_UNSET"),
    ) == second.env
    assert (EnvFromStage("infrastructure", ("vpc_id", "db_endpoint")),) == (
        second.env_from_stages
    )
    assert '{{eq .environment "production"}}' == second.condition
    assert OnFailure.SKIP_DEPENDENTS is second.on_failure
    assert (EnvEntry("project_name", "demo"),) == file.env
    assert (10.0, True, 0) == (
        file.wait_between_stages_s,
        file.rollback_on_failure,
        file.max_concurrent_stages,
    )


def test_a_stage_has_what_its_config_says(root):
    """
    Every setting arrives, and every path is absolute.
    """
    stage = load_stages("stages.yaml").stages[0]
    home = root / "infrastructure"

    assert "infrastructure/config.yaml" == stage.config_path
    assert str(home / "migration") == stage.directory
    assert (
        EnvEntry("a", "b", None, secret=True),
        EnvEntry("c", "007"),
    ) == stage.private_env
    assert (
        AuthSettings(
            type="oauth2",
            name="admin",
            config={
                "token_url": "{{.a}}",
                "client_id": "0123",
                "client_secret": "x",
                "scopes": ("1",),
            },
        ),
    ) == stage.auth
    assert (
        StoreSettings(
            save_response_body=True,
            options={"path": str(root / "x.db")},
            table_prefix="demo",
        )
        == stage.store
    )
    assert (
        WaitSettings(
            url="{{.b}}/health", status=204, timeout_s=60, headers=(("A", "b"),)
        )
        == stage.wait
    )
    assert (
        ClientSettings(
            insecure=True,
            min_tls_version="1.2",
            max_tls_version="1.3",
            ca_file=str(home / "ca.pem"),
            cert_file="/etc/cert.pem",
            timeout_s=5,
            max_response_bytes=1536,
            proxy="http://127.0.0.1:1",
            retry=RetryPolicy(attempts=5, wait_initial_s=0.1, wait_max_s=2),
        )
        == stage.client
    )
    assert (
        LoggingSettings(level="debug", format="json", color=False, masking=False)
        == stage.logging
    )
    assert (False, 1.5) == (stage.render_body, stage.delay_between_migrations_s)


def test_a_migration_has_what_its_file_says(root):
    """
    Every key of a migration arrives; bodies are typed by YAML 1.2.
    """
    migration = load_stages("stages.yaml").stages[0].migrations[0]

    assert (
        Migration(
            version=10,
            name="create_user",
            title="create user",
            up=Request(
                "POST",
                "{{.api_base}}/users",
                headers=(("X-Request", "{{.id}}"), ("X-Request", "2")),
                queries=(("notify", "true"),),
                body={
                    "user": "{{.username}}",
                    "n": (1, 1.5, 16, "yes", True, None, "1"),
                    "1": {},
                },
                render_body=True,
                timeout_s=10,
                retry=RetryPolicy(attempts=1),
                idempotency_key=True,
                auth_name="admin",
                env=(EnvEntry("username", "demo"),),
                response=Response(
                    result_code=("201", "409", "2xx", "{{.code}}"),
                    env_missing="fail",
                    env_from={
                        "user_id": Capture("id"),
                        "token": Capture("access.token", secret=True),
                    },
                ),
            ),
            probe=Probe(
                Request(
                    "GET",
                    "{{.api_base}}/users",
                    response=Response(
                        result_code="200", env_from={"user_id": Capture("0.id")}
                    ),
                )
            ),
            poll=Poll(
                request=Request(
                    "GET",
                    "{{.api_base}}/users/{{.user_id}}",
                    timeout_s=2,
                    response=Response(env_from={"status": "status"}),
                ),
                until='{{eq .status "ready"}}',
                fail_if="{{.status}} == 'failed'",
                interval_s=0.5,
                timeout_s=300,
            ),
            down=Request(
                "DELETE",
                "/users/{{.user_id}}",
                headers={"A": "b"},
                body=b"\xff{{",
                body_file=str(root / "infrastructure/migration/gone.bin"),
                auth_name="admin",
                env=(EnvEntry("a", "b"),),
                response=Response(result_code=("200", "204")),
                find=Request(
                    "GET", "/find", response=Response(env_from={"user_id": "id"})
                ),
            ),
        )
        == migration
    )
    assert "010_create_user" == migration.label


def test_values_are_found_by_name(root):
    """
    The places of variables and headers are known by their names in both forms.
    """
    file = load_stages("stages.yaml")
    first, second = file.stages
    migration = first.migrations[0].origin

    def place(origin, key):
        return str(origin.locate(key))

    assert "stages.yaml:7:19" == place(first.origin, "env.region")
    assert "stages.yaml:13:26" == place(second.origin, "env.a")
    assert "stages.yaml:18:17" == place(second.origin, "condition")
    assert "stages.yaml:21:23" == place(file.origin, "global.env.project_name")
    assert "infrastructure/config.yaml:4:14" == place(first.config_origin, "env.a")
    assert "infrastructure/migration/010_create_user.yaml:4:19" == place(
        migration, "up.env.username"
    )
    assert "infrastructure/migration/010_create_user.yaml:9:41" == place(
        migration, "up.request.headers.0.value"
    )


def test_an_unset_process_variable_is_a_warning(root, monkeypatch):
    """
    It is told where it stands, and only while it is not set.
    """
    (warning,) = load_stages("stages.yaml").warnings
    monkeypatch.setenv("APIRUN_TEST_UNSET", "x")

    assert (
        "stages.yaml:14:9: the process variable APIRUN_TEST_UNSET, which 'home' takes "
        "its value from, is not set\n"
        "  14 |       - {name: home, valueFromEnv: APIRUN_TEST_UNSET}\n"
        "     |         ^"
    ) == str(warning)
    assert () == load_stages("stages.yaml").warnings


def test_a_postgres_store_has_what_its_block_says(root, monkeypatch):
    """
    Either name of the type is taken; a process variable is only named.
    """
    monkeypatch.delenv("INFRA_PW", raising=False)
    (root / "services/config.yaml").write_text(
        "store:\n"
        "  type: postgresql\n"
        "  postgres:\n"
        "    host: db.example.com\n"
        "    port: 5433\n"
        "    user: me\n"
        "    password: {valueFromEnv: INFRA_PW}\n"
        "    dbname: 007\n"
        "    sslmode: require\n"
    )

    loaded = load_directory("services/config.yaml")

    assert (
        StoreSettings(
            type="postgres",
            options={
                "host": "db.example.com",
                "port": "5433",
                "user": "me",
                "dbname": "007",
                "sslmode": "require",
            },
            options_from_env={"password": "INFRA_PW"},
        )
        == loaded.stage.store
    )
    (warning,) = loaded.warnings
    assert "the process variable INFRA_PW, which 'password' takes" in str(warning)
    assert "services/config.yaml:7:" in str(warning)


def test_a_directory_alone_is_named_like_its_folder(root):
    """
    Without a stages.yaml the stage is called like the directory of its config.
    """
    loaded = load_directory("infrastructure/config.yaml")

    assert "infrastructure" == loaded.stage.name
    assert () == loaded.warnings
    assert None is load_directory("services/config.yaml").stage.store


def test_a_config_of_two_stages_is_read_for_both(root):
    """
    Two stages may share a config.yaml and differ in their variables.
    """
    (root / "stages.yaml").write_text(
        "stages:\n"
        "  - {name: a, config_path: infrastructure/config.yaml, env: {x: 1}}\n"
        "  - {name: b, config_path: infrastructure/config.yaml, env: {x: 2}}\n"
    )

    first, second = load_stages("stages.yaml").stages

    assert first.migrations == second.migrations
    assert ("1", "2") == (first.env[0].value, second.env[0].value)


def test_a_colon_inside_of_flow_text_is_text(root):
    """
    What YAML 1.2 allows is read, though libyaml stumbles over it.
    """
    (root / "services/config.yaml").write_text("env: {a: http://127.0.0.1:1/x}\n")

    stage = load_directory("services/config.yaml").stage

    assert (EnvEntry("a", "http://127.0.0.1:1/x"),) == stage.private_env
