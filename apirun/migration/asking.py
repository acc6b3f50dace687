"""Requests that change nothing: is it there, and is it ready."""

from typing import Optional

from attrs import field, frozen

from apirun.bounds import above
from apirun.checked_values import checked
from apirun.composing import CallSite, call_site
from apirun.durations import to_seconds
from apirun.migration.request import Request

__all__ = ["Poll", "Probe"]

SAFE_METHODS = frozenset({"GET", "HEAD"})


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

    Example:
        >>> Probe(
        ...     Request(
        ...         "GET",
        ...         "{{.api_base}}/users?name=ada",
        ...         response=Response(env_from={"user_id": "0.id"}),
        ...     )
        ... ).request.method
        'GET'
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
    interval_s: float = field(default=1.0, converter=to_seconds, validator=above(0))
    timeout_s: float = field(default=60.0, converter=to_seconds, validator=above(0))
    made_at: Optional[CallSite] = field(
        factory=call_site, eq=False, repr=False, kw_only=True
    )
