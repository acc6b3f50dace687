"""What GJSON 1.19 itself gives."""

import json
from pathlib import Path as File

import pytest

from apirun.capture import MISSING, Path, parse_document

VECTORS = json.loads(
    (File(__file__).parent / "vectors" / "paths.json").read_text("utf-8")
)


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["path"])
def test_vector(case):
    """A path gives the very value, with its type, that the Go tool gives."""
    document = parse_document(json.dumps(VECTORS["document"]))

    actual = Path(case["path"]).get(document)

    expected = case.get("value", MISSING)
    assert expected == actual
    assert isinstance(actual, type(expected))
