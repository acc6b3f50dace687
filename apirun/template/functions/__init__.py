"""
The functions that templates can call.

Go's own, and those of Sprig with Sprig's meaning and argument order. None of
them runs, reads or reaches anything.

Source: https://masterminds.github.io/sprig/
"""

from typing import Mapping

from apirun.template.functions import (
    collections,
    dates,
    encoding,
    numbers,
    patterns,
    strings,
)
from apirun.template.predeclared import PREDECLARED
from apirun.template.signature import Function

__all__ = ["FUNCTIONS"]

FUNCTIONS: Mapping[str, Function] = {
    **PREDECLARED,
    **collections.FUNCTIONS,
    **dates.FUNCTIONS,
    **encoding.FUNCTIONS,
    **numbers.FUNCTIONS,
    **patterns.FUNCTIONS,
    **strings.FUNCTIONS,
}
