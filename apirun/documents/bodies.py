"""Bodies of requests: in the file or beside it, and the templates in them."""

import os
from typing import Iterator, List, Mapping, Optional, Tuple, Union

from attrs import evolve, frozen

from apirun.documents.actions import body
from apirun.documents.faults import Fault, Faults, join, suggest
from apirun.documents.files import MEBIBYTE, read_bytes
from apirun.documents.scalars import Plain, is_null, to_bool
from apirun.documents.templates import check_template, leaves
from apirun.exceptions import DocumentError
from apirun.migration import Migration, Probe, Request
from apirun.origin import shown_path

__all__ = [
    "BodyFile",
    "Surroundings",
    "check_auth",
    "read_body",
    "requests_in",
    "with_bodies",
]

MAX_BODY_BYTES = 64 * MEBIBYTE


@frozen
class Surroundings:
    """
    What a migration's stage says that its own file refers to.

    Attributes:
        root: Absolute path of the directory that files of bodies lie in.
        auth_names: Names of the stage's tokens; None if they are not known.
        render_body: Whether bodies are templates unless they say otherwise.
        no_auth: Says that it has no tokens at all.
    """

    root: str
    auth_names: Optional[Tuple[str, ...]] = ()
    render_body: bool = True
    no_auth: str = "its config.yaml has no 'auth'"


@frozen
class BodyFile:
    """
    The body that a request takes from a file.

    Attributes:
        path: Absolute path; empty if it comes from elsewhere.
        content: What it holds: text, or bytes if it is neither rendered nor
            UTF-8.
    """

    path: str
    content: Union[str, bytes]


def requests_in(data: object) -> Iterator[Tuple[str, Mapping[str, object]]]:
    """
    Return the requests in a migration's *data*, well-formed or not.

    Returns:
        The key of each request, such as ``up.request``, and what stands there.
    """
    up, probe, down = (_inside(data, key) for key in ("up", "probe", "down"))
    poll, find = _inside(up, "poll"), _inside(down, "find")
    actions = (("up", up), ("up.poll", poll), ("probe", probe), ("down.find", find))
    for key, action in actions:
        request = _inside(action, "request")
        if request:
            yield f"{key}.request", request
    inner = _inside(down, "request")
    if inner:
        yield "down.request", inner
    elif down:
        yield "down", down


def _inside(data: object, key: str) -> Mapping[str, object]:
    value = data.get(key) if isinstance(data, dict) else None
    return value if isinstance(value, dict) else {}


def check_auth(data: object, around: Surroundings) -> Iterator[Fault]:
    """Return a fault for each token that the stage does not have."""
    if around.auth_names is None:
        return
    named = [
        (f"{key}.auth_name", request.get("auth_name"))
        for key, request in requests_in(data)
    ]
    named.append(("down.auth", _inside(data, "down").get("auth")))
    for key, name in named:
        if not isinstance(name, str) or is_null(name) or not name:
            continue
        if name not in around.auth_names:
            end = suggest(name, around.auth_names) or f": {around.no_auth}"
            yield Fault(f"this stage has no auth '{name}'{end}", key)


def read_body(
    key: str, request: Mapping[str, object], *, path: str, around: Surroundings
) -> Tuple[Optional[BodyFile], List[Fault]]:
    """
    Return what the body's file holds, and what is wrong with the body.

    Args:
        key: Where *request* stands.
        request: The request as its file tells it.
        path: Absolute path of the migration's file.
        around: What its stage says.
    """
    rendered = _is_rendered(request, around)
    inline, file = request.get("body"), request.get("body_file")
    faults: List[Fault] = []
    if not is_null(inline):
        if not is_null(file):
            message = "'body_file' stands beside 'body': keep one of them"
            return None, [Fault(message, join(key, "body_file"), at_key=True)]
        if rendered:
            faults += _check_inline(inline, join(key, "body"))
        return None, faults
    if not isinstance(file, str) or is_null(file):
        return None, []
    try:
        return _read_file(file, path=path, around=around, rendered=rendered), []
    except Fault as error:
        return None, [error.below(join(key, "body_file"))]


def with_bodies(migration: Migration, bodies: Mapping[str, BodyFile]) -> Migration:
    """
    Return *migration* with the bodies that do not stand in its document.

    Args:
        migration: As its document tells it.
        bodies: By the keys that `requests_in` gives.
    """
    if not bodies:
        return migration

    def filled(request: Request, *keys: str) -> Request:
        for file in filter(None, map(bodies.get, keys)):
            body_file = file.path or None
            return evolve(request, body=file.content, body_file=body_file)
        return request

    down, probe, poll = migration.down, migration.probe, migration.poll
    if down is not None:
        if isinstance(down, Request) and down.find is not None:
            down = evolve(down, find=filled(down.find, "down.find.request"))
        if isinstance(down, Request):
            down = filled(down, "down.request", "down")
    if probe is not None:
        probe = Probe(filled(probe.request, "probe.request"))
    if poll is not None:
        poll = evolve(poll, request=filled(poll.request, "up.poll.request"))
    up = migration.up
    if isinstance(up, Request):
        up = filled(up, "up.request")
    return evolve(migration, up=up, down=down, probe=probe, poll=poll)


def _is_rendered(request: Mapping[str, object], around: Surroundings) -> bool:
    own = request.get("render_body")
    found = to_bool(own) if isinstance(own, Plain) else None
    return around.render_body if found is None else found


def _check_inline(inline: object, key: str) -> Iterator[Fault]:
    try:
        found = body(inline)
    except (Fault, Faults):
        return  # told when the request itself is read
    for leaf, text in leaves(found, key):
        try:
            check_template(text)
        except Fault as error:
            yield error.below(leaf)


def _read_file(
    file: str, *, path: str, around: Surroundings, rendered: bool
) -> BodyFile:
    absolute = os.path.normpath(os.path.join(os.path.dirname(path), file))
    root = os.path.realpath(around.root)
    if "\0" in file or not _lies_below(os.path.realpath(absolute), root):
        raise Fault(
            f"'{file}' leads outside of {shown_path(around.root)}: a body's file lies "
            "inside its stage's directory"
        )
    shown = shown_path(absolute)
    try:
        content = read_bytes(
            absolute, file=shown, limit=MAX_BODY_BYTES, noun="body file"
        )
    except DocumentError as error:
        problem = error.problems[0]
        raise Fault(f"{problem.location}: {problem.message}") from error
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        if not rendered:
            return BodyFile(absolute, content)
        raise Fault(
            f"{shown} is not UTF-8 text, so it can't be rendered: save it as UTF-8, or "
            "set 'render_body: false' to send it as it is"
        ) from error
    if rendered:
        try:
            check_template(text)
        except Fault as error:
            place = f"{shown}:{error.line}:{error.column or 1}"
            raise Fault(f"{place}: {error.message}") from error
    return BodyFile(absolute, text)


def _lies_below(path: str, root: str) -> bool:
    return path.startswith(root.rstrip(os.sep) + os.sep)
