"""Named values as programs declare them."""

import pickle
import sqlite3
from contextlib import closing

import pytest

from apirun import Migration, Orchestrator, Request, SecretText, SqliteStore, Stage
from tests.helpers.server import Reply, serve

PIN = "hunter2-hunter2"


def test_secret_text_is_text_that_hides_itself():
    """It is equal to its text, goes through pickle, and its repr tells nothing."""
    secret = pickle.loads(pickle.dumps(SecretText(PIN)))

    assert (PIN, PIN) == (secret, f"{secret}")
    assert "{'pin': '***'}" == repr({"pin": secret})


@pytest.mark.parametrize("name", ["pin", "anything"])
def test_a_secret_variable_is_sent_and_neither_shown_nor_recorded(tmp_path, name):
    """Whatever it is called: the API gets it, results and history do not."""
    history = tmp_path / "history.db"
    up = Request("POST", f"{{{{.api}}}}/users?pin={{{{.{name}}}}}")
    stage = Stage(
        name="users",
        migrations=[Migration(version=1, name="add", up=up)],
        store=SqliteStore(history),
    )

    with serve() as api:
        api.reply("POST", "/users", Reply(418, {"pin": PIN}))
        told = {"api": api.url, name: SecretText(PIN)}
        result = Orchestrator([stage]).up(variables=told)
        sent = dict(api.last.query)

    assert {"pin": PIN} == sent
    assert "418" in str(result)
    assert PIN not in f"{result}{result.to_dict()}"
    with closing(sqlite3.connect(str(history))) as database:
        assert PIN not in "\n".join(database.iterdump())
