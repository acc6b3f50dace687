"""What Go itself made of 500 templates."""

import json
from pathlib import Path
from typing import Any, Dict

import pytest

from apirun.template import Template, TemplateError

VECTORS: Dict[str, Any] = json.loads(
    (Path(__file__).parent / "vectors" / "templates.json").read_text(encoding="utf-8")
)
OUTPUTS = [case for case in VECTORS["cases"] if "output" in case]
ERRORS = [case for case in VECTORS["cases"] if "error" in case]


@pytest.mark.parametrize("case", OUTPUTS, ids=lambda case: repr(case["template"])[:60])
def test_output_is_gos(case):
    """
    The output is the one that Go gives.
    """
    assert case["output"] == Template(case["template"]).render(VECTORS["data"])


@pytest.mark.parametrize("case", ERRORS, ids=lambda case: repr(case["template"])[:60])
def test_error_is_gos(case):
    """
    The error has Go's very words.
    """
    with pytest.raises(TemplateError) as caught:
        Template(case["template"]).render(VECTORS["data"])

    assert case["error"] == str(caught.value)
