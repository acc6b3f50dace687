"""
Functions over regular expressions, in RE2's syntax.

Source: https://masterminds.github.io/sprig/strings.html; where Sprig's
``regexMatch`` takes a pattern that is none for one that does not match, this one
reports the error.
"""

import re
from typing import List, Mapping, Match

from apirun.template.errors import CallError
from apirun.template.functions.strings import fit
from apirun.template.regex import Pattern, compile_pattern
from apirun.template.regex.machine import Spans
from apirun.template.regex.tree import RegexError
from apirun.template.signature import Arity, Budget, Function, Kind

__all__ = ["FUNCTIONS"]

_LONGEST_PATTERN = 10_000
_REFERENCE = re.compile(r"\$(?:(\$)|\{(\w+)\}|(\w+))")


def _compiled(pattern: str) -> Pattern:
    if len(pattern) > _LONGEST_PATTERN:
        raise CallError(f"the pattern is longer than {_LONGEST_PATTERN} characters")
    try:
        return compile_pattern(pattern)
    except RegexError as error:
        raise CallError(str(error)) from error


def _match(budget: Budget, pattern: str, text: str) -> bool:
    return _compiled(pattern).search(text, 0, budget.charge) is not None


def _replace_all(budget: Budget, pattern: str, text: str, replacement: str) -> str:
    machine = _compiled(pattern)
    parts: List[str] = []
    size = 0
    pos = end = 0
    while pos <= len(text):
        spans = machine.search(text, pos, budget.charge)
        if spans is None:
            break
        parts.append(text[end : spans[0]])
        # An empty match right behind another one is no match of its own.
        if spans[1] > end or spans[0] == 0:
            parts.append(_expand(machine, replacement, text, spans))
            size += len(parts[-1])
            fit(budget, size)
            budget.charge(1 + (len(parts[-1]) >> 5))
        end = spans[1]
        pos = max(end, pos + 1)
    parts.append(text[end:])
    return "".join(parts)


def _expand(machine: Pattern, replacement: str, text: str, spans: Spans) -> str:
    """Return *replacement* with ``$1`` and ``${name}`` filled in."""

    def fill(match: Match[str]) -> str:
        if match[1]:
            return "$"
        name = match[2] or match[3]
        if name.isascii() and name.isdigit():
            number = int(name) if len(name) < 9 else -1
        else:
            number = machine.names.get(name, -1)
        if not 0 <= number <= machine.groups or spans[2 * number] < 0:
            return ""
        return text[spans[2 * number] : spans[2 * number + 1]]

    return _REFERENCE.sub(fill, replacement)


_S = Kind.STRING

FUNCTIONS: Mapping[str, Function] = {
    "regexMatch": Function(_match, Arity((_S, _S))),
    "regexReplaceAll": Function(_replace_all, Arity((_S, _S, _S))),
}
