"""Who holds the lock: told by the name of the connection that does."""

import os
import re
import socket
import time
from datetime import datetime, timezone
from typing import Any

from attrs import frozen
from psycopg import Connection

__all__ = ["Holder", "holder_name", "read_holder"]

# PostgreSQL cuts the name of a connection there, and keeps ASCII only.
LONGEST = 63
NAME = re.compile(r"apirun (\d+)@([0-9a-f]+) (.*)")

# The key of an advisory lock stands in two halves; objsubid 1 is a key of 64 bits.
HOLDER = """
SELECT a.application_name
FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
AND l.database = (SELECT oid FROM pg_catalog.pg_database
    WHERE datname = current_database())
AND (l.classid::bigint << 32) | l.objid::bigint = %s
"""


@frozen
class Holder:
    """
    Who holds the lock.

    Attributes:
        host: Name of the machine; empty when not known.
        pid: Its process there; 0 when not known.
        since: When it took the lock, as ISO 8601 in UTC; empty when not known.
    """

    host: str
    pid: int
    since: str


def holder_name() -> str:
    """
    Return what to call the connection that takes the lock now.

    The process, the second in hexadecimal, and as much of the host's name as
    fits: it vanishes with the connection, as the lock does.

    Source: PostgreSQL documentation, "application_name".
    """
    host = socket.gethostname().encode("ascii", "replace").decode()
    return f"apirun {os.getpid()}@{int(time.time()):x} {host}"[:LONGEST]


def read_holder(connection: "Connection[Any]", key: int) -> Holder:
    """Return who holds the lock *key*, as far as it can be told."""
    row = connection.execute(HOLDER, (key,)).fetchone()
    found = NAME.fullmatch(str(row[0])) if row is not None else None
    if found is None:
        return Holder("", 0, "")
    since = datetime.fromtimestamp(int(found[2], 16), timezone.utc)
    moment = since.replace(tzinfo=None).isoformat() + "Z"
    return Holder(found[3], int(found[1]), moment)
