"""Readers of a stage's named tokens."""

import re
from typing import (
    Collection,
    Dict,
    Iterable,
    Iterator,
    List,
    Mapping,
    Set,
    Tuple,
    Union,
)

from apirun.auth_types import AUTH_TYPES, AuthType
from apirun.documents.converter import block, then
from apirun.documents.faults import Fault, Faults, faults_of, nearest, suggest
from apirun.documents.fields import (
    matching,
    refuse_unknown,
    sequence,
    template,
    text,
)
from apirun.documents.registered import registered
from apirun.documents.scalars import is_null, kind_of
from apirun.settings import AuthSettings

__all__ = ["auth", "check_settings", "refuse_repeats", "settings", "token_name"]

Setting = Union[str, Mapping[str, "Setting"], Tuple["Setting", ...]]


token_name = matching(
    re.compile("[A-Za-z_][A-Za-z0-9_.-]*"),
    "a name for a token: write letters, digits, '_', '-' or '.'",
)


def settings(value: object) -> Mapping[str, Setting]:
    """Return the settings of a token, whatever they are called."""
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


_token = block(AuthSettings, {"type": text, "name": token_name, "config": settings})
_tokens = sequence(_token)


def _unrepeated(found: Tuple[AuthSettings, ...]) -> Tuple[AuthSettings, ...]:
    """Return a stage's named tokens; no two may have one name."""
    faults = refuse_repeats(token.name for token in found)
    if faults:
        raise Faults(faults)
    return found


auth = then(_tokens, _unrepeated)


def check_settings(data: object, handed: Collection[str] = ()) -> Iterator[Fault]:
    """
    Yield what is wrong with types, and with the settings of built-in ones.

    Args:
        data: The ``auth`` block as its file tells it.
        handed: Types that the program brings itself, in the place of others.
    """
    for index, token in enumerate(data if isinstance(data, list) else ()):
        kind = token.get("type") if isinstance(token, dict) else None
        if not isinstance(kind, str) or is_null(kind) or kind in handed:
            continue
        if kind not in AUTH_TYPES:
            yield from _check_type(kind, f"{index}.type", handed)
            continue
        if "config" not in token and any(nearest(key, ["config"]) for key in token):
            continue
        config = token.get("config")
        key = str(index) if config is None or is_null(config) else f"{index}.config"
        for fault in _wrong(AUTH_TYPES[kind], {} if is_null(config) else config):
            yield fault.below(key)


def _check_type(kind: str, key: str, handed: Collection[str]) -> Iterator[Fault]:
    others = registered("apirun.auth")
    if kind not in others:
        known = sorted({*AUTH_TYPES, *others, *handed})
        yield Fault(f"{kind_of(kind)} is no auth type{suggest(kind, known)}", key)


def _wrong(kind: AuthType, config: object) -> Iterator[Fault]:
    if not isinstance(config, dict):
        return
    yield from refuse_unknown(config, kind.known)
    meant = {nearest(key, kind.known) for key in config if key not in kind.known}
    told = {key: item for key, item in config.items() if not is_null(item)}
    for wrong in kind.wrong(told):
        # A key that is only misspelt is not missing as well.
        if not (wrong.missing and meant.intersection(wrong.names)):
            yield Fault(wrong.message, "" if wrong.missing else wrong.names[0])


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
