"""
The options of the pytest plugin, made of the plugin itself.

A page says ``<!-- made: pytest options -->`` where they are to stand.
"""

import argparse
from typing import Any, List, cast

import pytest

from apirun_pytest.options import add_options

__all__ = ["on_page_markdown", "rows"]

MARK = "<!-- made: pytest options -->"


class _Recorder:
    """Takes options as pytest's parser does, and keeps a row for each."""

    def __init__(self) -> None:
        self.rows: List[str] = []
        self._options = argparse.ArgumentParser(prog="pytest")

    def getgroup(self, *_: Any, **__: Any) -> "_Recorder":  # noqa: ANN401 - pytest's own
        return self

    def addoption(self, *names: str, **settings: Any) -> None:  # noqa: ANN401 - pytest's own
        action = self._options.add_argument(*names, **settings)
        value = action.metavar or "|".join(map(str, action.choices or ()))
        self._add(f"{names[0]} {value}", "the command line", str(action.help))

    def addini(self, name: str, text: str, **_: Any) -> None:  # noqa: ANN401 - pytest's own
        self._add(name, "the ini file", text)

    def _add(self, name: str, where: str, text: str) -> None:
        self.rows.append(f"| `{name}` | {where} | {text[:1].upper()}{text[1:]} |")


def rows() -> List[str]:
    """Return a row of a table for each option."""
    recorder = _Recorder()
    add_options(cast(pytest.Parser, recorder))
    return recorder.rows


def on_page_markdown(markdown: str, **_: object) -> str:
    """Put what is made here where a page asks for it."""
    if MARK not in markdown:
        return markdown
    head = ["| option | in | what it does |", "|---|---|---|"]
    return markdown.replace(MARK, "\n".join([*head, *rows()]))
