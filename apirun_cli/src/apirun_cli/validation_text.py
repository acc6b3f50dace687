"""What the documents come to, told to a person."""

from apirun import Validation
from apirun_cli.exit_codes import WRONG
from apirun_cli.output import Output
from apirun_cli.terminal import printable

__all__ = ["show_validation"]

DONE = 0


def show_validation(output: Output, validation: Validation, config: str) -> int:
    """
    Show what was found, and return the exit code.

    Args:
        output: Where to.
        validation: What was found.
        config: The file, as the user named it.
    """
    output.warn(validation.warnings)
    shown = Validation(
        source=config,
        stages=validation.stages,
        missing=validation.missing,
        problems=validation.problems,
    )
    told = printable(str(shown))
    if validation.ok:
        output.summary(told)
    else:
        output.result(told)
    output.document(validation)
    return DONE if validation.ok else WRONG
