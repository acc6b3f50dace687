"""What a template's text is cut into."""

from typing import NamedTuple

from apirun.template.text import quote

__all__ = ["KEYWORDS", "Token"]

KEYWORDS = frozenset(
    [
        "block",
        "break",
        "continue",
        "define",
        "else",
        "end",
        "if",
        "nil",
        "range",
        "template",
        "with",
    ]
)


class Token(NamedTuple):
    """
    One token.

    Attributes:
        kind: ``text``, ``field``, ... or the keyword itself; ``error`` and
            ``EOF`` end the text.
        pos: Where it starts, in characters.
        value: As it stands in the text, or the text of the error.
        line: Line where it starts, counted from 1.
    """

    kind: str
    pos: int
    value: str
    line: int

    def __str__(self) -> str:
        if self.kind == "EOF":
            return "EOF"
        if self.kind == "error":
            return self.value
        if self.kind in KEYWORDS or self.kind == "dot":
            return f"<{self.value}>"
        if len(self.value.encode("utf-8", "surrogatepass")) > 10:
            return f"{quote(self.value[:10])}..."
        return quote(self.value)
