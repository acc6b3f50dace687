"""One stream of events to all listeners, from any thread or process."""

import logging
import threading
from typing import Dict, List, Sequence, Tuple

from apirun.events import Event, Listener, Warned

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

    A listener that raises does not break the run: the first time it is logged,
    told to the other listeners, and kept in `warnings`. What arrives in another
    process is an `EventBuffer`: the listeners stay here.

    Args:
        listeners: Called in order, from whichever thread an event comes.
    """

    kept: Tuple[Event, ...] = ()

    def __init__(self, listeners: Sequence[Listener]) -> None:
        self._listeners = tuple(listeners)
        self._lock = threading.RLock()
        self._failures: Dict[int, str] = {}

    @property
    def warnings(self) -> Tuple[str, ...]:
        """Which listeners raised what, one sentence for each of them."""
        return tuple(self._failures.values())

    def __call__(self, event: Event) -> None:
        """Tell *event* to all listeners."""
        with self._lock:
            for position, listener in enumerate(self._listeners):
                try:
                    listener(event)
                except Exception as error:  # noqa: BLE001 - whatever it raises, the run goes on
                    self._report(position, event, error)

    def _report(self, position: int, event: Event, error: Exception) -> None:
        """Tell once that the listener at *position* failed."""
        if position in self._failures:
            return
        listener = self._listeners[position]
        name = getattr(listener, "__qualname__", type(listener).__name__)
        self._failures[position] = (
            f"the listener {name} failed on {type(event).__name__}: "
            f"{type(error).__name__}: {error}; the run goes on, and what it was told "
            "may be incomplete"
        )
        _log.debug("where the listener %s failed", name, exc_info=error)
        self(Warned(message=self._failures[position]))

    def __reduce__(self) -> "Tuple[type, Tuple[()]]":
        return EventBuffer, ()
