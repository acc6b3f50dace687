"""Where a PostgreSQL database is, told without its password."""

import re
from typing import Dict, Mapping, Optional, Tuple, Union

from attrs import field, frozen
from psycopg import ProgrammingError, conninfo, pq

from apirun.exceptions import UsageError

__all__ = ["Address"]

CONNECT_TIMEOUT_S = 10
LOCAL = ("localhost", "127.0.0.1", "::1")
SEARCH_PATH = re.compile(r"(?:-c\s*|--)search_path\s*=\s*((?:\\.|\S)+)", re.IGNORECASE)

# A server that is gone is noticed within a minute, not after hours.
DEFAULTS: Mapping[str, Union[str, int]] = {
    "connect_timeout": CONNECT_TIMEOUT_S,
    "keepalives": 1,
    "keepalives_idle": 20,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 45_000,
    "application_name": "apirun",
}


@frozen
class Address:
    """
    Where a PostgreSQL database is.

    What is not given comes from libpq: ``PGHOST`` and the like, service files,
    ``~/.pgpass``.

    Attributes:
        parameters: What is given, by libpq's names.
        secrets: What must not be shown.
    """

    parameters: Mapping[str, str] = field(repr=False)
    secrets: Tuple[str, ...] = field(repr=False)

    @classmethod
    def parse(cls, dsn: str) -> "Address":
        """
        Return the address that a URL or a list of ``key=value`` names.

        Args:
            dsn: As libpq takes it; empty leaves all to its defaults.

        Raises:
            UsageError: If it can't be understood.

        Source: PostgreSQL documentation, "Connection Strings".
        """
        try:
            found = conninfo.conninfo_to_dict(dsn)
        except (ProgrammingError, UnicodeError) as error:
            # libpq's own words would show a part of it, perhaps of the password.
            raise UsageError(
                "the 'dsn' of the PostgreSQL store can't be understood: write "
                "postgresql://USER:PASSWORD@HOST:PORT/DBNAME with special characters "
                "percent-encoded, or host=HOST dbname=DBNAME user=USER"
            ) from error.with_traceback(None)
        given = {key: str(value) for key, value in found.items() if value is not None}
        secrets = tuple(
            given[key] for key in ("password", "sslpassword") if given.get(key)
        )
        return cls(given, secrets)

    @property
    def conninfo(self) -> str:
        """What to connect with: what is given, and our defaults."""
        defaults = _defaults()
        ours = {key: value for key, value in DEFAULTS.items() if not defaults.get(key)}
        told = {**ours, **self.parameters, "client_encoding": "UTF8"}
        return conninfo.make_conninfo("", **told)

    @property
    def user(self) -> str:
        """Who connects."""
        return self._told("user")

    @property
    def dbname(self) -> str:
        """The database; libpq takes the user's name if none is given."""
        return self._told("dbname") or self.user

    @property
    def shown(self) -> str:
        """The place as a person reads it: host, port and database."""
        service = self.parameters.get("service")
        if service and not self.parameters.get("host"):
            return f"service {service}"
        return f"{self._place()}/{self.dbname}"

    @property
    def identity(self) -> str:
        """The same for all addresses of the same tables, as far as text tells."""
        service = self.parameters.get("service", "")
        path = SEARCH_PATH.search(self._told("options"))
        told = [
            f"service={service}" if service else "",
            f"search_path={path[1]}" if path else "",
        ]
        rest = "&".join(part for part in told if part)
        return f"{self._place()}/{self.dbname}{'?' if rest else ''}{rest}"

    def masked(self, text: str) -> str:
        """Return *text* without the password, wherever it stands."""
        for secret in self.secrets:
            text = text.replace(secret, "***")
        return text

    def _place(self) -> str:
        hosts = (self._told("host") or self._told("hostaddr") or "localhost").split(",")
        ports = (self._told("port") or "5432").split(",")
        ports = ports * len(hosts) if len(ports) == 1 else ports
        named = ["localhost" if host.lower() in LOCAL else host for host in hosts]
        return ";".join(f"{host}:{port or 5432}" for host, port in zip(named, ports))

    def _told(self, key: str) -> str:
        return self.parameters.get(key) or _defaults().get(key) or ""


def _defaults() -> Dict[str, Optional[str]]:
    """Return what libpq takes from the process's variables, and its own defaults."""
    found = {}
    for option in pq.Conninfo.get_defaults():
        value = option.val or option.compiled
        found[option.keyword.decode()] = value.decode() if value else None
    return found
