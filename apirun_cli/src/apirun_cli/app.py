"""The tree of commands; each is loaded when it is called."""

import importlib
from typing import Any, Dict, List, Mapping, NamedTuple, Optional

import click

__all__ = ["cli"]


class Entry(NamedTuple):
    """
    A command that is not loaded yet.

    Attributes:
        module: Its module, below `apirun_cli.commands`.
        name: Its name there.
        summary: What the list of commands says of it.
    """

    module: str
    name: str
    summary: str


class LazyGroup(click.Group):
    """
    A group whose commands are imported when they are called.

    So ``apirun --help`` pays for none of them.

    Args:
        entries: The commands by name, in the order in which they are listed.
    """

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - click's own
        entries: Optional[Mapping[str, Entry]] = None,
        **kwargs: Any,  # noqa: ANN401 - click's own
    ) -> None:
        super().__init__(*args, **kwargs)
        self._entries: Dict[str, Entry] = dict(entries or {})

    def list_commands(self, ctx: click.Context) -> List[str]:
        """Return the names of all commands, in order."""
        return [*self._entries, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> Optional[click.Command]:
        """Import the command *cmd_name* and return it, None if there is none."""
        entry = self._entries.get(cmd_name)
        if entry is None:
            return super().get_command(ctx, cmd_name)
        module = importlib.import_module(f"apirun_cli.commands.{entry.module}")
        command = getattr(module, entry.name)
        assert isinstance(command, click.Command)
        return command

    def parse_args(self, ctx: click.Context, args: List[str]) -> List[str]:
        """Read what stands before the command; tell where its options belong."""
        if not args and not ctx.resilient_parsing:
            click.echo(ctx.get_help(), err=True, color=ctx.color)
            ctx.exit(2)
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            # Only what is mistyped pays for the hint, here and below.
            from apirun_cli.mistyped import option_before_command  # noqa: PLC0415

            told = option_before_command(error.option_name, ctx)
            raise click.UsageError(told, ctx) from error

    def resolve_command(self, ctx: click.Context, args: List[str]) -> Any:  # noqa: ANN401 - click's own
        """Find the command that *args* names; if there is none, tell the nearest."""
        name = args[0] if args else ""
        if name and not name.startswith("-") and not self._knows(ctx, name):
            from apirun_cli.mistyped import unknown_command  # noqa: PLC0415

            raise click.UsageError(unknown_command(name, ctx), ctx)
        return super().resolve_command(ctx, args)

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """List the commands from their summaries, without importing them."""
        rows = [
            (name, self._entries[name].summary)
            if name in self._entries
            else (name, self._summary(ctx, name))
            for name in self.list_commands(ctx)
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def _summary(self, ctx: click.Context, name: str) -> str:
        command = super().get_command(ctx, name)
        return command.get_short_help_str(limit=80) if command is not None else ""

    def _knows(self, ctx: click.Context, name: str) -> bool:
        return name in self._entries or super().get_command(ctx, name) is not None


@click.group(
    cls=LazyGroup,
    entries={
        "up": Entry("directory", "up", "Apply what is pending."),
        "down": Entry("directory", "down", "Roll back the newest version, or more."),
        "status": Entry("directory", "status", "Show what is applied and pending."),
        "create": Entry("create", "create", "Write the next migration to fill in."),
        "validate": Entry("directory", "validate", "Check every file, send nothing."),
        "settle": Entry("settle", "settle", "Decide what became of a lost request."),
        "adopt": Entry("adopt", "adopt", "Record what exists already as applied."),
        "schema": Entry(
            "schema", "schema", "Print a JSON Schema: of a file, or of --json."
        ),
    },
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="apirun-cli", message="apirun %(version)s")
def cli() -> None:
    """
    Versioned, recorded and reversible HTTP API calls.

    The commands here run the migrations of one directory; those of
    'apirun stages' run whole directories of them that depend on each other.

    \b
    Example:
      apirun stages validate
      apirun stages up --dry-run
      apirun stages up
      apirun stages status --verbose

    Most options can be set by a process variable, too: --config by
    APIRUN_CONFIG, --lock-timeout by APIRUN_LOCK_TIMEOUT.

    \b
    Exit codes:
      0  done
      1  a migration or a stage failed
      2  the command or a document is wrong, nothing was sent
      3  it is not known what became of a request; a decision is needed
      4  another run holds the lock
      130  interrupted
    """


@cli.group(
    cls=LazyGroup,
    short_help="Run stages, which depend on each other: up, down, status, ...",
    entries={
        "up": Entry("stages", "up", "Apply what is pending, stage by stage."),
        "down": Entry("stages", "down", "Roll stages back, dependents first."),
        "status": Entry("stages", "status", "Show where each stage stands."),
        "validate": Entry("stages", "validate", "Check every file, send nothing."),
        "adopt": Entry("stages_adopt", "adopt", "Record what exists already."),
        "graph": Entry("graph", "graph", "Show what depends on what, and its state."),
    },
)
def stages() -> None:
    """
    Run stages: directories of migrations that depend on each other.

    \b
    Example:
      apirun stages up --from services --to configuration
      apirun stages down --stage configuration
    """
