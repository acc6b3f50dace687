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
    └── CancelledError            the run was stopped from outside

Errors carry their data as attributes; the text is derived from it. All of them
survive `pickle` and `copy`.
"""

from typing import Optional, Tuple

from attrs import define, field

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
    "StoreError",
    "StoreLockedError",
    "UnsettledError",
    "UsageError",
]


class ApirunError(Exception):
    """The root of all errors that apirun raises on purpose."""


@define(str=False)
class DocumentError(ApirunError):
    """
    One or more documents are wrong; nothing was sent and nothing recorded.

    Attributes:
        problems: Everything that is wrong in any of the files, in the order
            of the files and their lines.
    """

    problems: Tuple[Problem, ...]

    def __str__(self) -> str:
        count = len(self.problems)
        noun = "problem" if count == 1 else "problems"
        listed = "\n".join(str(problem) for problem in self.problems)
        return (
            f"{listed}\n{count} {noun} found. Nothing was sent, nothing was recorded."
        )


@define(str=False)
class UsageError(ApirunError):
    """
    The command or call can't be meant as given; nothing was sent.

    Attributes:
        message: What is wrong, with the value, and what to do instead.
    """

    message: str

    def __str__(self) -> str:
        return self.message


@define(str=False)
class PrerequisiteError(UsageError):
    """
    A stage outside the selection stands in the way; nothing was sent.

    Attributes:
        stage: The stage that stands in the way.
    """

    stage: str = ""


@define(str=False)
class RenderError(ApirunError):
    """
    A template could not be rendered; this request was not sent.

    Attributes:
        reason: Go's own message.
        location: Where the template stands, if it stands in a file.
        key: The key that holds the template, such as ``up.request.url``.
        name: The variable that is missing, if that is the reason.
        hints: Which stages or migrations could provide the name, and the
            nearest known names, one sentence each.
    """

    reason: str
    location: Optional[Location] = None
    key: str = ""
    name: str = ""
    hints: Tuple[str, ...] = ()

    def __str__(self) -> str:
        place = f"{self.location}: " if self.location else ""
        key = f"\n  in {self.key}" if self.key else ""
        hints = "".join(f"\n  {hint}" for hint in self.hints)
        return f"{place}{self.reason}{key}{hints}"


@define(str=False)
class HistoryError(ApirunError):
    """
    The recorded history and the files do not go together; nothing was sent.

    Attributes:
        message: Which versions, and what to do.
        versions: The versions concerned, ascending.
    """

    message: str
    versions: Tuple[int, ...] = ()

    def __str__(self) -> str:
        return self.message


@define(str=False)
class UnsettledError(ApirunError):
    """
    A request was begun and its outcome is not known; a person must decide.

    Attributes:
        message: What was begun and when, and the choices.
        version: The version concerned.
        direction: ``up`` or ``down``.
    """

    message: str
    version: int = 0
    direction: str = "up"

    def __str__(self) -> str:
        return self.message


@define(str=False)
class ExchangeError(ApirunError):
    """
    A request did not end well.

    Attributes:
        message: What happened, with method, URL and values, secrets masked.
        status: The status code of the answer, 0 when there was none.
        body: The beginning of the answer's body, secrets masked.
        tries: How often the request was sent.
    """

    message: str
    status: int = 0
    body: str = ""
    tries: int = 1

    def __str__(self) -> str:
        return self.message


class NotSentError(ExchangeError):
    """The request provably did not reach the API, which did nothing."""


class AnswerLostError(ExchangeError):
    """The request went out, and the API may have acted; its answer is not known."""


class RefusedError(ExchangeError):
    """The API answered, and its answer was not one that is accepted."""


class CaptureError(ExchangeError):
    """The API said yes, but the answer lacks a value that must be captured."""


@define(str=False)
class PollError(ExchangeError):
    """
    The API said yes, but what was polled afterwards did not come to hold.

    Attributes:
        key: Which key of ``poll`` decided: ``until``, ``fail_if`` or
            ``request``.
    """

    key: str = "until"


@define(str=False)
class AuthError(ApirunError):
    """
    A token could not be acquired.

    Attributes:
        message: Which provider, what happened, what to do.
    """

    message: str

    def __str__(self) -> str:
        return self.message


@define(str=False)
class StoreError(ApirunError):
    """
    The history can't be read or written.

    Attributes:
        message: Which store, what happened, what it means, what to do.
    """

    message: str

    def __str__(self) -> str:
        return self.message


@define(str=False)
class StoreLockedError(StoreError):
    """
    Another runner holds the history.

    Attributes:
        host: Name of the machine it runs on, empty when not known.
        pid: Its process id there, 0 when not known.
        since: When it took the lock, as ISO 8601 in UTC.
    """

    host: str = ""
    pid: int = 0
    since: str = ""


@define(str=False)
class CancelledError(ApirunError):
    """
    The run was stopped from outside before this could be done.

    Attributes:
        message: What was stopped, and what is recorded.
    """

    message: str = field(default="the run was cancelled")

    def __str__(self) -> str:
        return self.message
