"""What a command shows, as its options ask for it."""

import json
from typing import Iterable

import click

from apirun import ApirunError, DocumentError, ErrorReport, Problem, to_dict
from apirun_cli.exit_codes import code_of_error
from apirun_cli.terminal import echo, echo_error, printable

__all__ = ["Output"]


class Output:
    """
    Where results, warnings and errors go.

    Attributes:
        as_json: Whether stdout gets one JSON document and nothing else.
        verbose: Whether more is shown.
        quiet: Whether only errors are shown.
    """

    def __init__(self) -> None:
        self.as_json = False
        self.verbose = False
        self.quiet = False
        self._told = False

    def result(self, text: str) -> None:
        """Show what the user asked to see; even quietly."""
        if not self.as_json:
            echo(text)

    def summary(self, text: str) -> None:
        """Show how it went, unless only errors are wanted."""
        if not (self.as_json or self.quiet):
            echo(text)

    def document(self, value: object) -> None:
        """Write *value* as the one JSON document, if that is the form wanted."""
        if self.as_json:
            self._write(value)

    def warn(self, problems: Iterable[Problem]) -> None:
        """Show what is odd in the documents, unless only errors are wanted."""
        for problem in problems:
            self.note(str(problem))

    def note(self, warning: str) -> None:
        """Show one *warning*, unless only errors are wanted."""
        if not self.quiet:
            label = click.style("warning:", fg="yellow")
            echo(f"{label} {printable(warning)}", err=True)

    def refuse(self, error: ApirunError) -> int:
        """Show *error*, which is no outcome of a run; return the exit code."""
        code = code_of_error(error)
        if self.as_json:
            self.tell(error, code)
        echo_error(_text(error))
        return code

    def tell(self, error: ApirunError, code: int) -> None:
        """Write *error* as the one JSON document, if there was none yet."""
        if not self._told:
            self._write(ErrorReport.of(error, exit_code=code))

    def _write(self, document: object) -> None:
        self._told = True
        echo(_as_json(document))


def _as_json(value: object) -> str:
    return json.dumps(to_dict(value), indent=2, ensure_ascii=False)


def _text(error: ApirunError) -> str:
    if isinstance(error, DocumentError) and len(error.problems) > 1:
        return f"the documents are wrong\n{error}"
    return str(error)
