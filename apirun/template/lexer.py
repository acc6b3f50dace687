"""
Cuts a template's text into tokens, one at a time.

Source: Go, ``text/template/parse/lex.go``, whose tokens, lines and error texts
these are.
"""

import re
from typing import Callable, Mapping, Optional

from apirun.template.text import describe_rune, quote
from apirun.template.tokens import KEYWORDS, Token

__all__ = ["Lexer"]

_SPACES = " \t\r\n"
_SPACE_RUN = re.compile(r"[ \t\r\n]*")
_ASCII_WORD = re.compile(r"[A-Za-z0-9_]*")
_QUOTED = re.compile(r'(?:[^"\\\n]|\\[^\n])*(")?', re.DOTALL)
_CHARACTER = re.compile(r"(?:[^'\\\n]|\\[^\n])*(')?", re.DOTALL)
_DECIMAL = r"[0-9_]*(?:\.[0-9_]*)?(?:[eE][+-]?[0-9_]*)?"
_NUMBER = re.compile(
    r"[+-]?(?:"
    r"0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][+-]?[0-9_]*)?"
    r"|0[oO][0-7_]*(?:\.[0-7_]*)?"
    r"|0[bB][01_]*(?:\.[01_]*)?"
    rf"|{_DECIMAL})i?"
)


class Lexer:
    """
    The tokens of one text.

    Args:
        text: The whole template.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._pos = 0
        self._start = 0
        self._line = 1
        self._inside = False
        self._parens = 0
        self._failed: Optional[Token] = None

    def next_token(self) -> Token:
        """Return the next token; after an error always an error."""
        if self._failed is not None:
            return self._failed
        return self._inside_action() if self._inside else self._outside()

    def _emit(self, kind: str) -> Token:
        value = self._text[self._start : self._pos]
        token = Token(kind, self._start, value, self._line)
        self._line += value.count("\n")
        self._start = self._pos
        return token

    def _ignore(self) -> None:
        self._line += self._text.count("\n", self._start, self._pos)
        self._start = self._pos

    def _error(self, message: str) -> Token:
        self._failed = Token("error", self._start, message, self._line)
        return self._failed

    def _outside(self) -> Token:
        text = self._text
        while True:
            found = text.find("{{", self._pos)
            if found < 0:
                self._pos = len(text)
                return self._emit("text" if self._pos > self._start else "EOF")
            trims = self._trims_left(found + 2)
            self._pos = found
            if trims:
                kept = text[self._start : found].rstrip(_SPACES)
                self._pos = self._start + len(kept)
            if self._pos > self._start:
                token = self._emit("text")
                self._pos = found
                self._ignore()
                return token
            self._pos = found
            self._ignore()
            after = found + (4 if trims else 2)
            if not text.startswith("/*", after):
                self._pos = found + 2
                token = self._emit("left delimiter")
                self._pos = after
                self._ignore()
                self._inside = True
                self._parens = 0
                return token
            self._pos = after
            self._ignore()
            problem = self._skip_comment()
            if problem:
                return self._error(problem)

    def _skip_comment(self) -> str:
        end = self._text.find("*/", self._pos + 2)
        if end < 0:
            return "unclosed comment"
        self._pos = end + 2
        if not self._at_right_delimiter():
            return "comment ends before closing delimiter"
        self._pass_right_delimiter()
        self._ignore()
        return ""

    def _trims_left(self, pos: int) -> bool:
        text = self._text
        return text.startswith("-", pos) and text[pos + 1 : pos + 2] in (*_SPACES,)

    def _trims_right(self, pos: int) -> bool:
        return self._text.startswith("-", pos + 1) and self._text[pos] in _SPACES

    def _at_right_delimiter(self) -> bool:
        if self._text.startswith("}}", self._pos):
            return True
        return self._trims_right(self._pos) and self._text.startswith(
            "}}", self._pos + 2
        )

    def _pass_right_delimiter(self) -> None:
        if self._text.startswith("}}", self._pos):
            self._pos += 2
            return
        spaces = _SPACE_RUN.match(self._text, self._pos + 4)
        self._pos = spaces.end() if spaces else self._pos + 4

    def _right_delimiter(self) -> Token:
        if not self._text.startswith("}}", self._pos):
            self._pos += 2
            self._ignore()
            self._pos += 2
            token = self._emit("right delimiter")
            self._pos -= 4
            self._pass_right_delimiter()
            self._ignore()
        else:
            self._pos += 2
            token = self._emit("right delimiter")
        self._inside = False
        return token

    def _inside_action(self) -> Token:
        if self._at_right_delimiter():
            if self._parens == 0:
                return self._right_delimiter()
            return self._error("unclosed left paren")
        char = self._text[self._pos : self._pos + 1]
        if not char:
            return self._error("unclosed action")
        if char in _SPACES:
            return self._space()
        start = _STARTS.get(char)
        if start is not None:
            return start(self, char)
        return self._word() if _alphanumeric(char) else self._other(char)

    def _other(self, char: str) -> Token:
        if not char.isascii() or not char.isprintable():
            problem = f"unrecognized character in action: {describe_rune(char)}"
            return self._error(problem)
        self._pos += 1
        return self._emit("char")

    def sign(self, char: str) -> Token:
        """Read what starts with one of ``= | :``."""
        self._pos += 1
        if char != ":":
            return self._emit(char)
        if not self._text.startswith("=", self._pos):
            return self._error("expected :=")
        self._pos += 1
        return self._emit(":=")

    def paren(self, char: str) -> Token:
        """Read a parenthesis."""
        self._parens += 1 if char == "(" else -1
        if self._parens < 0:
            return self._error("unexpected right paren")
        self._pos += 1
        return self._emit(char)

    def _word(self) -> Token:
        self._pass_word()
        if not self._at_terminator():
            return self._bad_character()
        word = self._text[self._start : self._pos]
        if word in KEYWORDS:
            return self._emit(word)
        return self._emit("bool" if word in ("true", "false") else "identifier")

    def _space(self) -> Token:
        run = _SPACE_RUN.match(self._text, self._pos)
        end = run.end() if run else self._pos
        if self._trims_right(end - 1) and self._text.startswith("}}", end + 1):
            # The last space belongs to the trim marker; one before it, if any,
            # is still a token.
            end -= 1
        self._pos = end
        return self._emit("space")

    def _pass_word(self) -> None:
        text = self._text
        while True:
            match = _ASCII_WORD.match(text, self._pos)
            if match:
                self._pos = match.end()
            char = text[self._pos : self._pos + 1]
            if not char or not _alphanumeric(char):
                return
            self._pos += 1

    def _at_terminator(self) -> bool:
        char = self._text[self._pos : self._pos + 1]
        if not char or char in " \t\r\n.,|:)(":
            return True
        return self._text.startswith("}}", self._pos)

    def _bad_character(self) -> Token:
        return self._error(f"bad character {describe_rune(self._text[self._pos])}")

    def field_or_variable(self, char: str) -> Token:
        """Read what starts with a dot or dollar sign."""
        after = self._text[self._pos + 1 : self._pos + 2]
        if char == "." and after and after in "0123456789":
            return self.number(char)
        self._pos += 1
        if self._at_terminator():
            return self._emit("variable" if char == "$" else "dot")
        self._pass_word()
        if not self._at_terminator():
            return self._bad_character()
        return self._emit("variable" if char == "$" else "field")

    def number(self, _: str) -> Token:
        """Read a number."""
        if not self._scan_number():
            return self._bad_number()
        kind = "number"
        if self._text[self._pos : self._pos + 1] in ("+", "-"):
            if not self._scan_number() or self._text[self._pos - 1] != "i":
                return self._bad_number()
            kind = "complex"
        return self._emit(kind)

    def _scan_number(self) -> bool:
        match = _NUMBER.match(self._text, self._pos)
        if match:
            self._pos = match.end()
        char = self._text[self._pos : self._pos + 1]
        if char and _alphanumeric(char):
            self._pos += 1
            return False
        return True

    def _bad_number(self) -> Token:
        literal = quote(self._text[self._start : self._pos])
        return self._error(f"bad number syntax: {literal}")

    def literal(self, mark: str) -> Token:
        """Read what starts with a quotation mark."""
        if mark == "`":
            end = self._text.find("`", self._pos + 1)
            if end < 0:
                return self._error("unterminated raw quoted string")
            self._pos = end + 1
            return self._emit("raw string")
        pattern = _QUOTED if mark == '"' else _CHARACTER
        match = pattern.match(self._text, self._pos + 1)
        if match is None or match[1] is None:
            what = "quoted string" if mark == '"' else "character constant"
            return self._error(f"unterminated {what}")
        self._pos = match.end()
        return self._emit("string" if mark == '"' else "character")


_STARTS: Mapping[str, Callable[[Lexer, str], Token]] = {
    **dict.fromkeys("=|:", Lexer.sign),
    **dict.fromkeys("()", Lexer.paren),
    **dict.fromkeys("\"`'", Lexer.literal),
    **dict.fromkeys(".$", Lexer.field_or_variable),
    **dict.fromkeys("+-0123456789", Lexer.number),
}


def _alphanumeric(char: str) -> bool:
    return char == "_" or char.isalpha() or char.isdecimal()
