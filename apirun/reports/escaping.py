"""Any text in Markdown, such that it only shows: no link, no picture, no HTML."""

import re
from typing import Final

from apirun.reports.texts import shortened, visible

__all__ = ["code", "fenced"]

CELL_SHOWN = 300

# What Markdown, or one of its dialects on CI servers, gives a meaning to. A
# word or a number that is not beside one of these has none inside <code>.
_MEANT: Final = re.compile(r"[!\"#$&'()*+:<=>@\[\\\]^_`{|}~]|(?<=www)\.", re.IGNORECASE)
_TICKS: Final = re.compile("`+")


def code(text: str, length: int = CELL_SHOWN) -> str:
    """
    Return *text* as code in one line, for a sentence or a cell of a table.

    A code span would end at a backtick and a cell at a bar, so that it is an
    element of HTML with every character that means anything as a reference.

    Args:
        text: Anything; of several lines, the ends become blanks.
        length: Characters of it that are shown at most.

    Example:
        >>> code("a|b"), code("")
        ('<code>a&#124;b</code>', '')

    Source: CommonMark 0.31, "Entity and numeric character references": they
    can't be used to denote structure.
    """
    line = shortened(" ".join(visible(text).split()), length)
    if not line:
        return ""
    return f"<code>{_MEANT.sub(_reference, line)}</code>"


def fenced(text: str) -> str:
    """
    Return *text* as a block of code, whose fence is longer than any in it.

    Example:
        >>> print(fenced("a"))
        ```text
        a
        ```
    """
    text = visible(text)
    longest = max(map(len, _TICKS.findall(text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}\n{fence}"


def _reference(match: "re.Match[str]") -> str:
    # A comment parts what would be an address of mail after all.
    comment = "<!-- -->" if match.group() == "@" else ""
    return f"&#{ord(match.group())};{comment}"
