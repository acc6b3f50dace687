"""
Parses pipelines, commands and operands.

Source: Go, ``text/template/parse/parse.go``.
"""

from typing import AbstractSet, Callable, List, Mapping, Optional

from apirun.template.limits import Limits
from apirun.template.lookahead import TokenStream
from apirun.template.nodes import (
    Bool,
    Chain,
    Command,
    Dot,
    Field,
    Identifier,
    Nil,
    Node,
    Number,
    Pipe,
    String,
    Variable,
)
from apirun.template.numerals import parse_character, parse_number
from apirun.template.text import quote, unquote
from apirun.template.tokens import Token

__all__ = ["OperandParser"]

_OPERANDS = frozenset(
    (
        "bool",
        "character",
        "complex",
        "dot",
        "field",
        "identifier",
        "number",
        "nil",
        "raw string",
        "string",
        "variable",
        "(",
    )
)
_LITERALS = (Bool, String, Number, Nil, Dot)


class OperandParser:
    """
    Parses what stands inside actions.

    Attributes:
        variables: Names of the variables that are visible.
        depth: How deep the place is nested.
    """

    def __init__(
        self,
        stream: TokenStream,
        functions: AbstractSet[str],
        limits: Limits,
        depth: int,
    ) -> None:
        self.stream = stream
        self.functions = functions
        self.limits = limits
        self.depth = depth
        self.variables: List[str] = ["$"]

    def enter(self) -> None:
        """Go one level deeper."""
        self.depth += 1
        if self.depth > self.limits.nesting:
            self.stream.fail("max expression depth exceeded")

    def leave(self) -> None:
        """Come back from one level."""
        self.depth -= 1

    def pipeline(self, context: str, end: str) -> Pipe:
        """Parse a pipeline up to and including a token of kind *end*."""
        stream = self.stream
        pipe = Pipe(stream.peek_non_space().pos)
        self._declarations(pipe, context)
        while True:
            token = stream.next_non_space()
            if token.kind == end:
                self._check(pipe, context)
                return pipe
            if token.kind not in _OPERANDS:
                stream.unexpected(token, context)
            stream.backup()
            pipe.commands.append(self._command())

    def _declarations(self, pipe: Pipe, context: str) -> None:
        stream = self.stream
        while stream.peek_non_space().kind == "variable":
            variable = stream.next_non_space()
            # A space is a token: to tell "$x foo" from "$x := foo" takes three
            # tokens of lookahead.
            adjacent = stream.peek()
            following = stream.peek_non_space()
            if following.kind in (":=", "="):
                pipe.assigns = following.kind == "="
                stream.next_non_space()
                self._declare(pipe, variable)
                return
            if following.kind == "char" and following.value == ",":
                stream.next_non_space()
                self._declare(pipe, variable)
                if context != "range" or len(pipe.declared) >= 2:
                    stream.fail(f"too many declarations in {context}")
                after = stream.peek_non_space().kind
                if after not in ("variable", "right delimiter", ")"):
                    stream.fail("range can only initialize variables")
                continue
            if adjacent.kind == "space":
                stream.backup3(variable, adjacent)
            else:
                stream.backup2(variable)
            return

    def _declare(self, pipe: Pipe, token: Token) -> None:
        pipe.declared.append(Variable(token.pos, token.value, ()))
        self.variables.append(token.value)

    def _check(self, pipe: Pipe, context: str) -> None:
        if not pipe.commands:
            self.stream.fail(f"missing value for {context}")
        for stage, command in enumerate(pipe.commands[1:], 2):
            if isinstance(command.operands[0], _LITERALS):
                self.stream.fail(f"non executable command in pipeline stage {stage}")

    def _command(self) -> Command:
        stream = self.stream
        pos = stream.peek_non_space().pos
        operands: List[Node] = []
        while True:
            stream.peek_non_space()
            operand = self._operand()
            if operand is not None:
                operands.append(operand)
            token = stream.next()
            if token.kind == "space":
                continue
            if token.kind in ("right delimiter", ")"):
                stream.backup()
            elif token.kind != "|":
                stream.unexpected(token, "operand")
            break
        if not operands:
            stream.fail("empty command")
        return Command(pos, operands)

    def _operand(self) -> Optional[Node]:
        stream = self.stream
        node = self._term()
        if node is None or stream.peek().kind != "field":
            return node
        pos = stream.peek().pos
        path: List[str] = []
        while stream.peek().kind == "field":
            path.append(stream.next().value[1:])
        if isinstance(node, Field):
            return Field(pos, (*node.path, *path))
        if isinstance(node, Variable):
            return Variable(pos, node.name, (*node.path, *path))
        if isinstance(node, _LITERALS):
            stream.fail(f"unexpected . after term {quote(str(node))}")
        return Chain(pos, node, tuple(path))

    def _term(self) -> Optional[Node]:
        token = self.stream.next_non_space()
        kind = token.kind
        if kind == "field":
            return Field(token.pos, (token.value[1:],))
        if kind == "variable":
            return self._variable(token)
        if kind == "identifier":
            if token.value not in self.functions:
                self.stream.fail(f"function {quote(token.value)} not defined")
            return Identifier(token.pos, token.value)
        if kind == "(":
            self.enter()
            pipe = self.pipeline("parenthesized pipeline", ")")
            self.leave()
            return pipe
        literal = self._literal(token)
        if literal is None:
            self.stream.backup()
        return literal

    def _variable(self, token: Token) -> Variable:
        if token.value not in self.variables:
            self.stream.fail(f"undefined variable {quote(token.value)}")
        return Variable(token.pos, token.value, ())

    def _literal(self, token: Token) -> Optional[Node]:
        read = _LITERALS_BY_KIND.get(token.kind)
        if read is None:
            return None
        try:
            return read(token.pos, token.value)
        except ValueError as error:
            return self.stream.fail(str(error))


def _string(pos: int, value: str) -> String:
    return String(pos, value, unquote(value))


_LITERALS_BY_KIND: Mapping[str, Callable[[int, str], Node]] = {
    "bool": lambda pos, value: Bool(pos, value=value == "true"),
    "character": parse_character,
    "complex": parse_number,
    "dot": lambda pos, _: Dot(pos),
    "nil": lambda pos, _: Nil(pos),
    "number": parse_number,
    "raw string": _string,
    "string": _string,
}
