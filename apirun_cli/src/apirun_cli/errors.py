"""Errors of the library as messages and exit codes."""

import functools
from typing import Any, Callable

from apirun import ApirunError, CancelledError
from apirun_cli.output import Output

__all__ = ["tell_errors"]


def tell_errors(command: Callable[..., int]) -> Callable[..., int]:
    """Let *command*, whose first argument is its output, end with a message."""

    @functools.wraps(command)
    def guarded(output: Output, *args: Any, **kwargs: Any) -> int:  # noqa: ANN401 - what the command takes
        try:
            return command(output, *args, **kwargs)
        except ApirunError as error:
            return output.refuse(error)
        except KeyboardInterrupt:
            # Within a run the library hears it; this is before or after one.
            return output.refuse(CancelledError("interrupted"))

    return guarded
