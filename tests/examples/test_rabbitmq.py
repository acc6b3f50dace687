"""The third example: a real RabbitMQ broker is set up, and emptied again."""

import json
import os
import signal
import subprocess
import sys

import pytest

from tests.helpers.cloud import copy_example
from tests.helpers.command import run_apirun
from tests.helpers.rabbitmq import installed_rabbitmq, serve_rabbitmq

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(
        not (installed_rabbitmq() / ".complete").exists(),
        reason="RabbitMQ is not unpacked here: examples/rabbitmq/install.sh needs apt",
    ),
]

SECRETS = {"RABBITMQ_PASSWORD": "guest", "ORDERS_PASSWORD": "till-roll-1879"}


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    """Serve one broker for all tests; each finds it empty."""
    with serve_rabbitmq(tmp_path_factory.mktemp("rabbitmq") / "data") as server:
        yield server


@pytest.fixture
def example(broker, tmp_path):
    """Make a copy of the example."""
    directory = copy_example("rabbitmq", tmp_path)
    yield directory
    for vhost in broker.names("vhosts") - {"/"}:
        broker.ask("DELETE", f"vhosts/{vhost}")
    for user in broker.names("users") - {"guest"}:
        broker.ask("DELETE", f"users/{user}")


def run(directory, broker, *arguments):
    """Run ``apirun stages`` in a fresh process."""
    url = f"rabbitmq_url={broker.url}"
    done = run_apirun("stages", *arguments, "--var", url, cwd=directory, env=SECRETS)
    assert SECRETS["ORDERS_PASSWORD"] not in done.out + done.err
    return done


def sent_once(result):
    """Return the versions of one ``--json`` result that were applied."""
    return sum(len(stage["migrations"]) for stage in result["stages"].values())


def test_up_sets_the_broker_up(example, broker):
    """The host, its user with rights, exchange, queues, binding, policy are there."""
    assert 0 == run(example, broker, "up").code

    rights = broker.ask("GET", "permissions/shop/orders")
    bindings = broker.ask("GET", "bindings/shop/e/orders/q/orders.new")
    policy = broker.ask("GET", "policies/shop/expiry")
    assert {"orders.dead", "orders.new"} == broker.names("queues/shop")
    assert ("^$", "^orders") == (rights["configure"], rights["write"])
    assert ["order.created"] == [each["routing_key"] for each in bindings]
    assert 86_400_000 == policy["definition"]["message-ttl"]


def test_a_second_up_sends_nothing(example, broker):
    """In a fresh process nothing is left to do."""
    run(example, broker, "up")

    done = run(example, broker, "up", "--json")

    assert 0 == done.code
    assert 0 == sent_once(json.loads(done.out))


def test_what_was_deleted_behind_its_back_is_reported_as_drift(example, broker):
    """A queue that is gone, and its binding with it, are told; nothing is changed."""
    run(example, broker, "up")
    broker.ask("DELETE", "queues/shop/orders.new")

    done = run(example, broker, "status", "--probe", "--exit-code")

    assert 1 == done.code
    assert "topology/003_create_queue_new  applied  absent" in done.out
    assert "topology/004_bind_queue        applied  absent" in done.out
    assert "10 versions with a probe: 2 drifted." in done.out
    assert {"orders.dead"} == broker.names("queues/shop")


def test_outside_production_no_policy_is_made(example, broker):
    """The condition skips the stage."""
    assert 0 == run(example, broker, "up", "--var", "environment=test").code

    assert [] == broker.ask("GET", "policies/shop")
    assert "skipped" in run(example, broker, "status").out


def test_a_broker_set_up_by_hand_is_adopted_and_taken_down(example, broker, tmp_path):
    """Without its history, the probes find everything, and down removes it."""
    run(example, broker, "up")
    (tmp_path / "again").mkdir()
    fresh = copy_example("rabbitmq", tmp_path / "again")

    adopted = run(fresh, broker, "adopt")
    down = run(fresh, broker, "down")

    assert (0, 0) == (adopted.code, down.code), adopted.err + down.err
    assert {"/"} == broker.names("vhosts")


def test_a_run_that_is_killed_is_finished_by_the_next_one(example, broker):
    """Wherever the kill strikes, running again leaves everything once."""
    for moment_s in (0.35, 0.5, 0.65):
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "apirun_cli",
                "stages",
                "up",
                "--var",
                f"rabbitmq_url={broker.url}",
            ],
            cwd=str(example),
            env={**os.environ, **SECRETS},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            process.wait(timeout=moment_s)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        assert 0 == run(example, broker, "up").code
        assert 1 == len(broker.ask("GET", "bindings/shop/e/orders/q/orders.new"))
        assert 0 == run(example, broker, "down").code


def test_a_virtual_host_that_was_left_half_made_is_finished(example, broker):
    """A broker that lost its client leaves it stopped, and nobody may use it."""
    for _ in range(50):
        broker.lose_client_of("vhosts/shop")
        half_made = broker.ask("GET", "vhosts/shop")
        if half_made and ["stopped"] == [*half_made["cluster_state"].values()]:
            break
        broker.ask("DELETE", "vhosts/shop")
    else:
        pytest.skip("this broker always finished what it had begun")

    assert 0 == run(example, broker, "up").code

    made = broker.ask("GET", "vhosts/shop")
    assert ["running"] == [*made["cluster_state"].values()]
    assert {"orders.dead", "orders.new"} == broker.names("queues/shop")


def test_down_leaves_an_empty_broker(example, broker):
    """Only what the broker brings itself is left."""
    run(example, broker, "up")

    assert 0 == run(example, broker, "down").code

    assert {"/"} == broker.names("vhosts")
    assert {"guest"} == broker.names("users")
