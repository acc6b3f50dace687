"""
Values out of a response: by JSONPath, by GJSON path, by header or cookie.

The package stands alone. ``Path(expression).get(document)`` returns the value
or `MISSING`, `parse_document` reads the document with the digits of its
numbers, `as_text` writes a value the way variables hold it, and
`parse_source` tells where else in a response a value may stand.
"""

from apirun.capture.document import parse_document
from apirun.capture.errors import DocumentError, PathError
from apirun.capture.gjson import escape_key
from apirun.capture.path import Path, compile_path
from apirun.capture.source import Source, parse_source
from apirun.capture.values import (
    MISSING,
    LiteralNumber,
    Missing,
    as_text,
    without_surrogates,
)

__all__ = [
    "MISSING",
    "DocumentError",
    "LiteralNumber",
    "Missing",
    "Path",
    "PathError",
    "Source",
    "as_text",
    "compile_path",
    "escape_key",
    "parse_document",
    "parse_source",
    "without_surrogates",
]
