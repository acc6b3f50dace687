"""What a migration means, as the data of a file that would say the same."""

import base64
from decimal import Decimal
from typing import Dict, Iterable, List, Mapping, Optional, Tuple

from attrs import fields_dict

from apirun.call import Call
from apirun.documents.calls import CALL
from apirun.env import EnvEntry
from apirun.migration import Action, Migration, Poll, Request, Response
from apirun.retry import RetryPolicy

__all__ = ["BODY_BASE64", "meaning_of"]

BODY_BASE64 = "body_base64"
"""Stands for a body of bytes that are no text; only recorded copies have it."""

_POLL_DEFAULTS = {
    key: fields_dict(Poll)[f"{key}_s"].default for key in ("interval", "timeout")
}


def meaning_of(migration: Migration) -> Dict[str, object]:
    """
    Return what *migration* means, in the long form of its file.

    Defaults are left out, and so is what has no effect: the title, and in
    which form and file things were written. The body of a ``body_file`` stands
    inline.

    Args:
        migration: Read from a file or composed in Python.
    """
    up = _action(migration.up)
    if migration.poll is not None:
        up["poll"] = _poll(migration.poll)
    meaning: Dict[str, object] = {"up": up}
    if migration.probe is not None:
        meaning["probe"] = _action(migration.probe.request)
    if migration.down is not None:
        down = _action(migration.down)
        if isinstance(migration.down, Request) and migration.down.find is not None:
            down["find"] = _action(migration.down.find)
        meaning["down"] = down
    return meaning


def _action(request: Action) -> Dict[str, object]:
    if isinstance(request, Call):
        return {CALL: request.describe()}
    return _without_defaults(
        {
            "request": _request(request),
            "env": _env(request.env),
            "response": _response(request.response),
        }
    )


def _poll(poll: Poll) -> Dict[str, object]:
    told = _action(poll.request)
    told["until"] = poll.until
    if poll.fail_if:
        told["fail_if"] = poll.fail_if
    for key, seconds in (("interval", poll.interval_s), ("timeout", poll.timeout_s)):
        if seconds != _POLL_DEFAULTS[key]:
            told[key] = _duration(seconds)
    return told


def _request(request: Request) -> Dict[str, object]:
    told = _without_defaults(
        {
            "auth_name": request.auth_name,
            "headers": _pairs(request.headers),
            "queries": _pairs(request.queries),
            "timeout": _duration(request.timeout_s),
            "retry": _retry(request.retry),
        }
    )
    told["method"] = request.method
    told["url"] = request.url
    if request.idempotency_key:
        told["idempotency_key"] = True
    if request.render_body is not None:
        told["render_body"] = request.render_body
    if isinstance(request.body, bytes):
        told[BODY_BASE64] = base64.b64encode(request.body).decode("ascii")
    elif request.body is not None:
        told["body"] = request.body
    elif request.body_file is not None:
        told["body_file"] = request.body_file
    return told


def _response(response: Response) -> Dict[str, object]:
    told: Dict[str, object] = {}
    if response.result_code:
        told["result_code"] = [
            code if "{{" in code else code.lower() for code in response.result_code
        ]
    if response.env_missing != "skip":
        told["env_missing"] = response.env_missing
    if response.env_from:
        told["env_from"] = {
            name: {"path": capture.path, "secret": True}
            if capture.secret
            else capture.path
            for name, capture in response.env_from.items()
        }
    return told


def _env(entries: Iterable[EnvEntry]) -> List[Mapping[str, object]]:
    return [_entry(entry) for entry in entries]


def _entry(entry: EnvEntry) -> Mapping[str, object]:
    told: Dict[str, object] = {"name": entry.name}
    if entry.value_from_env is None:
        told["value"] = entry.value
    else:
        told["valueFromEnv"] = entry.value_from_env
    if entry.secret:
        told["secret"] = True
    return told


def _pairs(pairs: Iterable[Tuple[str, str]]) -> List[Mapping[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _retry(retry: Optional[RetryPolicy]) -> Optional[Mapping[str, object]]:
    if retry is None:
        return None
    return {
        "attempts": retry.attempts,
        "backoff": _duration(retry.wait_initial_s),
        "max_backoff": _duration(retry.wait_max_s),
    }


def _duration(seconds: Optional[float]) -> Optional[str]:
    """Return a Go duration; finer than microseconds is no difference in meaning."""
    if seconds is None:
        return None
    digits = f"{Decimal(repr(round(float(seconds), 6))):f}"
    return f"{digits[:-2] if digits.endswith('.0') else digits}s"


def _without_defaults(told: Mapping[str, object]) -> Dict[str, object]:
    return {key: value for key, value in told.items() if value}
