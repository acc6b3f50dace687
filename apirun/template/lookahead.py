"""The tokens of a template, with the lookahead that its grammar needs."""

from typing import List, NoReturn

from apirun.template.errors import TemplateSyntaxError
from apirun.template.lexer import Lexer
from apirun.template.source import Source
from apirun.template.tokens import Token

__all__ = ["TokenStream"]


class TokenStream:
    """
    Tokens that can be given back, up to three.

    Attributes:
        action_line: Line where the action under way starts, 0 outside.
    """

    def __init__(self, lexer: Lexer, source: Source) -> None:
        self.action_line = 0
        self._lexer = lexer
        self._source = source
        nothing = Token("EOF", 0, "", 1)
        # The newest token stands first: its line is the line of errors.
        self._tokens: List[Token] = [nothing, nothing, nothing]
        self._ahead = 0

    def next(self) -> Token:
        """Return the next token and pass it."""
        if self._ahead > 0:
            self._ahead -= 1
        else:
            self._tokens[0] = self._lexer.next_token()
        return self._tokens[self._ahead]

    def backup(self) -> None:
        """Give one token back."""
        self._ahead += 1

    def backup2(self, first: Token) -> None:
        """Give *first* and the newest token back."""
        self._tokens[1] = first
        self._ahead = 2

    def backup3(self, first: Token, second: Token) -> None:
        """Give *first*, *second* and the newest token back."""
        self._tokens[1] = second
        self._tokens[2] = first
        self._ahead = 3

    def peek(self) -> Token:
        """Return the next token without passing it."""
        token = self.next()
        self._ahead += 1
        return token

    def next_non_space(self) -> Token:
        """Return the next token that is no space and pass it."""
        token = self.next()
        while token.kind == "space":
            token = self.next()
        return token

    def peek_non_space(self) -> Token:
        """Return the next token that is no space without passing it."""
        token = self.next_non_space()
        self._ahead += 1
        return token

    def expect(self, kind: str, context: str) -> Token:
        """Pass the next token, which must be of this kind."""
        token = self.next_non_space()
        if token.kind != kind:
            self.unexpected(token, context)
        return token

    def unexpected(self, token: Token, context: str) -> NoReturn:
        """Raise the error for a token that does not belong here."""
        if token.kind != "error":
            self.fail(f"unexpected {token} in {context}")
        extra = ""
        if self.action_line not in (0, token.line):
            start = f"started at {self._source.name}:{self.action_line}"
            is_action = token.value.endswith(" action")
            extra = f" {start}" if is_action else f" in action {start}"
        self.fail(f"{token}{extra}")

    def fail(self, message: str) -> NoReturn:
        """Raise the error *message* at the token that was read last."""
        newest = self._tokens[0]
        name = self._source.name
        raise TemplateSyntaxError(
            f"template: {name}:{newest.line}: {message}",
            name,
            newest.line,
            self._source.locate(newest.pos).column,
        )
