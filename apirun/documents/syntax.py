"""What a YAML parser says, put so that it can be mended."""

from typing import Optional, Tuple

from ruamel.yaml.error import MarkedYAMLError

__all__ = ["IN_QUOTES", "explain_syntax"]

IN_QUOTES = "a value that begins with {{ must stand in quotes"
HINTS = {
    "mapping values are not allowed": "text with ': ' in it must stand in quotes",
    "cannot start any token": "put the value in quotes",
    "unknown escape character": "in double quotes a backslash is written twice",
    "found unexpected ':'": "text with ':' in it must stand in quotes",
}


def explain_syntax(
    error: MarkedYAMLError, lines: Tuple[str, ...]
) -> Tuple[int, int, str]:
    """
    Return where a document is no YAML, counted from 1, and why.

    Args:
        error: From either parser.
        lines: The lines of the document.
    """
    mark = error.problem_mark or error.context_mark
    message = f"not valid YAML: {error.problem or error.context}"
    if mark is None:
        return 1, 1, message
    line, column = mark.line + 1, mark.column + 1
    began = error.context_mark
    if began is not None and (began.line, began.column) != (mark.line, mark.column):
        at = f"{began.line + 1}:{began.column + 1}"
        message += f" {error.context or 'in what'} that begins at {at}"
        if line >= len(lines):
            line, column = began.line + 1, began.column + 1
    text = lines[line - 1] if line <= len(lines) else ""
    hint = _hint(error.problem or "", text, column)
    return line, column, f"{message}; {hint}" if hint else message


def _hint(problem: str, text: str, column: int) -> Optional[str]:
    if text[column - 1 : column] == "\t":
        return "a tab can't indent, use spaces"
    if "{{" in text and '"' not in text and "'" not in text:
        return IN_QUOTES
    return next((hint for part, hint in HINTS.items() if part in problem), None)
