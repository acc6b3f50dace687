"""What requests and urllib3 report, in the words of a run."""

from typing import Union
from urllib.parse import urlsplit

import requests

from apirun.durations import format_duration
from apirun.exceptions import AnswerLostError, NotSentError
from apirun.http.reasons import reason_of, timed_out
from apirun.http.watchdog import Watchdog
from apirun.masking import Masker

__all__ = ["Failed", "FinalError", "told"]

Failed = Union[NotSentError, AnswerLostError]


class FinalError(AnswerLostError):
    """The API may have acted, and asking it again would tell no more."""


def told(
    error: Exception,
    *,
    shown: str,
    url: str,
    watchdog: Watchdog,
    stopped: bool,
    elapsed_s: float,
    masker: Masker,
) -> Failed:
    """
    Return what *error* means for the request: not sent, or its answer lost.

    Args:
        error: What the library raised.
        shown: Method and URL, secrets masked.
        url: Where it went.
        watchdog: Knows whether something went out, and whether it was cut.
        stopped: Whether the run was broken off from outside.
        elapsed_s: Seconds since the try began.
        masker: Takes secrets out.
    """
    why = reason_of(error, masker)
    if stopped and watchdog.cut:
        why = "it was broken off"
    elif watchdog.cut or isinstance(error, requests.Timeout) or timed_out(error):
        # Which of them notices first is a matter of microseconds.
        why = f"no whole answer within {format_duration(elapsed_s)}"
    if not watchdog.sent:
        host = urlsplit(url).netloc.rpartition("@")[2]
        return NotSentError(f"{shown} was not sent: {host} can't be reached: {why}")
    return AnswerLostError(f"{shown} was sent, and its answer was lost: {why}")
