"""One stream of events to all listeners, from any thread or process."""

import logging
import threading
from typing import Dict, List, Sequence, Tuple, Union

from apirun.events import Event, Exchanged, Listener, Warned
from apirun.exceptions import ReportError, text_of

__all__ = ["Emit", "Emitter", "EventBuffer"]

# What Ctrl-C, or a program's own handler of a signal, raises in the main thread.
SIGNALLED = (KeyboardInterrupt, SystemExit)
_log = logging.getLogger("apirun")


class EventBuffer:
    """
    Keeps events in a process that has no listeners, to be told at home.

    Args:
        unwanted: Classes of events that no listener at home wants.
    """

    def __init__(self, unwanted: Tuple[type, ...] = ()) -> None:
        self._unwanted = unwanted
        self._events: List[Event] = []

    def hears(self, kind: type) -> bool:
        """Return whether a listener wants events of the class *kind*."""
        return kind not in self._unwanted

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
    told to the other listeners, and kept in `warnings`. Only what a signal may
    have raised in the main thread, an interrupt or an exit, goes on. What
    arrives in another process is an `EventBuffer`: the listeners stay here.

    Args:
        listeners: Called in order, from whichever thread an event comes. One
            that has an attribute ``listens_to``, classes of events, is called
            for those only.
    """

    kept: Tuple[Event, ...] = ()

    def __init__(self, listeners: Sequence[Listener]) -> None:
        self._listeners = tuple(listeners)
        self._kinds = tuple(getattr(each, "listens_to", None) for each in listeners)
        self._lock = threading.RLock()
        self._failures: Dict[int, str] = {}

    @property
    def warnings(self) -> Tuple[str, ...]:
        """Which listeners raised what, one sentence for each of them."""
        return tuple(self._failures.values())

    def hears(self, kind: type) -> bool:
        """Return whether a listener wants events of the class *kind*."""
        return any(kinds is None or kind in kinds for kinds in self._kinds)

    def __call__(self, event: Event) -> None:
        """Tell *event* to all listeners."""
        with self._lock:
            for position, listener in enumerate(self._listeners):
                kinds = self._kinds[position]
                if kinds is not None and type(event) not in kinds:
                    continue
                try:
                    listener(event)
                except BaseException as error:
                    if isinstance(error, SIGNALLED) and _in_main_thread():
                        raise
                    self._report(position, event, error)

    def _report(self, position: int, event: Event, error: BaseException) -> None:
        """Tell once that the listener at *position* failed."""
        if position in self._failures:
            return
        listener = self._listeners[position]
        name = getattr(listener, "__qualname__", type(listener).__name__)
        self._failures[position] = (
            str(error)
            if isinstance(error, ReportError)
            else f"the listener {name} failed on {type(event).__name__}: "
            f"{_named(error)}; the run goes on, and what it was told may be incomplete"
        )
        _log.debug("where the listener %s failed", name, exc_info=error)
        self(Warned(message=self._failures[position]))

    def __reduce__(self) -> "Tuple[type, Tuple[Tuple[type, ...]]]":
        unwanted = tuple(kind for kind in (Exchanged,) if not self.hears(kind))
        return EventBuffer, (unwanted,)


def _named(error: BaseException) -> str:
    text = text_of(error)
    return f"{type(error).__name__}: {text}" if text else type(error).__name__


def _in_main_thread() -> bool:
    return threading.current_thread() is threading.main_thread()


Emit = Union[Emitter, EventBuffer]
