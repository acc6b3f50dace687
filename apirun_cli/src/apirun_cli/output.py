"""What a command shows, as its options ask for it."""

import json
from typing import Dict, Iterable

import click

from apirun import ApirunError, DocumentError, Problem, to_dict
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
            echo(json.dumps(to_dict(value), indent=2, ensure_ascii=False))

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
        """Show *error*, which came before anything was sent; return the exit code."""
        code = code_of_error(error)
        told: Dict[str, object] = {
            "kind": type(error).__name__,
            "message": str(error),
            "exit_code": code,
        }
        if isinstance(error, DocumentError):
            told["problems"] = to_dict(error.problems)
        self.document({"ok": False, "error": told})
        echo_error(_text(error))
        return code


def _text(error: ApirunError) -> str:
    if isinstance(error, DocumentError) and len(error.problems) > 1:
        return f"the documents are wrong\n{error}"
    return str(error)
