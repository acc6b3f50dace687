"""Broken documents, and the very text that each of them is answered with."""

import os
from pathlib import Path
from typing import List

import pytest

from apirun.documents import load_directory, load_stages
from apirun.exceptions import DocumentError

GOLDEN = Path(__file__).parent / "golden"
REWRITE = "APIRUN_REWRITE_GOLDEN"


def cases() -> List[str]:
    return sorted(path.name for path in GOLDEN.iterdir() if path.is_dir())


def load(directory: Path) -> None:
    if (directory / "stages.yaml").exists():
        load_stages("stages.yaml")
    else:
        load_directory("config.yaml")


@pytest.mark.parametrize("name", cases())
def test_a_broken_document_is_told_in_these_words(name, monkeypatch):
    """
    Every broken input gives the error text that lies beside it.

    Set APIRUN_REWRITE_GOLDEN=1 to write the texts anew, and read the diff.
    """
    directory = GOLDEN / name
    expected = directory / "expected.txt"
    monkeypatch.chdir(directory)

    with pytest.raises(DocumentError) as caught:
        load(directory)

    told = f"{caught.value}\n"
    if os.environ.get(REWRITE):
        expected.write_text(told, encoding="utf-8")
    assert expected.read_text(encoding="utf-8") == told


def test_there_are_enough_broken_documents():
    """
    The corpus does not shrink unnoticed.
    """
    assert len(cases()) >= 100
