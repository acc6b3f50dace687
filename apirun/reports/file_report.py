"""A listener that writes a report of the run to a file."""

import logging
import os
import secrets
import stat
from contextlib import suppress
from types import TracebackType
from typing import Optional, Tuple, Type, Union

from apirun.events import Event, RunFinished
from apirun.exceptions import ReportError, UsageError
from apirun.reports.forms import writer_for
from apirun.reports.recorder import Recorder
from apirun.reports.run_report import RunReport
from apirun.state import Direction

__all__ = ["FileReport"]

_log = logging.getLogger("apirun")


class FileReport:
    """
    Writes a report of the run to a file when the run ends.

    The ending of the file says in which form: ``.html`` is a page to look at,
    ``.json`` a document for programs, ``.md`` a summary for the page of a CI
    job, ``.xml`` is JUnit's, which CI servers read. Secrets are masked in all.

    As a listener alone it tells of runs that begin. In a ``with`` block it
    tells of one that is refused before that, too, by the error that leaves the
    block. The file is there whole or not at all; one that can't be written is
    told in the warnings of the run's result, and in `problem`.

    Several files of one run may share a `Recorder`, which then listens before
    them: what they tell is kept once.

    Args:
        path: The file; its directory has to be there.
        title: What the run is called, if no *recorder* says so.
        direction: Which way, as told of a run that is refused.
        recorder: Keeps what there is to tell, and listens itself; without it,
            the report has one of its own.

    Raises:
        UsageError: If the ending is none of the four, or the file can't be
            written.

    Example:
        >>> from pathlib import Path
        >>> from apirun.reports import FileReport
        >>> with FileReport("network.md", title="network") as report:
        ...     Orchestrator([network], listeners=[report]).up().ok
        True
        >>> print(Path("network.md").read_text("utf-8"))
        # ✅ <code>network</code>: 1 version applied in ...
    """

    def __init__(
        self,
        path: "Union[str, os.PathLike[str]]",
        *,
        title: str = "",
        direction: Direction = Direction.UP,
        recorder: Optional[Recorder] = None,
    ) -> None:
        self.path = os.fspath(path)
        self.problem = ""
        """Why the file was not written; empty if it was."""
        self._to_text = writer_for(self.path)
        # A link is followed, and a later change of directory changes nothing.
        self._target = os.path.realpath(self.path)
        self._direction = direction
        self._shares = recorder is not None
        self._recorder = recorder or Recorder(title=title)
        self.listens_to: Tuple[type, ...] = (
            (RunFinished,) if self._shares else Recorder.listens_to
        )
        _require_writable(self.path, self._target)

    def __call__(self, event: Event) -> None:
        """
        Take *event* in; the last one of a run writes the file.

        Raises:
            ReportError: If it can't be written.
        """
        if not self._shares:
            self._recorder(event)
        if isinstance(event, RunFinished) and self._recorder.report is not None:
            self._write(self._recorder.report)

    def __enter__(self) -> "FileReport":
        if not self._shares:
            self._recorder = Recorder(title=self._recorder.title)
        return self

    def __exit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        trace: Optional[TracebackType],
    ) -> None:
        if self._recorder.report is not None:
            return  # the run came to its end, and what is told of it stands
        if not isinstance(error, (Exception, KeyboardInterrupt)):
            return
        try:
            self._write(self._recorder.broken_off(error, self._direction))
        except ReportError as lost:
            _log.warning("%s", lost)

    def _write(self, report: RunReport) -> None:
        self.problem = ""
        try:
            _replace(self._target, self._to_text(report))
        except OSError as error:
            lost = ReportError(self.path, error.strerror or str(error))
            self.problem = str(lost)
            raise lost from error


def _require_writable(path: str, target: str) -> None:
    """
    Refuse a file that could not be written when the run has ended.

    Raises:
        UsageError: Naming what is in the way.
    """
    folder = os.path.dirname(target)
    shown = os.path.dirname(path) or folder
    if os.path.isdir(target):
        reason = "it is a directory"
    elif not os.path.isdir(folder):
        reason = f"there is no directory '{shown}', create it first"
    elif not os.access(folder, os.W_OK | os.X_OK):
        reason = f"the directory '{shown}' can't be written to"
    else:
        return
    raise UsageError(
        f"the report '{path}' can't be written: {reason}. Nothing was sent."
    )


def _replace(target: str, text: str) -> None:
    """Write *text* beside *target* and put it in its place in one step."""
    beside = f"{target}.{secrets.token_hex(4)}.tmp"
    # What has no place in UTF-8 stands there as an escape, as JSON has it.
    data = text.encode("utf-8", "backslashreplace")
    mode = 0o644
    with suppress(FileNotFoundError):
        # One that was made private stays so.
        mode = stat.S_IMODE(os.stat(target).st_mode)
    try:
        # As `open` does it, so that the umask says who may read it.
        opened = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(opened, "wb") as file:
            file.write(data)
        os.replace(beside, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(beside)
        raise
