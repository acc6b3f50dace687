"""What an error shows of a file has none of its secrets."""

import pytest

from apirun.shown_line import shown_code, shown_line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("password: hunter2", "password: ***    "),
        ("  password: 'it''s'  # mine", "  password: ***      # mine"),
        ('{password: "a, b: \\" c", host: x}', "{password: ***         , host: x}"),
        ("{host: x, sslPassword: hunter2}", "{host: x, sslPassword: ***    }"),
        ("dsn: postgres://me:p@ss@h/d", "dsn: postgres://me:*** @h/d"),
        ('dsn: "postgres://me:hunter2@h"', 'dsn: "postgres://me:***    @h"'),
        ("token: ab", "token: **"),
        ("api_key:   0123456", "api_key:   ***    "),
    ],
)
def test_secrets_are_masked_where_they_stand(text, shown):
    """
    A caret below still points at what is behind them.
    """
    assert shown == shown_line(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "host: hunter2",
        "password: {valueFromEnv: PW}",
        'password: "{{.password}}"',
        "password:",
        "{name: a, secret: true}",
        "url: http://127.0.0.1:8000/token:x",
        "url: http://127.0.0.1:8000/a@b",
        "url: http://{{.user}}:{{.password}}@h/",
    ],
)
def test_what_is_no_secret_stays(text):
    """
    Keys, templates and names of variables are what an error is about.
    """
    assert text == shown_line(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            'env={"db_password": "hunter2", "a": "b"}',
            'env={"db_password": ***      , "a": "b"}',
        ),
        (
            "EnvEntry('api_key', 'k-1', secret=True)",
            "EnvEntry('api_key', ***  , secret=True)",
        ),
        ('Stage(password="it\\"s", name="a")', 'Stage(password=***    , name="a")'),
        (
            'PostgresStore("postgres://me:hunter2@db/x")',
            'PostgresStore("postgres://me:***    @db/x")',
        ),
        (
            """config='{"password": "hunter2"}'""",
            """config='{"password": ***      }'""",
        ),
        ('{"token": "{{.admin_token}}"}', '{"token": "{{.admin_token}}"}'),
        (
            "capture('token', answer.text, secret=True)",
            "capture('token', answer.text, secret=True)",
        ),
    ],
)
def test_secrets_in_a_line_of_python_are_masked_likewise(text, shown):
    """What is no text of its own, a template for example, is shown."""
    assert shown == shown_code(text)
