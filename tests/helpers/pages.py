"""
The pages of the documentation, and what stands on them to be run.

A fenced block with a title is a file. Of the others, ``console`` shows commands
behind ``$`` with what they print, ``sh`` commands alone, ``python`` what a
program or a session does. A block that can't run has the reason in a comment
before it: ``<!-- not run: needs a cluster -->``.
"""

import re
import textwrap
from pathlib import Path
from typing import Dict, Iterator, List, Tuple

from attrs import frozen

__all__ = ["PAGES", "Block", "blocks_of", "commands_in", "pages"]

PAGES = Path(__file__).parents[2] / "docs" / "pages"
FENCE = re.compile(
    r"(?:^ *<!-- not run: (?P<why>[^\n]+) -->\n+)?"
    r"^(?P<indent> *)```(?P<kind>\w+)(?P<settings>[^\n]*)\n"
    r"(?P<text>.*?)^(?P=indent)```$",
    re.DOTALL | re.MULTILINE,
)


@frozen
class Block:
    """
    One fenced block.

    Attributes:
        page: Its page, relative to all of them.
        line: Line of its fence, from 1.
        kind: What the fence calls it.
        title: The name of the file that it is; empty if it is none.
        text: What stands in it.
        why_not: Why it can't run; empty if it can.
        span: Where its text begins and ends in the page.
    """

    page: str
    line: int
    kind: str
    title: str
    text: str
    why_not: str = ""
    span: Tuple[int, int] = (0, 0)

    @property
    def place(self) -> str:
        """Where it stands, as editors take it."""
        return f"docs/pages/{self.page}:{self.line}"


def pages() -> Dict[str, str]:
    """Return the text of every page by its path."""
    return {
        path.relative_to(PAGES).as_posix(): path.read_text("utf-8")
        for path in sorted(PAGES.rglob("*.md"))
    }


def blocks_of(page: str, text: str) -> Iterator[Block]:
    """Yield the blocks of a page, in order."""
    for found in FENCE.finditer(text):
        title = re.search(r'title="([^"]+)"', found["settings"])
        yield Block(
            page=page,
            line=text.count("\n", 0, found.start("kind")) + 1,
            kind=found["kind"],
            title=title.group(1) if title else "",
            text=textwrap.dedent(found["text"]),
            why_not=found["why"] or "",
            span=found.span("text"),
        )


def commands_in(block: Block) -> List[Tuple[str, str]]:
    """Return the commands of a block, each with the output that is shown."""
    if block.kind == "sh":
        return [(block.text.strip(), "")]
    commands: List[Tuple[str, str]] = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            commands.append((line[2:], ""))
        elif line.startswith("> ") and commands and not commands[-1][1]:
            commands[-1] = (f"{commands[-1][0]}\n{line[2:]}", "")
        else:
            command, output = commands[-1]
            commands[-1] = (command, f"{output}{line}\n")
    return commands
