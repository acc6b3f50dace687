"""Readers of named values: variables, headers, queries, captures."""

from functools import partial
from typing import Callable, Dict, List, Mapping, Optional, Tuple, TypeVar

from attrs import frozen

from apirun.documents.converter import block, then
from apirun.documents.faults import Fault, Faults, faults_of
from apirun.documents.fields import (
    Reader,
    flag,
    identifier,
    line,
    sequence,
    template,
    text,
    token,
)
from apirun.documents.scalars import kind_of
from apirun.documents.templates import check_path
from apirun.env import EnvEntry
from apirun.migration import Capture
from apirun.origin import Place

__all__ = [
    "capture",
    "captures",
    "declared",
    "env",
    "headers",
    "listed",
    "place_by_name",
    "queries",
    "read_pairs",
]

T = TypeVar("T")


@frozen
class _Declared:
    """One variable as a file declares it; the name is empty in a mapping."""

    name: str = ""
    value: Optional[str] = None
    value_from_env: Optional[str] = None
    secret: bool = False

    def entry(self, name: str) -> EnvEntry:
        if self.value is None and self.value_from_env is None:
            raise Fault(f"the variable {name} has neither 'value' nor 'valueFromEnv'")
        if self.value is not None and self.value_from_env is not None:
            raise Fault(f"the variable {name} has both 'value' and 'valueFromEnv'")
        return EnvEntry(name, self.value or "", self.value_from_env, self.secret)


_VALUE = {"value": template, "valueFromEnv": line, "secret": flag}
declared = block(_Declared, _VALUE, attributes={"valueFromEnv": "value_from_env"})
listed = block(
    _Declared,
    {"name": identifier, **_VALUE},
    attributes={"valueFromEnv": "value_from_env"},
)


def env(value: object) -> Tuple[EnvEntry, ...]:
    """Return declared variables: a list of entries, or a mapping by name."""
    if isinstance(value, list):
        return _without_repeats(sequence(_entry)(value), lambda entry: entry.name)
    return tuple(_by_name(value, identifier, _entry_of, "variables").values())


def _entry(value: object) -> EnvEntry:
    found = listed(value)
    if not found.name:
        raise Fault("'name' is missing")
    return _with_empty(found, value).entry(found.name)


def _entry_of(name: str, value: object) -> EnvEntry:
    if isinstance(value, dict):
        return _with_empty(declared(value), value).entry(name)
    return EnvEntry(name, template(value))


def _with_empty(found: _Declared, value: object) -> _Declared:
    """Take ``value:`` with nothing behind it for empty text."""
    if found.value is None and isinstance(value, dict) and "value" in value:
        empty = text(value["value"])
        return _Declared(found.name, empty, found.value_from_env, found.secret)
    return found


@frozen
class _Pair:
    name: str
    value: str = ""


def _on_one_line(found: str) -> str:
    if "{{" not in found and ("\n" in found or "\r" in found):
        raise Fault("a header must stand on one line")
    return found


def _pairs(
    name: Reader[str], content: Reader[str], noun: str
) -> Reader[Tuple[Tuple[str, str], ...]]:
    pairs = sequence(block(_Pair, {"name": name, "value": content}))
    return partial(read_pairs, pairs, name, content, noun)


def read_pairs(
    pairs: Reader[Tuple[_Pair, ...]],
    name: Reader[str],
    content: Reader[str],
    noun: str,
    value: object,
) -> Tuple[Tuple[str, str], ...]:
    """Return pairs of name and value: a list of them, or a mapping."""
    if isinstance(value, list):
        return tuple((pair.name, pair.value) for pair in pairs(value))
    return tuple(_by_name(value, name, lambda _, item: content(item), noun).items())


headers = _pairs(token, then(template, _on_one_line), "headers")
queries = _pairs(line, template, "queries")


def _checked_path(found: str) -> str:
    check_path(found)
    return found


_path = then(text, _checked_path)
capture = block(Capture, {"path": _path, "secret": flag})


def captures(value: object) -> Mapping[str, Capture]:
    """Return where captured variables come from, by their names."""
    return _by_name(value, identifier, _capture_of, "variables")


def _capture_of(_: str, value: object) -> Capture:
    return capture(value) if isinstance(value, dict) else Capture(_path(value))


def _by_name(
    value: object, name: Reader[str], item: Callable[[str, object], T], noun: str
) -> Dict[str, T]:
    if not isinstance(value, dict):
        raise Fault(f"this must be a mapping of {noun}, not {kind_of(value)}")
    result: Dict[str, T] = {}
    faults: List[Fault] = []
    for key, content in value.items():
        try:
            name(key)
        except Fault as error:
            faults.append(Fault(error.message, key, at_key=True))
            continue
        try:
            result[key] = item(key, content)
        except (Fault, Faults) as error:
            faults += faults_of(error, key)
    if faults:
        raise Faults(faults)
    return result


def _without_repeats(
    entries: Tuple[T, ...], name_of: Callable[[T], str]
) -> Tuple[T, ...]:
    seen: Dict[str, int] = {}
    faults: List[Fault] = []
    for index, entry in enumerate(entries):
        name = name_of(entry)
        if name in seen:
            faults.append(
                Fault(f"'{name}' is declared a second time: keep one", f"{index}.name")
            )
        seen[name] = index
    if faults:
        raise Faults(faults)
    return entries


def place_by_name(places: Dict[str, Place], data: object, key: str) -> None:
    """
    Give the values of a list of named values a place by their names too.

    So ``up.env.NAME`` is found, whichever of both forms the file takes.

    Args:
        places: Place of each value of the file; is added to.
        data: What stands under *key*.
        key: Path with dots of the list.
    """
    items = data if isinstance(data, list) else []
    for index, item in enumerate(items):
        name = item.get("name") if isinstance(item, dict) else None
        if isinstance(name, str):
            place = places.get(f"{key}.{index}.value") or places[f"{key}.{index}"]
            places.setdefault(f"{key}.{name}", place)
    for name, item in data.items() if isinstance(data, dict) else ():
        if isinstance(item, dict) and f"{key}.{name}.value" in places:
            places[f"{key}.{name}"] = places[f"{key}.{name}.value"]
