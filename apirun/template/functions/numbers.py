"""
Functions over integers, which are 64 bits wide and wrap around.

Source: https://masterminds.github.io/sprig/math.html
"""

import re
from typing import Mapping

from apirun.template.errors import CallError
from apirun.template.numerals import INT_MAX, INT_MIN, parse_int
from apirun.template.signature import Arity, Budget, Function, Kind
from apirun.template.values import Int64

__all__ = ["FUNCTIONS", "wrap"]

_ZERO_FRACTION = re.compile(r"\.0*$")


def wrap(value: int) -> Int64:
    """Return *value* as 64 bits hold it."""
    return Int64((value - INT_MIN) % (1 << 64) + INT_MIN)


def _to_int(value: object) -> int:
    """Return *value* as Sprig makes integers of anything, 0 if it is none."""
    if isinstance(value, int):
        return wrap(value)
    if isinstance(value, float):
        finite = INT_MIN <= value <= INT_MAX
        return int(value) if finite else INT_MIN
    if isinstance(value, str):
        number = parse_int(_ZERO_FRACTION.sub("", value))
        if number is not None and INT_MIN <= number <= INT_MAX:
            return number
    return 0


def _add(_: Budget, *values: object) -> Int64:
    return wrap(sum(map(_to_int, values)))


def _sub(_: Budget, left: object, right: object) -> Int64:
    return wrap(_to_int(left) - _to_int(right))


def _mul(_: Budget, *values: object) -> Int64:
    product = Int64(1)
    for value in values:
        product = wrap(product * _to_int(value))
    return product


def _quotient(left: int, right: int) -> int:
    """Return the quotient cut off towards zero, as Go does."""
    if right == 0:
        raise CallError("runtime error: integer divide by zero")
    quotient = abs(left) // abs(right)
    return quotient if (left < 0) == (right < 0) else -quotient


def _div(_: Budget, left: object, right: object) -> Int64:
    return wrap(_quotient(_to_int(left), _to_int(right)))


def _mod(_: Budget, left: object, right: object) -> Int64:
    dividend, divisor = _to_int(left), _to_int(right)
    return wrap(dividend - divisor * _quotient(dividend, divisor))


def _max(_: Budget, *values: object) -> Int64:
    return Int64(max(map(_to_int, values)))


def _min(_: Budget, *values: object) -> Int64:
    return Int64(min(map(_to_int, values)))


def _int(_: Budget, value: object) -> int:
    return int(_to_int(value))


_A = Kind.ANY

FUNCTIONS: Mapping[str, Function] = {
    "add": Function(_add, Arity((), _A)),
    "div": Function(_div, Arity((_A, _A))),
    "int": Function(_int, Arity((_A,))),
    "max": Function(_max, Arity((_A,), _A)),
    "min": Function(_min, Arity((_A,), _A)),
    "mod": Function(_mod, Arity((_A, _A))),
    "mul": Function(_mul, Arity((_A,), _A)),
    "sub": Function(_sub, Arity((_A, _A))),
}
