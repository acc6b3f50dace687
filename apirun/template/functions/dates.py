"""
Functions over moments, and random identifiers.

Source: https://masterminds.github.io/sprig/date.html, uuid.html
"""

import uuid
from typing import Mapping

from apirun.template.errors import CallError
from apirun.template.signature import Arity, Budget, Function, Kind
from apirun.template.times import Time, format_time
from apirun.template.values import type_name

__all__ = ["FUNCTIONS"]


def _now(_: Budget) -> Time:
    return Time.now()


def _date(_: Budget, layout: str, moment: object) -> str:
    """Write a moment, or seconds since 1970, in the local zone."""
    if isinstance(moment, int) and not isinstance(moment, bool):
        try:
            moment = Time.from_unix(moment)
        except ValueError as error:
            raise CallError(str(error)) from error
    if not isinstance(moment, Time):
        # Sprig takes the present instead, which nobody would notice.
        raise CallError(f"can't use {type_name(moment)} as a time: use now or seconds")
    return format_time(moment.moment, layout)


def _uuidv4(_: Budget) -> str:
    return str(uuid.uuid4())


FUNCTIONS: Mapping[str, Function] = {
    "date": Function(_date, Arity((Kind.STRING, Kind.ANY))),
    "now": Function(_now, Arity(())),
    "uuidv4": Function(_uuidv4, Arity(())),
}
