"""
The comparisons eq, ne, lt, le, gt, ge.

Source: Go, ``text/template/funcs.go``.
"""

from apirun.template.errors import CallError
from apirun.template.printing import sprintf
from apirun.template.values import Uint8, kind_name, type_name

__all__ = ["eq", "ge", "gt", "le", "lt", "ne"]

_SHOWN = 10_000


def _basic_kind(value: object) -> str:
    """Return the kind by which *value* compares, empty if it does not."""
    if isinstance(value, str):
        return "string"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int):
        return "uint" if isinstance(value, Uint8) else "int"
    return "float" if isinstance(value, float) else ""


def _incompatible(left: object, right: object) -> CallError:
    return CallError(
        f"incompatible types for comparison: {type_name(left)} and {type_name(right)}"
    )


def eq(left: object, *rights: object) -> bool:
    """Return whether *left* equals any of *rights*."""
    if not rights:
        raise CallError("missing argument for comparison")
    kind = _basic_kind(left)
    return any(_equal(left, kind, right) for right in rights)


def _equal(left: object, kind: str, right: object) -> bool:
    other = _basic_kind(right)
    if kind != other:
        if {kind, other} == {"int", "uint"}:
            return left == right
        if left is not None and right is not None:
            raise _incompatible(left, right)
        return False
    if kind:
        return left == right
    return _other_equal(left, right)


def _other_equal(left: object, right: object) -> bool:
    if left is None or right is None:
        return left is right
    if kind_name(left) != kind_name(right):
        raise CallError(
            sprintf("non-comparable types %s: ", [left], _SHOWN)
            + f"{type_name(left)}, {type_name(right)}: "
            + sprintf("%v", [right], _SHOWN)
        )
    if kind_name(right) in ("map", "slice"):
        shown = sprintf("%s", [right], _SHOWN)
        raise CallError(f"non-comparable type {shown}: {type_name(right)}")
    return left == right


def ne(left: object, right: object) -> bool:
    """Return whether *left* and *right* differ."""
    return not eq(left, right)


def lt(left: object, right: object) -> bool:
    """Return whether *left* is less than *right*."""
    kind, other = _basic_kind(left), _basic_kind(right)
    if not kind or not other:
        raise CallError("invalid type for comparison")
    if kind != other and {kind, other} != {"int", "uint"}:
        raise _incompatible(left, right)
    if kind == "bool":
        raise CallError("invalid type for comparison")
    if isinstance(left, str) and isinstance(right, str):
        return left < right
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        return left < right
    return False


def le(left: object, right: object) -> bool:
    """Return whether *left* is not greater than *right*."""
    return lt(left, right) or eq(left, right)


def gt(left: object, right: object) -> bool:
    """Return whether *left* is greater than *right*."""
    return not le(left, right)


def ge(left: object, right: object) -> bool:
    """Return whether *left* is not less than *right*."""
    return not lt(left, right)
