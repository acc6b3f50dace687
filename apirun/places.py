"""Where the parts of what a program composed stand, by the keys of files."""

import re
from typing import List, Optional, Sequence, Tuple

from attrs import field, frozen

from apirun.composing import CallSite, told_at
from apirun.migration import Migration, Request
from apirun.origin import Location, Origin, Problem
from apirun.stage import Stage

__all__ = ["composed_problem", "origin_of", "shown_key", "stage_origin"]

# Where a mapping is told as the list that it stands for.
_LISTED = re.compile(r"(?<=env|ers|ies)\.\d+\.(name|value)$")

Made = Tuple[Optional[CallSite], str, List[str]]
"""The line that made a value, its class, and the rest of the key below it."""


@frozen
class _ComposedMigration(Origin):
    """Finds the places of a composed migration; see `Origin`."""

    migration: Optional[Migration] = field(default=None, eq=False, repr=False)
    stage: str = ""

    def named(self, key: str) -> str:
        """Return stage, migration and key."""
        assert self.migration is not None
        where = f"stage {self.stage}, " if self.stage else ""
        return f"{where}{self.migration.label}, {shown_key(key)}"

    def locate(self, key: str, line: int = 1, column: Optional[int] = None) -> Location:
        """Return where *key* stands in the program."""
        assert self.migration is not None
        made = _of_migration(self.migration, key.split("."))
        return _problem(made, "", column if line == 1 else None).location


@frozen
class _ComposedStage(Origin):
    """Finds the places of a composed stage; see `Origin`."""

    stage: Optional[Stage] = field(default=None, eq=False, repr=False)

    def named(self, key: str) -> str:
        """Return stage and key."""
        assert self.stage is not None
        return f"stage {self.stage.name}, {key}"

    def locate(self, key: str, line: int = 1, column: Optional[int] = None) -> Location:
        """Return where *key* stands in the program."""
        assert self.stage is not None
        made = (self.stage.made_at, "Stage", key.split("."))
        return _problem(made, "", column if line == 1 else None).location


def origin_of(migration: Migration, stage: str = "") -> Optional[Origin]:
    """
    Return what finds the places of *migration*; None if nobody knows them.

    Args:
        migration: Composed, or from a file.
        stage: Name of its stage, for messages.
    """
    if migration.origin is not None or migration.made_at is None:
        return migration.origin
    return _ComposedMigration(migration.made_at.file, {}, migration, stage)


def stage_origin(stage: Stage) -> Optional[Origin]:
    """Return what finds the places of *stage* itself, likewise."""
    if stage.origin is not None or stage.made_at is None:
        return stage.origin
    return _ComposedStage(stage.made_at.file, {}, stage)


def composed_problem(
    stage: Stage,
    migration: Optional[Migration],
    key: str,
    message: str,
    *,
    column: Optional[int] = None,
) -> Problem:
    """
    Return a problem of something composed, with its place in the program.

    Args:
        stage: The stage that it belongs to.
        migration: The migration, None for the stage itself.
        key: Where, as in a file; empty for all of it.
        message: What is wrong.
        column: Column inside of the text that stands there, counted from 1.
    """
    parts = [part for part in key.split(".") if part]
    where = f"stage {stage.name}"
    made: Made = (stage.made_at, "Stage", parts)
    if migration is not None:
        where += f", {migration.label}"
        made = _of_migration(migration, parts)
    told = f"{shown_key(key)}: {message}" if key else message
    if made[0] is None:
        return Problem(Location(where), told)
    glue = ", " if key else ": "
    return _problem(made, f"{where}{glue}{told}", column)


def shown_key(key: str) -> str:
    """
    Return a key of a file as a program writes it.

    Example:
        >>> shown_key("up.request.timeout"), shown_key("up.poll.until")
        ('up.timeout_s', 'poll.until')
    """
    for long, short in (
        ("up.poll.", "poll."),
        ("up.request", "up"),
        ("down.request", "down"),
        ("down.find.request", "down.find"),
    ):
        if key.startswith(long):
            key = short + key[len(long) :]
            break
    key = _LISTED.sub("", key)
    head, _, last = key.rpartition(".")
    if last in ("timeout", "interval"):
        return f"{head}.{last}_s"
    return key


def _problem(made: Made, message: str, column: Optional[int]) -> Problem:
    site, noun, rest = made
    if site is None:
        return Problem(Location(noun), message)
    return told_at(site, noun, ".".join(rest), message, column=column)


def _of_migration(migration: Migration, parts: Sequence[str]) -> Made:
    rest = list(parts)
    head = rest.pop(0) if rest else ""
    if (head == "up" and rest[:1] == ["poll"]) or head == "poll":
        rest = rest[1:] if head == "up" else rest
        if migration.poll is None or not rest or rest[0] not in ("request", "response"):
            site = migration.poll.made_at if migration.poll else migration.made_at
            return site, "Poll", rest
        return _of_request(migration.poll.request, rest)
    if head == "probe" and migration.probe is not None:
        return _of_request(migration.probe.request, rest)
    action = {"up": migration.up, "down": migration.down}.get(head)
    if isinstance(action, Request):
        if rest[:1] == ["find"] and action.find is not None:
            return _of_request(action.find, rest[1:])
        return _of_request(action, rest)
    return migration.made_at, "Migration", list(parts)


def _of_request(request: Request, rest: List[str]) -> Made:
    if rest[:1] == ["request"]:
        rest = rest[1:]
    if rest[:1] == ["response"]:
        made_at = request.response.made_at
        return (
            (made_at, "Response", rest[1:])
            if made_at
            else (request.made_at, "Request", rest)
        )
    return request.made_at, "Request", rest
