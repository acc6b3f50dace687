"""Bodies as a person reads them: JSON in lines, everything else as it came."""

import json
import re
from typing import Iterable, Iterator, List, Match, Optional, Sequence

__all__ = ["readable"]

DEEPEST = 24
"""Levels of a document; a deeper one is shown as it came."""
SHORT = 64
"""Characters of an object or a list that stays in one line, if it holds no other."""

_TEXT = r'"(?:[^"\\]|\\.)*"'
_ATOM = rf"{_TEXT}|[{{}}\[\],:]|[^\s{{}}\[\],:\"]+|\""
# An object or a list that holds no other is one word: that is quicker by far.
_SIMPLE = rf'[{{\[][^{{}}\[\]"\n]*(?:{_TEXT}[^{{}}\[\]"\n]*)*[}}\]]'
_ATOMS = re.compile(_ATOM)
_WORDS = re.compile(f"{_SIMPLE}|{_ATOM}")
_TEXTS = re.compile(_TEXT)
_CLOSING = {"{": "}", "[": "]"}
_ENDS = frozenset(_CLOSING.values())
_OPENS = frozenset((*_CLOSING, ","))
"""After these a new line begins."""


def readable(body: str, *, cut: bool = False) -> str:
    """
    Return *body* in lines if it is JSON, else as it is.

    Only spaces change, and letters that are written by their number: numbers
    keep their digits, and a name that stands there twice is there twice.

    Args:
        body: Of a request or of an answer.
        cut: Whether it may be the beginning of a longer one.

    Example:
        >>> print(readable('{"price": 1.10, "tags": []}'))
        {
          "price": 1.10,
          "tags": []
        }
    """
    if body.lstrip()[:1] not in _CLOSING:
        return body
    words = _WORDS.findall(body)
    if not (_is_json(body) or (cut and _begins_json(words))):
        return body
    lines = _lines(_split(words))
    return body if lines is None else "\n".join(lines)


def _is_json(body: str) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


def _begins_json(words: Sequence[str]) -> bool:
    """Tell whether it is JSON up to its last comma, if what is open were closed."""
    if "," not in words:
        return False
    known = words[: len(words) - 1 - words[::-1].index(",")]
    open_: List[str] = []
    for word in known:
        if word in _CLOSING:
            open_.append(_CLOSING[word])
        elif open_ and word == open_[-1]:
            open_.pop()
    return _is_json(" ".join((*known, *reversed(open_))))


def _split(words: Iterable[str]) -> Iterator[str]:
    """Leave an object or a list in one word if it is short and not the whole."""
    for at, word in enumerate(words):
        if len(word) > 1 and word[0] in _CLOSING and (not at or len(word) > SHORT):
            yield from _ATOMS.findall(word)
        else:
            yield word


def _lines(words: Iterable[str]) -> Optional[List[str]]:
    """Return the lines of a document, or None if it is too deep to be shown so."""
    lines: List[str] = []
    line, depth, before = "", 0, ""
    for word in words:
        if before in _CLOSING and word == _CLOSING[before]:
            line += word
            depth -= 1
        elif word in _ENDS:
            lines.append(line)
            depth -= 1
            line = "  " * depth + word
        else:
            if before in _OPENS:
                lines.append(line)
                line = "  " * depth
            if word == ":":
                line += ": "
            else:
                line += _spelled(word)
            if word in _CLOSING:
                depth += 1
                if depth > DEEPEST:
                    return None
        before = word
    return [*lines, line]


def _spelled(word: str) -> str:
    """Return texts with their letters, if all of them can be shown."""
    return _TEXTS.sub(_letters, word) if "\\u" in word else word


def _letters(match: Match[str]) -> str:
    written = match.group()
    try:
        text = json.dumps(json.loads(written), ensure_ascii=False)
    except ValueError:
        return written
    return text if text.isprintable() else written
