"""One rendering under way: its output, its variables and what it may spend."""

from typing import List, NamedTuple, NoReturn, Optional, Tuple

from apirun.template.errors import (
    LimitError,
    MissingKeyError,
    TemplateExecutionError,
    UnknownValueError,
)
from apirun.template.limits import Limits
from apirun.template.nodes import Node
from apirun.template.source import Place, Source
from apirun.template.text import quote
from apirun.template.unknown import Unknown

__all__ = ["Binding", "State"]


class Binding(NamedTuple):
    """
    A variable.

    Attributes:
        name: Its dollar sign included.
        value: What it stands for.
        boxed: Whether Go would hold the value in an interface, as it does the
            elements of lists and maps; error texts differ by it.
    """

    name: str
    value: object
    boxed: bool


class State:
    """
    One rendering under way.

    Attributes:
        out: Pieces of the output.
        variables: Those that are visible, innermost last; the first is ``$``.
        node: What is being evaluated, for errors.
        boxed: Whether the dot is held in an interface.
        name: Name of the body that is being executed.
        depth: How deep ``template`` called ``template``.
        steps: How many more steps may be taken.
    """

    __slots__ = (
        "boxed",
        "depth",
        "limits",
        "name",
        "node",
        "out",
        "source",
        "steps",
        "variables",
    )

    def __init__(
        self, source: Source, limits: Limits, root: object, node: Node
    ) -> None:
        self.source = source
        self.limits = limits
        self.out: List[str] = []
        self.variables: List[Binding] = [Binding("$", root, boxed=False)]
        self.node = node
        self.boxed = False
        self.name = source.name
        self.depth = 0
        self.steps = limits.steps

    @property
    def output(self) -> int:
        """Characters that one text may have at most."""
        return self.limits.output

    def charge(self, steps: int) -> None:
        """
        Take *steps* off what the rendering may still do.

        Raises:
            LimitError: If nothing is left.
        """
        self.steps -= steps
        if self.steps < 0:
            raise LimitError(self._too_many_steps())

    def check_steps(self) -> None:
        """Raise the error for too many steps, if there were too many."""
        if self.steps < 0:
            self.fail(self._too_many_steps())

    def _too_many_steps(self) -> str:
        return f"the template takes more than {self.limits.steps} steps"

    def find(self, name: str) -> Binding:
        """Return the innermost variable of this name."""
        for binding in reversed(self.variables):
            if binding.name == name:
                return binding
        return self.fail(f"undefined variable: {name}")

    def assign(self, name: str, value: object, *, boxed: bool) -> None:
        """Give the innermost variable of this name a new value."""
        variables = self.variables
        for index in range(len(variables) - 1, -1, -1):
            if variables[index].name == name:
                variables[index] = Binding(name, value, boxed)
                return
        self.fail(f"undefined variable: {name}")

    def fail(self, message: str, cause: Optional[BaseException] = None) -> NoReturn:
        """Raise the error *message* at the node under evaluation."""
        text, place = self._explain(message)
        raise TemplateExecutionError(
            text, self.name, place.line, place.column
        ) from cause

    def fail_missing(self, key: str, path: Tuple[str, ...]) -> NoReturn:
        """Raise the error for a key that a map does not have."""
        text, place = self._explain(f"map has no entry for key {quote(key)}")
        raise MissingKeyError(text, self.name, place.line, place.column, key, path)

    def fail_unknown(self, value: Unknown, word: str) -> NoReturn:
        """Raise the error for a decision over a value that is not known yet."""
        text, place = self._explain(f"{word} over a value not known yet: {value.label}")
        raise UnknownValueError(text, self.name, place.line, place.column, value.label)

    def _explain(self, message: str) -> Tuple[str, Place]:
        place = self.source.locate(self.node.pos)
        where = f"{self.source.name}:{place.line}:{place.offset}"
        context = f"executing {quote(self.name)} at <{self.node}>"
        return f"template: {where}: {context}: {message}", place
