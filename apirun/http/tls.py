"""TLS settings of one stage as a context of its own."""

import ssl
from typing import Callable, Optional

from apirun.exceptions import UsageError
from apirun.settings import ClientSettings

__all__ = ["tls_context"]

VERSIONS = {
    "1.0": "TLSv1",
    "1.1": "TLSv1_1",
    "1.2": "TLSv1_2",
    "1.3": "TLSv1_3",
}


def tls_context(settings: ClientSettings) -> Optional[ssl.SSLContext]:
    """
    Return the context that *settings* ask for; None where the default will do.

    Raises:
        UsageError: If a file can't be read, or the versions don't go together.
    """
    if not (
        settings.insecure
        or settings.min_tls_version
        or settings.max_tls_version
        or settings.ca_file
        or settings.cert_file
    ):
        return None
    context = ssl.create_default_context()
    if settings.min_tls_version:
        context.minimum_version = _version(settings.min_tls_version)
    if settings.max_tls_version:
        context.maximum_version = _version(settings.max_tls_version)
    if settings.ca_file:
        _load(
            "ca_file",
            settings.ca_file,
            lambda: context.load_verify_locations(settings.ca_file),
        )
    if settings.cert_file:
        _load(
            "cert_file",
            settings.cert_file,
            lambda: context.load_cert_chain(
                settings.cert_file, settings.key_file or None
            ),
        )
    if settings.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _version(name: str) -> ssl.TLSVersion:
    return ssl.TLSVersion[VERSIONS[name]]


def _load(key: str, path: str, load: Callable[[], None]) -> None:
    try:
        load()
    except (OSError, ssl.SSLError) as error:
        raise UsageError(
            f"client.{key}: {path} can't be used: {error.strerror or error}. Nothing "
            "was sent."
        ) from error
