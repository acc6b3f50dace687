"""
Ctrl-C where it must not strike, and where nobody else would hear it.

Python raises `KeyboardInterrupt` between any two steps of the main thread. In
the middle of keeping books it would leave them half kept, and in the process of
an executor it would break a request off. Other threads are never interrupted,
and handlers that a program installed itself are left alone.

Source: the Python standard library, ``signal``, "Signals and threads".
"""

import signal
import threading
from contextlib import contextmanager
from typing import Callable, Iterator, List

__all__ = ["handing_on", "held_back"]


@contextmanager
def held_back() -> Iterator[None]:
    """
    Let Ctrl-C strike only after the block; a second one strikes at once.

    Raises:
        KeyboardInterrupt: If it was pressed meanwhile.
    """
    if not _is_default():
        yield
        return
    pressed: List[int] = []

    def note(number: int, _: object) -> None:
        if pressed:
            raise KeyboardInterrupt
        pressed.append(number)

    with _handler(note):
        yield
    if pressed:
        raise KeyboardInterrupt


@contextmanager
def handing_on(stop: Callable[[], None], abort: Callable[[], None]) -> Iterator[None]:
    """
    Turn Ctrl-C during the block into calls.

    Args:
        stop: Called the first time.
        abort: Called each time after that.
    """
    if not _is_default():
        yield
        return
    calls = [abort, stop]

    def hand_on(_: int, __: object) -> None:
        (calls.pop() if len(calls) > 1 else abort)()

    with _handler(hand_on):
        yield


def _is_default() -> bool:
    """Return whether Ctrl-C would raise in this thread."""
    if threading.current_thread() is not threading.main_thread():
        return False
    return signal.getsignal(signal.SIGINT) is signal.default_int_handler


@contextmanager
def _handler(handle: Callable[[int, object], None]) -> Iterator[None]:
    before = signal.signal(signal.SIGINT, handle)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
