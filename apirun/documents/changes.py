"""What has changed between two recorded copies of a migration, for people."""

import json
import re
from difflib import SequenceMatcher
from typing import Dict, Iterator, List, Mapping, Optional, Tuple

from apirun.documents.calls import CALL
from apirun.documents.contrast import Hidden, contrast, hidden, only

__all__ = ["describe_change"]

MOST_TOLD = 20

_BARE_ACTION = re.compile(r"(?<=[:\[,])\s*(\{\{[^{}]*\}\})\s*(?=[,\]}])")


def describe_change(old_text: str, new_text: str) -> Tuple[str, ...]:
    """
    Return what has changed in a migration, one line for each difference.

    Args:
        old_text: As `dump_migration` gave it then.
        new_text: As it gives it now.

    Example:
        >>> describe_change('{"up":{"request":{"url":"/vpc"}}}',
        ...                 '{"up":{"request":{"url":"/vpcs"}}}')
        ('up.request.url: "/vpc" is now "/vpcs"',)
    """
    try:
        lines = list(_compared("", json.loads(old_text), json.loads(new_text)))
    except (ValueError, RecursionError):
        return ("the recorded copy can't be read, so what has changed is not known",)
    if len(lines) > MOST_TOLD:
        more = len(lines) - MOST_TOLD + 1
        lines[MOST_TOLD - 1 :] = [f"and {more} differences more"]
    return tuple(lines)


def _compared(key: str, old: object, new: object) -> Iterator[str]:
    """Tell every difference between two values at *key*."""
    if old == new:
        return
    if key.endswith(f".{CALL}.code"):
        yield f"{key[: -len('.code')]}: the code of the function has changed"
        return
    before, after = _opened(key, old), _opened(key, new)
    if isinstance(before, dict) and isinstance(after, dict):
        if before == after:
            yield f"{key}: only its layout has changed"
        yield from _mappings(key, before, after)
    elif isinstance(before, list) and isinstance(after, list):
        if before == after:
            yield f"{key}: only its layout has changed"
        yield from _lists(key, before, after)
    else:
        yield from contrast(key, old, new)


def _mappings(
    key: str, old: Mapping[str, object], new: Mapping[str, object]
) -> Iterator[str]:
    for name in sorted({*old, *new}):
        inner = f"{key}.{name}" if key else name
        # The names of captures say what their values are, not their paths.
        sees = _as_it_is if key.endswith("env_from") else hidden
        if name not in new:
            yield from _alone(inner, sees(name, old[name]), "is gone")
        elif name not in old:
            yield from _alone(inner, sees(name, new[name]), "is new")
        elif old[name] != new[name]:
            yield from _compared(inner, sees(name, old[name]), sees(name, new[name]))


def _lists(key: str, old: List[object], new: List[object]) -> Iterator[str]:
    named_old, named_new = _by_name(old), _by_name(new)
    if named_old is not None and named_new is not None:
        if named_old == named_new:
            yield f"{key}: the order has changed"
        yield from _mappings(key, named_old, named_new)
        return
    before = [json.dumps(item, sort_keys=True) for item in old]
    after = [json.dumps(item, sort_keys=True) for item in new]
    if sorted(before) == sorted(after):
        yield f"{key}: the order has changed"
        return
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, at, end, now, now_end in matcher.get_opcodes():
        if tag == "equal":
            continue
        pairs = min(end - at, now_end - now)
        for step in range(pairs):
            yield from _compared(f"{key}.{now + step}", old[at + step], new[now + step])
        for item in old[at + pairs : end]:
            yield only(key, item, "is gone")
        for item in new[now + pairs : now_end]:
            yield only(key, item, "is new")


def _alone(key: str, value: object, what: str) -> Iterator[str]:
    """Tell what has no counterpart: a request as a whole, else leaf by leaf."""
    value = _opened(key, value)
    request = value.get("request") if isinstance(value, dict) else None
    if isinstance(request, dict) and "url" in request:
        shown = f"{request.get('method', '')} {request['url']}".strip()
        yield only(key, shown, what)
        return
    if isinstance(value, list):
        named = _by_name(value)
        value = value if named is None else named
    if isinstance(value, dict) and value:
        for name in sorted(value):
            yield from _alone(f"{key}.{name}", hidden(name, value[name]), what)
    else:
        yield only(key, value, what)


def _opened(key: str, value: object) -> object:
    """Return a body of JSON text as what it says, anything else as it is."""
    if not (key.endswith(".body") and isinstance(value, str)):
        return value
    try:
        told = json.loads(_BARE_ACTION.sub(_quoted, value))
    except (ValueError, RecursionError):
        return value
    return told if isinstance(told, (dict, list)) else value


def _quoted(match: "re.Match[str]") -> str:
    return json.dumps(match.group(1))


def _by_name(items: List[object]) -> Optional[Dict[str, object]]:
    """Return items that have names of their own by these; None if they have none."""
    named: Dict[str, object] = {}
    for item in items:
        if not isinstance(item, dict) or "name" not in item:
            return None
        name = str(item["name"])
        if name in named:
            return None
        named[name] = _content(item)
    return named


def _content(item: Mapping[str, object]) -> object:
    """Return what stands beside the name; alone if it is only a value."""
    rest = {key: value for key, value in item.items() if key != "name"}
    if item.get("secret") is True and "value" in rest:
        rest["value"] = Hidden(rest["value"])
    return rest["value"] if rest.keys() == {"value"} else rest


def _as_it_is(_: str, value: object) -> object:
    return value
