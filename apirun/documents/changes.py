"""What has changed between two recorded copies of a migration, for people."""

import json
from itertools import zip_longest
from typing import Dict, List, Mapping, Tuple

from attrs import frozen

__all__ = ["describe_change"]

MAX_SHOWN = 60
KEPT_BEFORE = 15


@frozen
class _Hidden:
    """The value of a variable marked as secret."""

    value: object


def describe_change(old_text: str, new_text: str) -> Tuple[str, ...]:
    """
    Return what has changed in a migration, one line for each key.

    Args:
        old_text: As `dump_migration` gave it then.
        new_text: As it gives it now.

    Example:
        >>> describe_change('{"up":{"request":{"url":"/vpc"}}}',
        ...                 '{"up":{"request":{"url":"/vpcs"}}}')
        ('up.request.url: "/vpc" is now "/vpcs"',)
    """
    try:
        old, new = _flat(json.loads(old_text)), _flat(json.loads(new_text))
    except (ValueError, RecursionError):
        return ("the recorded copy can't be read, so what has changed is not known",)
    lines: List[str] = []
    for key in sorted({*old, *new}):
        if key not in new:
            lines.append(f"{key}: {_shown(old[key])} is gone")
        elif key not in old:
            lines.append(f"{key}: {_shown(new[key])} is new")
        elif old[key] != new[key]:
            lines.append(_contrast(key, old[key], new[key]))
    return tuple(lines)


def _flat(value: object, key: str = "") -> Dict[str, object]:
    """Return the leaves of *value* by their keys; named items by their names."""
    found: Dict[str, object] = {}
    if isinstance(value, dict) and value:
        for name, item in value.items():
            found.update(_flat(item, f"{key}.{name}" if key else name))
    elif isinstance(value, list) and value:
        for name, item in _labelled(value):
            found.update(_flat(item, f"{key}.{name}"))
    else:
        found[key] = value
    return found


def _labelled(items: List[object]) -> List[Tuple[str, object]]:
    names = [item.get("name") if isinstance(item, dict) else None for item in items]
    if None in names or len({*map(str, names)}) != len(names):
        return [(str(index), item) for index, item in enumerate(items)]
    return [
        (str(name), _content(item))
        for name, item in zip(names, items)
        if isinstance(item, dict)
    ]


def _content(item: Mapping[str, object]) -> object:
    """Return what stands beside the name; alone if it is only a value."""
    rest = {key: value for key, value in item.items() if key != "name"}
    if item.get("secret") is True and "value" in rest:
        rest["value"] = _Hidden(rest["value"])
    return rest["value"] if rest.keys() == {"value"} else rest


def _contrast(key: str, old: object, new: object) -> str:
    if isinstance(old, _Hidden) or isinstance(new, _Hidden):
        return f"{key}: the secret value has changed"
    if not (isinstance(old, str) and isinstance(new, str)):
        return f"{key}: {_shown(old)} is now {_shown(new)}"
    before, after = old.splitlines(), new.splitlines()
    if max(len(before), len(after)) > 1:
        pairs = enumerate(zip_longest(before, after, fillvalue=""), start=1)
        differing = [(line, *pair) for line, pair in pairs if pair[0] != pair[1]]
        if not differing:
            return f"{key}: the line breaks have changed"
        line, old, new = differing[0]
        more = f" (and {len(differing) - 1} more lines)" if len(differing) > 1 else ""
        return f"{key} line {line}: {_differing(old, new)}{more}"
    return f"{key}: {_differing(old, new)}"


def _differing(old: str, new: str) -> str:
    """Tell two texts apart, without the long beginning that they share."""
    if max(len(old), len(new)) <= MAX_SHOWN:
        return f"{_shown(old)} is now {_shown(new)}"
    pairs = enumerate(zip(old, new))
    shared = next(
        (at for at, pair in pairs if pair[0] != pair[1]), min(len(old), len(new))
    )
    cut = max(0, shared - KEPT_BEFORE)
    lead = "…" if cut else ""
    return f"{_shown(lead + old[cut:])} is now {_shown(lead + new[cut:])}"


def _shown(value: object) -> str:
    if isinstance(value, _Hidden):
        return "***"
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MAX_SHOWN + 2 else f'{text[:MAX_SHOWN]}…"'
