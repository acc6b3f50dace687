"""The documented forms of all that is told as JSON, pinned by files."""

import json
import os
from pathlib import Path

import jsonschema
import pytest

from apirun import UsageError, schema
from apirun.documents import KINDS
from apirun.schemas import _VALUES

GOLDEN = Path(__file__).parent / "golden_schemas"
REWRITE = "APIRUN_REWRITE_GOLDEN"


def text_of(kind):
    return json.dumps(schema(kind), indent=2, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("kind", sorted(_VALUES))
def test_a_form_changes_only_where_everybody_sees_it(kind):
    """
    Each form is the one that lies beside this test.

    Set APIRUN_REWRITE_GOLDEN=1 to write them anew, and read the diff: programs
    rely on them.
    """
    path = GOLDEN / f"{kind}.json"
    told = text_of(kind)

    if os.environ.get(REWRITE):
        path.write_text(told, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == told


def test_no_form_is_pinned_that_is_gone():
    """Each file beside this test is one of the kinds."""
    assert set(_VALUES) == {path.stem for path in GOLDEN.iterdir()}


@pytest.mark.parametrize("kind", sorted(_VALUES))
def test_the_schema_is_one_and_describes_every_key(kind):
    """It is right by its own draft, and says what each key means."""
    found = schema(kind)
    objects = [found, *found["definitions"].values()]
    undescribed = [
        (shape.get("description"), key)
        for shape in objects
        for key, below in shape.get("properties", {}).items()
        if not below.get("description")
    ]

    jsonschema.Draft7Validator.check_schema(found)
    assert [] == undescribed
    assert [] == [
        shape
        for shape in objects
        if "properties" in shape
        and (
            shape["additionalProperties"] or shape["required"] != [*shape["properties"]]
        )
    ]


def test_files_and_values_have_kinds_of_their_own():
    """No kind is both a file and a value."""
    assert set() == set(KINDS) & set(_VALUES)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [("stage-rum", "did you mean 'stage-run'"), ("pizza", "known: stages, config")],
)
def test_an_unknown_kind_is_refused(wrong, told):
    """The nearest kind is named, or all of them."""
    with pytest.raises(UsageError, match=told):
        schema(wrong)
