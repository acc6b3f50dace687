"""All ways of failing, by the moment at which they strike."""

from typing import Dict

from tests.failing.catalogue import (
    bodies,
    connecting,
    echoes,
    encodings,
    heads,
    redirects,
    sending,
    statuses,
    waiting,
)
from tests.failing.way import Way

__all__ = ["LIVE", "WAYS"]

_GROUPS = (
    connecting,
    sending,
    waiting,
    heads,
    bodies,
    encodings,
    redirects,
    statuses,
    echoes,
)

WAYS: Dict[str, Way] = {way.name: way for group in _GROUPS for way in group.WAYS}
"""Every way by its name, in the order in which a request would meet it."""

LIVE = tuple(
    way.name for group in (connecting, sending, waiting, echoes) for way in group.WAYS
)
"""Ways that are also tried in a process of its own."""
