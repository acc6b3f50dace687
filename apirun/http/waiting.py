"""Waiting until an API is healthy, before a stage sends its first request."""

import time
from typing import Callable, Optional

from apirun.control import Control
from apirun.durations import format_duration
from apirun.exceptions import CancelledError, ExchangeError, NotSentError
from apirun.http.redirects import authority
from apirun.http.wire import Accepted, WireRequest, WireResponse
from apirun.masking import Masker
from apirun.retry import RetryPolicy
from apirun.settings import WaitSettings

__all__ = ["wait_until_healthy"]

LONGEST_TRY_S = 10.0
SHORTEST_TRY_S = 0.05
BODY_SHOWN = 200
ONCE = RetryPolicy(attempts=1)

NotYet = Callable[[str, str, int, float], None]
"""Told of each poll that did not do: the request, what came, tries, seconds."""


def wait_until_healthy(
    settings: WaitSettings,
    *,
    send: Callable[[WireRequest], WireResponse],
    render: Callable[[str, str], str],
    control: Control,
    masker: Masker,
    told: Optional[NotYet] = None,
) -> None:
    """
    Poll until the status that *settings* name is answered.

    Args:
        settings: The ``wait`` block of a config.yaml.
        send: Sends one request.
        render: Renders a template that stands at a key.
        control: Stops it, and ends it at its deadline.
        masker: Takes secrets out of messages.
        told: Told of each poll after which it goes on waiting.

    Raises:
        NotSentError: If it was not healthy in time; with the last answer.
        CancelledError: If the run is stopped meanwhile.
        RenderError: If a variable is missing.
    """
    url = render(settings.url, "wait.url")
    headers = tuple(
        (name, render(text, f"wait.headers.{name}")) for name, text in settings.headers
    )
    wanted = Accepted((str(settings.status),))
    patience_s = control.remaining_s(settings.timeout_s)
    limit = control.within(patience_s)
    shown = f"{settings.method} {masker.mask(masker.mask_url(url))}"
    if not authority(url):
        raise NotSentError(
            f"wait.url renders to {masker.mask(url)!r}, which is no absolute http or "
            "https URL"
        )
    started_s, tries = time.monotonic(), 0
    ends_at_s = started_s + patience_s
    last: Optional[str] = None
    while not (limit.expired and last):
        if control.stopping:
            raise CancelledError("stopped while waiting for the API to be healthy")
        try:
            answer = send(
                WireRequest(
                    method=settings.method,
                    url=url,
                    headers=headers,
                    timeout_s=LONGEST_TRY_S,
                    deadline_s=max(ends_at_s, time.monotonic() + SHORTEST_TRY_S),
                    retry=ONCE,
                    repeatable=True,
                    accepts=wanted,
                )
            )
        except ExchangeError as error:
            reason = masker.mask(str(error))
            # One that the end of the time cut off tells less than the one before.
            last = last if last and limit.expired else reason
            reason = reason[len(shown) :] if reason.startswith(shown) else reason
        else:
            if answer.status == settings.status:
                return
            # Masked before it is cut: half a secret would not be found.
            text = masker.mask(answer.text)[:BODY_SHOWN]
            last = f"it answered {answer.status}: {text}"
            reason = f"answered {answer.status}"
        tries += 1
        if limit.remaining_s(settings.interval_s) < settings.interval_s:
            break
        if told is not None:
            told(shown, reason.strip(), tries, time.monotonic() - started_s)
        limit.sleep(settings.interval_s)
    raise NotSentError(
        f"{shown} did not answer {settings.status} within "
        f"{format_duration(patience_s)}; the last time {last}"
    )
