"""A request as it would be sent, over values of which some are not known yet."""

import json
from typing import Iterator, Mapping, Optional, Tuple
from urllib.parse import urlencode

from attrs import frozen

from apirun.auth.api_key import header_template
from apirun.migration import Request
from apirun.rendering import Providers, Renderer
from apirun.scoping import Scope
from apirun.stage import Stage
from apirun.template import Unknown
from apirun.variables import Variables

__all__ = ["Carriers", "ShownRequest", "TokenLabels", "show_request"]


@frozen
class ShownRequest:
    """
    A request as it would be sent, secrets not masked yet.

    Attributes:
        method: HTTP method.
        url: With its queries.
        headers: Pairs of name and value, without that of a token.
        body: Its text; empty for none.
        token: The header of its token and what stands for the token.
        poll: Method and URL of what is polled afterwards; empty for none.
    """

    method: str
    url: str
    headers: Tuple[Tuple[str, str], ...] = ()
    body: str = ""
    token: Tuple[Tuple[str, str], ...] = ()
    poll: str = ""


def show_request(
    request: Request, render: Renderer, key: str, *, carrier: str, render_body: bool
) -> ShownRequest:
    """
    Return *request* as it would be sent.

    Args:
        request: With templates in it.
        render: Renders a template that stands at a key.
        key: Where the request stands, such as ``up.request``.
        carrier: The header that would carry its token; empty for none.
        render_body: Whether bodies are templates unless they say otherwise.

    Raises:
        RenderError: If a variable is certainly missing.
    """
    url = render(request.url, f"{key}.url")
    queries = [
        (name, render(text, f"{key}.queries.{name}")) for name, text in request.queries
    ]
    if queries:
        url += ("&" if "?" in url else "?") + urlencode(queries, safe="() /")
    headers = [
        (name, render(text, f"{key}.headers.{name}")) for name, text in request.headers
    ]
    token: Tuple[Tuple[str, str], ...] = ()
    if carrier and carrier.lower() not in {name.lower() for name, _ in headers}:
        token = ((carrier, f"(token {request.auth_name})"),)
    for code in request.response.result_code:
        render(code, f"{key.rpartition('.request')[0] or key}.response.result_code")
    as_template = render_body if request.render_body is None else request.render_body
    body = _body(request.body, render if as_template else None, f"{key}.body")
    return ShownRequest(request.method, url, tuple(headers), body, token)


def _body(body: object, render: Optional[Renderer], key: str) -> str:
    if body is None:
        return ""
    if isinstance(body, bytes):
        return f"({len(body)} bytes)"
    if isinstance(body, str):
        return render(body, key) if render else body
    return json.dumps(_leaves(body, render, key), ensure_ascii=False, indent=2)


def _leaves(value: object, render: Optional[Renderer], key: str) -> object:
    if isinstance(value, str):
        return render(value, key) if render else value
    if isinstance(value, Mapping):
        return {
            name: _leaves(item, render, f"{key}.{name}") for name, item in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [
            _leaves(item, render, f"{key}.{index}") for index, item in enumerate(value)
        ]
    return value


class Carriers:
    """Tell which header would carry a token, without acquiring it."""

    def __init__(self, stage: Stage, scope: Scope, providers: Providers) -> None:
        self._settings = {auth.name: (i, auth) for i, auth in enumerate(stage.auth)}
        variables = Variables([scope.overrides, scope.outer])
        self._render = Renderer(variables, None, stage.config_origin, providers)

    def of(self, name: Optional[str]) -> str:
        """Return the header of the token *name*, empty without one."""
        if not name:
            return ""
        index, auth = self._settings[name]
        return self._render(header_template(auth), f"auth.{index}.config.header")


class TokenLabels(Mapping[str, object]):
    """Stand for the tokens of a stage, none of which is acquired."""

    def __init__(self, stage: Stage) -> None:
        self._labels = {
            auth.name: Unknown(f"(token {auth.name})") for auth in stage.auth
        }

    def __getitem__(self, name: str) -> object:
        return self._labels[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._labels)

    def __len__(self) -> int:
        return len(self._labels)
