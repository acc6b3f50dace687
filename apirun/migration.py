"""One migration: a request that sets something up, and one that takes it down."""

from typing import Mapping, Optional, Tuple, Union

from attrs import field, frozen, validators

from apirun.call import Call, CallLike
from apirun.composing import CallSite, call_site, checked
from apirun.converters import codes, optional_seconds, pairs, upper
from apirun.durations import to_seconds
from apirun.env import EnvEntry, to_entries
from apirun.origin import Origin
from apirun.retry import RetryPolicy
from apirun.state import Direction

__all__ = [
    "Action",
    "Body",
    "Capture",
    "Migration",
    "Poll",
    "Probe",
    "Request",
    "Response",
]

Body = Union[None, str, bytes, Mapping[str, object], Tuple[object, ...]]
MAX_VERSION = 2**63 - 1
SAFE_METHODS = frozenset({"GET", "HEAD"})
REPEATABLE_METHODS = frozenset({"GET", "HEAD", "PUT", "DELETE"})


@frozen(field_transformer=checked)
class Capture:
    """
    One value to take out of an answer.

    Attributes:
        path: A GJSON path, a JSONPath behind ``$``, ``header:NAME``,
            ``cookie:NAME``, ``response:status`` or ``response:body``.
        secret: Whether the value is shown as ``***`` everywhere.
    """

    path: str
    secret: bool = False


def _captures(value: Mapping[str, object]) -> Mapping[str, Capture]:
    if not isinstance(value, Mapping):
        raise TypeError(f"this must be a mapping of names to paths, not {value!r:.80}")
    return {
        name: path if isinstance(path, Capture) else Capture(str(path))
        for name, path in value.items()
    }


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
    """

    result_code: Tuple[str, ...] = field(default=(), converter=codes)
    env_missing: str = field(default="skip", validator=validators.in_(("skip", "fail")))
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
    """

    method: str = field(converter=upper)
    url: str
    headers: Tuple[Tuple[str, str], ...] = field(
        default=(), converter=pairs, kw_only=True
    )
    queries: Tuple[Tuple[str, str], ...] = field(
        default=(), converter=pairs, kw_only=True
    )
    body: Body = field(default=None, kw_only=True)
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
    find: Optional["Request"] = field(default=None, kw_only=True)
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


def _is_safe(asking: object, _: object, request: Request) -> None:
    if request.method not in SAFE_METHODS:
        noun = type(asking).__name__.lower()
        raise ValueError(f"a {noun} may only GET or HEAD, not {request.method}")


@frozen(field_transformer=checked)
class Probe:
    """
    A request that tells whether what a migration makes is there.

    Attributes:
        request: A GET or HEAD. An accepted answer means present, 404, 410 or
            any other answer that is not accepted means absent, and so does an
            accepted one without any of the values that it is to capture: an
            empty list, for example.
    """

    request: Request = field(validator=_is_safe)


@frozen(kw_only=True, field_transformer=checked)
class Poll:
    """
    A request that is repeated after an up until what it made is ready.

    Attributes:
        request: A GET or HEAD. What it captures is kept with the version, and
            wins over what the up itself captured.
        until: Template over the captures of one answer, which holds when it
            renders to ``true``, or to a true ``a == 'b'`` or ``a != 'b'``.
            One that the answer lacks means not yet.
        fail_if: Likewise; where it holds, the poll ends at once and has failed.
            Empty never does.
        interval_s: Seconds between two polls; a longer ``Retry-After`` is
            respected.
        timeout_s: Seconds after which the poll has failed.
        made_at: The line of the program that composed it.

    Example:
        >>> Poll(
        ...     request=Request(
        ...         "GET", "{{.api_base}}/vms/{{.vm_id}}",
        ...         response=Response(env_from={"state": "state"}),
        ...     ),
        ...     until='{{eq .state "running"}}',
        ...     timeout_s="5m",
        ... ).timeout_s
        300.0
    """

    request: Request = field(validator=_is_safe)
    until: str
    fail_if: str = ""
    interval_s: float = field(
        default=1.0, converter=to_seconds, validator=validators.gt(0)
    )
    timeout_s: float = field(
        default=60.0, converter=to_seconds, validator=validators.gt(0)
    )
    made_at: Optional[CallSite] = field(
        factory=call_site, eq=False, repr=False, kw_only=True
    )


Action = Union[Request, Call]
"""What a migration does in one direction."""


def _action(value: Union[Request, Call, CallLike]) -> Action:
    if isinstance(value, (Request, Call)):
        return value
    if not callable(value) or isinstance(value, type):
        raise TypeError(
            f"this must be a Request or a function of one argument, not {value!r}"
        )
    return Call(value)


def _optional_action(value: Union[Request, Call, CallLike, None]) -> Optional[Action]:
    return None if value is None else _action(value)


@frozen(kw_only=True, field_transformer=checked)
class Migration:
    """
    One version of a stage: how to get there, and how to get back.

    Attributes:
        version: Position in the order, 0 to 2**63 - 1.
        name: Name in snake case, without the version.
        up: What brings it about: a request, or a callable that gets a
            `MigrationContext`; see `Call`.
        down: What undoes it, likewise; None if it can't be undone.
        probe: Tells whether it is there already.
        poll: What must hold after its up; None if its answer is enough.
        title: The ``name`` that the document gives its up request.
        origin: The file it was read from, None if composed in Python.
        made_at: The line of the program that composed it.
    """

    version: int = field(validator=[validators.ge(0), validators.le(MAX_VERSION)])
    name: str
    up: Action = field(converter=_action)
    down: Optional[Action] = field(default=None, converter=_optional_action)
    probe: Optional[Probe] = None
    poll: Optional[Poll] = None
    title: str = ""
    origin: Optional[Origin] = field(default=None, eq=False, repr=False)
    made_at: Optional[CallSite] = field(
        factory=call_site, eq=False, repr=False, kw_only=True
    )

    @property
    def captures(self) -> Mapping[str, Capture]:
        """What its up captures, out of its answer and out of its poll's."""
        polled = self.poll.request.response.env_from if self.poll else {}
        return {**self.answered, **polled}

    @property
    def answered(self) -> Mapping[str, Capture]:
        """What its up itself captures."""
        if isinstance(self.up, Call):
            told = self.up.captured.items()
            return {name: Capture("", secret) for name, secret in told}
        return self.up.response.env_from

    def action(self, direction: Direction) -> Optional[Action]:
        """Return what it does in *direction*; None if it can't be undone."""
        return self.up if direction is Direction.UP else self.down

    @property
    def label(self) -> str:
        """The version as its file is called: ``001_create_vpc``."""
        if self.origin is not None:
            stem = self.origin.file.replace("\\", "/").rpartition("/")[2]
            return stem.rpartition(".")[0]
        return f"{self.version:03d}_{self.name}"
