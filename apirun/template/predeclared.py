"""
The functions that Go's templates have by themselves.

``and``, ``or`` and ``call`` get their arguments in their own way and stand in
the compiler; here they have only what they take.

Source: Go, ``text/template/funcs.go``.
"""

from typing import List, Mapping, Sequence, Tuple

from apirun.template import comparison
from apirun.template.errors import CallError
from apirun.template.escaping import escape_html, escape_js, escape_query
from apirun.template.printing import sprint, sprintf, sprintln
from apirun.template.signature import Arity, Budget, Function, Kind, charge_parts
from apirun.template.text import byte_length, from_bytes, to_bytes
from apirun.template.values import (
    StringList,
    StringMap,
    Uint8,
    is_true,
    kind_name,
    type_name,
)

__all__ = ["PREDECLARED"]

_ZERO_VALUE = "reflect: call of reflect.Value.Type on zero Value"


def _index_argument(index: object, size: int) -> int:
    if isinstance(index, bool) or not isinstance(index, int):
        if index is None:
            raise CallError("cannot index slice/array with nil")
        raise CallError(f"cannot index slice/array with type {type_name(index)}")
    if not 0 <= index <= size:
        raise CallError(f"index out of range: {index}")
    return int(index)


def _index(_: Budget, item: object, *indexes: object) -> object:
    if item is None:
        raise CallError("index of untyped nil")
    for index in indexes:
        item = _index_one(item, index)
    return item


def _index_one(item: object, index: object) -> object:
    if item is None:
        raise CallError("index of nil pointer")
    if isinstance(item, str):
        data = to_bytes(item)
        at = _index_argument(index, len(data))
        if at == len(data):
            raise CallError("reflect: string index out of range")
        return Uint8(data[at])
    if isinstance(item, (list, tuple)):
        at = _index_argument(index, len(item))
        if at == len(item):
            raise CallError("reflect: slice index out of range")
        return item[at]
    if not isinstance(item, Mapping):
        raise CallError(f"can't index item of type {type_name(item)}")
    if index is None:
        raise CallError("value is nil; should be of type string")
    if not isinstance(index, str):
        raise CallError(f"value has type {type_name(index)}; should be string")
    try:
        return item[index]
    except KeyError:
        return "" if isinstance(item, StringMap) else None


def _slice(
    budget: Budget, boxed: Sequence[bool], item: object, *indexes: object
) -> object:
    if item is None:
        raise CallError("slice of untyped nil")
    if len(indexes) > 3:
        raise CallError(f"too many slice indexes: {len(indexes)}")
    kind = kind_name(item)
    if kind == "string" and len(indexes) == 3:
        raise CallError("cannot 3-index slice a string")
    if not isinstance(item, (str, list, tuple)):
        raise CallError(f"can't slice item of type {type_name(item)}")
    size = byte_length(item) if isinstance(item, str) else len(item)
    start, end = _slice_bounds(boxed[1:], indexes, size)
    if isinstance(item, str):
        if item.isascii():
            return item[start:end]
        return from_bytes(to_bytes(item)[start:end])
    part = item[start:end]
    budget.charge(len(part) >> 5)
    return StringList(part) if isinstance(item, StringList) else part


def _slice_bounds(
    boxed: Sequence[bool], indexes: Sequence[object], size: int
) -> Tuple[int, int]:
    bounds: List[int] = []
    for index, in_interface in zip(indexes, boxed):
        if in_interface:
            # Unlike index, slice does not look into interfaces.
            raise CallError("cannot index slice/array with type interface {}")
        bounds.append(_index_argument(index, size))
    for low, high in zip([*bounds, size], [*bounds, size][1:]):
        if low > high:
            raise CallError(f"invalid slice index: {low} > {high}")
    start = bounds[0] if bounds else 0
    return start, bounds[1] if len(bounds) > 1 else size


def _len(_: Budget, boxed: Sequence[bool], item: object) -> int:
    if isinstance(item, str):
        return byte_length(item)
    if isinstance(item, (list, tuple, Mapping)):
        return len(item)
    if item is None:
        raise CallError("len of nil pointer" if boxed[0] else _ZERO_VALUE)
    raise CallError(f"len of type {type_name(item)}")


def _not(_: Budget, value: object) -> bool:
    return not is_true(value)


def _printed(budget: Budget, args: Sequence[object]) -> str:
    """Return *args* as a template prints them."""
    return _print(budget, *["<no value>" if arg is None else arg for arg in args])


def _print(budget: Budget, *args: object) -> str:
    return charge_parts(budget, args, sprint(args, budget.output))


def _println(budget: Budget, *args: object) -> str:
    return charge_parts(budget, args, sprintln(args, budget.output))


def _printf(budget: Budget, layout: object, *args: object) -> object:
    if not isinstance(layout, str):
        # Only a format that is not known yet gets here.
        return layout
    return charge_parts(budget, args, sprintf(layout, args, budget.output))


def _html(budget: Budget, *args: object) -> str:
    return escape_html(_printed(budget, args))


def _js(budget: Budget, *args: object) -> str:
    return escape_js(_printed(budget, args))


def _urlquery(budget: Budget, *args: object) -> str:
    return escape_query(_printed(budget, args))


def _special(*_: object) -> object:
    raise CallError("unreachable")


_NONE = Arity((), Kind.ANY)
_ONE = Arity((Kind.ANY,))
_TWO = Arity((Kind.ANY, Kind.ANY))
_SOME = Arity((Kind.ANY,), Kind.ANY)

PREDECLARED: Mapping[str, Function] = {
    "and": Function(_special, _SOME),
    "call": Function(_special, _SOME),
    "eq": Function(lambda _, *args: comparison.eq(*args), _SOME),
    "ge": Function(lambda _, *args: comparison.ge(*args), _TWO),
    "gt": Function(lambda _, *args: comparison.gt(*args), _TWO),
    "html": Function(_html, _NONE),
    "index": Function(_index, _SOME),
    "js": Function(_js, _NONE),
    "le": Function(lambda _, *args: comparison.le(*args), _TWO),
    "len": Function(_len, _ONE, sees_boxes=True),
    "lt": Function(lambda _, *args: comparison.lt(*args), _TWO),
    "ne": Function(lambda _, *args: comparison.ne(*args), _TWO),
    "not": Function(_not, _ONE),
    "or": Function(_special, _SOME),
    "print": Function(_print, _NONE, prints=True),
    "printf": Function(_printf, Arity((Kind.STRING,), Kind.ANY), prints=True),
    "println": Function(_println, _NONE, prints=True),
    "slice": Function(_slice, _SOME, sees_boxes=True),
    "urlquery": Function(_urlquery, _NONE),
}
