"""The options that several commands share, each with its process variable."""

import os
from typing import Any, Callable, List

import click
from click.shell_completion import CompletionItem

from apirun import ApirunError, stage_names
from apirun_cli.output import Output
from apirun_cli.params import Count, Duration, Variables

__all__ = [
    "adoption_options",
    "config_option",
    "dry_run_option",
    "force_option",
    "history_options",
    "lock_timeout_option",
    "out_of_order_option",
    "output_options",
    "probe_option",
    "run_options",
    "selection_options",
    "stages_config_option",
    "variables_option",
]

Command = Callable[..., Any]
Decorator = Callable[[Command], Command]

_SETTINGS = "config/config.yaml"
_STAGES = "stages.yaml"


def selection_options(verb: str, above: str, below: str) -> Decorator:
    """
    Return the options that select stages.

    Args:
        verb: What is done to them, for the help.
        above: What ``--from A`` selects besides A.
        below: What ``--to B`` selects besides B.
    """

    def option(flag: str, name: str, text: str, *, multiple: bool = False) -> Decorator:
        return click.option(
            flag,
            name,
            metavar="STAGE",
            multiple=multiple,
            shell_complete=_complete_stage,
            help=f"{verb} {text}.",
        )

    return _all(
        option(
            "--stage", "stages", "exactly this stage. May be repeated", multiple=True
        ),
        option("--from", "from_stage", f"this stage and {above}"),
        option("--to", "to_stage", f"this stage and {below}"),
    )


def _all(*decorators: Decorator) -> Decorator:
    """Return one decorator for several, in the order in which the help lists them."""

    def decorate(command: Command) -> Command:
        for decorator in reversed(decorators):
            command = decorator(command)
        return command

    return decorate


def _flag(name: str, text: str, *short: str, **settings: Any) -> Decorator:  # noqa: ANN401 - click's own
    """Return the option ``--name``, which the process variable APIRUN_NAME sets too."""
    variable = f"APIRUN_{name.upper().replace('-', '_')}"
    return click.option(
        *short, f"--{name}", is_flag=True, envvar=variable, help=text, **settings
    )


def _config(default: str, text: str) -> Decorator:
    return click.option(
        "--config",
        metavar="FILE",
        default=default,
        show_default=True,
        envvar="APIRUN_CONFIG",
        # Read first, so that stages can be completed from it.
        is_eager=True,
        callback=_existing,
        help=text,
    )


def _existing(ctx: click.Context, param: click.Parameter, path: str) -> str:
    if not ctx.resilient_parsing and not os.path.lexists(path):
        raise click.BadParameter(
            f"there is no file '{path}' here. Name it by --config, or by the process "
            f"variable APIRUN_CONFIG.{_other(path)}",
            ctx,
            param,
        )
    return path


def _other(path: str) -> str:
    """Return a hint at what is there instead, empty if *path* is not the default."""
    if path == _SETTINGS and os.path.exists(_STAGES):
        return f" There is a {_STAGES}: it is run by 'apirun stages'."
    if path == _STAGES and os.path.exists(_SETTINGS):
        return f" There is a {_SETTINGS}: without 'stages' it is run."
    if path == _SETTINGS and os.path.exists("config.yaml"):
        return " There is a config.yaml: --config config.yaml."
    return ""


def _complete_stage(
    ctx: click.Context,
    param: click.Parameter,  # noqa: ARG001 - click's own
    incomplete: str,
) -> List[CompletionItem]:
    try:
        names = stage_names(ctx.params.get("config") or _STAGES)
    except ApirunError:
        return []
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def _shows(name: str, attribute: str, text: str, *short: str) -> Decorator:
    """Return the flag that sets an attribute of the command's `Output`."""

    def keep(ctx: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's own
        setattr(ctx.ensure_object(Output), attribute, value)

    return _flag(name, text, *short, expose_value=False, callback=keep)


def _within_a_database(_: click.Context, __: click.Parameter, limit: int) -> int:
    """Return *limit*, no more than the largest number that a database has."""
    return min(limit, 2**63 - 1)


def _set_color(ctx: click.Context, _: click.Parameter, value: object) -> None:
    if value:
        ctx.color = False


config_option = _config(_SETTINGS, "Settings of the directory.")
stages_config_option = _config(_STAGES, "The file that declares the stages.")
dry_run_option = _flag("dry-run", "Show every request; send nothing, write nothing.")
force_option = _flag(
    "force", "Roll back a stage even while one that depends on it is applied."
)
out_of_order_option = _flag(
    "allow-out-of-order", "Apply a pending version even below one that is applied."
)
adoption_options = _all(
    _flag("unprobed", "Record versions that have no probe as applied, unseen."),
    _flag("allow-out-of-order", "Go on after a version that is not there."),
)
variables_option = click.option(
    "--var",
    "variables",
    cls=Variables,
    metavar="NAME=VALUE",
    multiple=True,
    help="Set a variable; wins over every other source. May be repeated.",
)
lock_timeout_option = click.option(
    "--lock-timeout",
    "lock_timeout_s",
    type=Duration(),
    metavar="DURATION",
    default="15s",
    show_default=True,
    envvar="APIRUN_LOCK_TIMEOUT",
    help="How long to wait for another run of the same history.",
)
run_options = _all(
    lock_timeout_option,
    click.option(
        "--report",
        "reports",
        type=click.Path(),
        metavar="FILE",
        multiple=True,
        envvar="APIRUN_REPORT",
        help="Write a report of the run; its form by the ending: .html, .json, .md, or "
        ".xml for JUnit. May be repeated.",
    ),
)
probe_option = _flag(
    "probe",
    "Ask every version's probe, too, whether the API is as recorded; change nothing.",
)
history_options = _all(
    _flag("history", "Show the newest requests that were recorded.", "with_history"),
    _flag("history-all", "Show every request that was recorded."),
    click.option(
        "--history-limit",
        type=Count(min=1),
        callback=_within_a_database,
        metavar="N",
        default=10,
        show_default=True,
        envvar="APIRUN_HISTORY_LIMIT",
        help="How many requests --history shows.",
    ),
    _flag(
        "exit-code",
        "End with 1 if anything is pending, failed or unsettled; with --probe also if "
        "anything has drifted, or a probe could not tell.",
    ),
)
output_options = _all(
    click.make_pass_decorator(Output, ensure=True),
    _shows("json", "as_json", "Write one JSON document to stdout."),
    _shows("verbose", "verbose", "Show more.", "-v"),
    _shows("quiet", "quiet", "Show errors only.", "-q"),
    _flag("no-color", "Show no colours.", expose_value=False, callback=_set_color),
)
