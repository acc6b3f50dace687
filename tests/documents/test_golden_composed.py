"""Mistakes in composing, and the very text that each of them is answered with."""

import os
import runpy
from pathlib import Path

import pytest

from apirun import ApirunError

GOLDEN = Path(__file__).parent / "golden_composed"
REWRITE = "APIRUN_REWRITE_GOLDEN"
CASES = sorted(path.stem for path in GOLDEN.glob("*.py"))


@pytest.mark.parametrize("name", CASES)
def test_a_mistake_in_a_program_is_told_in_these_words(name, monkeypatch):
    """
    Every mistake gives the error text that lies beside it, with its place.

    Set APIRUN_REWRITE_GOLDEN=1 to write the texts anew, and read the diff.
    """
    monkeypatch.chdir(GOLDEN)
    expected = GOLDEN / f"{name}.txt"

    with pytest.raises(ApirunError) as caught:
        runpy.run_path(str(GOLDEN / f"{name}.py"))

    told = f"{caught.value}\n"
    if os.environ.get(REWRITE):
        expected.write_text(told, encoding="utf-8")
    assert expected.read_text(encoding="utf-8") == told
    assert f"{name}.py:" in told


def test_there_are_enough_mistakes():
    """The corpus does not shrink unnoticed."""
    assert len(CASES) >= 30
