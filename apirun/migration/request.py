"""One HTTP request with templates in it, and what is made of its answer."""

from typing import Mapping, Optional, Sequence, Tuple, Union

from attrs import field, frozen

from apirun.bounds import one_of
from apirun.checked_values import checked
from apirun.composing import CallSite, call_site
from apirun.converters import codes, optional_seconds, pairs, upper
from apirun.env import EnvEntry, to_entries
from apirun.reprs import shown_pairs, shown_url
from apirun.retry import RetryPolicy

__all__ = [
    "ANY_ANSWER",
    "REPEATABLE_METHODS",
    "Body",
    "Capture",
    "Request",
    "Response",
]

Body = Union[None, str, bytes, Mapping[str, object], Sequence[object]]
REPEATABLE_METHODS = frozenset({"GET", "HEAD", "PUT", "DELETE"})


@frozen(field_transformer=checked)
class Capture:
    """
    One value to take out of an answer.

    Attributes:
        path: A GJSON path, a JSONPath behind ``$``, ``header:NAME``,
            ``cookie:NAME``, ``response:status`` or ``response:body``.
        secret: Whether the value is shown as ``***`` everywhere.

    Example:
        >>> answer = Response(
        ...     env_from={
        ...         "user_id": "user.id",
        ...         "location": "header:Location",
        ...         "session": Capture("cookie:session", secret=True),
        ...     }
        ... )
        >>> answer.env_from["user_id"]
        Capture(path='user.id', secret=False)
    """

    path: str
    secret: bool = False


def _captures(value: Mapping[str, Union[str, Capture]]) -> Mapping[str, Capture]:
    if not isinstance(value, Mapping):
        raise TypeError(f"this must be a mapping of names to paths, not {value!r:.80}")
    for name, path in value.items():
        if not isinstance(path, (str, Capture)):
            raise TypeError(f"the path of {name} must be text, not {path!r:.80}")
    return {
        name: path if isinstance(path, Capture) else Capture(path)
        for name, path in value.items()
    }


def _is_body(_: object, __: object, value: Body) -> None:
    if not isinstance(value, (type(None), str, bytes, Mapping, list, tuple)):
        raise TypeError(
            "this must be text, bytes, or a mapping or list that is sent as JSON, "
            f"not {type(value).__name__}"
        )


def _is_request(_: object, __: object, value: "Optional[Request]") -> None:
    if value is not None and not isinstance(value, Request):
        raise TypeError(
            f"this must be a Request, not {type(value).__name__}: write Request(...)"
        )


@frozen(kw_only=True, field_transformer=checked)
class Response:
    """
    Which answers are accepted, and what is taken out of them.

    Attributes:
        result_code: Accepted status codes: numbers, text, classes such as
            ``2xx`` or templates. Empty accepts any status below 400.
        env_missing: ``skip`` leaves out a value that the answer lacks,
            ``fail`` makes it an error.
        env_from: From the variable's name to where its value is found.
        made_at: The line of the program that composed it.

    Example:
        >>> answer = Response(result_code=[201, "409"], env_from={"vpc_id": "vpc.id"})
        >>> answer.result_code
        ('201', '409')
    """

    result_code: Tuple[str, ...] = field(default=(), converter=codes)
    env_missing: str = field(default="skip", validator=one_of(("skip", "fail")))
    env_from: Mapping[str, Capture] = field(factory=dict, converter=_captures)
    made_at: Optional[CallSite] = field(
        factory=call_site, eq=False, repr=False, kw_only=True
    )


ANY_ANSWER = Response(made_at=None)
"""What is accepted where nothing is said."""


@frozen(field_transformer=checked)
class Request:
    """
    One HTTP request with templates in it.

    Attributes:
        method: HTTP method, kept in upper case.
        url: Template of the URL.
        headers: Pairs of name and template, or a mapping.
        queries: Pairs of name and template, or a mapping.
        body: Text template, raw bytes, or a mapping or list whose leaves are
            templates and which is sent as JSON.
        body_file: File that *body* was or will be read from.
        render_body: Whether templates in the body are rendered; None takes
            the stage's setting.
        timeout_s: Seconds for each try; None takes the stage's setting.
        retry: How often it is tried; None takes the stage's setting.
        idempotency_key: Whether to send ``Idempotency-Key``.
        auth_name: Which of the stage's tokens to send, in the header it is for.
        env: Local variables of this request.
        response: Which answers are accepted, and what is captured.
        find: A request made before this one, whose captures are variables of
            this one.
        made_at: The line of the program that composed it.

    Example:
        >>> request = Request(
        ...     "post",
        ...     "{{.api_base}}/users",
        ...     headers={"X-Team": "{{.team}}"},
        ...     body={"name": "ada", "roles": ["admin"]},
        ...     timeout_s="10s",
        ...     idempotency_key=True,
        ... )
        >>> request.method, request.headers, request.repeatable
        ('POST', (('X-Team', '{{.team}}'),), True)
    """

    method: str = field(converter=upper)
    url: str = field(repr=shown_url)
    headers: Tuple[Tuple[str, str], ...] = field(
        default=(), converter=pairs, kw_only=True, repr=shown_pairs
    )
    queries: Tuple[Tuple[str, str], ...] = field(
        default=(), converter=pairs, kw_only=True, repr=shown_pairs
    )
    body: Body = field(default=None, kw_only=True, repr=False, validator=_is_body)
    body_file: Optional[str] = field(default=None, kw_only=True)
    render_body: Optional[bool] = field(default=None, kw_only=True)
    timeout_s: Optional[float] = field(
        default=None, converter=optional_seconds, kw_only=True
    )
    retry: Optional[RetryPolicy] = field(default=None, kw_only=True)
    idempotency_key: bool = field(default=False, kw_only=True)
    auth_name: str = field(default="", kw_only=True)
    env: Tuple[EnvEntry, ...] = field(default=(), converter=to_entries, kw_only=True)
    response: Response = field(default=ANY_ANSWER, kw_only=True)
    find: Optional["Request"] = field(default=None, kw_only=True, validator=_is_request)
    made_at: Optional[CallSite] = field(
        factory=call_site, eq=False, repr=False, kw_only=True
    )

    @property
    def repeatable(self) -> bool:
        """
        Whether sending it twice does no more than sending it once.

        Source: RFC 9110, section 9.2.2, less OPTIONS and TRACE; and the
        Idempotency-Key header field, draft-ietf-httpapi-idempotency-key-header.
        """
        return self.idempotency_key or self.method in REPEATABLE_METHODS
