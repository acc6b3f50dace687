"""JSON Schema of the files, made from the very readers that read them."""

from functools import partial
from typing import Callable, Dict, List, Mapping, Sequence

from apirun.auth_types import AUTH_TYPES
from apirun.documents.actions import SHORT_FORM, body, down, down_frame, read_parsed
from apirun.documents.auth_schema import settings
from apirun.documents.config_file import read_config
from apirun.documents.converter import Block, read_then
from apirun.documents.descriptions import description
from apirun.documents.fields import (
    Reader,
    flag,
    line,
    method,
    read_choice,
    read_matching,
    read_number,
    read_safe_method,
    read_sequence,
    result_codes,
    seconds,
    size,
    status,
    template,
    text,
    timeout,
    tls_version,
    words,
)
from apirun.documents.named import capture, captures, declared, env, listed, read_pairs
from apirun.documents.patterns import IDENTIFIER, TOKEN
from apirun.documents.postgres_schema import (
    postgres_block,
    read_or_variable,
    variable,
)
from apirun.documents.stages_schema import read_stages
from apirun.documents.store_schema import (
    BUILT_IN,
    OTHERWISE,
    settings_block,
    sqlite_block,
    store,
    store_type,
)
from apirun.settings import AuthSettings

__all__ = ["KINDS", "file_schema"]

Schema = Dict[str, object]

DRAFT = "http://json-schema.org/draft-07/schema#"
KINDS: Mapping[str, Reader[object]] = {
    "stages": read_stages,
    "config": read_config,
    "migration": read_parsed,
}
_SCALAR = ["string", "number", "boolean"]
_TEXT: Schema = {"type": [*_SCALAR, "null"]}
_LINE: Schema = {"type": _SCALAR, "pattern": r"\S"}
_DURATION: Schema = {
    "anyOf": [
        {"const": 0},
        {"type": "string", "pattern": r"^\s*[-+]?([0-9.]+[a-zµμ]+)+\s*$|^\s*0\s*$"},
    ]
}
_CODE: Schema = {
    "anyOf": [
        {"type": "integer", "minimum": 100, "maximum": 599},
        {"type": "string", "pattern": r"\{\{|^[1-5]([0-9]{2}|[xX]{2})$"},
    ]
}


def file_schema(kind: str) -> Dict[str, object]:
    """
    Return the JSON Schema of a file, as editors take it.

    Args:
        kind: ``stages`` for stages.yaml, ``config`` for config.yaml,
            ``migration`` for ``NNN_name.yaml``.

    Returns:
        The schema as plain data. It knows every key and the kinds of the
        values; what a file means as a whole, `validate` checks.

    Example:
        >>> file_schema("stages")["required"]
        ['stages']

    Source: JSON Schema, draft 7, which the language servers for YAML take.
    """
    return {"$schema": DRAFT, "title": f"apirun: {kind}", **_shape(KINDS[kind])}


def _shape(reader: Reader[object]) -> Schema:
    """Return what *reader* takes."""
    if isinstance(reader, Block):
        return _mapping(reader)
    if isinstance(reader, partial):
        return _OF_A_FAMILY[reader.func](*reader.args)
    if reader in _COMPOSED:
        return _COMPOSED[reader]()
    return {**_OF_ONE[reader]}


def _mapping(block: Block[object]) -> Schema:
    shape = _keys(block.readers, block.cls.__name__.strip("_"), block.required)
    if block.cls is AuthSettings:
        shape["allOf"] = [_auth_type(name) for name in AUTH_TYPES]
    return shape


def _keys(
    readers: Mapping[str, Reader[object]], of: str, required: Sequence[str] = ()
) -> Schema:
    properties = {
        key: {"description": description(of, key), **_shape(reader)}
        if key in required
        else {"description": description(of, key), **_or_nothing(_shape(reader))}
        for key, reader in readers.items()
    }
    shape: Schema = {
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
    }
    return {**shape, "required": list(required)} if required else shape


def _or_nothing(shape: Schema) -> Schema:
    """Let the value of a key be left empty, which counts as not there."""
    return {"anyOf": [shape, {"type": "null"}]} if shape else shape


def _named(content: Schema, pattern: str) -> Schema:
    """Return the shape of a mapping by names."""
    return {
        "type": "object",
        "propertyNames": {"pattern": f"^{pattern}$"},
        "additionalProperties": content,
    }


def _either(*shapes: Schema) -> Schema:
    return {"anyOf": list(shapes)}


def _env() -> Schema:
    by_name = _named(_either(_TEXT, _shape(declared)), IDENTIFIER.pattern)
    entry = {**_shape(listed), "required": ["name"]}
    return _either(by_name, {"type": "array", "items": entry})


def _captures() -> Schema:
    return _named(_either(_TEXT, _shape(capture)), IDENTIFIER.pattern)


def _pairs(
    pairs: Reader[object], name: Reader[str], content: Reader[str], _: str
) -> Schema:
    pattern = TOKEN.pattern if isinstance(name, partial) else r"[\s\S]*\S[\s\S]*"
    return _either(_named(_shape(content), pattern), _shape(pairs))


def _down() -> Schema:
    """Return the shape of a down: with a request of its own, or in the short form."""
    shape = _keys({**down_frame.readers, **SHORT_FORM}, "Down")
    inside = {"required": ["request"], "properties": {"request": {"type": "object"}}}
    return {
        **shape,
        "if": inside,
        "then": {"propertyNames": {"enum": list(down_frame.readers)}},
        "else": {"required": ["method", "url"]},
    }


def _store() -> Schema:
    """Return the shape of a store: a type of another distribution has its own block."""
    own: Dict[str, Reader[object]] = {
        "sqlite": sqlite_block,
        "postgres": postgres_block,
        **dict.fromkeys(OTHERWISE, postgres_block),
    }
    shape = _keys({**settings_block.readers, **own}, "StoreSettings")
    known = [*settings_block.readers, *own]
    del shape["additionalProperties"]
    built_in = {"properties": {"type": {"enum": [*BUILT_IN, *OTHERWISE, None]}}}
    return {
        **shape,
        "if": built_in,
        "then": {"propertyNames": {"enum": known}},
    }


def _auth_type(name: str) -> Schema:
    """Return which settings the built-in type *name* of a token has."""
    kind = AUTH_TYPES[name]
    properties: Dict[str, Schema] = {
        key: _either(_TEXT, {"type": "array"}) if key in kind.lists else {**_TEXT}
        for key in kind.known
    }
    for key, allowed in kind.choices.items():
        properties[key] = {
            "anyOf": [
                {"enum": [*allowed, None]},
                {"type": "string", "pattern": r"\{\{"},
            ]
        }
    properties = {
        key: {"description": description(name, key), **taken}
        for key, taken in properties.items()
    }
    config = {
        "properties": properties,
        "additionalProperties": False,
        "required": list(kind.required),
    }
    return {
        "if": {"required": ["type"], "properties": {"type": {"const": name}}},
        "then": {"required": ["config"], "properties": {"config": config}},
    }


def _matching(pattern: object, _: str) -> Schema:
    return {"type": _SCALAR, "pattern": f"^{getattr(pattern, 'pattern', '')}$"}


def _choice(known: Sequence[str]) -> Schema:
    return {"enum": [*known]}


_OF_A_FAMILY: Mapping[Callable[..., object], Callable[..., Schema]] = {
    read_choice: _choice,
    read_matching: _matching,
    read_number: lambda least: {"type": "integer", "minimum": least},
    read_or_variable: lambda reader: _either(_shape(reader), _shape(variable)),
    read_pairs: _pairs,
    read_safe_method: lambda _: {
        "type": "string",
        "pattern": "^([Gg][Ee][Tt]|[Hh][Ee][Aa][Dd])$",
    },
    read_sequence: lambda reader: {"type": "array", "items": _shape(reader)},
    read_then: lambda reader, _: _shape(reader),
}
_METHODS: List[str] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
_COMPOSED: Mapping[Callable[..., object], Callable[[], Schema]] = {
    captures: _captures,
    down: _down,
    env: _env,
    store: _store,
}
_OF_ONE: Mapping[Callable[..., object], Schema] = {
    body: {},
    flag: {"type": "boolean"},
    line: _LINE,
    method: {"type": "string", "pattern": f"^{TOKEN.pattern}$", "examples": _METHODS},
    result_codes: _either(_CODE, {"type": "array", "items": _CODE}),
    seconds: _DURATION,
    settings: {"type": "object"},
    size: _either(
        {"type": "number", "minimum": 1},
        {"type": "string", "pattern": r"^[0-9.]+\s*[A-Za-z]*$"},
    ),
    status: _CODE,
    store_type: {"type": "string", "examples": [*BUILT_IN]},
    template: _TEXT,
    text: _TEXT,
    timeout: _DURATION,
    tls_version: {"type": ["string", "number"], "examples": ["1.2", "1.3"]},
    words: {"type": "array", "items": _LINE},
}
