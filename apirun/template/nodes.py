"""
The parse tree, whose text is what Go shows of it in errors.

Positions count characters from the start of the template's text.
"""

from typing import List, Optional, Sequence, Tuple

from apirun.template.text import quote

__all__ = [
    "Action",
    "Bool",
    "Branch",
    "Break",
    "Chain",
    "Command",
    "Continue",
    "Dot",
    "Else",
    "End",
    "Field",
    "Identifier",
    "Invocation",
    "Nil",
    "Node",
    "Number",
    "Pipe",
    "String",
    "Text",
    "Variable",
]


class Node:
    """
    One node of the tree.

    Attributes:
        pos: Where it stands, in characters.
    """

    __slots__ = ("pos",)

    def __init__(self, pos: int) -> None:
        self.pos = pos


class Text(Node):
    """Plain text."""

    __slots__ = ("text",)

    def __init__(self, pos: int, text: str) -> None:
        super().__init__(pos)
        self.text = text

    def __str__(self) -> str:
        return self.text


class Dot(Node):
    """The cursor."""

    __slots__ = ()

    def __str__(self) -> str:
        return "."


class Nil(Node):
    """The untyped nil."""

    __slots__ = ()

    def __str__(self) -> str:
        return "nil"


class Bool(Node):
    """A boolean constant."""

    __slots__ = ("value",)

    def __init__(self, pos: int, *, value: bool) -> None:
        super().__init__(pos)
        self.value = value

    def __str__(self) -> str:
        return "true" if self.value else "false"


class Number(Node):
    """
    A numeric constant.

    Attributes:
        text: As it stands in the template.
        value: What it is where its type is free; None if it overflows int.
        integer: Its value as an int, None if it has none.
    """

    __slots__ = ("integer", "text", "value")

    def __init__(
        self, pos: int, text: str, value: object, integer: Optional[int]
    ) -> None:
        super().__init__(pos)
        self.text = text
        self.value = value
        self.integer = integer

    def __str__(self) -> str:
        return self.text


class String(Node):
    """A string constant, *quoted* as in the template and as its *value*."""

    __slots__ = ("quoted", "value")

    def __init__(self, pos: int, quoted: str, value: str) -> None:
        super().__init__(pos)
        self.quoted = quoted
        self.value = value

    def __str__(self) -> str:
        return self.quoted


class Identifier(Node):
    """The name of a function."""

    __slots__ = ("name",)

    def __init__(self, pos: int, name: str) -> None:
        super().__init__(pos)
        self.name = name

    def __str__(self) -> str:
        return self.name


class Field(Node):
    """Fields of the dot: ``.a.b``."""

    __slots__ = ("path",)

    def __init__(self, pos: int, path: Tuple[str, ...]) -> None:
        super().__init__(pos)
        self.path = path

    def __str__(self) -> str:
        return "." + ".".join(self.path)


class Variable(Node):
    """A variable, its dollar sign included, and fields of it."""

    __slots__ = ("name", "path")

    def __init__(self, pos: int, name: str, path: Tuple[str, ...]) -> None:
        super().__init__(pos)
        self.name = name
        self.path = path

    def __str__(self) -> str:
        return ".".join((self.name, *self.path))


class Pipe(Node):
    """
    A pipeline of commands.

    Attributes:
        declared: Variables that get its value.
        assigns: Whether they exist already.
        commands: In order.
    """

    __slots__ = ("assigns", "commands", "declared")

    def __init__(self, pos: int) -> None:
        super().__init__(pos)
        self.declared: List[Variable] = []
        self.assigns = False
        self.commands: List[Command] = []

    def __str__(self) -> str:
        text = " | ".join(map(str, self.commands))
        if not self.declared:
            return text
        sign = "=" if self.assigns else ":="
        return f"{', '.join(map(str, self.declared))} {sign} {text}"


class Chain(Node):
    """Fields of a term in parentheses or of a function's value."""

    __slots__ = ("path", "term")

    def __init__(self, pos: int, term: Node, path: Tuple[str, ...]) -> None:
        super().__init__(pos)
        self.term = term
        self.path = path

    def __str__(self) -> str:
        return ".".join((_argument(self.term), *self.path))


class Command(Node):
    """An operand with its arguments."""

    __slots__ = ("operands",)

    def __init__(self, pos: int, operands: Sequence[Node]) -> None:
        super().__init__(pos)
        self.operands = operands

    def __str__(self) -> str:
        return " ".join(map(_argument, self.operands))


def _argument(node: Node) -> str:
    return f"({node})" if isinstance(node, Pipe) else str(node)


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
