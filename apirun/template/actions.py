"""
The parse tree of bodies: text and actions.

Its text is what Go shows of it in errors.
"""

from typing import Optional, Sequence

from apirun.template.nodes import Node, Pipe
from apirun.template.text import quote

__all__ = [
    "Action",
    "Branch",
    "Break",
    "Continue",
    "Else",
    "End",
    "Invocation",
    "Text",
]


class Text(Node):
    """Plain text."""

    __slots__ = ("text",)

    def __init__(self, pos: int, text: str) -> None:
        super().__init__(pos)
        self.text = text

    def __str__(self) -> str:
        return self.text


class Action(Node):
    """A pipeline whose value is printed."""

    __slots__ = ("pipe",)

    def __init__(self, pos: int, pipe: Pipe) -> None:
        super().__init__(pos)
        self.pipe = pipe

    def __str__(self) -> str:
        return f"{{{{{self.pipe}}}}}"


class Branch(Node):
    """An ``if``, ``range`` or ``with``, as *word* says."""

    __slots__ = ("body", "otherwise", "pipe", "word")

    def __init__(
        self,
        word: str,
        pipe: Pipe,
        body: Sequence[Node],
        otherwise: Optional[Sequence[Node]],
    ) -> None:
        super().__init__(pipe.pos)
        self.word = word
        self.pipe = pipe
        self.body = body
        self.otherwise = otherwise

    def __str__(self) -> str:
        text = f"{{{{{self.word} {self.pipe}}}}}" + "".join(map(str, self.body))
        if self.otherwise is not None:
            text += "{{else}}" + "".join(map(str, self.otherwise))
        return text + "{{end}}"


class Invocation(Node):
    """A ``template`` action; a ``block`` is one too."""

    __slots__ = ("name", "pipe")

    def __init__(self, pos: int, name: str, pipe: Optional[Pipe]) -> None:
        super().__init__(pos)
        self.name = name
        self.pipe = pipe

    def __str__(self) -> str:
        argument = "" if self.pipe is None else f" {self.pipe}"
        return f"{{{{template {quote(self.name)}{argument}}}}}"


class Break(Node):
    """Leaves the loop."""

    __slots__ = ()

    def __str__(self) -> str:
        return "{{break}}"


class Continue(Node):
    """Starts the loop's next turn."""

    __slots__ = ()

    def __str__(self) -> str:
        return "{{continue}}"


class End(Node):
    """Ends a body; never part of the tree."""

    __slots__ = ()

    def __str__(self) -> str:
        return "{{end}}"


class Else(Node):
    """Parts a body; never part of the tree."""

    __slots__ = ()

    def __str__(self) -> str:
        return "{{else}}"
