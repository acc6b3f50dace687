"""No report of any form tells a secret, in whatever way it came in."""

import base64
import json
from urllib.parse import quote

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from apirun import (
    AuthSettings,
    Call,
    Capture,
    EnvEntry,
    MemoryStore,
    Migration,
    Orchestrator,
    Request,
    Response,
    Stage,
)
from apirun.reports import Recorder, to_json, to_junit, to_markdown
from apirun.reports.html import to_html
from tests.helpers.server import Reply, serve

LOGIN = {"username": "deployer", "password": "{{.entry}}"}
secrets = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_characters="*"),
    min_size=8,
    max_size=20,
).map(lambda text: f"{text}~q7")  # else it may be a word of the report itself


def run(api, entry, captured):
    """Return the reports of a run that meets two secrets in many ways."""

    def shout(context):
        address = context.render("{{.api_base}}/echo?key={{.entry}}")
        context.session.post(
            address, data=context.variables["token"]
        ).raise_for_status()
        context.capture("said", f"it is {context.variables['token']}")
        raise ValueError(f"no: {context.variables['entry']}")

    answer = Response(env_from={"token": Capture("deep.value", secret=True)})
    login = Request("POST", "{{.api_base}}/login", response=answer, auth_name="cloud")
    echo = Request(
        "POST",
        "{{.api_base}}/echo?key={{.entry}}",
        headers={"X-Note": "{{b64enc .entry}}", "Authorization": "Bearer {{.token}}"},
        body={"both": "{{.entry}}{{.token}}"},
        response=Response(env_from={"seen": "response:body"}),
    )
    migrations = [
        Migration(version=1, name="login", up=login),
        Migration(version=2, name="echo", up=echo),
        Migration(version=3, name="shout", up=Call(shout)),
    ]
    stage = Stage(
        name="vault",
        migrations=migrations,
        env=[
            EnvEntry("api_base", api.url),
            EnvEntry("entry", entry, secret=True),
        ],
        auth=(AuthSettings(type="basic", name="cloud", config=LOGIN),),
        store=MemoryStore(),
    )
    api.reply("POST", "/login", Reply(200, {"deep": {"value": captured}}))
    api.reply(
        "POST",
        "/echo",
        lambda got: Reply(
            200,
            {"got": got.body.decode("utf-8", "replace"), "query": dict(got.query)},
        ),
    )
    recorder = Recorder()
    result = Orchestrator([stage], listeners=[recorder]).up()
    assert result.failed_stage == "vault"
    assert [2, 3] == [
        len(result.stages["vault"].done),
        len(result.stages["vault"].migrations),
    ]
    return [
        write(recorder.report) for write in (to_junit, to_json, to_markdown, to_html)
    ]


def forms(secret):
    """Return the ways in which a reader would find *secret*."""
    return {
        secret,
        quote(secret, safe=""),
        json.dumps(secret)[1:-1],
        base64.b64encode(secret.encode()).decode().rstrip("=")[:-2],
        base64.b64encode(f"deployer:{secret}".encode()).decode().rstrip("=")[16:-2],
    }


@settings(max_examples=25)
@given(entry=secrets, captured=secrets)
def test_no_secret_is_in_any_report(entry, captured):
    """Neither plain, nor encoded, nor echoed by the API or by a callable."""
    assume("{{" not in entry and "}}" not in entry)
    with serve() as api:
        reports = run(api, entry, captured)

    leaked = [
        (form, at)
        for secret in (entry, captured)
        for form in forms(secret)
        for at, text in enumerate(reports)
        if form in text
    ]
    assert [] == leaked
