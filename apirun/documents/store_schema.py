"""Readers of where a stage keeps its history."""

from typing import Dict, List, Mapping, Union

from attrs import evolve, frozen

from apirun.documents.converter import NOT_YET, block
from apirun.documents.faults import Fault, Faults, faults_of, suggest
from apirun.documents.fields import flag, line, table_name, text
from apirun.documents.registered import registered
from apirun.documents.scalars import as_json, is_null, kind_of
from apirun.settings import StoreSettings

__all__ = ["store"]

BUILT_IN = ("sqlite", "memory")
LATER = ("postgres", "postgresql")


def store_type(value: object) -> str:
    """Return the name of a store that is known."""
    found = text(value)
    if found in BUILT_IN:
        return found
    others = registered("apirun.stores")
    if found in others:
        return found
    if found in LATER:
        raise Fault(f"the store type '{found}' {NOT_YET}")
    known = sorted({*BUILT_IN, *others})
    raise Fault(f"{kind_of(found)} is no store type{suggest(found, known)}")


def _path(value: object) -> str:
    found = line(value)
    if found == ":memory:":
        raise Fault(
            "a database in memory forgets: say 'disabled: true' if that is meant"
        )
    return found


@frozen
class _Sqlite:
    path: str = ""


_sqlite = block(_Sqlite, {"path": _path})
_settings = block(
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
    not_yet=("postgres",),
)


def store(value: object) -> StoreSettings:
    """Return where the history is kept, with the settings of the store's own block."""
    if not isinstance(value, dict):
        raise Fault(f"this must be a mapping of keys, not {kind_of(value)}")
    kind = value.get("type")
    own = kind if isinstance(kind, str) and not is_null(kind) else "sqlite"
    blocks = {"sqlite", str(own)} - {*LATER}
    faults: List[Fault] = []
    settings = StoreSettings()
    options: Mapping[str, Union[str, int]] = {}
    try:
        settings = _settings({key: value[key] for key in value if key not in blocks})
    except Faults as error:
        faults += error.faults
    for key in sorted(blocks & value.keys()):
        if key != own:
            message = f"'{key}' is for the store type {key}, and the type is {own}"
            faults.append(Fault(message, key, at_key=True))
        elif not is_null(value[key]):
            try:
                options = _options(key, value[key])
            except (Fault, Faults) as error:
                faults += faults_of(error, key)
    if faults:
        raise Faults(faults)
    return evolve(settings, options=options)


def _options(kind: str, value: object) -> Mapping[str, Union[str, int]]:
    if kind == "sqlite":
        path = _sqlite(value).path
        return {"path": path} if path else {}
    if not isinstance(value, dict):
        raise Fault(f"this must be a mapping of keys, not {kind_of(value)}")
    result: Dict[str, Union[str, int]] = {}
    faults: List[Fault] = []
    for key, item in value.items():
        found = as_json(item)
        if isinstance(found, (str, int)):
            result[key] = found
        else:
            faults.append(
                Fault(f"this must be text or a number, not {kind_of(item)}", key)
            )
    if faults:
        raise Faults(faults)
    return result
