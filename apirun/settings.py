"""How a stage talks to its API, and where it keeps its history."""

from typing import Mapping, Optional, Tuple, Union

from attrs import field, frozen

from apirun.bounds import above, at_least, one_of
from apirun.checked_values import checked
from apirun.converters import pairs
from apirun.durations import to_seconds
from apirun.reprs import shown_pairs, shown_url
from apirun.retry import RetryPolicy

__all__ = [
    "AuthSettings",
    "ClientSettings",
    "LoggingSettings",
    "StoreSettings",
    "WaitSettings",
]

TLS_VERSIONS = ("1.0", "1.1", "1.2", "1.3")
LEVELS = ("error", "warn", "info", "debug")
FORMATS = ("text", "json", "color")
MEBIBYTE = 1024 * 1024


@frozen(kw_only=True, field_transformer=checked)
class ClientSettings:
    """
    How a stage talks HTTP.

    Attributes:
        insecure: Whether certificates go unchecked.
        min_tls_version: ``1.2`` for example; empty leaves it to the library.
        max_tls_version: Likewise.
        ca_file: Absolute path of the accepted authorities, PEM.
        cert_file: Absolute path of the client's certificate, PEM.
        key_file: Absolute path of the client's key, PEM.
        timeout_s: Seconds for one try of one request, its answer included.
        max_response_bytes: Longer answers are refused.
        proxy: URL of a proxy; empty takes none, whatever the process has set.
        retry: How often a request is tried.

    Example:
        >>> patient = ClientSettings(timeout_s="2m", retry=RetryPolicy(attempts=5))
        >>> Stage(name="network", client=patient).client.timeout_s
        120.0
    """

    insecure: bool = False
    min_tls_version: str = field(default="", validator=one_of(("", *TLS_VERSIONS)))
    max_tls_version: str = field(default="", validator=one_of(("", *TLS_VERSIONS)))
    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""
    timeout_s: float = field(default=30.0, converter=to_seconds, validator=above(0))
    max_response_bytes: int = field(default=10 * MEBIBYTE, validator=at_least(1))
    proxy: str = field(default="", repr=shown_url)
    retry: RetryPolicy = field(factory=RetryPolicy)


@frozen(kw_only=True, field_transformer=checked)
class WaitSettings:
    """
    What is polled before the first request of a stage.

    Attributes:
        url: Template of the URL.
        method: HTTP method.
        status: The status code that ends the wait.
        timeout_s: Seconds after which the stage fails.
        interval_s: Seconds between two polls.
        headers: Pairs of name and template.

    Example:
        >>> healthy = WaitSettings(url="{{.api_base}}/healthz", timeout_s="5m")
        >>> Stage(name="network", wait=healthy).wait.timeout_s
        300.0
    """

    url: str = field(repr=shown_url)
    method: str = "GET"
    status: int = 200
    timeout_s: float = field(default=60.0, converter=to_seconds, validator=above(0))
    interval_s: float = field(default=2.0, converter=to_seconds, validator=above(0))
    headers: Tuple[Tuple[str, str], ...] = field(
        default=(), converter=pairs, repr=shown_pairs
    )


@frozen(kw_only=True, field_transformer=checked)
class AuthSettings:
    """
    One named token and how it is acquired.

    Attributes:
        type: Name of a provider: ``api_key``, ``basic``, ``oauth2``,
            ``pocketbase``, one registered under the entry-point group
            ``apirun.auth``, or one handed over as ``auth_providers``.
        name: What ``auth_name`` and ``{{.auth.NAME}}`` call it.
        config: The provider's own settings; text in it is a template.

    Example:
        >>> admin = AuthSettings(
        ...     type="basic",
        ...     name="admin",
        ...     config={"username": "ada", "password": "{{.admin_password}}"},
        ... )
        >>> Stage(name="users", auth=[admin]).auth[0].name
        'admin'
    """

    type: str
    name: str
    config: Mapping[str, object] = field(factory=dict, repr=False)


@frozen(kw_only=True, field_transformer=checked)
class StoreSettings:
    """
    Where a stage keeps its history.

    Attributes:
        type: Name of a store: ``sqlite``, ``postgres``, ``memory``, or one
            registered under the entry-point group ``apirun.stores``.
        disabled: Whether no history is kept at all.
        save_response_body: Whether run rows keep the answers' bodies.
        options: The store's own settings, such as ``path``.
        options_from_env: Names of the process variables that hold further
            settings, by the setting; read when the store is opened.
        table_prefix: Put before every table's name, with an underscore.
        table_schema_migrations: Name of that table, wins over the prefix.
        table_migration_runs: Likewise.
        table_stored_env: Likewise.

    Example:
        >>> kept = StoreSettings(options={"path": "network.db"}, table_prefix="net")
        >>> Stage(name="network", store=kept).keeps_history
        True
        >>> Stage(name="scratch", store=StoreSettings(disabled=True)).keeps_history
        False
    """

    type: str = "sqlite"
    disabled: bool = False
    save_response_body: bool = False
    options: Mapping[str, Union[str, int]] = field(factory=dict, repr=False)
    options_from_env: Mapping[str, str] = field(factory=dict)
    table_prefix: str = ""
    table_schema_migrations: str = ""
    table_migration_runs: str = ""
    table_stored_env: str = ""

    @property
    def names_tables(self) -> bool:
        """Whether any table is given a name, or all of them a prefix."""
        return bool(
            self.table_prefix
            or self.table_schema_migrations
            or self.table_migration_runs
            or self.table_stored_env
        )


@frozen(kw_only=True, field_transformer=checked)
class LoggingSettings:
    """
    What the command line logs for a stage.

    Attributes:
        level: ``error``, ``warn``, ``info`` or ``debug``.
        format: ``text``, ``json`` or ``color``.
        color: Whether text is coloured; None decides by the terminal.
        masking: Whether secrets are shown as ``***``.

    Example:
        >>> quiet = LoggingSettings(level="error", format="json")
        >>> Stage(name="network", logging=quiet).logging.masking
        True
    """

    level: str = field(default="info", validator=one_of(LEVELS))
    format: str = field(default="text", validator=one_of(FORMATS))
    color: Optional[bool] = None
    masking: bool = True
