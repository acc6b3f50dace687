"""Where in a response a captured value stands."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, Literal, Optional

from attrs import frozen

from apirun.capture.errors import PathError
from apirun.capture.path import Path, compile_path

Kind = Literal["body", "header", "cookie", "status", "raw"]

_PREFIX: Final = re.compile(r"(header|cookie|response):", re.IGNORECASE)

# A field name and a cookie name are both a token.
_TOKEN: Final = re.compile(r"[0-9A-Za-z!#$%&'*+.^_`|~-]+\Z")


@frozen(kw_only=True)
class Source:
    """
    One place in a response that a value is captured from.

    Attributes:
        kind: ``body`` for a path into the JSON body, ``header``, ``cookie``,
            ``status`` for the status code, ``raw`` for the whole text.
        name: The header or the cookie; empty for the other kinds.
        path: The compiled path for the kind ``body``, else None.
        expression: All of it as it was written.

    Example:
        >>> source = parse_source("header:Location")
        >>> source.kind, source.name, source.path
        ('header', 'Location', None)
    """

    kind: Kind
    expression: str
    name: str = ""
    path: Optional[Path] = None


@lru_cache(maxsize=4096)
def parse_source(expression: str) -> Source:
    r"""
    Read what stands on the right side of ``env_from``.

    Args:
        expression: ``header:NAME``, ``cookie:NAME``, ``response:status``,
            ``response:body``, or a path into the body. A key of the body that
            begins like one of these is written with a backslash:
            ``header\:x``.

    Raises:
        PathError: If it is none of these.

    Example:
        >>> parse_source("header:Location").name
        'Location'
        >>> parse_source("users.0.id").path
        Path('users.0.id')

    Source: RFC 9110, section 5.6.2 (token); RFC 6265, section 4.1.1.
    """
    match = _PREFIX.match(expression)
    if match is None:
        path = compile_path(expression)
        return Source(kind="body", expression=expression, path=path)
    prefix, name = match.group(1), expression[match.end() :]
    if prefix != prefix.lower():
        reason = f"write '{prefix.lower()}:', or for a key of the body '{prefix}\\:'"
        raise PathError(expression, 0, reason)
    if prefix == "response":
        return _response_source(expression, name, match.end())
    if not _TOKEN.match(name):
        reason = f"a {prefix} has a name of letters, digits and '-'"
        raise PathError(expression, match.end(), reason)
    kind: Kind = "header" if prefix == "header" else "cookie"
    return Source(kind=kind, expression=expression, name=name)


def _response_source(expression: str, name: str, at: int) -> Source:
    if name == "status":
        return Source(kind="status", expression=expression)
    if name == "body":
        return Source(kind="raw", expression=expression)
    reason = "there are 'response:status' and 'response:body'"
    raise PathError(expression, at, reason)
