"""What somebody may have meant who typed a word that is no command or option."""

import difflib
from typing import List

import click

__all__ = ["option_before_command", "unknown_command"]

_WORDS_OF_OTHERS = {
    "help": "--help",
    "version": "apirun --version",
    "plan": "up --dry-run",
    "apply": "up",
    "migrate": "up",
    "run": "up",
    "start": "up",
    "destroy": "down",
    "rollback": "down",
    "undo": "down",
    "history": "status --history",
    "list": "status --verbose",
    "show": "status",
    "check": "validate",
    "lint": "validate",
    "init": "create",
    "new": "create",
}


def unknown_command(name: str, ctx: click.Context) -> str:
    """
    Return what to say of *name*, which is no command here.

    Args:
        name: What was typed.
        ctx: Of the group that has no such command.
    """
    names = _names(ctx)
    told = f"there is no command '{name}'."
    meant = _elsewhere(name, ctx) or _in_our_words(name, names) or _nearest(name, names)
    if meant:
        told += f" Did you mean '{meant}'?"
    return f"{told} There are: {', '.join(names)}."


def option_before_command(option: str, ctx: click.Context) -> str:
    """
    Return what to say of *option*, which stands before the command's name.

    Args:
        option: What was typed.
        ctx: Of the group that has no such option.
    """
    flags = [flag for param in ctx.command.get_params(ctx) for flag in param.opts]
    near = difflib.get_close_matches(option, flags, n=1, cutoff=0.75)
    if near:
        return f"there is no option '{option}'. Did you mean '{near[0]}'?"
    return (
        f"there is no option '{option}' here. The options of a command stand behind "
        f"it: {ctx.command_path} COMMAND {option}"
    )


def _names(ctx: click.Context) -> List[str]:
    group = ctx.command
    return group.list_commands(ctx) if isinstance(group, click.Group) else []


def _elsewhere(name: str, ctx: click.Context) -> str:
    """Return the full name of the command of another group that is called so."""
    if ctx.parent is not None:
        return f"apirun {name}" if name in _names(ctx.parent) else ""
    root = ctx.command
    stages = root.get_command(ctx, "stages") if isinstance(root, click.Group) else None
    if isinstance(stages, click.Group) and name in stages.list_commands(ctx):
        return f"apirun stages {name}"
    return ""


def _nearest(name: str, names: List[str]) -> str:
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    return near[0] if near else ""


def _in_our_words(name: str, names: List[str]) -> str:
    meant = _WORDS_OF_OTHERS.get(name, "")
    known = "--" in meant or meant in names
    return meant if known else ""
