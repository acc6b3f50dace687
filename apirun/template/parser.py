"""
Builds the tree of a template from its tokens.

Source: Go, ``text/template/parse/parse.go``, whose grammar and error texts
these are.
"""

from typing import (
    AbstractSet,
    Callable,
    Dict,
    List,
    Mapping,
    NoReturn,
    Optional,
    Sequence,
    Tuple,
)

from apirun.template.actions import (
    Action,
    Branch,
    Break,
    Continue,
    Else,
    End,
    Invocation,
    Text,
)
from apirun.template.lexer import Lexer
from apirun.template.limits import Limits
from apirun.template.lookahead import TokenStream
from apirun.template.nodes import Node, Pipe
from apirun.template.operands import OperandParser
from apirun.template.source import Source
from apirun.template.text import quote, unquote
from apirun.template.tokens import Token

__all__ = ["parse"]

Tree = List[Node]


def parse(
    source: Source, functions: AbstractSet[str], limits: Limits
) -> Dict[str, Tree]:
    """
    Return the bodies that *source* defines, by name.

    Args:
        source: The template; its own body stands under its name.
        functions: Names that may be called.
        limits: How deep it may nest.

    Raises:
        TemplateSyntaxError: With Go's text if it is no template.
    """
    stream = TokenStream(Lexer(source.text), source)
    trees: Dict[str, Tree] = {}
    try:
        parser = _Parser(stream, functions, limits, trees)
        parser.add(source.name, parser.parse_all())
    except RecursionError:
        stream.fail("max expression depth exceeded")
    return trees


class _Parser(OperandParser):
    """Parses one body; definitions and blocks get parsers of their own."""

    def __init__(
        self,
        stream: TokenStream,
        functions: AbstractSet[str],
        limits: Limits,
        trees: Dict[str, Tree],
        depth: int = 0,
    ) -> None:
        super().__init__(stream, functions, limits, depth)
        self._trees = trees
        self._loops = 0

    def add(self, name: str, tree: Tree) -> None:
        """Keep *tree* unless a body of this name is there already."""
        present = self._trees.get(name)
        if present is None or _is_empty(present):
            self._trees[name] = tree
        elif not _is_empty(tree):
            self.fail(f"template: multiple definition of template {quote(name)}")

    def parse_all(self) -> Tree:
        """Parse the whole text."""
        tree: Tree = []
        stream = self.stream
        while stream.peek().kind != "EOF":
            if stream.peek().kind == "left delimiter":
                delimiter = stream.next()
                if stream.next_non_space().kind == "define":
                    self._inner().parse_definition()
                    continue
                stream.backup2(delimiter)
            node = self._text_or_action()
            if isinstance(node, (End, Else)):
                self.fail(f"unexpected {node}")
            tree.append(node)
        return tree

    def parse_definition(self) -> None:
        """Parse a ``define``, whose keyword is past."""
        context = "define clause"
        token = self.stream.next_non_space()
        if token.kind not in ("string", "raw string"):
            self.unexpected(token, context)
        name = self._unquote(token)
        self.stream.expect("right delimiter", context)
        body, end = self.item_list()
        if isinstance(end, Else):
            self.fail(f"unexpected {end} in {context}")
        self.add(name, body)

    def _inner(self) -> "_Parser":
        return _Parser(
            self.stream, self.functions, self.limits, self._trees, self.depth
        )

    def item_list(self) -> Tuple[Tree, Node]:
        """Parse a body; what ended it comes with it."""
        body: Tree = []
        while self.stream.peek_non_space().kind != "EOF":
            node = self._text_or_action()
            if isinstance(node, (End, Else)):
                return body, node
            body.append(node)
        return self.fail("unexpected EOF")

    def _text_or_action(self) -> Node:
        token = self.stream.next_non_space()
        if token.kind == "text":
            return Text(token.pos, token.value)
        if token.kind != "left delimiter":
            self.unexpected(token, "input")
        self.stream.action_line = token.line
        node = self._action()
        self.stream.action_line = 0
        return node

    def _action(self) -> Node:
        token = self.stream.next_non_space()
        keyword = _ACTIONS.get(token.kind)
        if keyword is not None:
            return keyword(self, token)
        self.stream.backup()
        pos = self.stream.peek().pos
        return Action(pos, self.pipeline("command", "right delimiter"))

    def leaving(self, token: Token) -> Node:
        """Parse a ``break`` or ``continue``, whose keyword is past."""
        action = f"{{{{{token.kind}}}}}"
        after = self.stream.next_non_space()
        if after.kind != "right delimiter":
            self.unexpected(after, action)
        if self._loops == 0:
            self.fail(f"{action} outside {{{{range}}}}")
        kind = Break if token.kind == "break" else Continue
        return kind(token.pos)

    def control(self, token: Token) -> Branch:
        """Parse an ``if``, ``range`` or ``with``, whose keyword is past."""
        word = token.kind
        self.enter()
        visible = len(self.variables)
        pipe = self.pipeline(word, "right delimiter")
        self._loops += word == "range"
        body, end = self.item_list()
        self._loops -= word == "range"
        otherwise: Optional[Sequence[Node]] = None
        if isinstance(end, Else):
            if word in ("if", "with") and self.stream.peek().kind == word:
                # The one {{end}} that follows ends the whole chain.
                otherwise = [self.control(self.stream.next())]
            else:
                otherwise, end = self.item_list()
                if isinstance(end, Else):
                    self.fail(f"expected end; found {end}")
        del self.variables[visible:]
        self.leave()
        return Branch(word, pipe, body, otherwise)

    def end(self, _: Token) -> End:
        """Parse an ``end``, whose keyword is past."""
        return End(self.stream.expect("right delimiter", "end").pos)

    def otherwise(self, _: Token) -> Else:
        """Parse an ``else``, whose keyword is past."""
        token = self.stream.peek_non_space()
        if token.kind not in ("if", "with"):
            token = self.stream.expect("right delimiter", "else")
        return Else(token.pos)

    def invocation(self, _: Token) -> Invocation:
        """Parse a ``template``, whose keyword is past."""
        context = "template clause"
        token = self.stream.next_non_space()
        name = self._template_name(token, context)
        pipe: Optional[Pipe] = None
        if self.stream.next_non_space().kind != "right delimiter":
            self.stream.backup()
            pipe = self.pipeline(context, "right delimiter")
        return Invocation(token.pos, name, pipe)

    def block(self, _: Token) -> Invocation:
        """Parse a ``block``, whose keyword is past."""
        context = "block clause"
        token = self.stream.next_non_space()
        name = self._template_name(token, context)
        pipe = self.pipeline(context, "right delimiter")
        self.enter()
        inner = self._inner()
        body, end = inner.item_list()
        if isinstance(end, Else):
            self.fail(f"unexpected {end} in {context}")
        inner.add(name, body)
        self.leave()
        return Invocation(token.pos, name, pipe)

    def _template_name(self, token: Token, context: str) -> str:
        if token.kind not in ("string", "raw string"):
            self.unexpected(token, context)
        return self._unquote(token)

    def _unquote(self, token: Token) -> str:
        try:
            return unquote(token.value)
        except ValueError as error:
            self.fail(str(error))

    def fail(self, message: str) -> NoReturn:
        """Raise the error *message* at the token that was read last."""
        self.stream.fail(message)

    def unexpected(self, token: Token, context: str) -> NoReturn:
        """Raise the error for a token that does not belong here."""
        self.stream.unexpected(token, context)


_ACTIONS: Mapping[str, Callable[[_Parser, Token], Node]] = {
    "block": _Parser.block,
    "break": _Parser.leaving,
    "continue": _Parser.leaving,
    "else": _Parser.otherwise,
    "end": _Parser.end,
    "if": _Parser.control,
    "range": _Parser.control,
    "template": _Parser.invocation,
    "with": _Parser.control,
}


def _is_empty(tree: Sequence[Node]) -> bool:
    return all(isinstance(node, Text) and not node.text.strip() for node in tree)
