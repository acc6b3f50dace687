"""Errors of the library as messages and exit codes."""

import functools
from typing import Any, Callable

from apirun import ApirunError
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

    return guarded
