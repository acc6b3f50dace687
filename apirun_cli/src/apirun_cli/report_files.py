"""The files that --report names, each written when the run ends or is refused."""

import functools
import os
from contextlib import ExitStack, contextmanager
from typing import Any, Callable, Iterator, List, Sequence, Set, Tuple

from apirun import ApirunError, Direction, Listener, UsageError
from apirun.reports import FileReport, Recorder
from apirun_cli.output import Output
from apirun_cli.terminal import echo_error

__all__ = ["ReportFiles", "with_reports"]

Command = Callable[..., int]


def with_reports(
    direction: Direction = Direction.UP,
) -> Callable[[Command], Command]:
    """
    Let a command, whose ``reports`` are paths, have them as `ReportFiles`.

    Args:
        direction: Which way the run goes.
    """

    def decorate(command: Command) -> Command:
        @functools.wraps(command)
        def reported(
            output: Output,
            *,
            config: str,
            dry_run: bool,
            reports: Tuple[str, ...],
            **options: Any,  # noqa: ANN401 - what the command takes
        ) -> int:
            files = ReportFiles(
                output, reports, title=config, direction=direction, dry_run=dry_run
            )
            with files.kept():
                return command(
                    output, config=config, dry_run=dry_run, reports=files, **options
                )

        return reported

    return decorate


class ReportFiles:
    """
    The reports of one run.

    Args:
        output: Where a file that can't be written is told.
        paths: The files, each of another name.
        title: What the run is called.
        direction: Which way it goes.
        dry_run: Whether nothing is going to be written at all.

    Raises:
        UsageError: If a file can't be written, is named twice, or would not
            be written since nothing is.
    """

    def __init__(
        self,
        output: Output,
        paths: Sequence[str],
        *,
        title: str,
        direction: Direction = Direction.UP,
        dry_run: bool = False,
    ) -> None:
        if paths and dry_run:
            raise UsageError(
                f"--dry-run writes nothing, and --report {paths[0]} asks for a file: "
                "leave one of them out (APIRUN_REPORT is an option, too)."
            )
        _require_distinct(paths)
        self._output = output
        self._recorder = Recorder(title=title)
        self._files = tuple(
            FileReport(path, direction=direction, recorder=self._recorder)
            for path in paths
        )

    @property
    def listeners(self) -> Tuple[Listener, ...]:
        """What listens to the run."""
        return (self._recorder, *self._files) if self._files else ()

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Write them also if the run is refused in the block, and tell what fails."""
        refused = False
        try:
            with ExitStack() as files:
                for file in self._files:
                    files.enter_context(file)
                yield
        except ApirunError:
            refused = True
            raise
        finally:
            # At the end of a run, the log tells it.
            for problem in self._problems():
                if refused or self._output.quiet:
                    echo_error(problem)

    def _problems(self) -> List[str]:
        return [file.problem for file in self._files if file.problem]


def _require_distinct(paths: Sequence[str]) -> None:
    """Refuse two reports in one file, of which the first would be lost."""
    seen: Set[str] = set()
    for path in paths:
        try:
            target = os.path.normcase(os.path.realpath(path))
        except FileNotFoundError:
            raise UsageError(
                f"the report '{path}' can't be written: the directory that this was "
                "started in is gone. Nothing was sent."
            ) from None
        if target in seen:
            raise UsageError(
                f"--report names the file '{path}' twice: one of the reports would be "
                "lost. Nothing was sent."
            )
        seen.add(target)
