"""What a process that a test starts hears of signals."""

import signal

__all__ = ["hear_every_signal"]


def hear_every_signal() -> None:
    """Undo what ``nohup`` or ``&`` above the tests made the process ignore."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
