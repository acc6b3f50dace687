"""Where the process starts and ends; only this module exits it."""

import signal
import sys
from typing import NoReturn

import click

from apirun_cli.app import cli
from apirun_cli.terminal import echo_error, make_streams_safe

__all__ = ["main"]

INTERRUPTED = 130


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
    except click.UsageError as error:
        error.show()
        return 2
    except click.ClickException as error:
        echo_error(error.format_message())
        return 2
    except (KeyboardInterrupt, click.Abort):
        echo_error("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has gone. What is recorded is complete; the
        # stream is closed here so that the interpreter does not complain.
        sys.stderr.close()
        return 0
    except Exception as error:  # noqa: BLE001 - told without a traceback
        echo_error(_defect(error))
        return 1
    return code if isinstance(code, int) else 0


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
