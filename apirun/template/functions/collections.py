"""
Functions over lists, maps and defaults.

Source: https://masterminds.github.io/sprig/lists.html, dicts.html, defaults.html
"""

from typing import Dict, List, Mapping, Sequence, Set

from apirun.template.errors import CallError
from apirun.template.functions.strings import string_value
from apirun.template.printing import sprintf
from apirun.template.signature import Arity, Budget, Function, Kind
from apirun.template.values import StringList, is_true, kind_name

__all__ = ["FUNCTIONS"]

_NIL_TYPE = "runtime error: invalid memory address or nil pointer dereference"


def _default(_: Budget, fallback: object, *given: object) -> object:
    return given[0] if given and is_true(given[0]) else fallback


def _coalesce(_: Budget, *values: object) -> object:
    return next((value for value in values if is_true(value)), None)


def _ternary(_: Budget, yes: object, no: object, condition: object) -> object:
    return yes if condition else no


def _empty(_: Budget, value: object) -> bool:
    return not is_true(value)


def _required(_: Budget, message: str, value: object) -> object:
    if value is None or value == "":
        raise CallError(message)
    return value


def _list(_: Budget, *values: object) -> List[object]:
    return list(values)


def _dict(budget: Budget, *values: object) -> Dict[str, object]:
    keys = [string_value(budget, key) for key in values[::2]]
    items = [*values[1::2], ""]
    return dict(zip(keys, items))


def _get(_: Budget, mapping: Mapping[str, object], key: str) -> object:
    return mapping.get(key, "")


def _has_key(_: Budget, mapping: Mapping[str, object], key: str) -> bool:
    return key in mapping


def _keys(budget: Budget, *mappings: Mapping[str, object]) -> StringList:
    found = StringList()
    for mapping in mappings:
        budget.charge(len(mapping))
        # Sprig leaves the order open; sorted, the output is always the same.
        found.extend(sorted(map(str, mapping)))
    return found


def _elements(value: object, name: str) -> Sequence[object]:
    if isinstance(value, (list, tuple)):
        return value
    if value is None:
        raise CallError(_NIL_TYPE)
    raise CallError(f"Cannot find {name} on type {kind_name(value)}")


def _first(_: Budget, value: object) -> object:
    elements = _elements(value, "first")
    return elements[0] if elements else None


def _last(_: Budget, value: object) -> object:
    elements = _elements(value, "last")
    return elements[-1] if elements else None


def _uniq(budget: Budget, value: object) -> List[object]:
    seen: Set[str] = set()
    kept: List[object] = []
    for element in _elements(value, "uniq"):
        # The Go syntax of a value tells its type, and equal values look equal.
        shown = sprintf("%T %#v", [element, element], budget.output)
        budget.charge(1 + (len(shown) >> 3))
        if shown not in seen:
            seen.add(shown)
            kept.append(element)
    return kept


_S, _A, _M = Kind.STRING, Kind.ANY, Kind.MAP

FUNCTIONS: Mapping[str, Function] = {
    "coalesce": Function(_coalesce, Arity((), _A)),
    "default": Function(_default, Arity((_A,), _A)),
    "dict": Function(_dict, Arity((), _A)),
    "empty": Function(_empty, Arity((_A,))),
    "first": Function(_first, Arity((_A,))),
    "get": Function(_get, Arity((_M, _S))),
    "hasKey": Function(_has_key, Arity((_M, _S))),
    "keys": Function(_keys, Arity((), _M)),
    "last": Function(_last, Arity((_A,))),
    "list": Function(_list, Arity((), _A)),
    "required": Function(_required, Arity((_S, _A))),
    "ternary": Function(_ternary, Arity((_A, _A, Kind.BOOL))),
    "uniq": Function(_uniq, Arity((_A,))),
}
