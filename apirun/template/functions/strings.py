"""
Functions over text.

Source: https://masterminds.github.io/sprig/strings.html
"""

import re
from typing import Iterable, List, Mapping, Match

from apirun.template.errors import CallError, LimitError, UnknowableError
from apirun.template.printing import text_of
from apirun.template.signature import Arity, Budget, Function, Kind, charge_parts
from apirun.template.text import convert, from_bytes, quote, to_bytes
from apirun.template.unknown import Unknown
from apirun.template.values import StringList, StringMap

__all__ = ["FUNCTIONS", "fit", "string_value"]

# What Go's unicode.IsSpace holds for.
_SPACES = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
_SPACES += "\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
# The first letter, and each that follows what Go's strings.Title holds for the
# end of a word: a space, or what is ASCII and no letter, digit or underscore.
_WORD_START = re.compile(rf"(?:\A|(?<=[{_SPACES}\x00-/:-@[-^`{{-\x7f]))[^\W\d_]")


def fit(budget: Budget, size: int) -> None:
    """
    Make sure that a text of *size* characters may be built.

    Raises:
        LimitError: If it would be too long.
    """
    if size > budget.output:
        raise LimitError(f"the text is longer than {budget.output} characters")


def string_value(budget: Budget, value: object) -> str:
    """
    Return *value* as text, as ``%v`` prints it.

    Raises:
        LimitError: If it would be too long.
        UnknowableError: If *value* is not known yet.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, Unknown):
        raise UnknowableError(value.label)
    return charge_parts(budget, [value], text_of(value, budget.output))


def _trim(_: Budget, text: str) -> str:
    return text.strip(_SPACES)


def _trim_prefix(_: Budget, prefix: str, text: str) -> str:
    return text[len(prefix) :] if text.startswith(prefix) else text


def _trim_suffix(_: Budget, suffix: str, text: str) -> str:
    return text[: -len(suffix)] if suffix and text.endswith(suffix) else text


def _replace(budget: Budget, old: str, new: str, text: str) -> str:
    fit(budget, len(text) + text.count(old) * (len(new) - len(old)))
    return text.replace(old, new)


def _title(_: Budget, text: str) -> str:
    return _WORD_START.sub(_title_case, text)


def _title_case(match: Match[str]) -> str:
    titled = match[0].title()
    return titled if len(titled) == 1 else match[0]


def _upper(_: Budget, text: str) -> str:
    return text.upper() if text.isascii() else convert(text, _upper_case)


def _upper_case(char: str) -> str:
    # Go maps character by character: the German sharp s stays as it is.
    changed = char.upper()
    return changed if len(changed) == 1 else char


def _lower(_: Budget, text: str) -> str:
    return text.lower() if text.isascii() else convert(text, _lower_case)


def _lower_case(char: str) -> str:
    changed = char.lower()
    return changed if len(changed) == 1 else changed[0]


def _parts(budget: Budget, separator: str, text: str) -> StringList:
    if not separator:
        budget.charge(len(text))
        return StringList(text)
    budget.charge(text.count(separator))
    return StringList(text.split(separator))


def _split(budget: Budget, separator: str, text: str) -> StringMap:
    parts = _parts(budget, separator, text)
    return StringMap((f"_{index}", part) for index, part in enumerate(parts))


def _join(budget: Budget, separator: str, value: object) -> str:
    parts: List[str] = []
    size = 0
    for part in _strings(budget, value):
        parts.append(part)
        size += len(part) + len(separator)
        fit(budget, size)
    budget.charge(len(parts))
    return separator.join(parts)


def _strings(budget: Budget, value: object) -> Iterable[str]:
    if value is None:
        return ()
    if isinstance(value, (list, tuple)):
        return (string_value(budget, item) for item in value if item is not None)
    return (string_value(budget, value),)


def _trunc(_: Budget, count: int, text: str) -> str:
    if text.isascii():
        return text[count:] if count < 0 else text[:count]
    data = to_bytes(text)
    return from_bytes(data[count:] if count < 0 else data[:count])


def _repeat(budget: Budget, count: int, text: str) -> str:
    if count < 0:
        raise CallError("strings: negative Repeat count")
    fit(budget, count * len(text))
    return text * count


def _quote(budget: Budget, *values: object) -> str:
    return _wrapped(quote(string_value(budget, value)) for value in _given(values))


def _squote(budget: Budget, *values: object) -> str:
    return _wrapped(f"'{string_value(budget, value)}'" for value in _given(values))


def _given(values: Iterable[object]) -> Iterable[object]:
    return (value for value in values if value is not None)


def _wrapped(parts: Iterable[str]) -> str:
    return " ".join(parts)


def _indent(budget: Budget, spaces: int, text: str) -> str:
    if spaces < 0:
        raise CallError("strings: negative Repeat count")
    fit(budget, len(text) + (text.count("\n") + 1) * spaces)
    pad = " " * spaces
    return pad + text.replace("\n", "\n" + pad)


def _nindent(budget: Budget, spaces: int, text: str) -> str:
    return "\n" + _indent(budget, spaces, text)


def _to_string(budget: Budget, value: object) -> str:
    return string_value(budget, value)


_S, _I, _A = Kind.STRING, Kind.INT, Kind.ANY

FUNCTIONS: Mapping[str, Function] = {
    "contains": Function(lambda _, part, text: part in text, Arity((_S, _S))),
    "hasPrefix": Function(lambda _, part, text: text.startswith(part), Arity((_S, _S))),
    "hasSuffix": Function(lambda _, part, text: text.endswith(part), Arity((_S, _S))),
    "indent": Function(_indent, Arity((_I, _S))),
    "join": Function(_join, Arity((_S, _A))),
    "lower": Function(_lower, Arity((_S,))),
    "nindent": Function(_nindent, Arity((_I, _S))),
    "quote": Function(_quote, Arity((), _A)),
    "repeat": Function(_repeat, Arity((_I, _S))),
    "replace": Function(_replace, Arity((_S, _S, _S))),
    "split": Function(_split, Arity((_S, _S))),
    "splitList": Function(_parts, Arity((_S, _S))),
    "squote": Function(_squote, Arity((), _A)),
    "title": Function(_title, Arity((_S,))),
    "toString": Function(_to_string, Arity((_A,))),
    "trim": Function(_trim, Arity((_S,))),
    "trimPrefix": Function(_trim_prefix, Arity((_S, _S))),
    "trimSuffix": Function(_trim_suffix, Arity((_S, _S))),
    "trunc": Function(_trunc, Arity((_I, _S))),
    "upper": Function(_upper, Arity((_S,))),
}
