"""What became of the requests that a program sent: seen by its session."""

from typing import List

from attrs import define, field

__all__ = ["SAFE", "Witness"]

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
GATEWAY = frozenset({502, 504})
UNDONE_REDIRECTS = frozenset({307, 308})


@define
class Witness:
    """
    What became of the requests that a program sent through its session.

    Attributes:
        used: Whether the session was asked for at all.
        status: Status code of the newest answer, 0 without one.
        acts: Sentences on the requests by which the API may have done
            something, in order, secrets masked.
    """

    used: bool = False
    status: int = 0
    acts: List[str] = field(factory=list)

    @property
    def acted(self) -> bool:
        """Whether the API may have done something."""
        return bool(self.acts)

    def answered(self, method: str, shown: str, status: int) -> None:
        """
        Note an answer; one from 400 is a refusal, but for a gateway's.

        Source: RFC 9110, sections 9.2.1 and 15.
        """
        self.status = status
        refused = status >= 400 and status not in GATEWAY
        if method not in SAFE and not refused and status not in UNDONE_REDIRECTS:
            self.acts.append(f"{shown}, answered {status}")

    def lost(self, method: str, shown: str) -> None:
        """Note a request that went out and has no answer."""
        if method not in SAFE:
            self.acts.append(f"{shown}, whose answer was lost")
