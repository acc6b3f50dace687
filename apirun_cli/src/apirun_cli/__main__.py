"""Where the process starts and ends; only this module exits it."""

import errno
import os
import signal
import sys
from typing import NoReturn, TextIO

import click

from apirun_cli.app import cli
from apirun_cli.terminal import echo_error, make_streams_safe

__all__ = ["main"]

DONE, FAILED, WRONG, INTERRUPTED = 0, 1, 2, 130
UNWRITABLE = (errno.ENOSPC, errno.EIO, errno.EBADF, errno.EDQUOT)


def main() -> NoReturn:
    """Run the command line and exit with its code."""
    make_streams_safe()
    _end_in_order_on_signals()
    sys.exit(_run())


def _run() -> int:
    try:
        # In standalone mode click would print and exit with codes of its own.
        code = cli.main(prog_name="apirun", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        if isinstance(error, click.UsageError):
            error.show()
        else:
            echo_error(error.format_message())
        return WRONG
    except (KeyboardInterrupt, click.Abort):
        echo_error("interrupted")
        return INTERRUPTED
    except OSError as error:
        return _unwritable(error)
    except Exception as error:  # noqa: BLE001 - told without a traceback
        echo_error(_defect(error))
        return FAILED
    return code if isinstance(code, int) else DONE


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
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, signal.default_int_handler)


if __name__ == "__main__":
    main()
