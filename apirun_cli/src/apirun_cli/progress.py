"""The log of a run on stderr, with a live view below it on a terminal."""

import importlib
import json
import sys
import time
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import (
    Any,
    ContextManager,
    Dict,
    Iterator,
    Optional,
    Protocol,
    Sequence,
    Tuple,
)

import click

from apirun import Event, LoggingSettings, Polled, RunStarted, Stage, Waiting
from apirun_cli.log_lines import LEVELS, TOLD, Line, line_of
from apirun_cli.output import Output
from apirun_cli.terminal import echo, is_live, printable, shows_colors

__all__ = ["LiveView", "Progress"]

REPEATED_AFTER_S = 10.0
_STYLES: Dict[str, Dict[str, Any]] = {
    # Bright black is the background itself in some colour schemes.
    "debug": {"dim": True},
    "warn": {"fg": "yellow"},
    "error": {"fg": "red"},
}


class LiveView(Protocol):
    """What is redrawn below the log while a run goes on."""

    def shown(self) -> ContextManager[None]:
        """Show it until the block ends."""

    def take(self, event: Event) -> None:
        """Take *event* in."""

    def write(self, text: str) -> None:
        """Write a line of the log above it."""


class Progress:
    """
    A listener that shows what happens, as each stage's ``logging`` asks for.

    Args:
        output: Whether much or little is shown; wins over the settings.
    """

    listens_to = TOLD | {RunStarted}

    def __init__(self, output: Output) -> None:
        self._output = output
        # Asked for here, since events come from threads that know no options.
        self._colored = shows_colors()
        self._settings: Dict[str, LoggingSettings] = {}
        self._live: Optional[LiveView] = None
        self._told_at_s: Dict[Tuple[str, str], float] = {}

    @contextmanager
    def watching(self, stages: Sequence[Stage]) -> Iterator[None]:
        """Show the run of *stages*, with a live view if stderr is a terminal."""
        self._settings = {stage.name: stage.logging for stage in stages}
        as_text = all(stage.logging.format != "json" for stage in stages)
        if self._output.quiet or not as_text or not is_live(sys.stderr):
            yield
            return
        # rich is paid for only where there is something to draw on.
        live: LiveView = importlib.import_module("apirun_cli.live").Live()
        with live.shown():
            self._live = live
            try:
                yield
            finally:
                self._live = None

    def __call__(self, event: Event) -> None:
        """Show *event*."""
        if self._live is not None:
            self._live.take(event)
        line = line_of(event)
        if line is None or not self._is_due(event):
            return
        settings = self._settings.get(line.stage, LoggingSettings())
        if LEVELS[line.level] >= LEVELS[self._level(settings)]:
            self._write(line, settings)

    def _is_due(self, event: Event) -> bool:
        """Return whether to write a line for what is told again and again."""
        if not isinstance(event, (Waiting, Polled)):
            return True
        if self._live is not None:
            return False  # it is there to be seen
        now_s, key = time.monotonic(), (event.stage, event.request)
        if now_s - self._told_at_s.get(key, -REPEATED_AFTER_S) < REPEATED_AFTER_S:
            return False
        self._told_at_s[key] = now_s
        return True

    def _level(self, settings: LoggingSettings) -> str:
        if self._output.quiet:
            return "error"
        return "debug" if self._output.verbose else settings.level

    def _write(self, line: Line, settings: LoggingSettings) -> None:
        if settings.format == "json":
            echo(_json_line(line), err=True)
        elif self._live is not None:
            self._live.write(self._text_line(line, settings))
        else:
            now = datetime.now().astimezone().strftime("%H:%M:%S")
            echo(f"{now} {self._text_line(line, settings)}", err=True)

    def _text_line(self, line: Line, settings: LoggingSettings) -> str:
        message = line.message
        if line.level == "warn" and line.fields and not _told_in(line):
            told = " ".join(f"{name}={value}" for name, value in line.fields.items())
            message = f"{message} {told}"
        if line.level == "warn":
            message = f"warning: {message}"
        text = printable(f"{line.stage}: {message}" if line.stage else message)
        style = _STYLES.get(line.level)
        if style is None or settings.color is False or not self._colored:
            return text
        return click.style(text, **style)


def _told_in(line: Line) -> bool:
    shown = (v if isinstance(v, (list, tuple)) else [v] for v in line.fields.values())
    return any(", ".join(map(str, each)) in line.message for each in shown)


def _json_line(line: Line) -> str:
    told: Dict[str, object] = {
        "time": datetime.now(timezone.utc).isoformat(timespec="milliseconds"),
        "level": line.level,
        "message": line.message,
    }
    if line.stage:
        told["stage"] = line.stage
    return json.dumps({**line.fields, **told}, ensure_ascii=False)
