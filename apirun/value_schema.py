"""JSON Schema of what values convert to, made from their classes."""

import inspect
import re
from collections.abc import Mapping as AbstractMapping
from collections.abc import Sequence as AbstractSequence
from enum import Enum
from typing import (
    Any,
    Dict,
    List,
    Mapping,
    Sequence,
    Tuple,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

import attrs

from apirun.plain_data import PlainData, PlainEvent

__all__ = ["DRAFT", "Schema", "value_schema"]

Schema = Dict[str, object]

DRAFT = "http://json-schema.org/draft-07/schema#"
_SCALARS: Mapping[object, str] = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number",
    type(None): "null",
}
_ENTRY = re.compile(r"^    (\w+): (.*)$")


def value_schema(shape: Any, *, title: str) -> Schema:  # noqa: ANN401 - any type, as in `typing`
    """
    Return the JSON Schema of what values of a type convert to by `to_dict`.

    Every attribute of a class is a key that is always there, and no other key
    is. What keys mean is what the class's docstring says under ``Attributes:``.

    Args:
        shape: An attrs class, or a type made of such: ``Tuple[RunRow, ...]``,
            ``Mapping[str, StageStatus]``, a ``Union`` of classes.
        title: What the document is.

    Raises:
        TypeError: If *shape* holds a type that has no plain form.

    Example:
        >>> from apirun import CaptureDrift
        >>> drift = value_schema(CaptureDrift, title="drift")
        >>> drift["required"]
        ['name', 'recorded', 'found']
        >>> drift["properties"]["name"]
        {'description': 'The variable.', 'type': 'string'}

    Source: JSON Schema, draft 7.
    """
    shapes = _Shapes()
    found = shapes.of(shape)
    if "$ref" in found:
        found = shapes.defined.pop(shape.__name__)
    return {
        "$schema": DRAFT,
        "title": title,
        **found,
        "definitions": {name: shapes.defined[name] for name in sorted(shapes.defined)},
    }


class _Shapes:
    """The shapes of types; those of classes are defined once, by their names."""

    def __init__(self) -> None:
        self.defined: Dict[str, Schema] = {}

    def of(self, shape: Any) -> Schema:  # noqa: ANN401 - any type, as in `typing`
        """Return the shape of one type."""
        if shape in _SCALARS:
            return {"type": _SCALARS[shape]}
        if inspect.isclass(shape) and (attrs.has(shape) or issubclass(shape, Enum)):
            return self._named(shape)
        return self._made_of(shape, get_origin(shape), get_args(shape))

    def _made_of(self, shape: object, origin: object, inner: Sequence[Any]) -> Schema:
        if origin is Union:
            return {"anyOf": [self.of(each) for each in inner]}
        if origin is not None and not inner:
            raise TypeError(f"{shape!r} does not say what it holds")
        if origin is tuple and inner[-1] is not Ellipsis:
            return self._row(inner)
        if inspect.isclass(origin) and issubclass(origin, AbstractMapping):
            return {"type": "object", "additionalProperties": self.of(inner[1])}
        if inspect.isclass(origin) and issubclass(origin, AbstractSequence):
            return {"type": "array", "items": self.of(inner[0])}
        raise TypeError(f"{shape!r} has no plain form")

    def _named(self, cls: type) -> Schema:
        if cls.__name__ not in self.defined:
            shape: Schema = (
                {"type": "string", "enum": [each.value for each in cls]}
                if issubclass(cls, Enum)
                else self._keys(cls)
            )
            self.defined[cls.__name__] = {**_described(_summary(cls)), **shape}
        return {"$ref": f"#/definitions/{cls.__name__}"}

    def _keys(self, cls: type) -> Schema:
        meanings, hints = _meanings(cls), get_type_hints(cls)
        told = cls._told if issubclass(cls, PlainData) else ()
        properties: Dict[str, object] = {
            name: self._property(cls, name) for name in told
        }
        for attribute in attrs.fields(cls):
            name = attribute.name
            meaning = _described(meanings.get(name, ""))
            properties[name] = {**meaning, **_beside(self.of(hints[name]))}
        return {
            "type": "object",
            "properties": properties,
            "additionalProperties": False,
            "required": list(properties),
        }

    def _property(self, cls: type, name: str) -> Schema:
        read = inspect.getattr_static(cls, name).fget
        meaning = _described(_summary(read))
        if issubclass(cls, PlainEvent) and name == "event":
            return {**meaning, "const": cls.__name__}
        return {**meaning, **_beside(self.of(get_type_hints(read)["return"]))}

    def _row(self, shapes: Sequence[Any]) -> Schema:
        """Return the shape of a list that has as many items as *shapes*."""
        return {
            "type": "array",
            "items": [self.of(each) for each in shapes],
            "additionalItems": False,
            "minItems": len(shapes),
            "maxItems": len(shapes),
        }


def _beside(shape: Schema) -> Schema:
    """Return *shape* with room for a description: draft 7 has none beside a $ref."""
    return {"allOf": [shape]} if "$ref" in shape else shape


def _described(text: str) -> Schema:
    return {"description": text} if text else {}


def _summary(value: object) -> str:
    """Return the first paragraph of a docstring, in one line; it may be stripped."""
    return " ".join((inspect.getdoc(value) or "").partition("\n\n")[0].split())


def _meanings(cls: type) -> Dict[str, str]:
    """
    Return what docstrings say under ``Attributes:``, by name.

    That of *cls* itself wins over those of the classes that it adds to.
    """
    told: Dict[str, str] = {}
    for each in reversed(inspect.getmro(cls)):
        told.update(_own_meanings(each))
    return told


def _own_meanings(cls: type) -> Dict[str, str]:
    found: Dict[str, List[str]] = {}
    entries: List[str] = []
    for line in _section(inspect.cleandoc(cls.__doc__ or "")):
        entry = _ENTRY.match(line)
        if entry is not None:
            entries = found.setdefault(entry.group(1), [])
            entries.append(entry.group(2))
        elif entries:
            entries.append(line.strip())
    return {name: " ".join(parts).replace("``", "`") for name, parts in found.items()}


def _section(docstring: str) -> Tuple[str, ...]:
    lines = docstring.partition("\nAttributes:\n")[2].split("\n")
    ends = [at for at, line in enumerate(lines) if line and line[0] != " "]
    return tuple(line for line in lines[: (ends or [len(lines)])[0]] if line)
