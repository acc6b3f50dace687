"""
Everything that can go wrong, as one tree.

::

    ApirunError
    ├── DocumentError             a file or a composed object is wrong
    ├── UsageError                the call itself is wrong: nothing was sent
    │   └── PrerequisiteError     a stage outside the selection is in the way
    ├── RenderError               a template could not be rendered
    ├── HistoryError              the recorded history and the files disagree
    ├── UnsettledError            what happened to a version is not known
    ├── ExchangeError             a request did not end well
    │   ├── NotSentError          provably nothing reached the API
    │   ├── AnswerLostError       the API may have acted, no answer is known
    │   ├── RefusedError          the API answered, and the answer was no
    │   ├── CaptureError          the API said yes, but a value is missing
    │   ├── CallError             a callable raised (it lives in `apirun.call`)
    │   └── PollError             the API said yes, but its poll did not hold
    ├── RunFailedError            an environment is not up (in `apirun.environment`)
    ├── AuthError                 a token could not be acquired
    ├── StoreError                the history can't be read or written
    │   └── StoreLockedError      another runner holds the history
    ├── ReportError               the report of a run can't be written
    └── CancelledError            the run was stopped from outside

Errors carry their data as attributes; the text is derived from it. All of them
survive `pickle` and `copy`.
"""

from apirun.exceptions.beforehand import (
    DocumentError,
    HistoryError,
    PrerequisiteError,
    RenderError,
    UnsettledError,
    UsageError,
)
from apirun.exceptions.root import ApirunError, text_of
from apirun.exceptions.sending import (
    AnswerLostError,
    AuthError,
    CancelledError,
    CaptureError,
    ExchangeError,
    NotSentError,
    PollError,
    RefusedError,
)
from apirun.exceptions.storing import ReportError, StoreError, StoreLockedError
from apirun.origin import Location, Problem

__all__ = [
    "AnswerLostError",
    "ApirunError",
    "AuthError",
    "CancelledError",
    "CaptureError",
    "DocumentError",
    "ExchangeError",
    "HistoryError",
    "Location",
    "NotSentError",
    "PollError",
    "PrerequisiteError",
    "Problem",
    "RefusedError",
    "RenderError",
    "ReportError",
    "StoreError",
    "StoreLockedError",
    "UnsettledError",
    "UsageError",
    "text_of",
]
