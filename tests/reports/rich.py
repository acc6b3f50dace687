"""A run in which everything happens that a report can tell."""

import re

from apirun import (
    Call,
    Capture,
    EnvEntry,
    EnvFromStage,
    MemoryStore,
    Migration,
    OnFailure,
    Orchestrator,
    Poll,
    Request,
    Response,
    Stage,
)

__all__ = ["SECRET", "TOKEN", "normal", "run"]

SECRET = "s3cret-of-the-vault"
TOKEN = "t0ken-of-the-answer"
AWKWARD = "<b>&amp; |`x` ]]> \x1b[2J\x00 \U0001f600\nhttps://example.org @all"


def note(context):
    """Send two requests, and capture what came."""
    address = context.render("{{.api_base}}/notes")
    session = context.session
    session.post(address, json={"text": AWKWARD}).raise_for_status()
    context.capture("notes", len(session.get(address).json()))


def forget(context):
    """Take away what `note` made."""
    context.session.delete(context.render("{{.api_base}}/notes/notes-1"))


def versions(stage, *migrations):
    """Return *stage* with its own store and these ups, numbered from 1."""
    return Stage(
        store=MemoryStore(),
        migrations=[
            Migration(version=number, **migration)
            for number, migration in enumerate(migrations, start=1)
        ],
        **stage,
    )


def stages():
    """Return the stages of the run, in order."""
    down = Request("DELETE", "{{.api_base}}/vaults/{{.vault_id}}")
    captured = {
        "vault_id": "id",
        "token": Capture("access_token", secret=True),
    }
    body = {"key": "{{.vault_key}}", "access_token": TOKEN}
    vault = Request(
        "POST",
        "{{.api_base}}/vaults?key={{.vault_key}}",
        headers={"Authorization": "Bearer {{.vault_key}}"},
        body=body,
        response=Response(result_code=[201], env_from=captured),
    )
    use = Request(
        "PUT", "{{.api_base}}/uses/1", body={"echo": "{{.token}} {{.vault_key}}"}
    )
    machine = "{{.api_base}}/machines/a"
    state = Response(env_from={"state": "state"})
    poll = Poll(
        request=Request("GET", machine, response=state), until='{{eq .state "up"}}'
    )
    lost = Response(env_from={"order_id": "no.such"}, env_missing="fail")
    after = {"depends_on": ["vault"], "on_failure": OnFailure.SKIP_DEPENDENTS}
    return [
        versions(
            {
                "name": "vault",
                "env": [EnvEntry("vault_key", SECRET, secret=True)],
            },
            {"name": "create_vault", "up": vault, "down": down},
            {"name": "use_vault", "up": use, "down": use},
        ),
        versions(
            {**after, "name": "machines"},
            {
                "name": "boot",
                "up": Request("PUT", machine, body={"state": "up"}),
                "down": Request("DELETE", machine),
                "poll": poll,
            },
            {"name": "note", "up": Call(note), "down": Call(forget)},
        ),
        versions(
            {
                **after,
                "name": "orders",
                "env_from_stages": [EnvFromStage("vault", ["no_such_name"])],
            },
            {
                "name": "order",
                "up": Request("POST", "{{.api_base}}/orders", response=lost),
            },
        ),
        versions(
            {**after, "name": "shops"},
            {
                "name": "rename",
                "up": Request(
                    "PATCH", "{{.api_base}}/shops/none|`{{.vault_key}}`", body={}
                ),
            },
        ),
        versions(
            {"name": "after", "depends_on": ["shops"]},
            {"name": "never", "up": Request("GET", "{{.api_base}}/shops")},
        ),
        versions(
            {"name": "off", "condition": "false"},
            {"name": "never", "up": Request("GET", "{{.api_base}}/shops")},
        ),
        versions({"name": "idle"}),
    ]


def run(api, *listeners):
    """Run all stages against *api*, one at a time; return the result."""
    return Orchestrator(
        stages(),
        env={"api_base": api.url},
        listeners=listeners,
        max_concurrent_stages=1,
        rollback_on_failure=True,
    ).up()


_VARYING = (
    (re.compile(r"127\.0\.0\.1((?::|&#58;))\d+"), r"127.0.0.1\g<1>PORT"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+\+00:00)?"), "MOMENT"),
    (re.compile(r'("elapsed_s": )[\d.e-]+'), r"\1ELAPSED"),
    (re.compile(r'( time=")\d+\.\d{3}"'), r'\1ELAPSED"'),
    (re.compile(r"\b\d+(\.\d)?m?s\b"), "ELAPSED"),
    (re.compile(r'\["Date", "[^"]*"\]'), '["Date", "MOMENT"]'),
    (re.compile(r"BaseHTTP/[\d.]+ Python/[\d.]+"), "BaseHTTP Python"),
    (re.compile(r"\b[0-9a-f]{8}-[0-9a-f-]{27}\b"), "UUID"),
    (re.compile(r"[\w./-]*/(rich\.py):\d+(:\d+)?"), r"\1:LINE"),
    (re.compile(r'("version": )"[\w.+-]+"'), r'\1"VERSION"'),
    (re.compile(r"python-requests/[\d.]+"), "python-requests"),
)


def normal(text):
    """Return *text* without what differs from one run to the next."""
    for pattern, instead in _VARYING:
        text = pattern.sub(instead, text)
    return text
