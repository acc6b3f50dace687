"""The options that several commands share, each with its process variable."""

import os
from typing import Any, Callable, Dict, List, Optional, Sequence, TypeVar

import click
from click.shell_completion import CompletionItem

from apirun import ApirunError, stage_names, to_seconds
from apirun_cli.output import Output

__all__ = [
    "config_option",
    "dry_run_option",
    "history_options",
    "lock_timeout_option",
    "out_of_order_option",
    "output_options",
    "selection_options",
    "stages_config_option",
    "variables_option",
]

Command = TypeVar("Command", bound=Callable[..., Any])
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class _Duration(click.ParamType):  # type: ignore[type-arg]  # generic in newer clicks only
    """Seconds, given as a Go duration or as a plain number."""

    name = "duration"

    def convert(
        self,
        value: Any,  # noqa: ANN401 - click's own
        param: Optional[click.Parameter],
        ctx: Optional[click.Context],
    ) -> float:
        text = str(value)
        try:
            return to_seconds(float(text) if _is_number(text) else text)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class _Variables(click.Option):
    """``NAME=VALUE`` pairs; the last of one name wins."""

    def process_value(self, ctx: click.Context, value: Any) -> Dict[str, str]:  # noqa: ANN401 - click's own
        pairs: Sequence[str] = super().process_value(ctx, value)
        told: Dict[str, str] = {}
        for pair in pairs:
            name, equals, text = pair.partition("=")
            if not equals or not name:
                raise click.BadParameter(
                    f"'{name or pair}' has no value: write NAME=VALUE, for example "
                    "api_base=http://127.0.0.1:8000",
                    ctx,
                    self,
                )
            told[name] = text
        return told


def config_option(command: Command) -> Command:
    """Which config.yaml is meant."""
    return click.option(
        "--config",
        metavar="FILE",
        default="config/config.yaml",
        show_default=True,
        envvar="APIRUN_CONFIG",
        callback=_existing,
        help="Settings of the directory.",
    )(command)


def stages_config_option(command: Command) -> Command:
    """Which stages.yaml is meant."""
    return click.option(
        "--config",
        metavar="FILE",
        default="stages.yaml",
        show_default=True,
        envvar="APIRUN_CONFIG",
        is_eager=True,
        callback=_existing,
        help="The file that declares the stages.",
    )(command)


def variables_option(command: Command) -> Command:
    """Variables that win over every other source."""
    return click.option(
        "--var",
        "variables",
        cls=_Variables,
        metavar="NAME=VALUE",
        multiple=True,
        help="Set a variable; wins over every other source. May be repeated.",
    )(command)


def dry_run_option(command: Command) -> Command:
    """Whether only to show what would be sent."""
    return click.option(
        "--dry-run",
        is_flag=True,
        envvar="APIRUN_DRY_RUN",
        help="Show every request; send nothing, write nothing.",
    )(command)


def out_of_order_option(command: Command) -> Command:
    """Whether a pending version below an applied one may run."""
    return click.option(
        "--allow-out-of-order",
        is_flag=True,
        envvar="APIRUN_ALLOW_OUT_OF_ORDER",
        help="Apply a pending version even below one that is applied.",
    )(command)


def lock_timeout_option(command: Command) -> Command:
    """How long to wait for another run."""
    return click.option(
        "--lock-timeout",
        "lock_timeout_s",
        type=_Duration(),
        metavar="DURATION",
        default="15s",
        show_default=True,
        envvar="APIRUN_LOCK_TIMEOUT",
        help="How long to wait for another run of the same history.",
    )(command)


def history_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Whether status also shows the history, and how much of it."""
    for option in (
        click.option(
            "--exit-code",
            is_flag=True,
            envvar="APIRUN_EXIT_CODE",
            help="End with 1 if anything is pending, failed or unsettled.",
        ),
        click.option(
            "--history-limit",
            type=click.IntRange(min=1),
            metavar="N",
            default=10,
            show_default=True,
            envvar="APIRUN_HISTORY_LIMIT",
            help="How many requests --history shows.",
        ),
        click.option(
            "--history-all",
            is_flag=True,
            envvar="APIRUN_HISTORY_ALL",
            help="Show every request that was recorded.",
        ),
        click.option(
            "--history",
            "with_history",
            is_flag=True,
            envvar="APIRUN_HISTORY",
            help="Show the newest requests that were recorded.",
        ),
    ):
        command = option(command)
    return command


def output_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """How much is shown, and in which form; handed on as ``output``."""
    for option in (
        click.option(
            "--no-color",
            is_flag=True,
            envvar="APIRUN_NO_COLOR",
            expose_value=False,
            callback=_set_color,
            help="Show no colours.",
        ),
        click.option(
            "-q",
            "--quiet",
            is_flag=True,
            envvar="APIRUN_QUIET",
            expose_value=False,
            callback=_output_flag("quiet"),
            help="Show errors only.",
        ),
        click.option(
            "-v",
            "--verbose",
            is_flag=True,
            envvar="APIRUN_VERBOSE",
            expose_value=False,
            callback=_output_flag("verbose"),
            help="Show more.",
        ),
        click.option(
            "--json",
            is_flag=True,
            envvar="APIRUN_JSON",
            expose_value=False,
            callback=_output_flag("as_json"),
            help="Write one JSON document to stdout.",
        ),
        click.make_pass_decorator(Output, ensure=True),
    ):
        command = option(command)
    return command


def selection_options(verb: str, above: str, below: str) -> Decorator:
    """
    Return the options that select stages.

    Args:
        verb: What is done to them, for the help.
        above: What ``--from A`` selects besides A.
        below: What ``--to B`` selects besides B.
    """
    told = (
        ("--to", "to_stage", False, f"{verb} this stage and {below}."),
        ("--from", "from_stage", False, f"{verb} this stage and {above}."),
        ("--stage", "stages", True, f"{verb} exactly this stage. May be repeated."),
    )

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for flag, name, multiple, text in told:
            command = click.option(
                flag,
                name,
                metavar="STAGE",
                multiple=multiple,
                shell_complete=_complete_stage,
                help=text,
            )(command)
        return command

    return decorate


def _existing(ctx: click.Context, param: click.Parameter, path: str) -> str:
    if not ctx.resilient_parsing and not os.path.lexists(path):
        raise click.BadParameter(
            f"there is no file '{path}' here. Name it by --config, or by the process "
            "variable APIRUN_CONFIG.",
            ctx,
            param,
        )
    return path


def _complete_stage(
    ctx: click.Context,
    param: click.Parameter,  # noqa: ARG001 - click's own
    incomplete: str,
) -> List[CompletionItem]:
    path = ctx.params.get("config") or "stages.yaml"
    try:
        names = stage_names(path)
    except ApirunError:
        return []
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]


def _output_flag(name: str) -> Callable[[click.Context, click.Parameter, bool], None]:
    def keep(ctx: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's own
        setattr(ctx.ensure_object(Output), name, value)

    return keep


def _set_color(ctx: click.Context, _: click.Parameter, value: object) -> None:
    if value:
        ctx.color = False


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).isdigit()
