"""What can go wrong with a request, and with what it needs."""

from attrs import define, field

from apirun.exceptions.root import ApirunError

__all__ = [
    "AnswerLostError",
    "AuthError",
    "CancelledError",
    "CaptureError",
    "ExchangeError",
    "NotSentError",
    "PollError",
    "RefusedError",
]


@define(str=False)
class ExchangeError(ApirunError):
    """
    A request did not end well.

    Attributes:
        message: What happened, with method, URL and values, secrets masked.
        status: The status code of the answer, 0 when there was none.
        body: The beginning of the answer's body, secrets masked.
        tries: How often the request was sent.

    Example:
        >>> def login(send: Callable[[WireRequest], WireResponse]) -> str:
        ...     try:
        ...         return send(WireRequest(method="POST", url=api_base)).text
        ...     except ExchangeError as error:
        ...         raise AuthError(f"the login answered {error.status}") from error
        >>> def refuse(request: WireRequest) -> WireResponse:
        ...     raise RefusedError(f"{request.url} answered 403", status=403)
        >>> try:
        ...     login(refuse)
        ... except AuthError as error:
        ...     print(error)
        the login answered 403
    """

    message: str
    status: int = 0
    body: str = ""
    tries: int = 1

    def __str__(self) -> str:
        return self.message


class NotSentError(ExchangeError):
    """
    The request provably did not reach the API, which did nothing.

    Example:
        >>> def create_vpc(context: MigrationContext) -> None:
        ...     raise NotSentError("the tunnel to the cloud is down")
        >>> vpc = Migration(version=1, name="create_vpc", up=create_vpc)
        >>> stage = Stage(name="network", migrations=[vpc], store=MemoryStore())
        >>> failure = Migrator(stage).up().failure
        >>> failure.kind, failure.needs_decision
        ('NotSentError', False)
    """


class AnswerLostError(ExchangeError):
    """
    The request went out, and the API may have acted; its answer is not known.

    Example:
        >>> def create_vpc(context: MigrationContext) -> None:
        ...     raise AnswerLostError("the queue took it, and says no more")
        >>> vpc = Migration(version=1, name="create_vpc", up=create_vpc)
        >>> stage = Stage(name="network", migrations=[vpc], store=MemoryStore())
        >>> failure = Migrator(stage).up().failure
        >>> failure.kind, failure.needs_decision
        ('AnswerLostError', True)
    """


class RefusedError(ExchangeError):
    """
    The API answered, and its answer was not one that is accepted.

    Example:
        >>> def create_vpc(context: MigrationContext) -> None:
        ...     url = context.render("{{.api_base}}/vpcs/1/attach")
        ...     answer = context.session.post(url)
        ...     if not answer.ok:
        ...         raise RefusedError("it can't be attached", answer.status_code)
        >>> vpc = Migration(version=1, name="create_vpc", up=create_vpc)
        >>> stage = Stage(name="network", migrations=[vpc], store=MemoryStore())
        >>> failure = Migrator(stage, variables={"api_base": api_base}).up().failure
        >>> failure.kind, failure.status, failure.needs_decision
        ('RefusedError', 404, False)
    """


class CaptureError(ExchangeError):
    """
    The API said yes, but the answer lacks a value that must be captured.

    Example:
        >>> answer = Response(env_from={"vpc_id": "vpc.id"}, env_missing="fail")
        >>> up = Request("POST", f"{api_base}/vpcs", response=answer)
        >>> vpc = Migration(version=1, name="create_vpc", up=up)
        >>> stage = Stage(name="network", migrations=[vpc], store=MemoryStore())
        >>> failure = Migrator(stage).up().failure
        >>> failure.kind == CaptureError.__name__, failure.status, failure.body
        (True, 201, '{"id": "vpcs-1"}')
    """


@define(str=False)
class PollError(ExchangeError):
    """
    The API said yes, but what was polled afterwards did not come to hold.

    Attributes:
        key: Which key of ``poll`` decided: ``until``, ``fail_if`` or
            ``request``.

    Example:
        >>> answer = Response(env_from={"state": "state"})
        >>> ask = Request("GET", f"{api_base}/vms/a", response=answer)
        >>> boot = Migration(
        ...     version=1,
        ...     name="boot",
        ...     up=Request("PUT", f"{api_base}/vms/a", body={"state": "broken"}),
        ...     poll=Poll(
        ...         request=ask,
        ...         until='{{eq .state "up"}}',
        ...         fail_if='{{eq .state "broken"}}',
        ...     ),
        ... )
        >>> stage = Stage(name="vms", migrations=[boot], store=MemoryStore())
        >>> failure = Migrator(stage).up().failure
        >>> failure.kind == PollError.__name__, "'fail_if'" in failure.message
        (True, True)
    """

    key: str = "until"


@define(str=False)
class AuthError(ApirunError):
    """
    A token could not be acquired.

    Attributes:
        message: Which provider, what happened, what to do.

    Example:
        >>> class ShortLived:
        ...     @classmethod
        ...     def from_config(cls, config: Mapping[str, object]) -> "ShortLived":
        ...         if "role" not in config:
        ...             raise AuthError("a short-lived token needs a 'role'")
        ...         return cls()
        >>> try:
        ...     ShortLived.from_config({})
        ... except AuthError as error:
        ...     print(error.message)
        a short-lived token needs a 'role'
    """

    message: str

    def __str__(self) -> str:
        return self.message


@define(str=False)
class CancelledError(ApirunError):
    """
    The run was stopped from outside before this could be done.

    Attributes:
        message: What was stopped, and what is recorded.

    Example:
        >>> def wait_for_it(context: MigrationContext) -> None:
        ...     orchestrator.cancel(at_once=True)
        ...     try:
        ...         context.session.get(context.render("{{.api_base}}/vpcs"))
        ...     except CancelledError as error:
        ...         print("broken off" in error.message)
        ...         raise
        >>> vpc = Migration(version=1, name="wait_for_it", up=wait_for_it)
        >>> stage = Stage(name="a", migrations=[vpc], store=MemoryStore())
        >>> orchestrator = Orchestrator([stage], variables={"api_base": api_base})
        >>> orchestrator.up().interrupted
        True
        True
    """

    message: str = field(default="the run was cancelled")

    def __str__(self) -> str:
        return self.message
