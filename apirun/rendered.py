"""A request rendered and ready: every template filled in, every part checked."""

import hashlib
import json
import re
from typing import Callable, List, Mapping, Optional, Tuple
from urllib.parse import quote, urlencode, urlsplit

from attrs import field, frozen

from apirun.http import Accepted, WireRequest
from apirun.masking import Masker
from apirun.migration import Request
from apirun.rendering import Renderer

__all__ = ["Prepared", "prepare_request", "render_leaves"]

PARTS = ("find", "poll", "probe")
FORBIDDEN = frozenset("\r\n\0")
CODE = re.compile(r"[1-5](\d\d|xx)")


@frozen(kw_only=True)
class Prepared:
    """
    A request rendered and ready.

    Attributes:
        part: Which part of a migration it is: ``request``, ``find``, ``poll``
            or ``probe``.
        request: What it was made from.
        wire: What will be sent.
        accepted: Accepted status codes and classes; empty for below 400.
        shown: Method and URL, secrets masked.
        digest: SHA-256 of method and URL, a hyphen, and SHA-256 of the body.
        tokens: The tokens in it, by name.
        again: Renders it once more, with the tokens as they are then; None if
            nothing can.
    """

    part: str
    request: Request
    wire: WireRequest
    accepted: Tuple[str, ...]
    shown: str
    digest: str
    tokens: Mapping[str, object] = field(factory=dict, repr=False)
    again: Optional[Callable[[], "Prepared"]] = field(
        default=None, eq=False, repr=False
    )

    @property
    def method(self) -> str:
        """HTTP method."""
        return self.wire.method


def prepare_request(
    request: Request,
    render: Renderer,
    *,
    key: str,
    idempotency_key: str,
    authorize: Callable[[str], Tuple[str, str]],
    masker: Masker,
    render_body: bool,
) -> Prepared:
    """
    Render all of *request*; see `Exchange.prepare`.

    Args:
        request: With templates in it.
        render: Renders a template that stands at a key.
        key: Where the request stands.
        idempotency_key: Sent as ``Idempotency-Key``; empty for none.
        authorize: Gives name and value of the header that carries a token.
        masker: Takes secrets out.
        render_body: Whether bodies are templates unless they say otherwise.

    Raises:
        RenderError: If a part can't be rendered, or comes out wrong.
    """
    url = _url(request, render, key)
    headers = _headers(request, render, key)
    as_template = render_body if request.render_body is None else request.render_body
    body = _body(request, render, f"{key}.body", headers, as_template=as_template)
    codes_key = f"{_parent(key)}.response.result_code"
    accepted = tuple(
        _code(code, render, codes_key) for code in request.response.result_code
    )
    names = {name.lower() for name, _ in headers}
    if request.auth_name:
        carrier, value = authorize(request.auth_name)
        if carrier.lower() not in names:
            headers.append((carrier, value))
    if idempotency_key and "idempotency-key" not in names:
        headers.append(("Idempotency-Key", idempotency_key))
    wire = WireRequest(
        method=request.method,
        url=url,
        headers=tuple(headers),
        body=body,
        timeout_s=request.timeout_s,
        retry=request.retry,
        repeatable=request.repeatable,
        accepts=Accepted(accepted),
    )
    shown = f"{request.method} {masker.mask(masker.mask_url(url))}"
    return Prepared(
        part=next((each for each in PARTS if each in key.split(".")), "request"),
        request=request,
        wire=wire,
        accepted=accepted,
        shown=shown,
        digest=f"{_sha(f'{request.method} {url}'.encode())}-{_sha(body or b'')}",
    )


def render_leaves(value: object, render: Optional[Renderer], key: str) -> object:
    """
    Return a body's mapping or list with every text in it rendered.

    Args:
        value: The mapping, list or leaf.
        render: Renders a template that stands at a key; None leaves text alone.
        key: Where it stands.
    """
    if isinstance(value, str):
        return render(value, key) if render else value
    if isinstance(value, Mapping):
        return {
            name: render_leaves(item, render, f"{key}.{name}")
            for name, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [
            render_leaves(item, render, f"{key}.{index}")
            for index, item in enumerate(value)
        ]
    return value


def _url(request: Request, render: Renderer, key: str) -> str:
    url = render(request.url, f"{key}.url").strip()
    queries = [
        (name, render(text, f"{key}.queries.{name}")) for name, text in request.queries
    ]
    _check_url(url, render, f"{key}.url")
    if not queries:
        return url
    base, mark, fragment = url.partition("#")
    glue = "&" if "?" in base else "?"
    return f"{base}{glue}{urlencode(queries, quote_via=quote)}{mark}{fragment}"


def _check_url(url: str, render: Renderer, key: str) -> None:
    try:
        parts = urlsplit(url)
        good = parts.scheme in ("http", "https") and bool(parts.hostname)
        good = good and parts.port != 0
    except ValueError:
        good = False
    if not good or FORBIDDEN & set(url):
        raise render.error(
            f"this renders to {url[:200]!r}, which is no absolute http or https URL",
            key,
        )


def _headers(request: Request, render: Renderer, key: str) -> List[Tuple[str, str]]:
    headers = []
    for name, text in request.headers:
        value = render(text, f"{key}.headers.{name}").strip()
        if FORBIDDEN & set(value):
            raise render.error(
                f"the header {name} renders to text with a line break in it",
                f"{key}.headers.{name}",
            )
        headers.append((name, value))
    return headers


def _body(
    request: Request,
    render: Renderer,
    key: str,
    headers: List[Tuple[str, str]],
    *,
    as_template: bool,
) -> Optional[bytes]:
    body = request.body
    if body is None:
        return None
    kind = next((v for name, v in headers if name.lower() == "content-type"), None)
    if isinstance(body, bytes):
        content, sent = body, "application/octet-stream"
    elif isinstance(body, str):
        text = render(body, key) if as_template else body
        as_json = "json" in kind.lower() if kind else text.lstrip()[:1] in ("{", "[")
        if as_json:
            _check_json(text, render, key)
        content = text.encode()
        sent = "application/json" if as_json else "text/plain; charset=utf-8"
    else:
        leaves = render_leaves(body, render if as_template else None, key)
        content = json.dumps(leaves, ensure_ascii=False).encode()
        sent = "application/json"
    if kind is None:
        headers.append(("Content-Type", sent))
    return content


def _check_json(text: str, render: Renderer, key: str) -> None:
    try:
        json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = f"the body is sent as JSON, and is none after rendering: {error}"
        raise render.error(reason, key) from error


def _code(template: str, render: Renderer, key: str) -> str:
    code = render(template, key).strip().lower()
    if CODE.fullmatch(code):
        return code
    raise render.error(
        f"this renders to {code[:80]!r}, which is no status code: write 201 or 2xx", key
    )


def _parent(key: str) -> str:
    return key.rpartition(".request")[0] or key


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
