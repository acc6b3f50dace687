"""
The parse tree of what stands inside actions.

Its text is what Go shows of it in errors. Positions count characters from the
start of the template's text.
"""

from typing import List, Optional, Sequence, Tuple

__all__ = [
    "Bool",
    "Chain",
    "Command",
    "Dot",
    "Field",
    "Identifier",
    "Nil",
    "Node",
    "Number",
    "Pipe",
    "String",
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
