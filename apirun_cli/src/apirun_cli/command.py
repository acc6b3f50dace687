"""What all commands have: how they end, and a hint where a word stands alone."""

import inspect
import os
from typing import Any, List, Mapping, Optional

import click

__all__ = ["DONE", "ENDINGS", "LOCKED", "REFUSED", "STATUS_ENDINGS", "Command"]

DONE = {0: "done"}
REFUSED = {2: "the command or a document is wrong, nothing was sent"}
LOCKED = {4: "another run holds the lock"}
ENDINGS = {
    **DONE,
    1: "a migration or a stage failed",
    **REFUSED,
    3: "it is not known what became of a request; a decision is needed",
    **LOCKED,
    130: "interrupted",
}
STATUS_ENDINGS = {
    **DONE,
    1: "something is to be done, if --exit-code asks for it",
    2: "the command or a document is wrong, or a history can't be read",
}


class Command(click.Command):
    """
    A command whose help tells its exit codes.

    Args:
        endings: What each exit code means; by default those of a run.
    """

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 - click's own
        endings: Optional[Mapping[int, str]] = None,
        **kwargs: Any,  # noqa: ANN401 - click's own
    ) -> None:
        super().__init__(*args, **kwargs)
        told = ENDINGS if endings is None else {**endings, 130: ENDINGS[130]}
        lines = [f"  {code}  {meaning}" for code, meaning in told.items()]
        self.help = "\n".join(
            [inspect.cleandoc(self.help or ""), "", "\b", "Exit codes:", *lines]
        )

    def parse_args(self, ctx: click.Context, args: List[str]) -> List[str]:
        """Read *args*; tell what a word that belongs to no option may be meant for."""
        ctx.allow_extra_args = True
        super().parse_args(ctx, args)
        if ctx.args and not ctx.resilient_parsing:
            raise click.UsageError(self._alone(ctx.args[0]), ctx)
        return ctx.args

    def _alone(self, word: str) -> str:
        kinds = {flag: each.metavar for each in self.params for flag in each.opts}
        if word.isdecimal() and kinds.get("--to") == "VERSION":
            hint = f": a version is named by --to {word}"
        elif "--config" in kinds and os.path.isfile(word):
            hint = f": a file is named by --config {word}"
        elif "--stage" in kinds:
            hint = f": a stage is selected by --stage {word}"
        else:
            hint = ""
        return f"'{word}' belongs to no option{hint}"
