"""Certificates for servers that can, and that can't, prove who they are."""

import atexit
import shutil
import ssl
import subprocess
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp

__all__ = ["OPENSSL", "ca_file", "server_context"]

OPENSSL = shutil.which("openssl")
SETTINGS = """
[ca]
default_ca = own
[own]
new_certs_dir = {place}
database = {place}/index.txt
default_md = sha256
rand_serial = yes
policy = any
unique_subject = no
[any]
commonName = supplied
[good]
subjectAltName = IP:127.0.0.1
[expired]
subjectAltName = IP:127.0.0.1
[other]
subjectAltName = IP:127.0.0.9
[unknown]
subjectAltName = IP:127.0.0.1
"""
DATES = {"expired": ("20010101000000Z", "20020101000000Z")}
VALID = ("20200101000000Z", "20990101000000Z")
TRUSTED = ("good", "expired", "other")


@lru_cache(maxsize=None)
def _place() -> Path:
    place = Path(mkdtemp(prefix="apirun-certificates-"))
    atexit.register(shutil.rmtree, str(place), ignore_errors=True)
    (place / "index.txt").touch()
    (place / "settings").write_text(SETTINGS.format(place=place))
    return place


@lru_cache(maxsize=None)
def _pair(name: str) -> Path:
    """Make the self-signed certificate *name*, and return the file with its key."""
    place = _place()
    key, asked, made = (place / f"{name}.{kind}" for kind in ("key", "csr", "pem"))
    begin, end = DATES.get(name, VALID)
    _openssl(
        *("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
        *("-nodes", "-subj", f"/CN={name}", "-keyout", key, "-out", asked),
    )
    _openssl(
        *("ca", "-batch", "-selfsign", "-notext"),
        *("-config", place / "settings", "-extensions", name),
        *("-startdate", begin, "-enddate", end),
        *("-keyfile", key, "-in", asked, "-out", made),
    )
    return made


def _openssl(*arguments: object) -> None:
    command = [str(OPENSSL), *map(str, arguments)]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)


def ca_file() -> Path:
    """Return a file with every certificate that is to be trusted."""
    bundle = _place() / "bundle.pem"
    if not bundle.exists():
        bundle.write_text("".join(_pair(name).read_text() for name in TRUSTED))
    return bundle


@lru_cache(maxsize=None)
def server_context(name: str) -> ssl.SSLContext:
    """
    Return what shows a certificate.

    Args:
        name: ``good``; ``expired``; ``other``, for another host; or
            ``unknown``, which nobody trusts.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    pair = _pair(name)
    context.load_cert_chain(pair, pair.with_suffix(".key"))
    return context
