"""Readers of what a migration does: up, down, probe and find."""

from typing import List, Mapping, Optional, Tuple

from attrs import evolve, frozen

from apirun.documents.converter import block, then
from apirun.documents.faults import Fault, Faults
from apirun.documents.fields import (
    Reader,
    choice,
    flag,
    line,
    method,
    number,
    refuse_unknown,
    result_codes,
    safe_method,
    seconds,
    template,
    text,
    timeout,
)
from apirun.documents.named import captures, env, headers, queries
from apirun.documents.scalars import Json, as_json, is_null, kind_of
from apirun.env import EnvEntry
from apirun.migration import ANY_ANSWER, Poll, Probe, Request, Response
from apirun.retry import RetryPolicy

__all__ = [
    "SHORT_FORM",
    "Action",
    "Parsed",
    "body",
    "down",
    "down_frame",
    "read_parsed",
    "retry",
]


_required_template = then(line, template)


def body(value: object) -> Json:
    """Return a body: text as it stands, or JSON values."""
    return as_json(value) if isinstance(value, (dict, list)) else text(value)


retry = block(
    RetryPolicy,
    {"attempts": number(1), "backoff": seconds, "max_backoff": seconds},
    attributes={"backoff": "wait_initial_s", "max_backoff": "wait_max_s"},
)
_response = block(
    Response,
    {
        "result_code": result_codes,
        "env_missing": choice("skip", "fail"),
        "env_from": captures,
    },
)
_REQUEST: Mapping[str, Reader[object]] = {
    "auth_name": line,
    "method": method,
    "url": _required_template,
    "headers": headers,
    "queries": queries,
    "body": body,
    "body_file": line,
    "render_body": flag,
    "timeout": timeout,
    "retry": retry,
    "idempotency_key": flag,
}
_TIMEOUT = {"timeout": "timeout_s"}
_request = block(Request, _REQUEST, attributes=_TIMEOUT)


def _asking(noun: str) -> Reader[Request]:
    """Return the reader of a request that only asks, for what *noun* names."""
    return block(
        Request,
        {**_REQUEST, "method": safe_method(noun)},
        attributes=_TIMEOUT,
        defaults={"method": "GET"},
    )


_probe_request = _asking("probe")
_find_request = block(
    Request, _REQUEST, attributes=_TIMEOUT, defaults={"method": "GET"}
)


@frozen
class Action:
    """A request and what stands around it."""

    request: Request
    response: Response = ANY_ANSWER
    name: str = ""
    env: Tuple[EnvEntry, ...] = ()
    poll: Optional[Poll] = None

    def whole(self) -> Request:
        """Return the request with what stands around it."""
        return evolve(self.request, response=self.response, env=self.env)


@frozen
class _DownFrame:
    """What stands around the request of a down, which may be in either form."""

    request: Optional[Request] = None
    response: Response = ANY_ANSWER
    name: str = ""
    env: Tuple[EnvEntry, ...] = ()
    auth: str = ""
    find: Optional[Request] = None


@frozen
class Parsed:
    """
    One migration as its file tells it.

    Attributes:
        up: What brings it about, and its title.
        down: What undoes it; None if the file has none.
        probe: Tells whether it is there already.
    """

    up: Action
    down: Optional[Request] = None
    probe: Optional[Probe] = None


def _telling(found: str) -> str:
    """Return a template that tells one answer from another."""
    if "{{" not in found and found.strip() != "true":
        raise Fault(
            "this is the same for every answer: write a template over what is captured "
            "from it, such as '{{eq .status \"ready\"}}'"
        )
    return found


_criterion = then(template, _telling)


@frozen
class _PollFrame:
    """A poll, with the response beside the request as its file has it."""

    request: Request
    until: str
    fail_if: str = ""
    response: Response = ANY_ANSWER
    interval: float = 1.0
    timeout: float = 60.0


_poll_frame = block(
    _PollFrame,
    {
        "request": _asking("poll"),
        "until": _criterion,
        "fail_if": _criterion,
        "response": _response,
        "interval": timeout,
        "timeout": timeout,
    },
)


def _to_poll(frame: _PollFrame) -> Poll:
    return Poll(
        request=evolve(frame.request, response=frame.response),
        until=frame.until,
        fail_if=frame.fail_if,
        interval_s=frame.interval,
        timeout_s=frame.timeout,
    )


_poll = then(_poll_frame, _to_poll)
_up = block(
    Action,
    {
        "name": text,
        "env": env,
        "request": _request,
        "response": _response,
        "poll": _poll,
    },
)
_probe_action = block(Action, {"request": _probe_request, "response": _response})
_find_action = block(Action, {"request": _find_request, "response": _response})


_probe = then(_probe_action, lambda action: Probe(action.whole()))
_find = then(_find_action, Action.whole)
_FRAME: Mapping[str, Reader[object]] = {
    "name": text,
    "auth": line,
    "env": env,
    "find": _find,
    "request": _request,
    "response": _response,
}
down_frame = block(_DownFrame, _FRAME)
SHORT_FORM = {key: read for key, read in _REQUEST.items() if key != "auth_name"}
DOWN_KEYS = (*_FRAME, *SHORT_FORM)


def down(value: object) -> Request:
    """Return a down in its short form or with a request of its own."""
    if not isinstance(value, dict):
        raise Fault(f"this must be a mapping of keys, not {kind_of(value)}")
    short = {key: item for key, item in value.items() if key in SHORT_FORM}
    long_form = not is_null(value.get("request"))
    faults = refuse_unknown(value, DOWN_KEYS)
    frame, request = _DownFrame(), None
    try:
        frame = down_frame({key: value[key] for key in value if key in _FRAME})
    except Faults as error:
        faults += error.faults
    if long_form:
        request = frame.request
        faults += _refuse_both(value, short)
    else:
        try:
            request = _request(short)
        except Faults as error:
            faults += error.faults
    if faults or request is None:
        raise Faults(faults)
    return evolve(
        request,
        auth_name=request.auth_name or frame.auth,
        response=frame.response,
        env=frame.env,
        find=frame.find,
    )


def _refuse_both(
    value: Mapping[str, object], short: Mapping[str, object]
) -> List[Fault]:
    faults = [
        Fault(
            f"'{key}' stands beside 'request': write it inside, or leave 'request' out",
            key,
            at_key=True,
        )
        for key in short
    ]
    inner = value["request"]
    if "auth" in value and isinstance(inner, dict) and "auth_name" in inner:
        message = "'auth' stands beside 'request.auth_name': keep one of them"
        faults.append(Fault(message, "auth", at_key=True))
    return faults


read_parsed = block(Parsed, {"up": _up, "down": down, "probe": _probe})
