"""Why a command was refused, as the document that ``--json`` prints then."""

from typing import Tuple

from attrs import frozen

from apirun.exceptions import ApirunError, DocumentError
from apirun.origin import Problem
from apirun.plain_data import PlainData

__all__ = ["ErrorDetails", "ErrorReport"]


@frozen(kw_only=True)
class ErrorDetails(PlainData):
    """
    What went wrong before anything was sent.

    Attributes:
        kind: Name of the error's class, such as ``DocumentError``.
        message: What is wrong, and what to do next; secrets are masked.
        exit_code: What the command ends with.
        problems: Everything that is wrong in the documents, if that is it.

    Example:
        >>> error = UsageError("there is no stage 'netwrok'")
        >>> ErrorReport.of(error, exit_code=2).error.kind
        'UsageError'
    """

    kind: str
    message: str
    exit_code: int
    problems: Tuple[Problem, ...] = ()


@frozen(kw_only=True)
class ErrorReport(PlainData):
    """
    What a command with ``--json`` prints when it is refused.

    Attributes:
        ok: Always false.
        error: What is wrong.

    Example:
        >>> try:
        ...     Orchestrator.from_file("no-such.yaml")
        ... except ApirunError as error:
        ...     report = ErrorReport.of(error, exit_code=2).to_dict()
        >>> report["ok"], report["error"]["kind"]
        (False, 'DocumentError')
    """

    ok: bool = False
    error: ErrorDetails

    @classmethod
    def of(cls, error: ApirunError, *, exit_code: int) -> "ErrorReport":
        """
        Return the report of *error*.

        Args:
            error: What a call raised.
            exit_code: What the command ends with.
        """
        problems = error.problems if isinstance(error, DocumentError) else ()
        return cls(
            error=ErrorDetails(
                kind=type(error).__name__,
                message=str(error),
                exit_code=exit_code,
                problems=problems,
            )
        )
