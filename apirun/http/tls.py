"""TLS settings of one stage as a context of its own."""

import ssl
from typing import Callable

from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.util.ssl_ import create_urllib3_context

from apirun.exceptions import UsageError
from apirun.settings import TLS_VERSIONS, ClientSettings

__all__ = ["has_tls_settings", "tls_context"]


def has_tls_settings(settings: ClientSettings) -> bool:
    """Return whether *settings* say anything about TLS that may be wrong."""
    return bool(
        settings.min_tls_version
        or settings.max_tls_version
        or settings.ca_file
        or settings.cert_file
        or settings.key_file
    )


def tls_context(settings: ClientSettings) -> ssl.SSLContext:
    """
    Return the context that *settings* ask for.

    Trusted are the authorities in ``ca_file`` alone, or without one those that
    `requests` trusts.

    Args:
        settings: The stage's ``client`` block.

    Raises:
        UsageError: If a file can't be used, or the settings exclude each other.
    """
    context = create_urllib3_context()
    _set_versions(context, settings)
    if settings.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    else:
        context.verify_mode = ssl.CERT_REQUIRED
        context.check_hostname = True
    if settings.ca_file:
        _load("ca_file", settings.ca_file, context.load_verify_locations)
    elif not settings.insecure:
        context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
    if settings.key_file and not settings.cert_file:
        raise UsageError(
            f"client.key_file: {settings.key_file} is of no use without "
            "'client.cert_file': name the certificate that belongs to it. Nothing "
            "was sent."
        )
    if settings.cert_file:
        key_file = settings.key_file or settings.cert_file
        _check_readable("key_file", key_file)
        _load(
            "cert_file",
            settings.cert_file,
            # Without a password of ours OpenSSL would ask for one on the terminal.
            lambda path: context.load_cert_chain(path, key_file, password=""),
            hint=f" together with the key in {key_file}, which must belong to it and "
            "not be encrypted",
        )
    return context


def _set_versions(context: ssl.SSLContext, settings: ClientSettings) -> None:
    low, high = settings.min_tls_version, settings.max_tls_version
    if low and high and TLS_VERSIONS.index(low) > TLS_VERSIONS.index(high):
        raise UsageError(
            f"client.min_tls_version is {low} and client.max_tls_version {high}: no "
            "version is both. Nothing was sent."
        )
    if high and not low:
        # The library's own lowest version may be above what is asked for.
        low = min("1.2", high)
    if low:
        context.minimum_version = _version(low)
    if high:
        context.maximum_version = _version(high)


def _version(name: str) -> ssl.TLSVersion:
    return ssl.TLSVersion["TLSv" + name.replace(".", "_").replace("_0", "")]


def _check_readable(key: str, path: str) -> None:
    try:
        with open(path, "rb"):
            return
    except OSError as error:
        raise UsageError(
            f"client.{key}: {path} can't be read: {error.strerror or error}. Nothing "
            "was sent."
        ) from error


def _load(key: str, path: str, load: Callable[[str], None], *, hint: str = "") -> None:
    _check_readable(key, path)
    try:
        load(path)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"client.{key}: {path} is no PEM file that can be used{hint}: "
            f"{getattr(error, 'reason', None) or error}. Nothing was sent."
        ) from error
