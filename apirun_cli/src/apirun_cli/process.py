"""The command line as a process: its streams, its signals, its exit code."""

import errno
import os
import signal
import sys
from typing import Any, TextIO

import click

from apirun_cli.app import cli
from apirun_cli.terminal import (
    echo,
    echo_error,
    make_streams_safe,
    open_missing_streams,
)

__all__ = ["interrupted", "run"]

DONE, FAILED, WRONG, INTERRUPTED = 0, 1, 2, 130
UNWRITABLE = (errno.ENOSPC, errno.EIO, errno.EBADF, errno.EDQUOT)
ENDING = ("SIGINT", "SIGTERM", "SIGHUP")


def run() -> int:
    """Run what the process was called with, and return its exit code."""
    open_missing_streams()
    make_streams_safe()
    _end_in_order_on_signals()
    code = _run()
    _end_at_once_on_signals()
    return code


def interrupted() -> int:
    """Tell that it was interrupted before its command began."""
    _end_at_once_on_signals()
    try:
        if _wants_json():
            _tell_as_json("CancelledError", "interrupted", INTERRUPTED)
    except OSError as fault:
        return _unwritable(fault)
    echo_error("interrupted")
    return INTERRUPTED


def _run() -> int:
    try:
        # In standalone mode click would print and exit with codes of its own.
        code = cli.main(prog_name="apirun", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        return _refused(error)
    except (KeyboardInterrupt, click.Abort):
        return interrupted()
    except OSError as error:
        return _unwritable(error)
    except Exception as error:  # noqa: BLE001 - told without a traceback
        echo_error(_defect(error))
        return FAILED
    return code if isinstance(code, int) else DONE


def _refused(error: click.ClickException) -> int:
    """Tell what is wrong with the command."""
    message = error.format_message()
    try:
        if _wants_json():
            _tell_as_json("UsageError", message, WRONG)
    except OSError as fault:
        return _unwritable(fault)
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is not None:
        echo(context.get_usage(), err=True)
        echo(f"Try '{context.command_path} --help' for help.\n", err=True)
    echo_error(message)
    return WRONG


def _wants_json() -> bool:
    """Tell whether the user asked for JSON; the command was not read to its end."""
    asked = os.environ.get("APIRUN_JSON", "").lower()
    return "--json" in sys.argv[1:] or asked in ("1", "true", "t", "yes", "y", "on")


def _tell_as_json(kind: str, message: str, code: int) -> None:
    # Only what ends before its command begins pays for it.
    import apirun  # noqa: PLC0415
    from apirun_cli.output import Output  # noqa: PLC0415

    Output().tell(getattr(apirun, kind)(message), code)
    sys.stdout.flush()


def _unwritable(error: OSError) -> int:
    """Tell that the output has no reader or no room; nothing else raises OSError."""
    if isinstance(error, BrokenPipeError):
        _give_up(sys.stdout, sys.stderr)
        return FAILED
    if error.errno not in UNWRITABLE:
        echo_error(_defect(error))
        return FAILED
    _give_up(sys.stdout)
    echo_error(
        f"the output can't be written: {error.strerror}. What was recorded stands: "
        "'status' shows it."
    )
    return FAILED


def _give_up(*streams: TextIO) -> None:
    """Let the interpreter's last flush go nowhere instead of failing again."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in streams:
        os.dup2(nowhere, stream.fileno())


def _defect(error: BaseException) -> str:
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = ""
    if frame is not None:
        code = frame.tb_frame.f_code
        module = frame.tb_frame.f_globals.get("__name__", "?")
        place = f" in {module}.{code.co_name}, line {frame.tb_lineno}"
    return (
        f"this is a defect of apirun: {type(error).__name__}: {error}{place}\n"
        "What was recorded before it stands: 'status' shows it, and running again "
        "goes on from there. Please report it."
    )


def _end_in_order_on_signals() -> None:
    """Let SIGTERM and a closed terminal do what the first Ctrl-C does."""
    _exchange_handlers(signal.SIG_DFL, signal.default_int_handler)


def _end_at_once_on_signals() -> None:
    """Let nothing be told of a signal that comes after the last word."""
    _exchange_handlers(signal.default_int_handler, signal.SIG_DFL)


def _exchange_handlers(old: object, new: Any) -> None:  # noqa: ANN401 - the module's own
    """Set the handler of each signal that has *old*; what is ignored stays so."""
    for name in ENDING:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is old:
            signal.signal(number, new)
