"""One stream of events to all listeners, from any thread or process."""

import logging
import threading
from typing import List, Sequence, Tuple

from apirun.events import Event, Listener

__all__ = ["Emitter", "EventBuffer"]

_log = logging.getLogger("apirun")


class EventBuffer:
    """Keeps events in a process that has no listeners, to be told at home."""

    def __init__(self) -> None:
        self._events: List[Event] = []

    def __call__(self, event: Event) -> None:
        """Keep *event*."""
        self._events.append(event)

    @property
    def kept(self) -> Tuple[Event, ...]:
        """What was kept, in order."""
        return tuple(self._events)


class Emitter:
    """
    Tells every event to every listener, one at a time.

    A listener that raises is logged and does not break the run. What arrives
    in another process is an `EventBuffer`: the listeners stay here.

    Args:
        listeners: Called in order, from whichever thread an event comes.
    """

    kept: Tuple[Event, ...] = ()

    def __init__(self, listeners: Sequence[Listener]) -> None:
        self._listeners = tuple(listeners)
        self._lock = threading.RLock()

    def __call__(self, event: Event) -> None:
        """Tell *event* to all listeners."""
        with self._lock:
            for listener in self._listeners:
                try:
                    listener(event)
                except Exception:  # noqa: BLE001 - whatever it raises, the run goes on
                    _log.exception("a listener failed on %s", type(event).__name__)

    def __reduce__(self) -> "Tuple[type, Tuple[()]]":
        return EventBuffer, ()
