"""The live view: one line for each stage that runs."""

import time
from contextlib import contextmanager
from typing import Dict, Iterator

from attrs import define
from rich.console import Console
from rich.live import Live as RichLive
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from apirun import (
    Event,
    MigrationFinished,
    MigrationStarted,
    Outcome,
    Polled,
    RequestHeld,
    RequestRetried,
    RunStarted,
    StageFinished,
    StageStarted,
    Waiting,
    format_duration,
)

__all__ = ["Live"]

REDRAWN_PER_SECOND = 8
ROOM_FOR_THE_LOG = 3
NARROW = 60  # columns; below, a name is worth more than what it does now
FEW = 8  # stages that need no counting

_BAD = (Outcome.FAILED, Outcome.UNSETTLED)
_OF_A_STAGE = (
    MigrationStarted,
    RequestRetried,
    RequestHeld,
    Waiting,
    Polled,
    MigrationFinished,
)


@define
class _Running:
    """A stage that runs: since when, how many versions, and what it does now."""

    since_s: float
    total: int
    position: int = 0
    doing: str = ""


class Live:
    """One line for each stage that runs, redrawn below the log on stderr."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False)
        self._running: Dict[str, _Running] = {}
        self._total = 0
        self._done = 0
        self._failed = 0
        self._spinner = Spinner("line")

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show it until the block ends; then nothing of it stays."""
        with RichLive(
            get_renderable=self._draw,
            console=self._console,
            refresh_per_second=REDRAWN_PER_SECOND,
            transient=True,
        ):
            yield

    def take(self, event: Event) -> None:
        """Take *event* in."""
        if isinstance(event, RunStarted):
            self._total = len(event.stages)
        elif isinstance(event, StageStarted):
            self._running[event.stage] = _Running(time.monotonic(), event.total)
        elif isinstance(event, StageFinished):
            self._running.pop(event.result.name, None)
            self._done += event.result.ok
            self._failed += event.result.outcome in _BAD
        elif isinstance(event, _OF_A_STAGE):
            running = self._running.get(event.stage)
            if running is not None:
                _note(running, event)

    def write(self, text: str) -> None:
        """Write a line of the log above it."""
        self._console.print(Text.from_ansi(text), soft_wrap=True)

    def _draw(self) -> Table:
        grid = Table.grid(padding=(0, 1))
        grid.add_column(no_wrap=True)
        # What may be cut gives way first: the columns that could be wrapped.
        grid.add_column()
        grid.add_column(no_wrap=True, justify="right")
        grid.add_column(no_wrap=True, justify="right")
        grid.add_column()
        now_s = time.monotonic()
        room = max(1, self._console.height - ROOM_FOR_THE_LOG)
        rows = list(self._running.items())
        counted = len(rows) > room or len(rows) + self._done + self._failed > FEW
        if counted:
            room = max(1, room - 1)
        for name, running in rows[:room]:
            total = max(running.total, running.position)
            grid.add_row(
                self._spinner,
                _one_line(name),
                f"{running.position} of {total}",
                format_duration(now_s - running.since_s),
                _one_line(running.doing if self._console.width >= NARROW else ""),
            )
        if not counted:
            return grid
        whole = Table.grid()
        whole.add_column(no_wrap=True, overflow="ellipsis")
        whole.add_row(grid)
        whole.add_row(Text(self._counts(max(0, len(rows) - room))))
        return whole

    def _counts(self, hidden: int) -> str:
        told = [f"{hidden} more running"] if hidden else []
        told.append(f"{self._done} of {self._total} done")
        if self._failed:
            told.append(f"{self._failed} failed")
        return f"  … {', '.join(told)}"


def _one_line(text: str) -> Text:
    return Text(text, no_wrap=True, overflow="ellipsis")


def _note(running: _Running, event: Event) -> None:
    if isinstance(event, MigrationStarted):
        running.position = event.position
        running.doing = event.name
    elif isinstance(event, RequestRetried):
        wait = format_duration(event.wait_s)
        running.doing = f"try {event.tries + 1} in {wait}: {event.reason}"
    elif isinstance(event, RequestHeld):
        running.doing = f"waits {format_duration(event.wait_s)} for {event.host}"
    elif isinstance(event, Waiting):
        running.doing = f"waiting for {event.request}: {event.reason}"
    elif isinstance(event, Polled):
        running.doing = f"{event.name}: {event.request} {event.reason}"
    else:
        running.doing = ""
