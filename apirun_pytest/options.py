"""The options of the plugin, on the command line and in the ini file."""

from enum import Enum
from typing import Dict, Iterable, NamedTuple

import pytest

__all__ = ["Keep", "Options", "add_options", "read_options"]


class Keep(str, Enum):
    """What becomes of an environment when the session ends."""

    NEVER = "never"
    FAILED = "failed"
    """It stands if a test failed."""
    ALWAYS = "always"


class Options(NamedTuple):
    """
    What was asked for.

    Attributes:
        keep: What becomes of environments when the session ends.
        defaults: Variables of the ini file, below those of the calls.
        overrides: Variables of the command line, above those of the calls.
    """

    keep: Keep
    defaults: Dict[str, str]
    overrides: Dict[str, str]


def add_options(parser: pytest.Parser) -> None:
    """Declare the options."""
    group = parser.getgroup("apirun", "stages of API calls (apirun)")
    modes = [mode.value for mode in Keep]
    group.addoption(
        "--apirun-keep",
        choices=modes,
        help="whether environments stand after the session: never (they are taken "
        "down; default), failed (they stand if a test failed), always",
    )
    group.addoption(
        "--apirun-var",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="a variable of all stages, above every other source (repeatable)",
    )
    parser.addini(
        "apirun_keep", f"as --apirun-keep: {', '.join(modes)}", default="never"
    )
    parser.addini(
        "apirun_var",
        "variables of all stages, a line NAME=VALUE each, below those of the calls",
        type="linelist",
        default=[],
    )


def read_options(config: pytest.Config) -> Options:
    """
    Return what was asked for.

    Raises:
        pytest.UsageError: If a variable or a mode can't be meant.
    """
    told = config.getoption("apirun_keep") or config.getini("apirun_keep")
    if told not in list(Keep):
        modes = ", ".join(mode.value for mode in Keep)
        raise pytest.UsageError(f"apirun_keep = {told}: one of {modes} is meant")
    return Options(
        keep=Keep(told),
        defaults=_variables(config.getini("apirun_var"), "apirun_var"),
        overrides=_variables(config.getoption("apirun_var"), "--apirun-var"),
    )


def _variables(lines: Iterable[str], option: str) -> Dict[str, str]:
    variables = {}
    for line in lines:
        name, equals, value = line.partition("=")
        name = name.strip()
        if not equals or not name:
            # The value may be a secret, so only what stands for a name is told.
            raise pytest.UsageError(
                f"{option} {name or '...'}: NAME=VALUE is meant, such as "
                f"{option} api_base=http://127.0.0.1:8000"
            )
        variables[name] = value.strip() if option == "apirun_var" else value
    return variables
