"""SQLite's errors in the words of the history that they concern."""

import sqlite3
from contextlib import contextmanager
from typing import Iterator

from apirun.exceptions import StoreError

__all__ = ["translated"]

ADVICE = (
    ("not a database", "is no SQLite database", "Put the right file in its place"),
    ("malformed", "is damaged", "Restore it from a backup"),
    ("unsupported file format", "has a format that this SQLite can't read", "Mend it"),
    ("disk is full", "could not be written: the disk is full", "Make room"),
    ("disk i/o error", "could not be read or written: disk I/O error", "Mend the disk"),
    ("readonly", "is read-only", "Make the file and its directory writable"),
    ("read-only", "is read-only", "Make the file and its directory writable"),
    (
        "permission denied",
        "may not be opened by this user",
        "Make the file and its directory writable",
    ),
    ("no space", "could not be written: the disk is full", "Make room"),
    (
        "file too large",
        "could not be written: it is larger than it may be",
        "Make room",
    ),
    ("locked", "is locked by another program", "Wait until that has ended"),
    (
        "unable to open",
        "can't be opened",
        "Check that it is a file, and that its directory is there and writable",
    ),
)


@contextmanager
def translated(path: str, doing: str) -> Iterator[None]:
    """
    Turn what SQLite raises into a `StoreError`.

    Args:
        path: The database.
        doing: ``read`` or ``write``, for what it means.
    """
    try:
        yield
    except (sqlite3.Error, OSError, ValueError, OverflowError) as error:
        raise store_error(path, doing, error) from error


def store_error(path: str, doing: str, error: Exception) -> StoreError:
    """Return what to tell of *error*."""
    text = str(error).lower()
    what, advice = next(
        ((what, advice) for sign, what, advice in ADVICE if sign in text),
        (f"can't be used: {error}", "Look at the file"),
    )
    means = (
        "What is recorded stands as it was; nothing was added to it."
        if doing == "write"
        else "Nothing was sent, and the file is left as it was."
    )
    return StoreError(f"the history {path} {what}. {means} {advice}, then run again.")
