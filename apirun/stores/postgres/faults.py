"""PostgreSQL's errors in the words of the history that they concern."""

import re
from contextlib import contextmanager
from typing import Iterator, Optional

import psycopg

from apirun.exceptions import StoreError, StoreLockedError
from apirun.stores.postgres.address import Address
from apirun.stores.postgres.holder import Holder

__all__ = ["connection_error", "locked_error", "lost_error", "translated"]

MEANS = {
    "read": "Nothing was sent, and the database is left as it was.",
    "write": "What is recorded stands as it was; nothing was added to it.",
}
UNKNOWN = {
    "read": MEANS["read"],
    "write": (
        "It is not known whether what was to be recorded is, and nothing more is sent: "
        "the next run finds out, and settles what has no outcome."
    ),
}

CHECK = "Start the server, or correct host and port"

# Signs in what libpq and the server say when there is no connection yet, and no
# SQLSTATE either.
REFUSED = (
    (
        "password authentication failed|no password supplied",
        "refuses the password of user '{user}'",
        "Correct the password",
    ),
    (
        "authentication failed|no pg_hba.conf entry",
        "does not let user '{user}' in",
        "Correct the user, 'sslmode' or the server's pg_hba.conf",
    ),
    (
        'role ".*" does not exist',
        "does not know the user '{user}'",
        "Correct the user, or create it",
    ),
    (
        'database ".*" does not exist',
        "has no database '{dbname}'",
        "Create it, or correct the name",
    ),
    (
        "too many (connections|clients)|remaining connection slots",
        "has no connection left",
        "Close others, or lower 'max_concurrent_stages'",
    ),
    ("starting up|not yet accepting", "is just starting", "Wait until it is up"),
    ("shutting down", "is just stopping", "Start it"),
    (
        "(resolve|translate) host|name resolution|name or service not known",
        "can't be found: no such host",
        "Correct the host's name",
    ),
    ("timeout expired|timed out", "did not answer in time", CHECK),
    ("connection refused", "can't be reached: nothing listens there", CHECK),
    (
        "no such file or directory",
        "can't be reached: there is no such socket",
        CHECK,
    ),
    (
        r"\bssl\b|certificate",
        "can't agree on encryption with this client: {reason}",
        "Correct 'sslmode'",
    ),
)

# By SQLSTATE; source: PostgreSQL documentation, "PostgreSQL Error Codes".
ADVICE = {
    "42501": (
        "may not be used as is needed by user '{user}': {reason}",
        "Grant it SELECT, INSERT, UPDATE and DELETE, and once CREATE on the schema",
    ),
    "25006": (
        "is read-only",
        "Name a server that takes writes, as with target_session_attrs=read-write",
    ),
    "3F000": (
        "has no schema to keep tables in",
        "Create one that is on the user's search_path",
    ),
    "53100": ("could not be written: the disk is full", "Make room"),
    "57014": (
        "did not answer within {limit}",
        "Look which other program locks its tables, or what slows the server down",
    ),
    "55P03": ("is locked by another program", "Wait until that has ended"),
    "42P01": ("lost a table while it was used: {reason}", "Restore it"),
    "42703": ("lost a column while it was used: {reason}", "Restore it"),
    "22P05": (
        "can't hold a character, as its encoding is not UTF8: {reason}",
        "Keep the history in a database with the encoding UTF8",
    ),
}


@contextmanager
def translated(address: Address, doing: str, *, limit: str) -> Iterator[None]:
    """
    Turn what psycopg raises into a `StoreError`.

    Args:
        address: The database.
        doing: ``read`` or ``write``, for what it means.
        limit: How long one statement may take, as text.
    """
    try:
        yield
    except (psycopg.Error, OSError, ValueError, OverflowError) as error:
        raise _store_error(address, doing, error, limit) from error


def connection_error(address: Address, error: Exception) -> StoreError:
    """Return what to tell of a connection that could not be made."""
    text = str(error)
    what, advice = next(
        (
            (what, advice)
            for sign, what, advice in REFUSED
            if re.search(sign, text, re.IGNORECASE)
        ),
        ("can't be reached: {reason}", "Look at the server"),
    )
    reason = _reason(address, error)
    what = what.format(user=address.user, dbname=address.dbname, reason=reason)
    return StoreError(
        f"the history in PostgreSQL at {address.shown} can't be opened: the server "
        f"{what}. Nothing was sent. {advice}, then run again."
    )


def locked_error(
    address: Address, holder: Holder, timeout_s: float
) -> StoreLockedError:
    """Return what to tell of a lock that *holder* did not let go."""
    who = (
        f"process {holder.pid} on {holder.host} holds it"
        if holder.pid
        else "another run holds it"
    )
    when = f" since {holder.since}" if holder.since else ""
    return StoreLockedError(
        f"the history in PostgreSQL at {address.shown} is locked: {who}{when}",
        host=holder.host,
        pid=holder.pid,
        since=holder.since,
        waited_s=timeout_s,
    )


def lost_error(
    address: Address, doing: str, cause: Optional[BaseException]
) -> StoreError:
    """Return what to tell of a lock that went with its connection."""
    reason = "it is closed" if cause is None else _reason(address, cause)
    return StoreError(
        f"the history in PostgreSQL at {address.shown} is no longer locked by this "
        f"run: the connection that held the lock was lost ({reason}), and another run "
        f"may have begun. {UNKNOWN[doing]} Run again when the server is back."
    )


def _store_error(
    address: Address, doing: str, error: Exception, limit: str
) -> StoreError:
    state = getattr(error, "sqlstate", None) or ""
    reason = _reason(address, error)
    if state in ADVICE:
        what, advice = ADVICE[state]
        what = what.format(user=address.user, reason=reason, limit=limit)
        means = MEANS[doing]
    elif isinstance(error, psycopg.OperationalError) and state[:2] in ("", "08", "57"):
        what, advice = f"lost its connection: {reason}", "Look at the server"
        means = UNKNOWN[doing]
    else:
        what, advice = f"can't be used: {reason}", "Look at the database"
        means = MEANS[doing]
    return StoreError(
        f"the history in PostgreSQL at {address.shown} {what}. {means} {advice}, then "
        "run again."
    )


def _reason(address: Address, error: BaseException) -> str:
    """Return the first line of what is said, which names the cause."""
    diagnosis = getattr(error, "diag", None)
    primary = diagnosis.message_primary if diagnosis is not None else None
    text = primary or str(error).strip() or type(error).__name__
    return address.masked(text.splitlines()[0])
