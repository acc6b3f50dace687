"""What the logger ``apirun`` of the standard library gets."""

import logging
import re
import subprocess
import sys

from apirun import (
    ClientSettings,
    EnvEntry,
    MemoryStore,
    Migration,
    Orchestrator,
    Request,
    RetryPolicy,
    Stage,
)
from apirun.testing import Reply


def stages(api):
    """Return two stages, of which the second has a version that may fail."""
    key = [EnvEntry("key", "hunter2-hunter2", secret=True)]
    made = [
        Migration(
            version=number,
            name=name,
            up=Request("PUT", f"{api.url}/{name}/1?key={{{{.key}}}}"),
            down=Request("DELETE", f"{api.url}/{name}/1"),
        )
        for number, name in enumerate(("vpc", "vm"), start=1)
    ]
    quick = ClientSettings(retry=RetryPolicy(attempts=2, wait_initial_s=0.0))
    once = ClientSettings(retry=RetryPolicy(attempts=1))
    first = Stage(
        name="one",
        migrations=made[:1],
        env=key,
        store=MemoryStore(),
        client=once,
        on_failure="continue",
    )
    second = Stage(
        name="two",
        migrations=made[1:],
        env=key,
        depends_on=["one"],
        store=MemoryStore(),
        client=quick,
    )
    return [first, second]


def run(api, caplog, **settings):
    """Run both stages and return what was logged, times and addresses left out."""
    caplog.set_level(logging.DEBUG, "apirun")
    Orchestrator(stages(api), **settings).up()
    return [
        f"{record.levelname} "
        + re.sub(r"(wait_s|elapsed_s)=[\d.]+", r"\1=N", record.getMessage())
        .replace(api.url, "API")
        .replace(api.url[len("http://") :], "HOST")
        for record in caplog.records
        if record.name == "apirun"
    ]


def test_a_run_is_told_in_order_and_without_secrets(api, caplog):
    """What ends a stage or a version is for everybody, what begins one is not."""
    assert [
        "INFO event='stage started' stage='one' versions=1",
        (
            "DEBUG event='migration started' stage='one' migration='001_vpc' "
            "request='PUT API/vpc/1?key=***'"
        ),
        (
            "INFO event='migration finished' stage='one' migration='001_vpc' "
            "outcome='applied' status=200"
        ),
        "INFO event='stage finished' stage='one' outcome='applied'",
        "INFO event='stage started' stage='two' versions=1",
        (
            "DEBUG event='migration started' stage='two' migration='002_vm' "
            "request='PUT API/vm/1?key=***'"
        ),
        (
            "INFO event='migration finished' stage='two' migration='002_vm' "
            "outcome='applied' status=200"
        ),
        "INFO event='stage finished' stage='two' outcome='applied'",
    ] == run(api, caplog)


def test_failures_are_errors_and_what_is_tried_again_is_a_warning(api, caplog):
    """Each says what it was, and what is taken back is said, too."""
    api.reply("PUT", "/vm/1", Reply(503), Reply(409, "is taken"))

    lines = run(api, caplog, rollback_on_failure=True)

    assert [
        (
            "WARNING event='request is tried again' stage='two' "
            "request='PUT API/vm/1?key=***' reason='it answered 503' tries=1 wait_s=N"
        ),
        (
            "ERROR event='migration finished' stage='two' migration='002_vm' "
            "outcome='failed' status=409"
        ),
        (
            "ERROR event='stage finished' stage='two' outcome='failed' "
            "error=\"PUT API/vm/1?key=*** answered 409, but 'response.result_code' "
            'accepts any status below 400"'
        ),
        "WARNING event='rollback started' stages='one'",
        (
            "INFO event='migration finished' stage='one' migration='001_vpc' "
            "outcome='rolled_back' status=200"
        ),
    ] == [line for line in lines if " started' stage=" not in line][2:7]


def test_a_host_that_is_left_alone_is_told(api, caplog):
    """Whoever waits for it is named, and for whom."""
    api.reply("PUT", "/vpc/1", Reply(429, headers={"Retry-After": "2"}))

    lines = run(api, caplog)

    assert [
        (
            "INFO event='request waits, its host asked to be left alone' stage='two' "
            "request='PUT API/vm/1?key=***' host='HOST' wait_s=N"
        )
    ] == [line for line in lines if "left alone" in line]


def test_what_nobody_listens_to_costs_no_import():
    """Without a handler no record is made; with one, structlog makes it."""
    code = """
import logging, sys
from apirun import MemoryStore, Orchestrator, Stage
orchestrator = Orchestrator([Stage(name="one", store=MemoryStore())])
orchestrator.up()
print("structlog" in sys.modules)
logging.basicConfig(format="%(levelname)s %(name)s %(message)s", level="INFO")
orchestrator.up()
print("structlog" in sys.modules)
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        encoding="utf-8",
        check=True,
    )

    assert "False\nTrue\n" == done.stdout
    assert "INFO apirun event='stage finished' stage='one'" in done.stderr
