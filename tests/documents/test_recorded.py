"""Recorded migrations: what is written is what is read, and form does not count."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apirun.documents import dump_migration, load_directory, load_recorded
from apirun.exceptions import DocumentError
from apirun.migration import Migration, Request
from tests.documents.strategies import MIGRATIONS

SHORT = """
up:
  name: make it
  env: {a: x, b: 1.10}
  request:
    method: post
    url: http://127.0.0.1/a
    headers: {X-A: b, X-C: d}
    queries: {n: 1}
    body_file: body.txt
  response: {result_code: 2XX, env_from: {id: id}}
  poll: {request: {url: /a/1}, until: "{{.ok}}", response: {env_from: {ok: ok}}}
down:
  auth: admin
  env: {c: d}
  method: DELETE
  url: http://127.0.0.1/a/{{.id}}
  response: {result_code: ["200"]}
"""
LONG = """
# The same, said otherwise.
down:
  name: away with it
  env: [{name: c, value: d}]
  response:
    result_code:
      - 200
  request:
    url: http://127.0.0.1/a/{{.id}}
    auth_name: admin
    method: DELETE
up:
  poll:
    timeout: 1m
    interval: 1000ms
    until: '{{.ok}}'
    request: {method: get, url: /a/1}
    response: {env_from: {ok: {path: ok}}}
  env:
    - name: a
      value: "x"
    - name: b
      value: '1.10'
  response:
    env_missing: skip
    env_from: {id: {path: id, secret: false}}
    result_code: [2xx]
  request:
    method: POST
    url: "http://127.0.0.1/a"
    queries: [{name: n, value: "1"}]
    headers:
      - name: X-A
        value: b
      - {name: X-C, value: d}
    body: "hello\\n"
"""


def read(directory, text):
    (directory / "config.yaml").write_text(
        "auth: [{type: api_key, name: admin, config: {value: k}}]"
    )
    (directory / "body.txt").write_text("hello\n")
    (directory / "001_a.yaml").write_text(text)
    return load_directory(str(directory / "config.yaml")).stage.migrations[0]


@given(MIGRATIONS)
@settings(max_examples=100)
def test_what_is_dumped_is_loaded(migration):
    """
    Dumping, loading and dumping again gives the same text.
    """
    text = dump_migration(migration)

    loaded = load_recorded(text, migration.version, migration.label)

    assert text == dump_migration(loaded)
    assert migration.label == loaded.label


def test_the_form_of_a_file_has_no_meaning(tmp_path):
    """
    Short and long forms, lists and mappings, titles and comments say the same.
    """
    assert dump_migration(read(tmp_path, SHORT)) == dump_migration(read(tmp_path, LONG))


def test_a_file_means_what_its_recorded_copy_means(tmp_path):
    """
    The copy in the history gives the requests that the file gave.
    """
    migration = read(tmp_path, LONG)

    loaded = load_recorded(dump_migration(migration), 1, "001_a")

    assert (migration.up, migration.down) == (loaded.up, loaded.down)
    assert migration.poll == loaded.poll is not None
    assert ("001_a", "a") == (loaded.label, loaded.name)


def test_bytes_survive():
    """
    A body that is no text is recorded as it is.
    """
    body = bytes(range(256))
    migration = Migration(version=1, name="a", up=Request("PUT", "/a", body=body))

    assert body == load_recorded(dump_migration(migration), 1, "001_a").up.body


def test_defaults_are_not_recorded():
    """
    What is not said is left out, so that a new default changes no digest.
    """
    migration = Migration(version=1, name="a", up=Request("GET", "/a"), title="b")

    assert '{"up":{"request":{"method":"GET","url":"/a"}}}' == dump_migration(migration)


def test_a_body_that_is_not_json_is_refused():
    """
    What can't be recorded is told when it is tried, with the migration's label.
    """
    migration = Migration(
        version=1, name="a", up=Request("PUT", "/a", body={"a": object()})
    )

    with pytest.raises(DocumentError, match="001_a: a body is not JSON"):
        dump_migration(migration)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "null",
        "[]",
        '"up"',
        "{}",
        '{"up":{"request":{"method":"GET","url":[5]}}}',
        '{"up":{"request":{"method":"GET","url":"/","body_base64":"a"}}}',
        '{"up":{"request":{"method":"GET","url":"/"}},"later":1}',
        "[" * 5000,
    ],
)
def test_a_damaged_copy_is_told(text):
    """
    A store that holds something else gives an error that names the version.
    """
    with pytest.raises(DocumentError, match="001_a: the recorded copy is no"):
        load_recorded(text, 1, "001_a")


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(["up", "down", "request", "env", "x"]), inner
            )
        ),
    )
)
@settings(max_examples=100)
def test_any_json_is_a_migration_or_refused(value):
    """
    Whatever a foreign store holds, nothing but a document error comes out.
    """
    told = "001_a"
    try:
        load_recorded(json.dumps(value), 1, "001_a")
    except DocumentError as error:
        told = str(error)

    assert told.startswith("001_a")
