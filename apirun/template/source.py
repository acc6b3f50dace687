"""The text of a template, and where in it something stands."""

from typing import NamedTuple

__all__ = ["Place", "Source"]


class Place(NamedTuple):
    """
    A place in a template.

    Attributes:
        line: Counted from 1.
        offset: Bytes from the start of the line, as Go counts columns.
        column: Characters from the start of the line, counted from 1.
    """

    line: int
    offset: int
    column: int


class Source:
    """
    The text of one template.

    Args:
        text: The whole text.
        name: What errors call it.
    """

    __slots__ = ("name", "text")

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name

    def locate(self, pos: int) -> Place:
        """Return where the character at index *pos* stands."""
        start = self.text.rfind("\n", 0, pos) + 1
        before = self.text[start:pos]
        return Place(
            line=self.text.count("\n", 0, pos) + 1,
            offset=len(before.encode("utf-8", "surrogatepass")),
            column=len(before) + 1,
        )
