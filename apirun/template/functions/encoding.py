"""
Functions that encode, digest and decode.

Source: https://masterminds.github.io/sprig/encoding.html, defaults.html,
crypto.html. Where Sprig hands on the text of an error as if it were the result,
these report the error.
"""

import base64
import binascii
import hashlib
import json
import re
from typing import Mapping, NoReturn

from apirun.template.errors import CallError, LimitError
from apirun.template.json_writer import write_json
from apirun.template.signature import Arity, Budget, Function, Kind, charge_parts
from apirun.template.text import from_bytes, to_bytes

__all__ = ["FUNCTIONS"]

_LARGEST_DOCUMENT = 4 * 1024 * 1024
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]")


def _b64enc(_: Budget, text: str) -> str:
    return base64.b64encode(to_bytes(text)).decode("ascii")


def _b64dec(_: Budget, text: str) -> str:
    data = to_bytes(text).replace(b"\n", b"").replace(b"\r", b"")
    strange = _NOT_BASE64.search(data)
    if strange is not None:
        raise CallError(f"illegal base64 data at input byte {strange.start()}")
    try:
        return from_bytes(base64.b64decode(data, validate=True))
    except binascii.Error as error:
        raise CallError(f"illegal base64 data at input byte {len(data)}") from error


def _sha256sum(_: Budget, text: str) -> str:
    return hashlib.sha256(to_bytes(text)).hexdigest()


def _to_json(budget: Budget, value: object) -> str:
    return charge_parts(budget, [value], write_json(value, budget.output))


def _to_pretty_json(budget: Budget, value: object) -> str:
    text = write_json(value, budget.output, indent="  ")
    return charge_parts(budget, [value], text)


def _from_json(budget: Budget, text: str) -> object:
    if len(text) > _LARGEST_DOCUMENT:
        raise LimitError(f"the document is longer than {_LARGEST_DOCUMENT} characters")
    budget.charge(len(text) >> 3)
    try:
        # As in Go, where a number of no declared type is a float64.
        return json.loads(text, parse_int=float, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise CallError("exceeded max depth") from error
    except ValueError as error:
        raise CallError(f"invalid JSON: {error}") from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


_S, _A = Kind.STRING, Kind.ANY

FUNCTIONS: Mapping[str, Function] = {
    "b64dec": Function(_b64dec, Arity((_S,))),
    "b64enc": Function(_b64enc, Arity((_S,))),
    "fromJson": Function(_from_json, Arity((_S,))),
    "sha256sum": Function(_sha256sum, Arity((_S,))),
    "toJson": Function(_to_json, Arity((_A,))),
    "toPrettyJson": Function(_to_pretty_json, Arity((_A,))),
}
