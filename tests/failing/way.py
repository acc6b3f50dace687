"""One way of failing, as a value."""

from enum import Enum
from typing import Any, Dict, Mapping, Optional, Tuple, Union

from attrs import field, frozen

from apirun.testing.failing import Script

__all__ = ["Kind", "Moment", "Verdict", "Way", "repeated"]


class Moment(str, Enum):
    """When the server fails."""

    CONNECTING = "before a connection stands"
    HANDSHAKE = "during the TLS handshake"
    REQUEST = "while the request is sent"
    WAITING = "before the answer"
    HEAD = "in the head of the answer"
    BODY = "in the body of the answer"
    AFTER = "with a whole answer"


class Verdict(str, Enum):
    """What is recorded of a version that met the failure."""

    UNSENT = "nothing was sent"
    REFUSED = "the API said no"
    LOST = "what became of it is not known"
    DONE = "applied"


class Kind(str, Enum):
    """How the request is made safe against being sent twice, if at all."""

    POST = "post"
    PUT = "put"
    PROBE = "probe"
    KEY = "key"


@frozen(kw_only=True)
class Way:
    """
    One way of failing.

    Attributes:
        name: A few words.
        does: What the server does, after "The server".
        moment: When.
        script: Plays each connection; it ``take``s a request that the API
            carries out, and ``read``s one that it does not.
        verdict: What is to be recorded of a POST that is neither looked up nor
            sent twice; several where the network decides.
        otherwise: The verdicts for other kinds of requests, where they differ.
        says: What the user must be told, besides what to do.
        times: How many connections fail; None for all.
        then: Plays the connections after these; None serves them well.
        https: Whether the request goes to an https URL.
        certificate: Which one the server shows, see `certificates`; empty if
            it speaks no TLS.
        url: Where the request goes instead of to the server.
        elsewhere: Whether there is another host that answers well.
        port_open: Whether anybody listens.
        stalls: Whether only a timeout ends it.
        padding: Bytes by which the body is longer.
        warm: Whether the connection has carried a request before.
        client: Further keys of the ``client`` block.
    """

    name: str
    does: str
    moment: Moment
    script: Script
    verdict: Union[Verdict, Tuple[Verdict, ...]]
    otherwise: Mapping[Kind, Verdict] = field(factory=dict)
    says: str = ""
    times: Optional[int] = None
    then: Optional[Script] = None
    https: bool = False
    certificate: str = ""
    url: str = ""
    elsewhere: bool = False
    port_open: bool = True
    stalls: bool = False
    padding: int = 0
    warm: bool = False
    client: Dict[str, Any] = field(factory=dict)

    def verdicts(self, kind: Kind) -> Tuple[Verdict, ...]:
        """Return what may be recorded of a request of that *kind*."""
        told = self.otherwise.get(kind, self.verdict)
        return told if isinstance(told, tuple) else (told,)


def repeated(verdict: Verdict) -> Mapping[Kind, Verdict]:
    """Return that requests which may be sent twice end with *verdict*."""
    return {Kind.PUT: verdict, Kind.KEY: verdict}
