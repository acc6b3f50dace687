"""The JSON Schema, as the command prints it."""

import json

import pytest

from apirun import schema
from tests.helpers.command import run_apirun


@pytest.mark.parametrize("kind", ["stages", "config", "migration"])
def test_a_schema_is_printed_as_json(tmp_path, kind):
    """Stdout holds the very schema that the library gives, and nothing else."""
    done = run_apirun("schema", kind, cwd=tmp_path)

    assert (0, "", schema(kind)) == (done.code, done.err, json.loads(done.out))


def test_an_unknown_kind_is_an_error_of_the_command(tmp_path):
    """It ends with 2 and names the kinds that there are."""
    done = run_apirun("schema", "pizza", cwd=tmp_path)

    assert (2, "") == (done.code, done.out)
    assert "there is no schema 'pizza'" in done.err
    assert "migration" in done.err
