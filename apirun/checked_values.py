"""What an attrs class takes, told with the line of the program that made it."""

import inspect
from collections.abc import Mapping as AbstractMapping
from typing import (
    Any,
    Callable,
    List,
    Optional,
    Sequence,
    Tuple,
    Type,
    Union,
    get_args,
    get_origin,
)

from attrs import Attribute

from apirun.composing import call_site, told_at
from apirun.exceptions import DocumentError
from apirun.origin import Location, Problem

__all__ = ["checked"]

KINDS = {
    str: "text",
    bool: "True or False",
    int: "a whole number",
    AbstractMapping: "a mapping of names to values",
}


def checked(cls: Type[Any], fields: "List[Attribute[Any]]") -> "List[Attribute[Any]]":
    """
    Make what is wrong with an argument of an attrs class a `DocumentError`.

    It is a ``field_transformer``: the errors of converters and validators get
    the place of the call, and plain texts, numbers and truth values are checked.
    """
    return [_checked(cls.__name__, each) for each in fields]


def _checked(noun: str, attribute: "Attribute[Any]") -> "Attribute[Any]":
    convert: Optional[Callable[[object], object]] = attribute.converter  # type: ignore[assignment]  # none of ours takes more
    validate = attribute.validator
    kinds = _kinds(attribute.type)
    if attribute.name in ("made_at", "origin") or not (convert or validate or kinds):
        return attribute

    def required(value: object) -> object:
        if value.__class__ not in kinds:
            _require(noun, attribute.name, value, kinds)
        return value

    def converted(value: object) -> object:
        assert convert is not None
        try:
            return convert(value)
        except (TypeError, ValueError, AttributeError) as error:
            raise _refused(noun, attribute.name, str(error)) from error

    def validated(made: object, of: "Attribute[Any]", value: object) -> None:
        try:
            validate(made, of, value)  # type: ignore[misc]  # only where there is one
        except (TypeError, ValueError) as error:
            raise _refused(noun, attribute.name, str(error)) from error

    return attribute.evolve(
        converter=converted if convert else required if kinds else None,
        validator=validated if validate else None,
    )


def _kinds(declared: object) -> Tuple[type, ...]:
    """Return the classes that an attribute takes, none if that is not so plain."""
    if get_origin(declared) is Union:
        inner = [each for each in get_args(declared) if each is not type(None)]
        kinds = _kinds(inner[0]) if len(inner) == 1 else ()
        return (*kinds, type(None)) if kinds else ()
    if get_origin(declared) is AbstractMapping:
        return (AbstractMapping,)
    plain = inspect.isclass(declared) and declared is not float
    return (declared,) if plain else ()  # type: ignore[return-value]  # it is one


def _require(noun: str, key: str, value: object, kinds: Sequence[type]) -> None:
    if isinstance(value, tuple(kinds)) and (
        not isinstance(value, bool) or kinds[0] is not int
    ):
        return
    name = kinds[0].__name__
    known = KINDS.get(kinds[0])
    if known is not None and kinds[0] is not AbstractMapping:
        raise _refused(noun, key, f"this must be {known}, not {value!r:.80}")
    # Not its repr, which may show a secret.
    shown = "the class itself" if value is kinds[0] else type(value).__name__
    if known is not None:
        raise _refused(noun, key, f"this must be {known}, not {shown}")
    raise _refused(
        noun, key, f"this must be {_a(name)}, not {shown}: write {name}(...)"
    )


def _a(name: str) -> str:
    return f"an {name}" if name[0] in "AEIOU" else f"a {name}"


def _refused(noun: str, key: str, message: str) -> DocumentError:
    site = call_site()
    told = f"{noun}, {key}: {message}"
    if site is None:
        return DocumentError((Problem(Location(noun), f"{key}: {message}"),))
    return DocumentError((told_at(site, noun, key, told),))
