"""The settings of one stage: ``config.yaml``."""

import os
from typing import Optional, Tuple

from attrs import evolve, field, frozen

from apirun.documents.actions import retry
from apirun.documents.auth_schema import auth
from apirun.documents.converter import block, then
from apirun.documents.faults import Fault
from apirun.documents.fields import (
    choice,
    flag,
    line,
    method,
    seconds,
    size,
    status,
    template,
    timeout,
    tls_version,
)
from apirun.documents.named import env, headers
from apirun.documents.store_schema import store
from apirun.env import EnvEntry
from apirun.settings import (
    TLS_VERSIONS,
    AuthSettings,
    ClientSettings,
    LoggingSettings,
    StoreSettings,
    WaitSettings,
)

__all__ = ["Config", "absolute_paths", "read_config"]


@frozen
class Config:
    """
    One config.yaml as its file tells it.

    Attributes:
        migrate_dir: Where its migrations are; empty for its own directory.
        env: Variables that only its stage sees.
        auth: Its named tokens.
        store: Where its history is kept; None for the default.
        wait: What is polled before its first request.
        client: How it talks HTTP.
        logging: What the command line logs.
        render_body: Whether bodies are templates unless they say otherwise.
        delay_between_migrations_s: Seconds of rest after each version.
    """

    migrate_dir: str = ""
    env: Tuple[EnvEntry, ...] = ()
    auth: Tuple[AuthSettings, ...] = ()
    store: Optional[StoreSettings] = None
    wait: Optional[WaitSettings] = None
    client: ClientSettings = field(factory=ClientSettings)
    logging: LoggingSettings = field(factory=LoggingSettings)
    render_body: bool = True
    delay_between_migrations_s: float = 0.0


_client_block = block(
    ClientSettings,
    {
        "insecure": flag,
        "min_tls_version": tls_version,
        "max_tls_version": tls_version,
        "ca_file": line,
        "cert_file": line,
        "key_file": line,
        "timeout": timeout,
        "max_response_bytes": size,
        "proxy": line,
        "retry": retry,
    },
    attributes={"timeout": "timeout_s"},
)


def _consistent(settings: ClientSettings) -> ClientSettings:
    least, most = settings.min_tls_version, settings.max_tls_version
    if least and most and TLS_VERSIONS.index(least) > TLS_VERSIONS.index(most):
        raise Fault(f"TLS {least} is above 'max_tls_version'", "min_tls_version")
    if settings.key_file and not settings.cert_file:
        raise Fault("'key_file' needs 'cert_file' beside it", "key_file")
    return settings


_wait = block(
    WaitSettings,
    {
        "url": then(line, template),
        "method": method,
        "status": status,
        "timeout": timeout,
        "interval": timeout,
        "headers": headers,
    },
    attributes={"timeout": "timeout_s", "interval": "interval_s"},
)


@frozen
class _Masking:
    enabled: bool = True


_masking = block(_Masking, {"enabled": flag})
_logging = block(
    LoggingSettings,
    {
        "level": choice("error", "warn", "info", "debug"),
        "format": choice("text", "json", "color"),
        "color": flag,
        "masking": then(_masking, lambda masking: masking.enabled),
    },
)


read_config = block(
    Config,
    {
        "migrate_dir": line,
        "env": env,
        "auth": auth,
        "store": store,
        "wait": _wait,
        "client": then(_client_block, _consistent),
        "logging": _logging,
        "render_body": flag,
        "delay_between_migrations": seconds,
    },
    attributes={"delay_between_migrations": "delay_between_migrations_s"},
)


def absolute_paths(config: Config, base: str) -> Config:
    """
    Return *config* with every path made absolute.

    Args:
        config: As its file tells it.
        base: Absolute path of the file's directory.
    """

    def absolute(path: str) -> str:
        return os.path.normpath(os.path.join(base, path)) if path else ""

    client = config.client
    store_settings = config.store
    if store_settings is not None and "path" in store_settings.options:
        path = absolute(str(store_settings.options["path"]))
        options = {**store_settings.options, "path": path}
        store_settings = evolve(store_settings, options=options)
    return evolve(
        config,
        migrate_dir=absolute(config.migrate_dir) or base,
        store=store_settings,
        client=evolve(
            client,
            ca_file=absolute(client.ca_file),
            cert_file=absolute(client.cert_file),
            key_file=absolute(client.key_file),
        ),
    )
