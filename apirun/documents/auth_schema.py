"""Readers of a stage's named tokens."""

import re
from typing import Collection, Dict, Iterable, List, Mapping, Set, Tuple, Union

from apirun.documents.converter import NOT_YET, block
from apirun.documents.faults import Fault, Faults, faults_of, suggest
from apirun.documents.fields import matching, sequence, template, text
from apirun.documents.registered import registered
from apirun.documents.scalars import kind_of
from apirun.settings import AuthSettings

__all__ = ["auth", "refuse_repeats", "token_name"]

Setting = Union[str, Mapping[str, "Setting"], Tuple["Setting", ...]]

BUILT_IN = ("basic", "pocketbase")
LATER = ("api_key", "oauth2")


def auth_type(value: object) -> str:
    """Return the name of a provider that is known."""
    found = text(value)
    if found in BUILT_IN:
        return found
    others = registered("apirun.auth")
    if found in others:
        return found
    if found in LATER:
        raise Fault(f"the auth type '{found}' {NOT_YET}")
    known: Collection[str] = sorted({*BUILT_IN, *others})
    raise Fault(f"{kind_of(found)} is no auth type{suggest(found, known)}")


token_name = matching(
    re.compile("[A-Za-z_][A-Za-z0-9_.-]*"),
    "a name for a token: write letters, digits, '_', '-' or '.'",
)


def _settings(value: object) -> Mapping[str, Setting]:
    if not isinstance(value, dict):
        raise Fault(f"this must be a mapping of keys, not {kind_of(value)}")
    return _mapping(value)


def _mapping(value: Mapping[str, object]) -> Dict[str, Setting]:
    result: Dict[str, Setting] = {}
    faults: List[Fault] = []
    for key, item in value.items():
        try:
            result[key] = _setting(item)
        except (Fault, Faults) as error:
            faults += faults_of(error, key)
    if faults:
        raise Faults(faults)
    return result


def _setting(value: object) -> Setting:
    """Return a setting; scalars are text, so that a password keeps its zeros."""
    if isinstance(value, dict):
        return _mapping(value)
    if isinstance(value, list):
        return sequence(_setting)(value)
    return template(value)


_token = block(
    AuthSettings, {"type": auth_type, "name": token_name, "config": _settings}
)
_tokens = sequence(_token)


def auth(value: object) -> Tuple[AuthSettings, ...]:
    """Return a stage's named tokens; no two may have one name."""
    found = _tokens(value)
    faults = refuse_repeats(token.name for token in found)
    if faults:
        raise Faults(faults)
    return found


def refuse_repeats(names: Iterable[str]) -> List[Fault]:
    """Return a fault for each of the *names* that stands before already."""
    seen: Set[str] = set()
    faults: List[Fault] = []
    for index, name in enumerate(names):
        if name in seen:
            message = f"the auth '{name}' is declared a second time: rename one"
            faults.append(Fault(message, f"{index}.name"))
        seen.add(name)
    return faults
