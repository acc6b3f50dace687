"""Two values of one key told apart in a line, secrets left out."""

import json
import re
from difflib import SequenceMatcher
from typing import Iterator, List, Tuple

from attrs import frozen

from apirun.masking import Masker
from apirun.secret_names import is_secret_name

__all__ = ["Hidden", "contrast", "hidden", "only", "shown"]

MAX_SHOWN = 60
KEPT_BEFORE = 15

_ACTION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_SCHEME = re.compile(r"(?i)\s*(bearer|basic|token)?\s*")
_ASSIGNED = re.compile(r"""([\w-]+)(["']?\s*[:=]\s*["']?)([^"'&,;\s]+)""")


@frozen
class Hidden:
    """A value that is not to be shown."""

    value: object


def hidden(name: str, value: object) -> object:
    """
    Return *value*, as `Hidden` if its name says that it is secret.

    A text that only takes its value from variables holds no secret itself.
    """
    if not isinstance(value, str) or not is_secret_name(name):
        return value
    literal = _ACTION.sub("", value)
    return value if _SCHEME.fullmatch(literal) else Hidden(value)


def contrast(key: str, old: object, new: object) -> Iterator[str]:
    """Tell how two different values at *key* differ."""
    if isinstance(old, Hidden) or isinstance(new, Hidden):
        yield f"{key}: the secret value has changed"
        return
    if not (isinstance(old, str) and isinstance(new, str)):
        yield f"{key}: {shown(old)} is now {shown(new)}"
        return
    before, after = old.splitlines(), new.splitlines()
    if max(len(before), len(after)) <= 1:
        yield f"{key}: {_differing(old, new)}"
    elif before == after:
        yield f"{key}: the line breaks have changed"
    else:
        yield from _lines(key, before, after)


def only(key: str, value: object, what: str) -> str:
    """Tell that *value* at *key* has no counterpart; *what* says which way."""
    return f"{key}: {shown(value)} {what}"


def shown(value: object) -> str:
    """Return *value* as JSON, cut if it is long."""
    if isinstance(value, Hidden):
        return "***"
    if isinstance(value, str):
        value = _without_secrets(value)
    text = json.dumps(_plain(value), ensure_ascii=False)
    if len(text) <= MAX_SHOWN + 2:
        return text
    return f'{text[:MAX_SHOWN]}…"' if isinstance(value, str) else f"{text[:MAX_SHOWN]}…"


def _plain(value: object) -> object:
    """Replace what is hidden inside *value*."""
    if isinstance(value, Hidden):
        return "***"
    if isinstance(value, dict):
        return {name: _plain(hidden(name, item)) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def _lines(key: str, before: List[str], after: List[str]) -> Iterator[str]:
    """Tell the lines that differ, numbered as they are now."""
    for tag, at, end, now, now_end in _differences(before, after):
        removed, added = before[at:end], after[now:now_end]
        pairs = min(len(removed), len(added)) if tag == "replace" else 0
        for step in range(pairs):
            told = _differing(removed[step], added[step])
            yield f"{key} line {now + step + 1}: {told}"
        for step, line in enumerate(removed[pairs:], start=at + pairs + 1):
            yield f"{key} line {step}: {shown(line.strip())} is gone"
        for step, line in enumerate(added[pairs:], start=now + pairs + 1):
            yield f"{key} line {step}: {shown(line.strip())} is new"


def _differences(
    before: List[str], after: List[str]
) -> List[Tuple[str, int, int, int, int]]:
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return [code for code in matcher.get_opcodes() if code[0] != "equal"]


def _differing(old: str, new: str) -> str:
    """Tell two texts apart, without the long beginning that they share."""
    before, after = _without_secrets(old), _without_secrets(new)
    if before == after:
        return "a secret value has changed"
    if max(len(before), len(after)) <= MAX_SHOWN:
        return f"{shown(before)} is now {shown(after)}"
    pairs = enumerate(zip(before, after))
    shared = next(
        (at for at, pair in pairs if pair[0] != pair[1]), min(len(before), len(after))
    )
    cut = max(0, shared - KEPT_BEFORE)
    lead = "…" if cut else ""
    return f"{shown(lead + before[cut:])} is now {shown(lead + after[cut:])}"


def _without_secrets(text: str) -> str:
    """Mask passwords of URLs, and what is assigned to a secret name."""
    return _ASSIGNED.sub(_assigned, Masker().mask_url(text))


def _assigned(match: "re.Match[str]") -> str:
    name, sign, value = match.groups()
    secret = is_secret_name(name) and not value.startswith("{{")
    return f"{name}{sign}{'***' if secret else value}"
