"""
Floating-point numbers as Go writes them.

Source: Go, ``strconv.FormatFloat``.
"""

import math
from typing import Tuple

__all__ = ["format_float"]


def format_float(value: float, verb: str, precision: int = -1) -> str:
    """
    Return *value* as ``strconv.FormatFloat`` writes it.

    Args:
        value: The number.
        verb: One of ``e E f g G x X b``.
        precision: Digits as the verb counts them; -1 for the shortest text
            that reads back as the same number.

    Example:
        >>> format_float(1e6, "g"), format_float(2.5, "g")
        ('1e+06', '2.5')
    """
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    sign = "-" if math.copysign(1.0, value) < 0 else ""
    magnitude = abs(value)
    if verb in "xX":
        text = _hexadecimal(magnitude, precision)
        return sign + (text.upper() if verb == "X" else text)
    if verb == "b":
        return sign + _binary(magnitude)
    if precision >= 0:
        return sign + format(magnitude, f".{precision}{verb}")
    text = _shortest(magnitude, verb.lower())
    return sign + (text.upper() if verb in "EG" else text)


def _digits(magnitude: float) -> Tuple[str, int]:
    """Return the shortest digits and where the decimal point stands in them."""
    mantissa, _, exponent = repr(magnitude).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = whole + fraction
    point = len(whole) + int(exponent or 0)
    stripped = digits.lstrip("0")
    point -= len(digits) - len(stripped)
    stripped = stripped.rstrip("0")
    return (stripped, point) if stripped else ("0", 1)


def _shortest(magnitude: float, verb: str) -> str:
    digits, point = _digits(magnitude)
    exponent = point - 1
    if verb == "g":
        verb = "e" if exponent < -4 or exponent >= 6 else "f"
    if verb == "e":
        fraction = f".{digits[1:]}" if len(digits) > 1 else ""
        return (
            f"{digits[0]}{fraction}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"
        )
    if point <= 0:
        return f"0.{'0' * -point}{digits}"
    whole = digits[:point].ljust(point, "0")
    fraction = digits[point:]
    return f"{whole}.{fraction}" if fraction else whole


def _hexadecimal(magnitude: float, precision: int) -> str:
    if magnitude == 0:
        mantissa, exponent = 0, 0
    else:
        fraction, exponent = math.frexp(magnitude)
        mantissa = int(fraction * (1 << 53))
        exponent -= 1
    if 0 <= precision < 13:
        drop = (13 - precision) * 4
        kept, rest = divmod(mantissa, 1 << drop)
        half = 1 << (drop - 1)
        kept += rest > half or (rest == half and kept % 2 == 1)
        mantissa = kept << drop
        if mantissa >= 1 << 53:
            mantissa >>= 1
            exponent += 1
    whole, rest = divmod(mantissa, 1 << 52)
    digits = f"{rest:013x}"
    digits = digits.rstrip("0") if precision < 0 else digits[:precision]
    digits = digits.ljust(max(precision, 0), "0")
    point = f".{digits}" if digits else ""
    return f"0x{whole}{point}p{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def _binary(magnitude: float) -> str:
    if magnitude == 0:
        return "0p-1074"
    fraction, exponent = math.frexp(magnitude)
    mantissa, exponent = int(fraction * (1 << 53)), exponent - 53
    if exponent < -1074:
        mantissa >>= -1074 - exponent
        exponent = -1074
    return f"{mantissa}p{'-' if exponent < 0 else '+'}{abs(exponent)}"
