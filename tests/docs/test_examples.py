"""Every example of the documentation does what stands there."""

import difflib
import doctest
import json
import os
import re
import shutil
from contextlib import contextmanager

import pytest
from ruamel.yaml import YAML

from apirun.documents.actions import read_parsed
from apirun.documents.auth_schema import check_settings
from apirun.documents.config_file import read_config
from apirun.documents.document import Findings, open_document
from apirun.documents.stages_schema import read_stages
from tests.helpers.docstrings import names_at_hand, world
from tests.helpers.pages import PAGES, blocks_of, commands_in, pages
from tests.helpers.server import serve
from tests.helpers.shell import Shell, normal

TEXTS = pages()
BLOCKS = {name: list(blocks_of(name, text)) for name, text in TEXTS.items()}
ALL = [block for blocks in BLOCKS.values() for block in blocks]
KINDS = {
    "console", "ini", "json", "python", "sh", "text", "toml", "yaml",
}  # fmt: skip
RUN = ("console", "python", "sh")
REWRITE = "APIRUN_REWRITE_GOLDEN"
READERS = {"stages": read_stages, "config": read_config, "migration": read_parsed}


def kind_of_document(block, data):
    """Return which reader a YAML block is for; None for another tool's file."""
    name = block.title.rpartition("/")[2]
    if name:
        known = {"stages.yaml": "stages", "config.yaml": "config"}
        return known.get(name, "migration" if re.match(r"\d+_", name) else None)
    if "stages" in data or "global" in data:
        return "stages"
    return "migration" if {"up", "down", "probe"} & set(data) else "config"


YAML_BLOCKS = [block for block in ALL if block.kind == "yaml"]
JSON_BLOCKS = [block for block in ALL if block.kind == "json"]


def test_every_block_says_what_it_is():
    """A kind that is not known here would be neither read nor run."""
    assert [] == [block.place for block in ALL if block.kind not in KINDS]


def test_one_block_is_not_run():
    """It says why; another one would have to be counted here."""
    told = [block for block in ALL if block.why_not]

    assert [] == [block.place for block in told if block.kind not in RUN]
    assert [("index.md", "it installs packages")] == [
        (block.page, block.why_not) for block in told
    ]


@pytest.mark.parametrize("block", YAML_BLOCKS, ids=lambda block: block.place)
def test_a_yaml_example_is_one_that_apirun_reads(block, tmp_path):
    """Its keys and values are those of the file that it is."""
    data = YAML(typ="safe", pure=True).load(block.text)
    kind = kind_of_document(block, data)
    if kind is None:
        return
    path = tmp_path / "document.yaml"
    path.write_text(block.text, "utf-8")
    findings = Findings()

    document = open_document(str(path), findings)

    assert document is not None, findings
    assert READERS[kind](document.data) is not None
    if kind == "config":
        assert [] == list(check_settings(document.data.get("auth"), ("vault",)))


@pytest.mark.parametrize("block", JSON_BLOCKS, ids=lambda block: block.place)
def test_a_json_example_is_json(block):
    """It can be read."""
    assert json.loads(block.text) is not None


def test_a_toml_example_is_toml():
    """Each can be read; Python can since 3.11."""
    toml = pytest.importorskip("tomllib", reason="Python 3.11 reads TOML")

    assert all(toml.loads(block.text) for block in ALL if block.kind == "toml")


@contextmanager
def shell_in(directory):
    shell = Shell(directory)
    try:
        yield shell
    finally:
        shell.close()


@pytest.mark.e2e
@pytest.mark.skipif(
    not (shutil.which("curl") and shutil.which("bash")),
    reason="the pages call curl in a bash",
)
@pytest.mark.parametrize(
    "page", [n for n, found in BLOCKS.items() if any(b.kind in RUN for b in found)]
)
def test_a_page_does_what_it_shows(page, tmp_path, monkeypatch):
    """
    Its files are written, its commands and programs run, in the order of the page.

    APIRUN_REWRITE_GOLDEN=1 writes into the page what its commands print.
    """
    monkeypatch.chdir(tmp_path)
    changes = []
    with shell_in(tmp_path) as shell:
        for block in BLOCKS[page]:
            if block.why_not:
                continue
            if block.title:
                path = tmp_path / block.title
                path.parent.mkdir(exist_ok=True, parents=True)
                path.write_text(shell.real(block.text), "utf-8")
            elif block.kind == "python":
                run_python(block, tmp_path)
            elif block.kind in ("console", "sh"):
                changes.append((*block.span, run_commands(block, shell)))
    if os.environ.get(REWRITE):
        text = TEXTS[page]
        for start, end, block_text in reversed(changes):
            text = text[:start] + block_text + text[end:]
        (PAGES / page).write_text(text, "utf-8")


def run_commands(block, shell):
    """Run the commands of a block, and return it with what they print."""
    printed = []
    for command, shown in commands_in(block):
        output, code = shell.run(command)
        if block.kind == "sh":
            assert 0 == code, f"{block.place}: {command}\n{output}"
            return block.text
        told = "\n> ".join(command.split("\n"))
        same = doctest.OutputChecker().check_output(
            f"{normal(shown)}\n", f"{normal(output)}\n", doctest.ELLIPSIS
        )
        if not (same or os.environ.get(REWRITE)):
            lines = difflib.unified_diff(
                normal(shown).splitlines(),
                normal(output).splitlines(),
                "on the page",
                "printed",
                lineterm="",
            )
            pytest.fail(f"{block.place}: {command}\n" + "\n".join(lines))
        output = shown if same else output.rstrip("\n") + "\n" * bool(output)
        printed.append(f"$ {told}\n{output}")
    return "".join(printed)


def run_python(block, directory):
    """Run a program, or a session whose output has to be the one that is shown."""
    with serve() as api:
        names = {**names_at_hand(), **world(api.url, directory), "api": api}
        if ">>> " not in block.text:
            exec(compile(block.text, block.place, "exec"), names)
            return
        test = doctest.DocTestParser().get_doctest(
            block.text, names, block.place, block.place, block.line
        )
        told = []
        doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test, out=told.append)
    assert not told, "".join(told)
