"""Every broken document, through the command line."""

from pathlib import Path

import pytest

from apirun_cli.app import cli

GOLDEN = Path(__file__).parent.parent / "documents" / "golden"
CASES = sorted(path.name for path in GOLDEN.iterdir() if path.is_dir())


@pytest.mark.parametrize("name", CASES)
def test_a_broken_document_ends_with_2_and_its_message(name, monkeypatch, capsys):
    """The whole message reaches stderr, nothing reaches stdout, and all are told."""
    directory = GOLDEN / name
    monkeypatch.chdir(directory)
    stages = (directory / "stages.yaml").exists()
    command = ["stages", "validate"] if stages else ["validate"]
    config = [] if stages else ["--config", "config.yaml"]

    code = cli.main([*command, *config], prog_name="apirun", standalone_mode=False)
    told = capsys.readouterr()

    last = (directory / "expected.txt").read_text("utf-8").splitlines()[-1]
    assert (2, "") == (code, told.out)
    assert told.err.startswith("Error: ")
    assert told.err.splitlines()[-1] == last
    assert "Traceback" not in told.err
