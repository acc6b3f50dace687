"""What can go wrong with a history, and with what is written of a run."""

from typing import Optional

from attrs import define

from apirun.durations import format_duration
from apirun.exceptions.root import ApirunError

__all__ = [
    "ReportError",
    "StoreError",
    "StoreLockedError",
]


@define(str=False)
class StoreError(ApirunError):
    """
    The history can't be read or written.

    Attributes:
        message: Which store, what happened, what it means, what to do.

    Example:
        >>> from pathlib import Path
        >>> _ = Path("network.db").write_text("this is no database" * 100)
        >>> try:
        ...     SqliteStore("network.db").history()
        ... except StoreError as error:
        ...     print("no SQLite database" in error.message)
        True
    """

    message: str

    def __str__(self) -> str:
        return self.message


@define(str=False)
class StoreLockedError(StoreError):
    """
    Another runner holds the history.

    Attributes:
        message: Which store is locked, and who holds it.
        host: Name of the machine it runs on, empty when not known.
        pid: Its process id there, 0 when not known.
        since: When it took the lock, as ISO 8601 in UTC.
        waited_s: Seconds that were waited for it; None if the message says all
            that there is to say.

    Example:
        >>> import os
        >>> store = SqliteStore("network.db")
        >>> with store.lock(timeout_s=0):
        ...     try:
        ...         with store.lock(timeout_s=0):
        ...             print("never reached")
        ...     except StoreLockedError as error:
        ...         print(error.pid == os.getpid())
        True
    """

    host: str = ""
    pid: int = 0
    since: str = ""
    waited_s: Optional[float] = None

    def __str__(self) -> str:
        if self.waited_s is None:
            return self.message
        return (
            f"{self.message}, and did not let go within "
            f"{format_duration(self.waited_s)}. Nothing was sent. Wait until that run "
            "has ended, or give it longer with --lock-timeout."
        )


@define(str=False)
class ReportError(ApirunError):
    """
    The report of a run can't be written; the run itself is not touched by that.

    Attributes:
        path: The file.
        reason: What the system says.

    Example:
        >>> from pathlib import Path
        >>> from apirun.reports import FileReport
        >>> Path("reports").mkdir()
        >>> report = FileReport("reports/network.xml")
        >>> Path("reports").rmdir()
        >>> print(*Orchestrator([network], listeners=[report]).up().warnings)
        the report reports/network.xml was not written: No such file or directory
    """

    path: str
    reason: str

    def __str__(self) -> str:
        return f"the report {self.path} was not written: {self.reason}"
