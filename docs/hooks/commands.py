"""
The reference of the commands, made of the commands themselves.

A page says ``<!-- made: commands -->`` where it is to stand, and
``<!-- made: process variables -->`` for what sets options from outside.
"""

import inspect
from typing import Dict, Iterator, List, Tuple

import click

from apirun_cli.app import cli

__all__ = ["commands", "on_page_markdown", "options", "reference", "variables"]

Options = List[Tuple[str, str, str]]


def on_page_markdown(markdown: str, **_: object) -> str:
    """Put what is made here where a page asks for it."""
    if "<!-- made: commands -->" in markdown:
        markdown = markdown.replace("<!-- made: commands -->", reference())
    if "<!-- made: process variables -->" in markdown:
        markdown = markdown.replace("<!-- made: process variables -->", variables())
    return markdown


def commands() -> Iterator[Tuple[str, click.Context]]:
    """Yield every command by its full name, groups before what is in them."""
    root = click.Context(cli, info_name="apirun", **cli.context_settings)
    yield from _below("apirun", root)


def options(context: click.Context) -> Options:
    """Return what a command takes: the words of its help, and process variables."""
    rows = []
    for param in context.command.get_params(context):
        record = param.get_help_record(context)
        if isinstance(param, click.Option) and record is not None:
            rows.append((record[0], record[1], str(param.envvar or "")))
    return rows


def reference() -> str:
    """Return a section for every command."""
    return "\n\n".join(_section(name, context) for name, context in commands())


def variables() -> str:
    """Return a table of the process variables that set options."""
    found: Dict[str, Dict[str, List[str]]] = {}
    for name, context in commands():
        for words, _, envvar in options(context):
            if envvar:
                flag = words.split()[0 if words.startswith("--") else 1]
                found.setdefault(envvar, {}).setdefault(flag, []).append(name)
    lines = ["| variable | sets | of |", "|---|---|---|"]
    for envvar, flags in sorted(found.items()):
        for flag, names in flags.items():
            lines.append(f"| `{envvar}` | `{flag}` | {_of(names)} |")
    return "\n".join(lines)


def _of(names: List[str]) -> str:
    """Return the commands that have an option, those under stages with the others."""
    told = []
    for name in names:
        short = name.partition(" ")[2]
        other = short.partition("stages ")[2]
        if not other or f"apirun {other}" not in names:
            both = f"apirun stages {short}" in names
            also = f" ([also](#apirun-stages-{short}) under `stages`)" if both else ""
            told.append(f"[{short}](#{_anchor(name)}){also}")
    return ", ".join(told)


def _below(name: str, context: click.Context) -> Iterator[Tuple[str, click.Context]]:
    yield name, context
    command = context.command
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            below = command.get_command(context, each)
            assert below is not None
            inner = click.Context(
                below, info_name=each, parent=context, **below.context_settings
            )
            yield from _below(f"{name} {each}", inner)


def _section(name: str, context: click.Context) -> str:
    usage = " ".join(context.command.collect_usage_pieces(context))
    parts = [
        f"## {name} {{ #{_anchor(name)} }}",
        *_told(inspect.cleandoc(context.command.help or "")),
        "**Usage**",
        _fenced(f"{name} {usage}"),
    ]
    if isinstance(context.command, click.Group):
        parts.append(_listed(context, context.command))
    rows = [
        f"| {_flags(words)} | {_escaped(text)} | {f'`{envvar}`' if envvar else ''} |"
        for words, text, envvar in options(context)
    ]
    head = ["| option | what it does | process variable |", "|---|---|---|"]
    return "\n\n".join([*parts, "\n".join([*head, *rows])])


def _told(help_text: str) -> Iterator[str]:
    """Yield the paragraphs of a help; click keeps the lines of those after a mark."""
    for paragraph in help_text.split("\n\n"):
        flowing, _, kept = paragraph.partition("\b\n")
        if not kept:
            yield _escaped(flowing)
            continue
        title, *lines = kept.splitlines()
        yield f"**{title.rstrip(':')}**"
        yield _fenced(inspect.cleandoc("\n".join(lines)))


def _listed(context: click.Context, group: click.Group) -> str:
    lines = ["| command | what it does |", "|---|---|"]
    for each in group.list_commands(context):
        command = group.get_command(context, each)
        assert command is not None
        name = f"{context.command_path} {each}"
        summary = (command.help or "").strip().split("\n\n")[0]
        lines.append(f"| [`{name}`](#{_anchor(name)}) | {_escaped(summary)} |")
    return "\n".join(lines)


def _fenced(text: str) -> str:
    return f"```text\n{text}\n```"


def _flags(words: str) -> str:
    """Return the words of an option, each spelling as code."""
    return ", ".join(f"`{each}`" for each in words.split(", "))


def _escaped(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def _anchor(name: str) -> str:
    return name.replace(" ", "-")
