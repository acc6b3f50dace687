"""Readers of where a stage keeps its history."""

from typing import Dict, List, Mapping, Tuple, Union

from attrs import evolve, frozen

from apirun.documents.converter import block, then
from apirun.documents.faults import Fault, Faults, faults_of, suggest
from apirun.documents.fields import flag, line, table_name, text
from apirun.documents.postgres_schema import (
    FromVariable,
    Options,
    divided,
    from_variable,
    postgres,
)
from apirun.documents.registered import registered
from apirun.documents.scalars import as_json, is_null, kind_of
from apirun.settings import StoreSettings

__all__ = ["BUILT_IN", "OTHERWISE", "settings_block", "sqlite_block", "store"]

BUILT_IN = ("memory", "postgres", "sqlite")
OTHERWISE = {"postgresql": "postgres"}


def store_type(value: object) -> str:
    """Return the name of a store that is known."""
    found = text(value)
    found = OTHERWISE.get(found, found)
    if found in BUILT_IN:
        return found
    others = registered("apirun.stores")
    if found in others:
        return found
    known = sorted({*BUILT_IN, *others})
    raise Fault(f"{kind_of(found)} is no store type{suggest(found, known)}")


def _lasting(found: str) -> str:
    if found == ":memory:":
        raise Fault(
            "a database in memory forgets: say 'disabled: true' if that is meant"
        )
    return found


@frozen
class _Sqlite:
    path: str = ""


sqlite_block = block(_Sqlite, {"path": then(line, _lasting)})
settings_block = block(
    StoreSettings,
    {
        "disabled": flag,
        "type": store_type,
        "save_response_body": flag,
        "table_prefix": table_name,
        "table_schema_migrations": table_name,
        "table_migration_runs": table_name,
        "table_stored_env": table_name,
    },
)


def store(value: object) -> StoreSettings:
    """Return where the history is kept, with the settings of the store's own block."""
    if not isinstance(value, dict):
        raise Fault(f"this must be a mapping of keys, not {kind_of(value)}")
    kind = value.get("type")
    own = str(kind) if isinstance(kind, str) and not is_null(kind) else "sqlite"
    own = OTHERWISE.get(own, own)
    blocks = {"sqlite", "postgres", *OTHERWISE, own}
    faults: List[Fault] = []
    settings = StoreSettings()
    options: Options = {}
    from_env: Mapping[str, str] = {}
    try:
        settings = settings_block(
            {key: value[key] for key in value if key not in blocks}
        )
    except Faults as error:
        faults += error.faults
    for key in sorted(blocks & value.keys()):
        if OTHERWISE.get(key, key) != own:
            message = f"'{key}' is for the store type {key}, and the type is {own}"
            faults.append(Fault(message, key, at_key=True))
        elif not is_null(value[key]):
            try:
                options, from_env = _options(own, value[key])
            except (Fault, Faults) as error:
                faults += faults_of(error, key)
    if faults:
        raise Faults(faults)
    return evolve(settings, options=options, options_from_env=from_env)


def _options(kind: str, value: object) -> Tuple[Options, Mapping[str, str]]:
    if kind == "sqlite":
        path = sqlite_block(value).path
        return ({"path": path} if path else {}), {}
    if kind == "postgres":
        return postgres(value)
    if not isinstance(value, dict):
        raise Fault(f"this must be a mapping of keys, not {kind_of(value)}")
    result: Dict[str, Union[str, int, FromVariable]] = {}
    faults: List[Fault] = []
    for key, item in value.items():
        try:
            result[key] = _option(item)
        except (Fault, Faults) as error:
            faults += faults_of(error, key)
    if faults:
        raise Faults(faults)
    return divided(result)


def _option(value: object) -> Union[str, int, FromVariable]:
    """Return a setting of a store that another distribution registers."""
    held = from_variable(value)
    if held is not None:
        return held
    found = as_json(value)
    if isinstance(found, (str, int)):
        return found
    raise Fault(f"this must be text or a number, not {kind_of(value)}")
