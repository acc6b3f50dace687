"""Readers of where a PostgreSQL database is."""

from functools import partial
from typing import List, Mapping, Optional, Tuple, Union

from attrs import asdict, frozen

from apirun.documents.converter import block, then
from apirun.documents.faults import Fault, Faults
from apirun.documents.fields import Reader, choice, line
from apirun.documents.scalars import kind_of, to_int

__all__ = [
    "FromVariable",
    "Options",
    "divided",
    "from_variable",
    "or_variable",
    "postgres",
    "postgres_block",
    "read_or_variable",
    "variable",
]

Options = Mapping[str, Union[str, int]]

SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


@frozen
class FromVariable:
    """
    A setting whose text a process variable holds.

    Attributes:
        name: The variable.
    """

    name: str


variable = block(
    FromVariable, {"valueFromEnv": line}, attributes={"valueFromEnv": "name"}
)


def from_variable(value: object) -> Optional[FromVariable]:
    """Return the process variable that *value* names, None if it is no mapping."""
    return variable(value) if isinstance(value, dict) else None


def or_variable(reader: Reader[str]) -> Reader[Union[str, FromVariable]]:
    """Return the reader of what *reader* reads, or of the variable that holds it."""
    return partial(read_or_variable, reader)


def read_or_variable(reader: Reader[str], value: object) -> Union[str, FromVariable]:
    """Return what *reader* reads, or the variable that holds it."""
    return from_variable(value) or reader(value)


def _written_out(text: str) -> str:
    if "{{" in text:
        raise Fault(
            "this is no template: write it out, or take it from a process variable "
            "with {valueFromEnv: NAME}"
        )
    return text


def _port(found: str) -> str:
    number = to_int(_written_out(found))
    if number is None or not 0 < number < 65536:
        raise Fault(f"{kind_of(found)} is no port: write a number from 1 to 65535")
    return str(number)


_setting = or_variable(then(line, _written_out))


@frozen
class _Postgres:
    dsn: Union[str, FromVariable, None] = None
    host: Union[str, FromVariable, None] = None
    port: Union[str, FromVariable, None] = None
    user: Union[str, FromVariable, None] = None
    password: Union[str, FromVariable, None] = None
    dbname: Union[str, FromVariable, None] = None
    sslmode: Union[str, FromVariable, None] = None


postgres_block = block(
    _Postgres,
    {
        "dsn": _setting,
        "host": _setting,
        "port": or_variable(then(line, _port)),
        "user": _setting,
        "password": _setting,
        "dbname": _setting,
        "sslmode": or_variable(choice(*SSL_MODES)),
    },
)


def postgres(value: object) -> Tuple[Options, Mapping[str, str]]:
    """
    Return where a PostgreSQL database is.

    Returns:
        What is told, and the process variables that hold the rest.
    """
    told = asdict(postgres_block(value), recurse=False)
    given = {key: item for key, item in told.items() if item is not None}
    beside = [key for key in given if key != "dsn"]
    if "dsn" in given and beside:
        faults: List[Fault] = [
            Fault(f"'dsn' tells '{key}' as well: keep one of the two", key, at_key=True)
            for key in beside
        ]
        raise Faults(faults)
    return divided(given)


def divided(
    given: Mapping[str, Union[str, int, FromVariable]],
) -> Tuple[Options, Mapping[str, str]]:
    """Return what is told, apart from what process variables hold."""
    told = {k: v for k, v in given.items() if not isinstance(v, FromVariable)}
    held = {k: v.name for k, v in given.items() if isinstance(v, FromVariable)}
    return told, held
