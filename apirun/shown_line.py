"""A line of a file or a program as an error shows it: without its secrets."""

import re
from typing import Match

from apirun.secret_names import is_secret_name

__all__ = ["shown_code", "shown_line"]

MASK = "***"
VALUE = re.compile(
    r"""(?P<key>[\w.-]+)["']?\s*:\s+"""
    r"""(?P<value>"(?:[^"\\]|\\.)*"?|'(?:[^']|'')*'?|[^\s{}\[\],"'|>&*#][^,{}\[\]]*)"""
)
TEXT = re.compile(
    r"""(?P<key>[\w.-]+)["']?\s*[:=,]\s*[bfr]*"""
    r"""(?P<value>"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?)"""
)
USERINFO = re.compile(r"(?<=//)(?P<key>[^/?#:@\s{}]*:)(?P<value>[^/?#\s]*)(?=@)")


def shown_line(text: str) -> str:
    """
    Return *text* with ``***`` for what stands behind a telling key or in a URL.

    Everything else stays where it is, so that a caret below points at it still.

    Args:
        text: The line as it stands in the file.

    Example:
        >>> shown_line("{password: hunter2, prot: 1}")
        '{password: ***    , prot: 1}'
    """
    return USERINFO.sub(_masked, VALUE.sub(_masked, text))


def shown_code(text: str) -> str:
    """
    Return a line of Python likewise: texts behind a telling name are left out.

    Args:
        text: The line as it stands in the program.

    Example:
        >>> shown_code('EnvEntry("password", "hunter2"), Stage(name="a")')
        'EnvEntry("password", ***      ), Stage(name="a")'
    """
    return shown_line(TEXT.sub(_masked, text))


def _masked(found: "Match[str]") -> str:
    value = found["value"]
    # The key ``secret`` itself holds no secret: it says whether there is one.
    telling = found.re is USERINFO or (
        is_secret_name(found["key"]) and found["key"] != "secret"
    )
    if not telling or not value or "{{" in value:
        return found[0]
    before = found[0][: found.start("value") - found.start()]
    return before + MASK[: len(value)].ljust(len(value))
